#ifndef FIELDS_H
#define FIELDS_H

#include <stdint.h>

/* Bitfields of each kind. */
enum shade { SHADE_NONE, SHADE_DARK = 5 };
struct packet {
    uint8_t version : 4;
    uint8_t length : 4;
    int before;
    unsigned ready : 1;
    signed level : 5;
    _Bool on : 1;
    enum shade shade : 3;
    unsigned : 2;
    unsigned type : 20;
    unsigned long long wide : 61;
    signed long long sign : 3;
    char after;
};
struct packet packet_make(unsigned seed);
/* What C reads of it, one after the other. */
void packet_read(const struct packet *p, int64_t values[8]);
void packet_write(struct packet *p, const int64_t values[8]);

/* Across bytes. */
#pragma pack(push, 1)
struct tight {
    char tag;
    long long far : 41;
    unsigned near : 12;
    int value;
};
#pragma pack(pop)
void tight_read(const struct tight *t, int64_t values[4]);
void tight_write(struct tight *t, const int64_t values[4]);

union word {
    uint32_t whole;
    struct { uint32_t nothing; } other;
    uint32_t low : 9;
};
uint32_t word_low(const union word *w);

/* Reads or writes the bitfield of `width` bits behind `before` others. */
void any_bitfield(unsigned before, unsigned width, _Bool is_signed, _Bool write, uint8_t bytes[12], int64_t *value);

/* Structs that have no names, some of them members without one. */
struct shape {
    int kind;
    union {
        struct { double radius; };
        struct { int width, height; } box;
        char bytes[12];
    };
    struct { short x, y; } corners[4];
    struct link { struct shape *shape; } *next;
    unsigned char last;
};
int shape_check(const struct shape *s);
void shape_fill(struct shape *s);

/* Types that Rust has not. */
struct exotic {
    char first;
    long double wide;
    _Atomic int shared;
    _Complex float plane;
    int last;
};
void exotic_fill(struct exotic *e);
int exotic_check(const struct exotic *e);

#endif
