/* C that passes numbers which are no values of Rust's enums, and of bool. */
#ifndef CGOCALL_TESTS_EXPORTED_ENUMS_H
#define CGOCALL_TESTS_EXPORTED_ENUMS_H

#include <stdbool.h>
#include <stdint.h>

enum shade { LIGHT = 1, DARK = 9 };

struct shaded {
    const char *name;
    enum shade shade;
};

int enums_value(int order);
int enums_reference(int order);
int enums_mut(int order);
int enums_option(int order);
int enums_slice(int order);
int enums_vec(int order);
int enums_drops_vec(int order);
int enums_struct(int order, int flag);
int enums_struct_behind(int order, int flag);
int enums_structs(int order, int flag);
int enums_wide(int64_t wide);
int enums_imported(int shade, int (*f)(const enum shade *));
int enums_imported_struct(int shade, int (*f)(struct shaded));
int enums_flags(int flag);
int enums_maybe(int flag);
int enums_flag_vec(int flag);
int enums_method(int order);
int enums_unsafe(int order);
int enums_dropped(void);

const bool *enums_lend_flags(int flag);
const enum shade *enums_lend_shades(int shade);
const enum shade *enums_lend_shade(int shade);
bool *enums_give_flags(int flag);
enum shade *enums_give_shades(int shade);
int enums_given(void);
void enums_free(void *given);

#endif
