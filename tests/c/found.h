/* What tests/src/found.rs discovers. */
#ifndef FOUND_H
#define FOUND_H
#include <stddef.h>
#include <stdint.h>

#define FOUND_ANSWER 42
#define FOUND_BIG 0xffffffffffffffffull
#define FOUND_LETTER 'x'
#define FOUND_HALF 0.5
#define FOUND_THIRD 0.25f
#define FOUND_NAME "a \"name\""
#define FOUND_SUM (FOUND_ANSWER + found_bump())

#define FOUND_SQUARE(x) ((x) * (x))
#define FOUND_FORGET(x) do { (void)(x); found_counter = 0; } while (0)

/* A color of the [rainbow],
 * or none. */
enum found_color { FOUND_RED, FOUND_GREEN = 5, FOUND_LAST = -1 };
typedef enum { FOUND_OFF, FOUND_ON = 7 } found_power;

/* A point in the plane. */
typedef struct {
    double x, y;
} found_point;

typedef struct found_list found_list; /* whose fields nobody knows */

struct found_node {
    struct found_node *next;
    found_point at;
    enum found_color color;
    found_power power;
    const char *type;
    int (*visit)(struct found_node *self, void *context);
    uint8_t grid[2][3];
    uint8_t tail[];
};

union found_word {
    uint32_t whole;
    uint8_t bytes[4];
};

struct found_packed {
    char a;
    int32_t b;
} __attribute__((packed));

struct found_aligned {
    char a;
    int32_t b __attribute__((aligned(16)));
};

typedef uint16_t found_id;

extern int found_counter;
extern const char found_banner[];

/**
 * Adds to the counter.
 *
 *     returns what it was
 */
int found_bump(void);

// Walks the list from `first`,
// as far as it goes.
static inline int found_walk(struct found_node *first, void *context) {
    int count = 0;
    for (; first; first = first->next)
        count += first->visit ? first->visit(first, context) : 1;
    return count;
}

found_point found_scale(found_point point, double by);
size_t found_size(const struct found_node *node, found_id type);
found_list *found_open(const char *fn, int self);
uint32_t found_swap(union found_word word);
int32_t found_sum(const struct found_packed *packed, const struct found_aligned *aligned);

struct found_flags {
    unsigned ready : 1;
    unsigned kind : 3;
    signed level : 4;
    unsigned : 0;
    unsigned long long big : 40;
    char after;
};
long long found_flags_sum(struct found_flags *flags);

struct found_nested {
    union {
        uint32_t whole;
        uint8_t bytes[4];
    };
    struct {
        int left;
        union {
            short low;
            int high;
        };
    };
    struct {
        int x;
    } inner;
    struct {
        char x, y;
    } points[2];
};
long long found_nested_sum(const struct found_nested *nested);

/* As GNU C has it: no bytes at all. */
struct found_empty {
};
struct found_empty found_after_nothing(int one, struct found_empty nothing, int *sum, int two);

typedef int (*found_visit)(int x, void *context);
typedef int found_visitor(int x, void *context);
int found_each(int count, found_visit visit, void *context);
int found_first(found_visitor *visit, void *context);
found_visit found_chosen(int which);

/* The first argument says how many come after it. */
int found_add(int count, ...);

extern int found_labelled __asm__("found_label");
extern _Thread_local int found_own;
static const int found_inside = 11;

/* What is packed though nothing in it shows. */
struct __attribute__((packed)) found_tight {
    uint32_t a, b;
};
struct found_holds {
    char c;
    struct found_tight tight;
};
struct found_atomic {
    _Atomic int a;
    int b;
};
struct found_words {
    int self, gen, p1, type;
    union {
        unsigned low : 3;
        int whole;
    } part;
};
struct found_nothing {};
struct found_rest {
    struct found_nothing nothing;
    int a;
};
enum found_value { value = 3 };
struct found_name {
    int k;
};
typedef long found_name;
int found_holds_size(struct found_holds *holds, int p1, int);
int found_words_sum(struct found_words *words);
int found_name_of(struct found_name *name, found_name other);

/* Function and type of one name, as POSIX has it. */
struct found_both {
    int value;
};
int found_both(struct found_both *both);

/* Members that are macros, as in signal.h. */
struct found_hidden {
    union {
        int hidden_whole;
        struct {
            short hidden_low;
        } hidden_parts[2];
    } hidden_all;
    unsigned hidden_bit : 3;
    int hidden_call;
};
int found_hidden_sum(const struct found_hidden *hidden);
#define hidden_whole hidden_all.hidden_whole
#define hidden_parts hidden_all.hidden_parts
#define hidden_low hidden_all.hidden_parts[0].hidden_low
#define hidden_bit nothing.like_it
#define hidden_call(x) x

/* Only the compiler knows that it is const: gcc's debug information does not say. */
typedef char found_text[2][4];
extern const found_text found_texts;

/* What generated fields and functions would be called. */
struct found_taken {
    int _0;
    union {
        int whole;
        char first;
    };
    char _padding1;
    unsigned _bits1 : 3;
    unsigned low : 2, set_low : 3, set_set_low : 1, clone : 4;
    long long __bits1 __attribute__((aligned(16)));
};
int found_taken_sum(struct found_taken *taken);

#endif
