#include "wrong.h"

#include <errno.h>

static const volatile unsigned char *kept;

void keep_text(const char *text) { kept = (const unsigned char *)text; }

int keep_bytes(const unsigned char *bytes, size_t count)
{
	kept = bytes;
	return count ? bytes[0] : -1;
}

void keep_pair(Two *pair) { kept = (const unsigned char *)pair; }

int use_kept(void) { return kept ? *kept : -1; }

void set_behind(unsigned char *bytes, size_t count, long how_far)
{
	volatile unsigned char *end = bytes + count;
	end[how_far] = 1;
}

void set_const(const Two *pair)
{
	volatile Two *changed = (volatile Two *)(size_t)pair;
	changed->a = 7;
}

long call_with(long (*f)(void *, size_t), void *p, size_t n) { return f(p, n); }

const void *call_for(const void *(*f)(void *), void *p) { return f(p); }

static void write_byte(bool *place, int n) { *(volatile unsigned char *)place = (unsigned char)n; }

void write_two(bool *a, bool *b, int n)
{
	write_byte(a, n);
	write_byte(b, n);
}

void write_then_call(bool *a, int n, void (*f)(void *data), void *data)
{
	write_byte(a, n);
	f(data);
}

void write_four(bool (*four)[4], int n) { make_four(*four, n); }

void make_four(bool *four, int n)
{
	for (int i = 0; i < 4; i++) write_byte(four + i, i == 2 ? n : 1);
}

bool returns_with_errno(bool result, int error)
{
	errno = error;
	return result;
}

int swap(Two *pair)
{
	int a = pair->a;
	pair->a = (int)pair->b;
	pair->b = a;
	return a;
}

void fill(Two *pair)
{
	pair->a = 3;
	pair->b = 4;
}

long sum(const long *numbers, size_t count)
{
	long sum = 0;
	while (count--) sum += numbers[count];
	return sum;
}

const char *last(const char *text, const char **end)
{
	*end = text;
	while (**end) ++*end;
	return *end - 1;
}

void zero(long *numbers, size_t count)
{
	while (count--) numbers[count] = 0;
}

struct opaque {
	int self;
};
static Opaque the_opaque;

Opaque *opaque(void) { return &the_opaque; }

bool is_opaque(const Opaque *opaque) { return opaque == &the_opaque; }
