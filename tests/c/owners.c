#include "owners.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct owners_thing { int value, id; };

static _Atomic int closed[4096];
static _Atomic long closed_on;

struct owners_thing *owners_new(int value)
{
    struct owners_thing *thing;
    if (value < 0) {
        errno = EDOM;
        return NULL;
    }
    thing = malloc(sizeof *thing);
    if (thing)
        thing->value = thing->id = value;
    return thing;
}

int owners_open(int value, struct owners_thing **thing)
{
    if (value >= 0) {
        *thing = owners_new(value);
        return value;
    }
    if (value == -2)
        *thing = owners_new(4095);
    errno = EINVAL;
    return -1;
}

int owners_open_with(int (*f)(void *), void *ctx, struct owners_thing **thing)
{
    *thing = owners_new(*(int *)ctx);
    return f(ctx);
}

/* One, and a reason why there is none. */
struct owners_thing *owners_new_late(int value)
{
    struct owners_thing *thing = owners_new(value);
    errno = value % 2 ? EBUSY : 0;
    return thing;
}

/* What iconv_open and the like return for none. */
struct owners_thing *owners_new_never(int (*f)(void *), void *ctx)
{
    f(ctx);
    errno = EBUSY;
    return (struct owners_thing *)-1;
}

struct owners_thing *owners_new_with(int (*f)(void *), void *ctx)
{
    struct owners_thing *thing = owners_new(*(int *)ctx);
    f(ctx);
    return thing;
}

struct owners_thing *owners_next(struct owners_thing *thing)
{
    return thing && thing->value ? owners_new(thing->value - 1) : NULL;
}

int owners_value(const struct owners_thing *thing)
{
    return thing ? thing->value : -1;
}

void owners_add(struct owners_thing *thing, int more)
{
    if (thing)
        thing->value += more;
}

struct owners_thing *owners_join(struct owners_thing *a, struct owners_thing *b)
{
    if (b) {
        a->value += b->value;
        owners_close(b);
    }
    return a;
}

int owners_close(struct owners_thing *thing)
{
    int value = thing->value;
    closed[thing->id]++;
    closed_on = syscall(SYS_gettid);
    free(thing);
    return value;
}

int owners_close_slowly(struct owners_thing *thing)
{
    usleep(100);
    return owners_close(thing);
}

int owners_closed(int id)
{
    return closed[id];
}

long owners_closed_on(void)
{
    return closed_on;
}

owners_ticket owners_ticket_new(int value)
{
    if (value < 0) {
        errno = EDOM;
        return (owners_ticket)-1;
    }
    return value ? owners_new(value) : 0;
}

int owners_ticket_find(int value, owners_ticket *ticket)
{
    return owners_open(value, (struct owners_thing **)ticket);
}

int owners_ticket_value(const owners_ticket ticket)
{
    return owners_value(ticket);
}

int owners_ticket_close(owners_ticket ticket)
{
    return owners_close(ticket);
}
