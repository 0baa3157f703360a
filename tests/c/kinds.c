#ifndef KINDS_FACTOR
#error "the import's `define` did not reach its source"
#endif
#include "kinds.h"
#include "cgocall-tests.h"

#include <stdlib.h>
#include <string.h>

int kinds_level = 3;
const char *const kinds_name = "kinds";
const int32_t kinds_primes[4] = {2, 3, 5, 7};

Point kinds_turn(Point p) { return (Point){-p.y, p.x}; }

Matrix kinds_transpose(Matrix m) {
	Matrix t;
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < 4; j++)
			t.cell[i][j] = m.cell[j][i];
	return t;
}

Mixed kinds_mix(Mixed m) { return (Mixed){m.tag + 1, m.value * 2, !m.flag}; }
Colour kinds_next(Colour c) { return c == RED ? GREEN : c == GREEN ? BLUE : RED; }

_Bool kinds_bools(_Bool a, _Bool b, int32_t i, _Bool c, _Bool d) { return a && !b && i == -5 && !c && d; }
double kinds_five(int8_t a, uint16_t b, float c, int64_t d, double e) { return a + b + c + (double)d + e; }
uint64_t kinds_after_pointers(void *a, void *b, void *c, void *d) {
	return a && b && c && !d ? UINT64_C(0xfedcba9876543210) : 0;
}
unsigned char kinds_narrow(signed char a, unsigned short b) { return (unsigned char)(a + b); }

void kinds_move(Point *p, const struct step *by) { p->x += by->x, p->y += by->y; }
int64_t kinds_sum(const int32_t *values, unsigned int count) {
	int64_t sum = 0;
	while (count--)
		sum += *values++;
	return sum;
}
void kinds_fill(uint8_t *bytes, size_t count, uint8_t with) { memset(bytes, with, count); }
size_t kinds_bytes(const void *data, size_t length) { return data ? length : (size_t)-1; }
const char *kinds_greeting(void) { return "hello"; }
const char *kinds_nothing(void) { return NULL; }

struct counter { int n; };
counter *counter_new(int start) {
	counter *c = malloc(sizeof *c);
	if (c)
		c->n = start;
	return c;
}
int counter_add(counter *c, int n) { return c->n += n; }
void counter_free(counter *c) { free(c); }

static int plus(int a, int b) { return a + b; }
static int times(int a, int b) { return a * b; }
operation kinds_operation(int which) { return which == '+' ? plus : which == '*' ? times : NULL; }
int kinds_apply(operation f, int a, int b) { return f ? f(a, b) : -1; }

int kinds_call_exports(void) {
	if (exported_add(2, 3) != 5)
		return 1;
	if (exported_length("four") != 4)
		return 2;
	uint8_t bytes[3] = {1, 2, 3};
	if (exported_sum(bytes, 3) != 6 || exported_sum(NULL, 0) != 0)
		return 3;
	int64_t total = 40;
	exported_increase(&total, 2);
	if (total != 42)
		return 4;
	ExportedSpan span = exported_span(3, 9);
	if (span.start != 3 || span.length != 6)
		return 5;
	return 0;
}
