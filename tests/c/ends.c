#define _GNU_SOURCE
#include "ends.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct caller {
	callback cb;
	void *ctx;
	long calls;
};

static void call(void *arg) {
	struct caller *caller = arg;
	caller->cb(caller->ctx, caller->calls);
	caller->calls++;
}

static long run(callback cb, void *ctx, void *(*thread)(void *)) {
	struct caller caller = {.cb = cb, .ctx = ctx};
	pthread_t id;
	if (pthread_create(&id, NULL, thread, &caller) != 0)
		return -1;
	pthread_join(id, NULL);
	return caller.calls;
}

static void *return_(void *caller) {
	call(caller);
	return NULL;
}

long returns(callback cb, void *ctx) { return run(cb, ctx, return_); }

static void *exit_(void *caller) {
	pthread_cleanup_push(call, caller);
	call(caller);
	pthread_exit(NULL);
	pthread_cleanup_pop(0);
	return NULL;
}

long exits(callback cb, void *ctx) { return run(cb, ctx, exit_); }

static void *wait_for_cancel(void *caller) {
	pthread_cleanup_push(call, caller);
	call(caller);
	pthread_cancel(pthread_self());
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	return NULL;
}

long is_cancelled(callback cb, void *ctx) { return run(cb, ctx, wait_for_cancel); }

static void *cancel_first(void *caller) {
	pthread_cancel(pthread_self());
	call(caller);
	for (;;)
		pause();
	return NULL;
}

long is_cancelled_before(callback cb, void *ctx) { return run(cb, ctx, cancel_first); }

static pthread_key_t older, newer;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Calls back whenever it is asked: as often as the system asks. */
static void destroy_older(void *caller) {
	call(caller);
	pthread_setspecific(older, caller);
}

static void destroy_newer(void *caller) {
	call(caller);
	pthread_setspecific(newer, caller);
}

static void make_newer(void) { pthread_key_create(&newer, destroy_newer); }

static void *set_data(void *caller) {
	pthread_setspecific(older, caller);
	call(caller);
	pthread_once(&once, make_newer);
	pthread_setspecific(newer, caller);
	return NULL;
}

long has_thread_specific_data(callback cb, void *ctx) { return run(cb, ctx, set_data); }

static __thread struct caller *handled;

static void handle(int signal) {
	(void)signal;
	call(handled);
}

static void *raise_(void *caller) {
	handled = caller;
	signal(SIGUSR2, handle);
	raise(SIGUSR2);
	raise(SIGUSR2);
	return NULL;
}

long handles_a_signal(callback cb, void *ctx) { return run(cb, ctx, raise_); }

void ends_here(void) { pthread_exit(NULL); }

static long early;

long before_main(void) { return early; }

static int is_asked(void) { return getenv("CGOCALL_TESTS_ENDS") != NULL; }

static void at_exit(void) { out_of_main(2); }

__attribute__((constructor)) static void begin(void) {
	pthread_key_create(&older, destroy_older);
	if (is_asked()) {
		early = out_of_main(1);
		atexit(at_exit);
	}
}

__attribute__((destructor)) static void end(void) {
	if (is_asked())
		out_of_main(3);
}
