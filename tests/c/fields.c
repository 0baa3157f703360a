#include "fields.h"
#include <string.h>

struct packet packet_make(unsigned seed) {
    struct packet p;
    memset(&p, seed, sizeof p);
    return p;
}

void packet_read(const struct packet *p, int64_t values[8]) {
    values[0] = p->version;
    values[1] = p->ready;
    values[2] = p->level;
    values[3] = p->on;
    values[4] = p->shade;
    values[5] = p->type;
    values[6] = p->wide;
    values[7] = p->sign;
}

void packet_write(struct packet *p, const int64_t values[8]) {
    p->version = values[0];
    p->ready = values[1];
    p->level = values[2];
    p->on = values[3] & 1;
    p->shade = values[4];
    p->type = values[5];
    p->wide = values[6];
    p->sign = values[7];
}

void tight_read(const struct tight *t, int64_t values[4]) {
    values[0] = t->tag;
    values[1] = t->far;
    values[2] = t->near;
    values[3] = t->value;
}

void tight_write(struct tight *t, const int64_t values[4]) {
    t->tag = values[0];
    t->far = values[1];
    t->near = values[2];
    t->value = values[3];
}

uint32_t word_low(const union word *w) { return w->low; }

/* A struct for each position and width: no compiler can be taken for another here. A function for each position: one of
   4,096 cases takes an optimiser a minute. */
#define EACH(sign, before, width)                                                     \
    case width: {                                                                     \
        struct __attribute__((packed)) { sign long long : before; sign long long it : width; } s; \
        memcpy(&s, bytes, sizeof s);                                                  \
        if (write) s.it = *value; else *value = s.it;                                 \
        memcpy(bytes, &s, sizeof s);                                                  \
        break;                                                                        \
    }
#define WIDTHS8(s, b, w) EACH(s, b, w + 1) EACH(s, b, w + 2) EACH(s, b, w + 3) EACH(s, b, w + 4) \
    EACH(s, b, w + 5) EACH(s, b, w + 6) EACH(s, b, w + 7) EACH(s, b, w + 8)
#define WIDTHS(s, b)                                                                  \
    static void s##_##b(unsigned width, _Bool write, uint8_t bytes[12], int64_t *value) { \
        switch (width) {                                                              \
            WIDTHS8(s, b, 0) WIDTHS8(s, b, 8) WIDTHS8(s, b, 16) WIDTHS8(s, b, 24)     \
            WIDTHS8(s, b, 32) WIDTHS8(s, b, 40) WIDTHS8(s, b, 48) WIDTHS8(s, b, 56)   \
        }                                                                             \
    }
#define PLACES(DO, s)                                                                 \
    DO(s, 0) DO(s, 1) DO(s, 2) DO(s, 3) DO(s, 4) DO(s, 5) DO(s, 6) DO(s, 7)           \
    DO(s, 8) DO(s, 9) DO(s, 10) DO(s, 11) DO(s, 12) DO(s, 13) DO(s, 14) DO(s, 15)     \
    DO(s, 16) DO(s, 17) DO(s, 18) DO(s, 19) DO(s, 20) DO(s, 21) DO(s, 22) DO(s, 23)   \
    DO(s, 24) DO(s, 25) DO(s, 26) DO(s, 27) DO(s, 28) DO(s, 29) DO(s, 30) DO(s, 31)
#define NAMED(s, b) s##_##b,
PLACES(WIDTHS, signed)
PLACES(WIDTHS, unsigned)

void any_bitfield(unsigned before, unsigned width, _Bool is_signed, _Bool write, uint8_t bytes[12], int64_t *value) {
    static void (*const places[2][32])(unsigned, _Bool, uint8_t *, int64_t *) = {
        {PLACES(NAMED, unsigned)}, {PLACES(NAMED, signed)}};
    places[is_signed][before](width, write, bytes, value);
}

int shape_check(const struct shape *s) {
    return s->kind == 1 && s->box.width == 2 && s->box.height == 3 && s->corners[3].y == 4 && s->next == 0
        && s->last == 5;
}

void shape_fill(struct shape *s) {
    memset(s, 0, sizeof *s);
    s->kind = 6;
    s->radius = 7.5;
    s->corners[0].x = 8;
    s->corners[2].y = -9;
    s->last = 10;
}

void exotic_fill(struct exotic *e) {
    e->first = 1;
    e->wide = 2.5L;
    e->shared = 3;
    e->plane = 4.0f;
    e->last = 5;
}

int exotic_check(const struct exotic *e) {
    return e->first == 1 && e->wide == 2.5L && e->shared == 3 && e->plane == 4.0f && e->last == 5;
}
