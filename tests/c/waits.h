#ifndef WAITS_H
#define WAITS_H

#include "frames.h"

/* C code that takes its time, on its own thread and on new ones. */

/* Sleeps for so many microseconds, whatever signals come: 0. */
int rest(unsigned micros);

/* Waits for *first, calls back, waits for *second. */
long wait_around(const int *first, const int *second, callback cb, void *ctx, long n);

/* Sleeps for so many microseconds, and then calls back. */
long nap(unsigned micros, callback cb, void *ctx, long n);

/* How often `nap` has called back in all of the program. */
long naps(void);

/* The kernel's number for the thread. */
long thread_id(void);

/* Sleeps, calls back, sleeps: the thread's number, or -1 if it is not the same at the end. */
long thread_id_around(unsigned micros, callback cb, void *ctx, long n);

/* Starts threads that each call back so many times, with numbers from 0 up; the sum, or -1 if a thread did not start. */
long on_new_threads(long threads, long calls, callback cb, void *ctx);

#endif
