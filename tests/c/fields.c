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

/* A struct for each position and width: no compiler can be taken for another here. */
#define EACH(sign, before, width)                                                     \
    case (before) * 65 + (width): {                                                   \
        struct __attribute__((packed)) { sign long long : before; sign long long it : width; } s; \
        memcpy(&s, bytes, sizeof s);                                                  \
        if (write) s.it = *value; else *value = s.it;                                 \
        memcpy(bytes, &s, sizeof s);                                                  \
        break;                                                                        \
    }
#define WIDTHS8(s, b, w) EACH(s, b, w + 1) EACH(s, b, w + 2) EACH(s, b, w + 3) EACH(s, b, w + 4) \
    EACH(s, b, w + 5) EACH(s, b, w + 6) EACH(s, b, w + 7) EACH(s, b, w + 8)
#define WIDTHS(s, b) WIDTHS8(s, b, 0) WIDTHS8(s, b, 8) WIDTHS8(s, b, 16) WIDTHS8(s, b, 24) \
    WIDTHS8(s, b, 32) WIDTHS8(s, b, 40) WIDTHS8(s, b, 48) WIDTHS8(s, b, 56)
#define PLACES(s, b) WIDTHS(s, b) WIDTHS(s, b + 1) WIDTHS(s, b + 2) WIDTHS(s, b + 3) \
    WIDTHS(s, b + 4) WIDTHS(s, b + 5) WIDTHS(s, b + 6) WIDTHS(s, b + 7)
#define ALL(s) switch (before * 65 + width) { PLACES(s, 0) PLACES(s, 8) PLACES(s, 16) PLACES(s, 24) }

static void any_signed(unsigned before, unsigned width, _Bool write, uint8_t bytes[12], int64_t *value) { ALL(signed) }
static void any_unsigned(unsigned before, unsigned width, _Bool write, uint8_t bytes[12], int64_t *value) { ALL(unsigned) }

void any_bitfield(unsigned before, unsigned width, _Bool is_signed, _Bool write, uint8_t bytes[12], int64_t *value) {
    (is_signed ? any_signed : any_unsigned)(before, width, write, bytes, value);
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
