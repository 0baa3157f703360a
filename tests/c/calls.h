#ifndef CALLS_H
#define CALLS_H

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

/* What is called, and is no function with one prototype. */

typedef struct { int first, second; } calls_pair;

#define CALLS_SQUARE(x) ((x) * (x))
#define CALLS_BUMPED(x) (++(x), (x))
#define CALLS_TWICE(x) ({ __typeof__(x) once = (x); once + once; })
#define CALLS_SWAP(pair) ((calls_pair){(pair).second, (pair).first})
#define CALLS_TOTAL(values, count) calls_total(values, (int)(count))
#define CALLS_APPLY(f, x) ((f)(x) + 1)
#define CALLS_FAIL(code) (errno = (code), -1)
#define CALLS_SET(x) do { calls_level = (x); } while (0)
#define CALLS_RESET do { calls_level = -1; } while (0)
#define CALLS_LEVEL() (calls_level + 0)
#define CALLS_POPCOUNT __builtin_popcount
#define CALLS_ERRNO_PLACE (&errno)

extern int calls_level;
extern __thread int calls_per_thread;
extern int (*calls_hook)(int x);
extern const int calls_table[3];

int calls_total(const int *values, int count);
void calls_set_per_thread(int to);
FILE *calls_stdin(void);
void calls_set_hook(int which);
int calls_sum(int count, ...);
double calls_mean(int count, ...);
int calls_weak(int x) __attribute__((weak));
int calls_renamed(int x) __asm__("calls_by_another_name");
void calls_exit(int status) __attribute__((noreturn));
static inline int calls_inline(int x) { return x + 1; }

#endif
