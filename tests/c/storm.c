/* Linked into a program that begins and ends its storm; or preloaded into any program, if this is compiled to a shared
   library with STORM_PRELOADED, where STORM says what kind of storm it is from before `main` on: HERTZ or HERTZ,cut. See
   .ci/storms. */
#define _GNU_SOURCE
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { KINDS = 3, MOST = 4096, STACK = 64 << 10 };
static const int kinds[KINDS] = {SIGURG, SIGCHLD, SIGALRM};
static timer_t timers[KINDS];
static long arrived, passed_on;

/* Where a handler finds it without asking for it. */
#define OWN static __thread __attribute__((tls_model("initial-exec")))
OWN long caught, watched;
OWN const void *place;

/* The threads, as they were not long ago. A number that is nobody's any more is passed over by the kernel. */
static int threads[MOST];
static int known, is_listed;
static unsigned turn;

struct entry {
	uint64_t inode;
	int64_t next;
	unsigned short len;
	unsigned char type;
	char name[];
};

static void list(void) {
	static char entries[32 << 10];
	if (__atomic_exchange_n(&is_listed, 1, __ATOMIC_ACQUIRE))
		return;
	int dir = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
	long len;
	while (dir >= 0 && (len = syscall(SYS_getdents64, dir, entries, sizeof entries)) > 0)
		for (long at = 0; at < len; at += ((struct entry *)(entries + at))->len) {
			int thread = atoi(((struct entry *)(entries + at))->name);
			if (thread > 0 && n < MOST)
				__atomic_store_n(&threads[n++], thread, __ATOMIC_RELAXED);
		}
	if (dir >= 0)
		close(dir);
	__atomic_store_n(&known, n, __ATOMIC_RELAXED);
	__atomic_store_n(&is_listed, 0, __ATOMIC_RELEASE);
}

/* To a thread in turn. The kernel itself gives most of what is sent to a process to its main thread. */
static void pass_on(int signal) {
	unsigned now = __atomic_fetch_add(&turn, 1, __ATOMIC_RELAXED);
	if (now % 256 == 0)
		list();
	int n = __atomic_load_n(&known, __ATOMIC_RELAXED);
	if (n > 0)
		syscall(SYS_tgkill, getpid(), __atomic_load_n(&threads[now % (unsigned)n], __ATOMIC_RELAXED), signal);
}

static void handle(int signal, siginfo_t *info, void *context) {
	(void)context;
	int before = errno;
	__atomic_fetch_add(&arrived, 1, __ATOMIC_RELAXED);
	caught++;
	intptr_t from_there = (intptr_t)&before - (intptr_t)place;
	if (place && -STACK < from_there && from_there < STACK)
		watched++;
	if (info->si_code == SI_TIMER)
		pass_on(signal);
	else if (info->si_code == SI_TKILL)
		__atomic_fetch_add(&passed_on, 1, __ATOMIC_RELAXED);
	errno = before;
}

int storm_begin(long hertz, int restart) {
	for (int i = 0; i < KINDS; i++) {
		struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | (restart ? SA_RESTART : 0)};
		/* One of them where the alternate stack is, two wherever the thread is. One at a time: alternate stacks are small. */
		if (i == 0)
			action.sa_flags |= SA_ONSTACK;
		for (int other = 0; other < KINDS; other++)
			sigaddset(&action.sa_mask, kinds[other]);
		struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = kinds[i]};
		/* Each arrives twice: passed on, too. */
		long pause = 2000000000 / hertz;
		struct itimerspec pace = {
			.it_interval = {pause / 1000000000, pause % 1000000000},
			.it_value = {0, 1 + i * pause / KINDS % 1000000000},
		};
		if (sigaction(kinds[i], &action, 0) != 0 || timer_create(CLOCK_MONOTONIC, &event, &timers[i]) != 0 ||
		    timer_settime(timers[i], 0, &pace, 0) != 0)
			return 1;
	}
	return 0;
}

void storm_end(void) {
	for (int i = 0; i < KINDS; i++)
		timer_delete(timers[i]);
}

long storm_signals(void) { return __atomic_load_n(&arrived, __ATOMIC_RELAXED); }
long storm_signals_passed_on(void) { return __atomic_load_n(&passed_on, __ATOMIC_RELAXED); }

void storm_catch(long signals) {
	const volatile long *now = &caught;
	for (long end = *now + signals; *now < end;)
		;
}

void storm_watch(const void *where) {
	place = where;
	watched = 0;
}

long storm_watched(void) { return watched; }

#ifdef STORM_PRELOADED
__attribute__((constructor)) static void begin(void) {
	const char *kind = getenv("STORM");
	if (kind && storm_begin(atol(kind), !strstr(kind, "cut")) != 0) {
		static const char text[] = "no storm: the timers cannot be had\n";
		(void)!write(2, text, sizeof text - 1);
		_exit(3);
	}
}
#endif
