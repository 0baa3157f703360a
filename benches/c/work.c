#define _GNU_SOURCE
#include "work.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The barrier keeps the function from being found pure and its calls from being left out. */
void empty(void) { __asm__ volatile("" ::: "memory"); }

int add(int a, int b) {
	__asm__ volatile("" ::: "memory");
	return a + b;
}

int first(const char *text) { return *text; }

int fail(void) {
	errno = ENOENT;
	return -1;
}

int call_back(callback cb, int n) { return cb(n); }

void call_back_times(callback cb, int times) {
	for (int i = 0; i < times; i++)
		cb(i);
}

void call_closure_times(closure f, void *data, int times) {
	for (int i = 0; i < times; i++)
		f(data, i);
}

static struct {
	closure f;
	void *data;
	void (*drop)(void *);
} kept;

void keep_closure(closure f, void *data, void (*drop)(void *)) {
	if (kept.drop)
		kept.drop(kept.data);
	kept.f = f;
	kept.data = data;
	kept.drop = drop;
}

void call_kept_times(int times) { call_closure_times(kept.f, kept.data, times); }

struct calls {
	callback cb;
	int times;
	long took;
};

static long now(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void *run(void *arg) {
	struct calls *calls = arg;
	calls->cb(0);
	calls->took = -now();
	call_back_times(calls->cb, calls->times);
	calls->took += now();
	return NULL;
}

long thread_calls_back(callback cb, int times) {
	struct calls calls = {cb, times, 0};
	pthread_t thread;
	if (pthread_create(&thread, NULL, run, &calls) == 0)
		pthread_join(thread, NULL);
	return calls.took;
}

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static long took;

/* Of the newest key, which is the last that destructors are called for. */
static void end(void *unused) {
	(void)unused;
	took += now();
}

static void make_key(void) { pthread_key_create(&key, end); }

static void *run_once(void *arg) {
	struct calls *calls = arg;
	pthread_once(&once, make_key);
	pthread_setspecific(key, arg);
	took -= now();
	calls->cb(1);
	return NULL;
}

long threads_call_back(callback cb, int threads) {
	struct calls calls = {cb, 1, 0};
	took = 0;
	for (int i = 0; i < threads; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, run_once, &calls) == 0)
			pthread_join(thread, NULL);
	}
	return took;
}

void nap(unsigned micros) {
	struct timespec left = {micros / 1000000, micros % 1000000 * 1000L};
	while (micros != 0 && nanosleep(&left, &left) == -1 && errno == EINTR)
		;
}

enum { PAGE = 4096, GUARD = 64 << 10, STACK = 192 << 10, BATCH = 64 };

/* Gives the kernel the same advice about a part of each slot: in one call, if it takes that from a process about itself. */
static void advise(char *start, size_t slots, size_t len, int advice) {
	struct iovec parts[BATCH];
	for (size_t i = 0; i < slots; i++)
		parts[i] = (struct iovec){start + i * (GUARD + STACK), len};
	const int self = -10001; /* PIDFD_SELF */
	if (syscall(SYS_process_madvise, self, parts, slots, advice, 0) == (long)(slots * len))
		return;
	for (size_t i = 0; i < slots; i++)
		madvise(parts[i].iov_base, len, advice);
}

int touch_stacks(unsigned stacks) {
	const int guard_install = 102, populate_write = 23;
	const size_t slot = GUARD + STACK;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	char *start = mmap(NULL, stacks * slot, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (start == MAP_FAILED)
		return -1;
	madvise(start, stacks * slot, MADV_NOHUGEPAGE);
	for (size_t done = 0; done < stacks; done += BATCH) {
		size_t some = stacks - done < BATCH ? stacks - done : BATCH;
		char *first = start + done * slot;
		advise(first, some, GUARD, guard_install);
		advise(first + slot - PAGE, some, PAGE, populate_write);
		for (size_t i = 1; i <= some; i++)
			*(volatile char *)(first + i * slot - 1) = 1;
	}
	return 0;
}
