#include "exported_enums.h"

#include "cgocall-tests.h"

#include <stdlib.h>
#include <string.h>

static EnumsOrder order_of(int number)
{
    EnumsOrder order;
    memcpy(&order, &number, sizeof order);
    return order;
}

static void put_flag(bool *flag, int number)
{
    unsigned char byte = (unsigned char)number;
    memcpy(flag, &byte, 1);
}

static EnumsBoth both_of(int order, int flag)
{
    EnumsBoth both;
    memset(&both, 0xff, sizeof both);
    both.orders[0] = EnumsOrder_Up;
    both.orders[1] = order_of(order);
    put_flag(&both.counts, flag);
    return both;
}

int enums_value(int order)
{
    return tests_enums_value(order_of(order));
}

int enums_reference(int order)
{
    EnumsOrder at = order_of(order);
    return tests_enums_reference(&at);
}

int enums_mut(int order)
{
    EnumsOrder at = order_of(order);
    int was = tests_enums_mut(&at);
    return at == EnumsOrder_Up ? was : -1;
}

int enums_option(int order)
{
    EnumsOrder at = order_of(order);
    return tests_enums_option(order == 0 ? NULL : &at);
}

int enums_slice(int order)
{
    EnumsOrder orders[3] = {EnumsOrder_Up, EnumsOrder_Up, EnumsOrder_Up};
    orders[1] = order_of(order);
    return tests_enums_slice(orders, 3);
}

int enums_vec(int order)
{
    cgo_vec_EnumsOrder orders = tests_enums_give();
    orders.data[1] = order_of(order);
    return tests_enums_vec(orders);
}

int enums_drops_vec(int order)
{
    cgo_vec_EnumsDrops all = tests_enums_give_drops();
    all.data[1].both.orders[0] = order_of(order);
    return tests_enums_take_drops(all);
}

int enums_struct(int order, int flag)
{
    EnumsDrops drops;
    drops.both = both_of(order, flag);
    return tests_enums_struct(drops);
}

int enums_struct_behind(int order, int flag)
{
    EnumsDrops drops;
    drops.both = both_of(order, flag);
    return tests_enums_struct_behind(&drops);
}

int enums_structs(int order, int flag)
{
    EnumsBoth both[2];
    both[0] = both_of(EnumsOrder_Down, 0);
    both[1] = both_of(order, flag);
    return tests_enums_structs(both, 2);
}

int enums_wide(int64_t wide)
{
    return tests_enums_wide(wide);
}

int enums_imported(int shade, int (*f)(const enum shade *))
{
    enum shade at;
    memcpy(&at, &shade, sizeof at);
    return f(&at);
}

int enums_imported_struct(int shade, int (*f)(struct shaded))
{
    struct shaded shaded = {"", LIGHT};
    memcpy(&shaded.shade, &shade, sizeof shade);
    return f(shaded);
}

int enums_flags(int flag)
{
    bool flags[3] = {true, true, true};
    put_flag(&flags[1], flag);
    return tests_enums_flags(flags, 3);
}

int enums_maybe(int flag)
{
    cgo_option_bool maybe;
    maybe.has = flag >= 0;
    put_flag(&maybe.value, flag);
    return tests_enums_maybe(maybe);
}

int enums_flag_vec(int flag)
{
    cgo_vec_bool flags = tests_enums_give_flags();
    put_flag(&flags.data[1], flag);
    return tests_enums_flag_vec(flags);
}

int enums_method(int order)
{
    EnumsSorter *sorter = enums_sorter_new(EnumsOrder_Up);
    EnumsOrder at = order_of(order);
    int got = enums_sorter_change(sorter, &at);
    enums_sorter_free(sorter);
    return got;
}

int enums_unsafe(int order)
{
    return tests_enums_unsafe(order_of(order));
}

int enums_dropped(void)
{
    return tests_enums_dropped();
}

const bool *enums_lend_flags(int flag)
{
    static bool flags[3];
    flags[0] = true;
    put_flag(&flags[1], flag);
    return flags;
}

const enum shade *enums_lend_shades(int shade)
{
    static enum shade shades[3];
    shades[0] = shades[2] = DARK;
    memcpy(&shades[1], &shade, sizeof shade);
    return shades;
}

const enum shade *enums_lend_shade(int shade)
{
    return shade == 0 ? NULL : enums_lend_shades(shade) + 1;
}

static int given;

bool *enums_give_flags(int flag)
{
    bool *flags = malloc(3 * sizeof *flags);
    memcpy(flags, enums_lend_flags(flag), 3 * sizeof *flags);
    given++;
    return flags;
}

enum shade *enums_give_shades(int shade)
{
    enum shade *shades = malloc(3 * sizeof *shades);
    memcpy(shades, enums_lend_shades(shade), 3 * sizeof *shades);
    given++;
    return shades;
}

int enums_given(void)
{
    return given;
}

void enums_free(void *given_before)
{
    given--;
    free(given_before);
}
