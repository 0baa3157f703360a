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

int swap(Two *pair);
void fill(Two *pair);
long sum(const long *numbers, size_t count);
const char *last(const char *text, const char **end);
void zero(long *numbers, size_t count);
Opaque *opaque(void);
bool is_opaque(const Opaque *opaque);

#endif
