#include "work.h"

#include <errno.h>
#include <time.h>

/* The barrier keeps the function from being found pure and its calls from being left out. */
void empty(void) { __asm__ volatile("" ::: "memory"); }

int add(int a, int b) {
	__asm__ volatile("" ::: "memory");
	return a + b;
}

int fail(void) {
	errno = ENOENT;
	return -1;
}

int call_back(callback cb, int n) { return cb(n); }

void call_back_times(callback cb, int times) {
	for (int i = 0; i < times; i++)
		cb(i);
}

void nap(unsigned micros) {
	struct timespec left = {micros / 1000000, micros % 1000000 * 1000L};
	while (micros != 0 && nanosleep(&left, &left) == -1 && errno == EINTR)
		;
}
