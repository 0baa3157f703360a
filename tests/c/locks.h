#ifndef LOCKS_H
#define LOCKS_H

#include "frames.h"

/* C code with mutexes, which belong to the thread that locked them. Where an int is returned it is pthread's error. */

/* A mutex that is locked by one call and unlocked by another of the same thread, or says so. */
int lock_checked(void);
int unlock_checked(void);

/* Adds under a mutex, with a pause between reading and writing. */
int add_locked(long n, unsigned micros);

/* What has been added. */
long added(void);

/* Calls back under a recursive mutex; -1 if another `who` is inside, on the same thread. */
long call_back_inside(callback cb, void *ctx, long who);

/* Takes the same mutex; -1 if another `who` is inside. */
long visit(long who);

/* How many visits there were. */
long visits(void);

#endif
