#define _GNU_SOURCE
#include "locks.h"

#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t checked = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

int lock_checked(void) { return pthread_mutex_lock(&checked); }
int unlock_checked(void) { return pthread_mutex_unlock(&checked); }

static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;
static long sum;

int add_locked(long n, unsigned micros) {
	int error = pthread_mutex_lock(&adding);
	if (error)
		return error;
	long before = sum;
	usleep(micros);
	sum = before + n;
	return pthread_mutex_unlock(&adding);
}

long added(void) {
	pthread_mutex_lock(&adding);
	long now = sum;
	pthread_mutex_unlock(&adding);
	return now;
}

/* A recursive mutex lets in whatever its thread calls, so who is inside is kept beside it. */
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static long inside, visited;

static long no_callback(void *ctx, long who) {
	(void)ctx;
	visited++;
	return who;
}

long call_back_inside(callback cb, void *ctx, long who) {
	long result = -1;
	pthread_mutex_lock(&recursive);
	long before = inside;
	if (before == 0 || before == who) {
		inside = who;
		result = cb(ctx, who);
		inside = before;
	}
	pthread_mutex_unlock(&recursive);
	return result;
}

long visit(long who) { return call_back_inside(no_callback, NULL, who); }

long visits(void) {
	pthread_mutex_lock(&recursive);
	long now = visited;
	pthread_mutex_unlock(&recursive);
	return now;
}
