#ifndef WRONG_H
#define WRONG_H

#include <stdbool.h>
#include <stddef.h>

struct two {
	int a;
	long b;
};
typedef struct two Two;
typedef struct opaque Opaque;

void keep_text(const char *text);
int keep_bytes(const unsigned char *bytes, size_t count);
void keep_pair(Two *pair);
int use_kept(void);

void set_behind(unsigned char *bytes, size_t count, long how_far);
void set_const(const Two *pair);

long call_with(long (*f)(void *, size_t), void *p, size_t n);
const void *call_for(const void *(*f)(void *), void *p);

void write_two(bool *a, bool *b, int n);
void write_then_call(bool *a, int n, void (*f)(void *data), void *data);
void write_four(bool (*four)[4], int n);
void make_four(bool *four, int n);
bool returns_with_errno(bool result, int error);

int swap(Two *pair);
void fill(Two *pair);
long sum(const long *numbers, size_t count);
const char *last(const char *text, const char **end);
void zero(long *numbers, size_t count);
Opaque *opaque(void);
bool is_opaque(const Opaque *opaque);

#endif
