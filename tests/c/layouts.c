#include "layouts.h"

#include <string.h>

#define ADD(T, ...) \
	T T##_add(int before, T x, long by) { \
		if (before != 77) \
			memset(&x, 0, sizeof x); \
		__VA_ARGS__; \
		return x; \
	}

ADD(layouts_small, x.a += by, x.b += by)
ADD(layouts_pair, x.a += by, x.b += by)
ADD(layouts_large, for (int i = 0; i < 9; i++) x.a[i] += by)
ADD(layouts_floats, x.a += by, x.b += by, x.c += by, x.d += by)
ADD(layouts_doubles, x.a += by, x.b += by)
ADD(layouts_uneven, x.a += by, x.b += by, x.c += by)
ADD(layouts_mixed, x.a += by, x.b += by)
ADD(layouts_bits, x.a += by, x.b += by, x.c += by)
ADD(layouts_holds, x.a += by, x.tight.a += by, x.tight.b += by, x.tight.c += by, x.b += by)

layouts_nothing layouts_nothing_of(layouts_nothing x) { return x; }
long layouts_around_nothing(int before, layouts_nothing x, long after) {
	(void)x;
	return before * 1000 + after;
}

uint64_t layouts_word_read(layouts_word x, int member) {
	uint64_t bits = 0;
	switch (member) {
	case 0: memcpy(&bits, &x.d, 8); break;
	case 1: memcpy(&bits, x.f, 8); break;
	case 2: bits = x.whole; break;
	case 3: bits = x.parts.low | (uint32_t)x.parts.high << 16; break;
	case 4: memcpy(&bits, x.bytes, 8); break;
	}
	return bits;
}

layouts_word layouts_word_write(int member, uint64_t bits) {
	layouts_word x;
	memset(&x, 0, sizeof x);
	switch (member) {
	case 0: memcpy(&x.d, &bits, 8); break;
	case 1: memcpy(x.f, &bits, 8); break;
	case 2: x.whole = bits; break;
	case 3: x.parts.low = (uint16_t)bits, x.parts.high = (uint16_t)(bits >> 16); break;
	case 4: memcpy(x.bytes, &bits, 8); break;
	}
	return x;
}

enum layouts_signed layouts_signed_of(long x) { return (enum layouts_signed)x; }
long layouts_of_signed(enum layouts_signed x) { return x; }
enum layouts_unsigned layouts_unsigned_of(long x) { return (enum layouts_unsigned)x; }
long layouts_of_unsigned(enum layouts_unsigned x) { return x; }

struct layouts_wide layouts_wide_add(int before, struct layouts_wide x, long by) {
	return before == 77 ? (struct layouts_wide){(char)(x.a + by), x.n + by} : (struct layouts_wide){0};
}

struct layouts_plane layouts_plane_turn(struct layouts_plane x, double by) {
	return (struct layouts_plane){-x.n, x.z * I * by};
}

static const uint64_t whole = UINT64_C(0xfedcba9876543210);
uint64_t layouts_after_0(void) { return whole; }
uint64_t layouts_after_1(void *a) { return a ? 0 : whole + 1; }
uint64_t layouts_after_2(void *a, void *b) { return a || !b ? 0 : whole + 2; }
uint64_t layouts_after_3(void *a, void *b, void *c) { return a || !b || c ? 0 : whole + 3; }
uint64_t layouts_after_4(void *a, void *b, void *c, void *d) { return a || !b || c || !d ? 0 : whole + 4; }
uint64_t layouts_through(uint64_t (*f)(uint64_t n, void *data), uint64_t n, void *data) { return f(n, data); }
