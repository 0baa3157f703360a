#include "enums.h"

#include <errno.h>
#include <string.h>

level as_level(int n) { return (level)n; }
level plain_as_level(unsigned n) { return (level)n; }
side as_side(int n) { errno = n < 0 ? 5 : 0; return (side)n; }
outcome as_outcome(int n) { return (outcome)n; }

_Bool as_bool(int n)
{
    /* As from memory that somebody else has written. */
    volatile _Bool yes;
    unsigned char byte = (unsigned char)n;
    memcpy((void *)&yes, &byte, 1);
    return yes;
}

void write_level(level *place, int n) { if (place) memcpy(place, &n, sizeof n); }

int write_levels(level *places, size_t count, int n)
{
    for (size_t i = 0; i < count; i++) write_level(&places[i], n + (int)i);
    return (int)count;
}

void write_outcome(outcome *place, int n) { memcpy(place, &n, sizeof n); }

int write_outcome_or_fail(outcome *place, int n)
{
    write_outcome(place, n);
    return n;
}

void write_bool(_Bool *place, int n) { memcpy(place, &n, 1); }

int call_with_level(int (*f)(level l, _Bool yes), int l, int yes)
{
    /* As a caller that knows of no enum, nor of `_Bool`. */
    union { int (*known)(level l, _Bool yes); int (*called)(int l, int yes); } as = { f };
    return as.called(l, yes);
}

level_of give_level_of(void) { return as_level; }
