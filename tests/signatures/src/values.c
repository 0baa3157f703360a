#include "signatures.h"
#include <stdarg.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wunused-function"

static uint64_t mix(uint64_t *s)
{
	*s = (*s ^ (*s >> 29)) * 0xbf58476d1ce4e5b9u + 0x9e3779b97f4a7c15u;
	return *s ^ (*s >> 32);
}

static void digest(uint64_t *s, uint64_t v)
{
	*s = (*s << 5 | *s >> 59) ^ v;
	mix(s);
}

static float make_float(uint64_t *s) { return (float)(int32_t)mix(s) / 8; }
static double make_double(uint64_t *s) { return (double)(int64_t)mix(s) / 8; }

static void digest_float(uint64_t *s, float v)
{
	uint32_t bits;
	memcpy(&bits, &v, sizeof bits);
	digest(s, bits);
}

static void digest_double(uint64_t *s, double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	digest(s, bits);
}
