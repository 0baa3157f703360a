#ifndef KINDS_H
#define KINDS_H

#include <stddef.h>
#include <stdint.h>

/* One of each kind of thing that crosses. */

typedef struct { int32_t x, y; } Point;
typedef struct { double cell[4][4]; } Matrix;
typedef struct { char tag; double value; uint8_t flag; } Mixed;
typedef enum { RED, GREEN = 7, BLUE } Colour;
struct step { int32_t x, y; };

typedef struct counter counter;

extern int kinds_level;
extern const char *const kinds_name;
extern const int32_t kinds_primes[4];

/* By value: in registers, in memory, with floats, with padding. */
Point kinds_turn(Point p);
Matrix kinds_transpose(Matrix m);
Mixed kinds_mix(Mixed m);
Colour kinds_next(Colour c);

/* Widths, signs, and where they are put. */
_Bool kinds_bools(_Bool a, _Bool b, int32_t i, _Bool c, _Bool d);
double kinds_five(int8_t a, uint16_t b, float c, int64_t d, double e);
uint64_t kinds_after_pointers(void *a, void *b, void *c, void *d);
unsigned char kinds_narrow(signed char a, unsigned short b);

/* References, slices and text. */
void kinds_move(Point *p, const struct step *by);
int64_t kinds_sum(const int32_t *values, unsigned int count);
void kinds_fill(uint8_t *bytes, size_t count, uint8_t with);
size_t kinds_bytes(const void *data, size_t length);
const char *kinds_greeting(void);
const char *kinds_nothing(void);

/* An opaque type and function pointers. */
counter *counter_new(int start);
int counter_add(counter *c, int n);
void counter_free(counter *c);
typedef int (*operation)(int, int);
operation kinds_operation(int which);
int kinds_apply(operation f, int a, int b);

/* Configured by the import: see `define` and `cflags`. */
static inline int kinds_configured(void) { return KINDS_FACTOR * KINDS_OFFSET; }

/* Calls back by symbol, as a C program calls a library. */
int kinds_call_exports(void);

#endif
