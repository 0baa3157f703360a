#include "exported.h"

#include "cgocall-tests.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) \
            return __LINE__; \
    } while (0)

static int is(const char *data, size_t len, const char *text)
{
    return len == strlen(text) && memcmp(data, text, len) == 0;
}

int exported_texts(void)
{
    cgo_str none = {NULL, 0};
    cgo_str part = {"abcdef", 3};
    cgo_string greeting = tests_greet(cgo_str_of("wörld"), none);

    CHECK(is(greeting.data, greeting.len, "hello, wörld"));
    CHECK(strcmp(greeting.data, "hello, wörld") == 0);
    cgo_string_free(greeting);
    greeting = tests_greet(part, cgo_str_of("Dr"));
    CHECK(strcmp(greeting.data, "hello, Dr abc") == 0);
    cgo_string_free(greeting);
    greeting = tests_greet(none, cgo_str_of(""));
    CHECK(strcmp(greeting.data, "hello,  ") == 0);
    cgo_string_free(greeting);
    CHECK(is(tests_version().data, tests_version().len, "1.0"));
    CHECK(tests_suffix(true).len == 1);
    CHECK(tests_suffix(false).data == NULL);
    return 0;
}

int exported_owned(void)
{
    cgo_vec_uint32_t numbers = tests_numbers(1000);
    cgo_vec_ExportedPoint points;
    cgo_string text = {NULL, 0, 0, NULL};
    uint64_t sum = 0;
    size_t i, dropped;

    CHECK(numbers.len == 1000 && numbers.cap >= 1000);
    for (i = 0; i < numbers.len; i++)
        numbers.data[i] *= 2;
    sum = tests_sum(numbers);
    CHECK(sum == 999000);
    cgo_vec_uint32_t_free(tests_numbers(3));
    numbers = tests_numbers(0);
    CHECK(numbers.len == 0);
    CHECK(tests_sum(numbers) == 0);
    points = tests_points();
    CHECK(points.len == 2 && points.data[1].y == 4);
    cgo_vec_ExportedPoint_free(points);
    cgo_string_free(text);
    CHECK(tests_shout(text).data == NULL);
    text = tests_greet(cgo_str_of("c"), cgo_str_of("Ms"));
    text.data[0] = 'H';
    text = tests_shout(text);
    CHECK(strcmp(text.data, "HELLO, MS C!") == 0);
    cgo_string_free(text);
    dropped = tests_dropped();
    cgo_vec_ExportedDrops_free(tests_droppers());
    CHECK(tests_dropped() == dropped + 2);
    return 0;
}

int exported_options(void)
{
    cgo_option_int none = {false, 7};
    cgo_option_int five = {true, 5};

    CHECK(tests_half(none).has == false);
    CHECK(tests_half(five).has == true);
    CHECK(tests_half(five).value == 2.5);
    return 0;
}

int exported_results(void)
{
    tests_divide_result divided = tests_divide(17, 5);
    tests_both_result both = tests_both(4);

    CHECK(divided.r0 == 3 && divided.r1 == 2);
    CHECK(both.r0.len == 4 && both.r1.has && both.r1.value == 4);
    CHECK(is(both.r2.data, both.r2.len, "xxxx"));
    cgo_string_free(both.r2);
    cgo_vec_uint32_t_free(both.r0);
    return 0;
}

int exported_boxes(void)
{
    ExportedTree *tree = tests_tree(3);

    CHECK(tree != NULL && tests_tree_height(tree) == 3);
    tests_tree_free(tree);
    CHECK(tests_tree(0) == NULL);
    tests_tree_free(NULL);
    return 0;
}

int exported_failures(void)
{
    int number = 42;
    tests_split_result pair;
    ExportedTree *tree = NULL;

    CHECK(cgocall_tests_last_error() == NULL);
    CHECK(tests_parse(cgo_str_of("12"), &number) == 0 && number == 12);
    CHECK(tests_parse(cgo_str_of("12"), NULL) == 0);
    CHECK(tests_parse(cgo_str_of("x"), &number) == -1 && number == 12);
    CHECK(strcmp(tests_parse_error(), "invalid digit found in string") == 0);
    CHECK(tests_odd(2) == -1);
    CHECK(strcmp(tests_odd_error(), "2 is even") == 0);
    CHECK(strcmp(tests_parse_error(), "2 is even") == 0);
    CHECK(strcmp(cgocall_tests_last_error(), "2 is even") == 0);
    CHECK(tests_odd(3) == 0);
    CHECK(tests_split(cgo_str_of("a=b"), &pair) == 0);
    CHECK(strcmp(pair.r0.data, "a") == 0 && strcmp(pair.r1.data, "b") == 0);
    cgo_string_free(pair.r0);
    cgo_string_free(pair.r1);
    CHECK(tests_split(cgo_str_of("a=b"), NULL) == 0);
    CHECK(tests_split(cgo_str_of("a"), &pair) == -1);
    CHECK(strcmp(tests_split_error(), "no = in a") == 0);
    CHECK(tests_plant(cgo_str_of("2"), &tree) == 0 && tests_tree_height(tree) == 2);
    tests_tree_free(tree);
    return 0;
}

int exported_methods(void)
{
    ExportedCounter *counter = exported_counter_new(40);
    ExportedCounter *other = NULL;

    CHECK(exported_counter_add(counter, 2) == 42);
    CHECK(exported_counter_value(counter) == 42);
    CHECK(is(exported_counter_name(counter).data, exported_counter_name(counter).len, "counter 40"));
    CHECK(exported_counter_parse(cgo_str_of("x"), &other) == -1 && other == NULL);
    CHECK(strcmp(exported_counter_parse_error(), "invalid digit found in string") == 0);
    CHECK(exported_counter_parse(cgo_str_of("8"), &other) == 0);
    exported_counter_merge(counter, other);
    CHECK(exported_counter_value(counter) == 50);
    CHECK(exported_counter_is_less(counter, counter) == false);
    other = exported_counter_half(counter);
    CHECK(exported_counter_value(other) == 25);
    CHECK(exported_counter_half(other) == NULL);
    CHECK(tests_counters() == 2);
    CHECK(exported_counter_end(other) == 25);
    CHECK(tests_counters() == 1);
    exported_counter_parts_result parts = exported_counter_parts(counter);
    CHECK(parts.r0 == 50 && exported_counter_value(parts.r1) == 51 && exported_counter_value(parts.r2) == 25);
    exported_counter_halves_result halves = {NULL, NULL};
    CHECK(exported_counter_halves(parts.r1, &halves) == -1 && halves.r0 == NULL);
    CHECK(strcmp(exported_counter_halves_error(), "no = in counter 51") == 0);
    exported_counter_free(parts.r2);
    parts.r2 = exported_counter_new(6);
    CHECK(exported_counter_halves(parts.r2, &halves) == 0 && exported_counter_value(halves.r1) == 3);
    CHECK(tests_counters() == 4);
    exported_counter_free(halves.r0);
    exported_counter_free(halves.r1);
    exported_counter_free(parts.r1);
    exported_counter_free(parts.r2);
    exported_counter_free(NULL);
    CHECK(tests_counters() == 0);
    CHECK(tests_sum_of_counters(3) == 3);
    return 0;
}

size_t exported_null_self(void)
{
    return (size_t)exported_counter_value(NULL);
}

size_t exported_null_other(void)
{
    ExportedCounter *counter = exported_counter_new(0);
    exported_counter_merge(counter, NULL);
    exported_counter_free(counter);
    return 0;
}

size_t exported_bad_utf8(void)
{
    return tests_length(cgo_str_of("ab\xff"));
}

size_t exported_null_text(void)
{
    cgo_str text = {NULL, 3};
    return tests_length(text);
}

size_t exported_endless_text(void)
{
    cgo_str text = {"abc", (size_t)-1};
    return tests_length(text);
}

size_t exported_spoilt_string(void)
{
    cgo_string text = tests_greet(cgo_str_of("c"), cgo_str_of("Ms"));
    text.data[1] = '\xff';
    cgo_string_free(tests_shout(text));
    return 0;
}

static size_t released;

static void release(void *data, size_t len, size_t cap)
{
    released++;
    (void)len;
    (void)cap;
    free(data);
}

size_t exported_forged_string(void)
{
    /* As another library's would be. */
    static const struct {
        cgo_owner owner;
        const char *library;
        size_t size, align;
    } other = {{release}, "", 1, 1};
    cgo_string text = {NULL, 1, 8, &other.owner};
    text.data = calloc(1, 8);
    cgo_string_free(tests_shout(text));
    return 0;
}

size_t exported_released(void)
{
    return released;
}

/* Gives back what was given to it, but for one thing. */
size_t exported_altered(int how)
{
    static uint32_t own[8] = {1, 2, 3};
    cgo_vec_uint32_t numbers = tests_numbers(2);
    cgo_string text = tests_greet(cgo_str_of("c"), cgo_str_of("Ms"));
    cgo_vec_uint32_t altered = {own, 2, numbers.cap, numbers.owner};

    switch (how) {
    case 0:
        altered.len = numbers.cap + 1;
        break;
    case 1:
        altered.owner = text.owner;
        break;
    default:
        altered.data = NULL;
        altered.len = 0;
    }
    tests_sum(altered);
    cgo_vec_uint32_t_free(numbers);
    cgo_string_free(text);
    return 0;
}

size_t exported_empty_vec(void)
{
    cgo_vec_uint32_t none = {NULL, 0, 0, NULL};
    return (size_t)tests_sum(none);
}

int exported_panic(void)
{
    int number = 1;
    int status = tests_parse(cgo_str_of("panic"), &number);
    return number == 1 ? status : -2;
}

const char *exported_why(void)
{
    return cgocall_tests_last_error();
}

int exported_panic_and_give_back(void)
{
    ExportedCounter *one = exported_counter_new(1), *two = exported_counter_new(2), *three = exported_counter_new(3);
    cgo_vec_ExportedDrops drops = tests_droppers();
    int number;

    tests_parse(cgo_str_of("panic"), &number);
    CHECK(exported_counter_value(one) == 0);
    CHECK(exported_counter_end(two) == 2);
    exported_counter_free(one);
    exported_counter_free(three);
    cgo_vec_ExportedDrops_free(drops);
    return 0;
}

int exported_free_panics(void)
{
    cgo_vec_ExportedLoud_free(tests_loud());
    return 0;
}

int exported_fail(const char *text)
{
    tests_split_result split;
    return tests_split(cgo_str_of(text), &split);
}
