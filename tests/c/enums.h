#ifndef ENUMS_H
#define ENUMS_H

#include <stddef.h>

typedef enum { LOW = 1, HIGH = 5 } level;
typedef enum { LEFT = -1, RIGHT = 1, TOP = 7 } side;
typedef enum { DONE, LATE, LOST } outcome;
typedef level (*level_of)(int n);

/* `n`, whatever that is. */
level as_level(int n);
level plain_as_level(unsigned n);
side as_side(int n);
outcome as_outcome(int n);
_Bool as_bool(int n);
void write_level(level *place, int n);
int write_levels(level *places, size_t count, int n);
void write_outcome(outcome *place, int n);
int write_outcome_or_fail(outcome *place, int n);
void write_bool(_Bool *place, int n);
int call_with_level(int (*f)(level l, _Bool yes), int l, int yes);
level_of give_level_of(void);

#endif
