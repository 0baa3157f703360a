#define _GNU_SOURCE
#include "waits.h"

#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int rest(unsigned micros) {
	struct timespec left = {micros / 1000000, micros % 1000000 * 1000l};
	while (nanosleep(&left, &left) != 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

long wait_around(const int *first, const int *second, callback cb, void *ctx, long n) {
	wait_for(first);
	long result = cb(ctx, n);
	wait_for(second);
	return result;
}

static long napped;

long nap(unsigned micros, callback cb, void *ctx, long n) {
	rest(micros);
	__atomic_add_fetch(&napped, 1, __ATOMIC_SEQ_CST);
	return cb(ctx, n);
}

long naps(void) { return __atomic_load_n(&napped, __ATOMIC_SEQ_CST); }

long thread_id(void) { return syscall(SYS_gettid); }

long thread_id_around(unsigned micros, callback cb, void *ctx, long n) {
	long before = thread_id();
	if (micros)
		rest(micros);
	cb(ctx, n);
	if (micros)
		rest(micros);
	return thread_id() == before ? before : -1;
}

struct caller {
	pthread_t id;
	callback cb;
	void *ctx;
	long first, calls, sum;
};

static void *run(void *arg) {
	struct caller *caller = arg;
	for (long i = 0; i < caller->calls; i++)
		caller->sum += caller->cb(caller->ctx, caller->first + i);
	return NULL;
}

long on_new_threads(long threads, long calls, callback cb, void *ctx) {
	struct caller callers[threads];
	long started = 0, sum = 0;
	for (; started < threads; started++) {
		callers[started] = (struct caller){.cb = cb, .ctx = ctx, .first = started * calls, .calls = calls};
		if (pthread_create(&callers[started].id, NULL, run, &callers[started]) != 0)
			break;
	}
	for (long i = 0; i < started; i++) {
		pthread_join(callers[i].id, NULL);
		sum += callers[i].sum;
	}
	return started == threads ? sum : -1;
}
