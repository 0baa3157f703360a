#ifndef ENDS_H
#define ENDS_H

#include "frames.h"

/* Threads that end in other ways than by returning, and calls when nobody expects any. */

/* Runs a thread that calls back with 0, and with higher numbers while it ends; how often it has. */
long returns(callback cb, void *ctx);
/* By `pthread_exit`, with a cleanup handler that calls back. */
long exits(callback cb, void *ctx);
/* Is cancelled after it has called back, with such a handler. */
long is_cancelled(callback cb, void *ctx);
/* Its thread-specific data call back when they are destroyed, until they may no more: keys that are older than any of
   the program's, and newer ones. */
long has_thread_specific_data(callback cb, void *ctx);
/* Calls back for the first time from a signal handler. */
long handles_a_signal(callback cb, void *ctx);
/* Is cancelled, and calls back before it notices. */
long is_cancelled_before(callback cb, void *ctx);

/* Ends the thread that calls it. */
void ends_here(void);

/* What has been called back before `main`: 1, and 2 if that was right. */
long before_main(void);

/* The environment's CGOCALL_TESTS_ENDS: call `out_of_main(1)` before `main`, `out_of_main(2)` at its exit, and
   `out_of_main(3)` in a destructor. */
extern long out_of_main(long stage);

#endif
