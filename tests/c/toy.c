#include "toy.h"

#include <string.h>
#include <unistd.h>

static __thread struct {
	int open, errors;
	long queue[16];
} toy;

void toy_open(void) { toy.open = 1; }

int toy_fail(long code, unsigned micros) {
	if (!toy.open)
		return -1;
	if (micros)
		usleep(micros);
	if (toy.errors < 16)
		toy.queue[toy.errors++] = code;
	return 0;
}

long toy_error(void) {
	if (toy.errors == 0)
		return 0;
	long oldest = toy.queue[0];
	toy.errors--;
	memmove(toy.queue, toy.queue + 1, (size_t)toy.errors * sizeof toy.queue[0]);
	return oldest;
}

int toy_close(void) {
	int left = toy.errors;
	toy.open = toy.errors = 0;
	return left;
}
