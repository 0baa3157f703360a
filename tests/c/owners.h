/* Things that C gives away, and closes. */
#ifndef OWNERS_H
#define OWNERS_H

#include <stdbool.h>

struct owners_thing;

/* Less than nothing fails with EINVAL, and with -2 the thing is there nevertheless, as of 4095. */
int owners_open(int value, struct owners_thing **thing);
int owners_open_with(int (*f)(void *), void *ctx, struct owners_thing **thing);
/* Null, and EDOM, for less than nothing. */
struct owners_thing *owners_new(int value);
struct owners_thing *owners_new_late(int value);
struct owners_thing *owners_new_never(int (*f)(void *), void *ctx);
struct owners_thing *owners_new_with(int (*f)(void *), void *ctx);
struct owners_thing *owners_next(struct owners_thing *thing);
int owners_value(const struct owners_thing *thing);
void owners_add(struct owners_thing *thing, int more);
/* The two of which the first is left. */
struct owners_thing *owners_join(struct owners_thing *a, struct owners_thing *b);
int owners_close(struct owners_thing *thing);
/* How often one was closed that was opened with this value. */
int owners_closed(int id);
/* Which thread has closed the last one. */
long owners_closed_on(void);
int owners_close_slowly(struct owners_thing *thing);

/* A name for a pointer, to what nobody knows. (void *)-1, and EDOM, for less than nothing; null for 0. */
typedef void *owners_ticket;
owners_ticket owners_ticket_new(int value);
int owners_ticket_find(int value, owners_ticket *ticket);
int owners_ticket_value(const owners_ticket ticket);
int owners_ticket_close(owners_ticket ticket);

#endif
