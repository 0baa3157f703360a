#ifndef LAYOUTS_H
#define LAYOUTS_H

#include <complex.h>
#include <stdint.h>

/* By value, in each way that a calling convention has. Each function adds `by` to each field; what comes before and
   after shows that nothing else is where it should not be. */

typedef struct { short a; char b; } layouts_small;
typedef struct { long a, b; } layouts_pair;
typedef struct { long a[9]; } layouts_large;
typedef struct { float a, b, c, d; } layouts_floats;
typedef struct { double a, b; } layouts_doubles;
typedef struct { float a; long b; double c; } layouts_uneven;
typedef struct { double a; int b; } layouts_mixed;
typedef struct {} layouts_nothing;
typedef struct { unsigned a : 3; signed b : 5; unsigned long long c : 40; } layouts_bits;
typedef struct { char a; double b; short c; } __attribute__((packed)) layouts_tight;
typedef struct { char a; layouts_tight tight; long b; } layouts_holds;
typedef union {
	double d;
	float f[2];
	uint64_t whole;
	struct { uint16_t low, high; } parts;
	uint8_t bytes[8];
} layouts_word;
enum layouts_signed { LAYOUTS_LEAST = -2147483647 - 1, LAYOUTS_MINUS = -1, LAYOUTS_ONE = 1 };
enum layouts_unsigned { LAYOUTS_NONE, LAYOUTS_MOST = 0xffffffff };

layouts_small layouts_small_add(int before, layouts_small x, long by);
layouts_pair layouts_pair_add(int before, layouts_pair x, long by);
layouts_large layouts_large_add(int before, layouts_large x, long by);
layouts_floats layouts_floats_add(int before, layouts_floats x, long by);
layouts_doubles layouts_doubles_add(int before, layouts_doubles x, long by);
layouts_uneven layouts_uneven_add(int before, layouts_uneven x, long by);
layouts_mixed layouts_mixed_add(int before, layouts_mixed x, long by);
layouts_bits layouts_bits_add(int before, layouts_bits x, long by);
layouts_holds layouts_holds_add(int before, layouts_holds x, long by);
layouts_nothing layouts_nothing_of(layouts_nothing x);
long layouts_around_nothing(int before, layouts_nothing x, long after);

/* 0 to 4: the member that is written, in the order above. The bits of what it was. */
uint64_t layouts_word_read(layouts_word x, int member);
layouts_word layouts_word_write(int member, uint64_t bits);

enum layouts_signed layouts_signed_of(long x);
long layouts_of_signed(enum layouts_signed x);
enum layouts_unsigned layouts_unsigned_of(long x);
long layouts_of_unsigned(enum layouts_unsigned x);

/* Types that Rust has not, in structs that it has. */
struct layouts_wide { char a; __int128 n; };
struct layouts_wide layouts_wide_add(int before, struct layouts_wide x, long by);
struct layouts_plane { int n; double _Complex z; };
struct layouts_plane layouts_plane_turn(struct layouts_plane x, double by);

/* 64 bits, behind so many pointers. */
uint64_t layouts_after_0(void);
uint64_t layouts_after_1(void *a);
uint64_t layouts_after_2(void *a, void *b);
uint64_t layouts_after_3(void *a, void *b, void *c);
uint64_t layouts_after_4(void *a, void *b, void *c, void *d);
uint64_t layouts_through(uint64_t (*f)(uint64_t n, void *data), uint64_t n, void *data);

#endif
