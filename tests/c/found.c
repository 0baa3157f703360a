#include "found.h"

#include <stdarg.h>

int found_counter = 7;
const char found_banner[] = "found";

int found_bump(void) { return found_counter++; }

found_point found_scale(found_point point, double by) {
    point.x *= by;
    point.y *= by;
    return point;
}

size_t found_size(const struct found_node *node, found_id type) { return node ? sizeof *node + type : 0; }

struct found_list {
    int first;
};

found_list *found_open(const char *fn, int self) {
    static found_list list;
    list.first = self + (fn ? fn[0] : 0);
    return &list;
}

uint32_t found_swap(union found_word word) {
    uint8_t first = word.bytes[0];
    word.bytes[0] = word.bytes[3];
    word.bytes[3] = first;
    return word.whole;
}

int32_t found_sum(const struct found_packed *packed, const struct found_aligned *aligned) {
    return packed->a + packed->b + aligned->a + aligned->b;
}

int found_both(struct found_both *both) { return both->value++; }

long long found_flags_sum(struct found_flags *flags) {
    long long sum = flags->ready + flags->kind + flags->level + flags->after + (long long)flags->big;
    flags->ready--;
    flags->kind--;
    flags->level--;
    flags->big--;
    flags->after--;
    return sum;
}

struct found_empty found_after_nothing(int one, struct found_empty nothing, int *sum, int two) {
    *sum = one + two;
    return nothing;
}

long long found_nested_sum(const struct found_nested *nested) {
    return (long long)nested->whole + nested->left + nested->low + nested->inner.x + nested->points[1].y;
}

int found_labelled = 21;
_Thread_local int found_own = 3;

int found_add(int count, ...) {
    va_list list;
    va_start(list, count);
    int sum = 0;
    while (count-- > 0)
        sum += va_arg(list, int);
    va_end(list);
    return sum;
}

int found_each(int count, found_visit visit, void *context) {
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += visit(i, context);
    return sum;
}

int found_first(found_visitor *visit, void *context) { return visit(1, context); }

static int found_double(int x, void *context) { return context ? 0 : 2 * x; }

found_visit found_chosen(int which) { return which ? found_double : NULL; }

int found_holds_size(struct found_holds *holds, int p1, int p2) { return (int)sizeof *holds + p1 + p2 + (int)holds->tight.b; }

int found_words_sum(struct found_words *words) {
    return words->self + words->gen + words->p1 + words->type + (int)words->part.low;
}

int found_name_of(struct found_name *name, found_name other) { return name->k + (int)other; }

int found_hidden_sum(const struct found_hidden *hidden) {
#undef hidden_call
#undef hidden_bit
    return hidden->hidden_whole + (int)hidden->hidden_bit + hidden->hidden_call;
}

int found_taken_sum(struct found_taken *taken) {
    int sum = taken->_0 + taken->whole + taken->_padding1 + (int)(taken->_bits1 + taken->low + taken->clone);
    taken->set_low = 6;
    taken->set_set_low = 1;
    return sum + (int)taken->__bits1;
}

const found_text found_texts = {"one", "two"};
