#define _GNU_SOURCE
#include "overflows.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static long (*volatile again)(long) = descend;

long descend(long n) {
	volatile char frame[1 << 10];
	memset((void *)frame, 1, sizeof frame);
	return n == 0 ? 0 : again(n - 1) + frame[n & 1];
}

void poke(char *address) { *(volatile char *)address = 1; }

struct small {
	callback cb;
	void *ctx;
	long n, result;
	void *(*run)(void *);
};

static void *run(void *arg) {
	struct small *small = arg;
	small->result = small->cb(small->ctx, small->n);
	return NULL;
}

static void *begin(void *arg) {
	struct small *small = arg;
	pthread_setname_np(pthread_self(), "c-worker");
	return small->run(small);
}

static long start(callback cb, void *ctx, long n, void *(*run)(void *)) {
	struct small small = {cb, ctx, n, -1, run};
	pthread_attr_t attr;
	pthread_t id;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 << 10);
	if (pthread_create(&id, &attr, begin, &small) != 0)
		return -1;
	pthread_join(id, NULL);
	return small.result;
}

long on_small_thread(callback cb, void *ctx, long n) { return start(cb, ctx, n, run); }

long on_marked_stack(callback cb, void *ctx, long n) {
	enum { SIZE = 256 << 10, GUARD = 4 << 10, MADV_GUARD_INSTALL_ = 102 };
	struct small small = {cb, ctx, n, -1, run};
	pthread_attr_t attr;
	pthread_t id;
	char *stack = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return -1;
	if (madvise(stack, GUARD, MADV_GUARD_INSTALL_) != 0)
		mprotect(stack, GUARD, PROT_NONE);
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, stack + GUARD, SIZE - GUARD);
	if (pthread_create(&id, &attr, begin, &small) != 0)
		return -1;
	pthread_join(id, NULL);
	munmap(stack, SIZE);
	return small.result;
}

static _Thread_local char *alternate;
enum { ALTERNATE = 64 << 10 };

static void install_alternate(void) {
	alternate = malloc(ALTERNATE);
	stack_t stack = {.ss_sp = alternate, .ss_size = ALTERNATE};
	sigaltstack(&stack, NULL);
}

static int has_alternate(void) {
	stack_t stack;
	sigaltstack(NULL, &stack);
	return stack.ss_sp == alternate && stack.ss_size == ALTERNATE && stack.ss_flags == 0;
}

static void *run_keeping(void *arg) {
	struct small *small = arg;
	long sum = 0;
	install_alternate();
	for (int i = 0; i < 2; i++) {
		sum += small->cb(small->ctx, small->n);
		if (!has_alternate())
			return NULL;
	}
	small->result = sum;
	return NULL;
}

long keeps_alternate_stack(callback cb, void *ctx, long n) { return start(cb, ctx, n, run_keeping); }

static void *run_replacing(void *arg) {
	struct small *small = arg;
	stack_t had;
	long sum = small->cb(small->ctx, small->n);
	sigaltstack(NULL, &had);
	install_alternate();
	sum += small->cb(small->ctx, small->n);
	/* The runtime has given it one, which is not what it has now. */
	if (has_alternate() && had.ss_flags == 0 && had.ss_sp != alternate)
		small->result = sum;
	return NULL;
}

long replaces_alternate_stack(callback cb, void *ctx, long n) { return start(cb, ctx, n, run_replacing); }

static int has_reset;

static void tell(int signal, siginfo_t *info, void *context) {
	(void)context;
	char line[256];
	sigset_t blocked;
	stack_t stack;
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	sigaltstack(NULL, &stack);
	const char *on = !(stack.ss_flags & SS_ONSTACK) ? "the stack"
	                 : stack.ss_sp == alternate     ? "its own"
	                                                : "an alternate one";
	int value = info->si_code == SI_QUEUE ? info->si_value.sival_int : 0;
	unsigned long address = info->si_code == SI_QUEUE ? 0 : (unsigned long)info->si_addr;
	int length = snprintf(line, sizeof line, "handled: signal %d, code %d, address %lx, value %d; on %s; blocked %d %d %d\n",
		signal, info->si_code, address, value, on, sigismember(&blocked, SIGSEGV), sigismember(&blocked, SIGUSR1),
		sigismember(&blocked, SIGUSR2));
	if (write(2, line, (size_t)length) != length)
		abort();
	if (info->si_code != SI_QUEUE && !has_reset)
		sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
}

static void install_handler(int flags) {
	struct sigaction action = {.sa_sigaction = tell, .sa_flags = SA_SIGINFO | SA_ONSTACK | flags};
	sigaddset(&action.sa_mask, SIGUSR1);
	sigaction(SIGSEGV, &action, NULL);
}

void handle_faults(void) { install_handler(0); }

void handle_one_fault(void) {
	has_reset = 1;
	install_handler(SA_RESETHAND | SA_NODEFER);
}

static void simply(int signal) {
	static const char line[] = "handled simply\n";
	if (write(2, line, sizeof line - 1) < 0)
		abort();
	sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
}

void handle_faults_simply(void) { sigaction(SIGSEGV, &(struct sigaction){.sa_handler = simply}, NULL); }

void send_fault(int value) { pthread_sigqueue(pthread_self(), SIGSEGV, (union sigval){.sival_int = value}); }

static void descend_here(int signal) {
	(void)signal;
	descend(-1);
}

void descend_on_signal(int thread) {
	sigaction(SIGUSR2, &(struct sigaction){.sa_handler = descend_here}, NULL);
	syscall(SYS_tgkill, getpid(), thread, SIGUSR2);
}
