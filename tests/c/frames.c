#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <string.h>
#include <unistd.h>

long call_back(callback cb, void *ctx, long n) { return cb(ctx, n); }

long call_back_reentrant(callback cb, void *ctx, long n) { return cb(ctx, n); }

long with_frame(callback cb, void *ctx, long n) {
	volatile unsigned char frame[16 << 10];
	memset((void *)frame, (int)(n & 0xff), sizeof frame);
	long result = cb(ctx, n);
	for (size_t i = 0; i < sizeof frame; i++)
		if (frame[i] != (n & 0xff))
			return -1;
	return result;
}

long show_frame(callback cb, void *ctx, long n) {
	volatile unsigned char frame[4 << 10];
	memset((void *)frame, (int)n, sizeof frame);
	return cb(ctx, (long)frame);
}

static long calls, cleanups;

long each(callback cb, void *ctx, long n) {
	long sum = 0;
	for (long i = 0; i < n; i++) {
		__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
		sum += cb(ctx, i);
	}
	__atomic_add_fetch(&cleanups, 1, __ATOMIC_SEQ_CST);
	return sum;
}

long each_calls(void) { return __atomic_load_n(&calls, __ATOMIC_SEQ_CST); }
long each_cleanups(void) { return __atomic_load_n(&cleanups, __ATOMIC_SEQ_CST); }

static __thread int busy;

long exclusive(callback cb, void *ctx, long n) {
	if (busy)
		return -1;
	busy = 1;
	long result = cb(ctx, n);
	busy = 0;
	return result;
}

struct thread {
	callback cb;
	void *ctx;
	long n, result;
};

static void *run(void *arg) {
	struct thread *thread = arg;
	thread->result = thread->cb(thread->ctx, thread->n);
	return NULL;
}

long on_new_thread(callback cb, void *ctx, long n) {
	struct thread thread = {cb, ctx, n, -1};
	pthread_t id;
	if (pthread_create(&id, NULL, run, &thread) != 0)
		return -1;
	pthread_join(id, NULL);
	return thread.result;
}

void wait_for(const int *flag) {
	while (!__atomic_load_n(flag, __ATOMIC_SEQ_CST))
		usleep(100);
}

static __thread long value;

void keep(long v) { value = v; }
long kept(void) { return value; }

int fail_with(int error) {
	errno = error;
	return error ? -1 : 7;
}

void fail_silently_with(int error) { errno = error; }

static void inner(callback cb, void *ctx, long n, jmp_buf *out) {
	cb(ctx, n);
	longjmp(*out, 1);
}

long jump_over(callback cb, void *ctx, long n) {
	jmp_buf out;
	if (setjmp(out) == 0)
		inner(cb, ctx, n, &out);
	return n;
}
