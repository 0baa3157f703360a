#include "calls.h"

#include <stdarg.h>
#include <stdlib.h>

int calls_level = -1;
__thread int calls_per_thread;
const int calls_table[3] = {2, 3, 5};

static int half(int x) { return x / 2; }
static int third(int x) { return x / 3; }
int (*calls_hook)(int x) = half;
void calls_set_hook(int which) { calls_hook = which == 3 ? third : half; }

int calls_total(const int *values, int count) {
	int total = 0;
	while (count--)
		total += *values++;
	return total;
}

void calls_set_per_thread(int to) { calls_per_thread = to; }
FILE *calls_stdin(void) { return stdin; }

int calls_sum(int count, ...) {
	va_list list;
	int sum = 0;
	va_start(list, count);
	while (count--)
		sum += va_arg(list, int);
	va_end(list);
	return sum;
}

double calls_mean(int count, ...) {
	va_list list;
	double sum = 0;
	va_start(list, count);
	for (int i = 0; i < count; i++)
		sum += va_arg(list, double);
	va_end(list);
	return sum / count;
}

int calls_weak(int x) { return x + 2; }
int calls_renamed(int x) { return x + 3; }
void calls_exit(int status) { exit(status); }
