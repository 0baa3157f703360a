#ifndef STACKS_H
#define STACKS_H

#include "frames.h"

/* C code that looks at the stack it runs on, as some language runtimes do. */

/* Whether this runs within the bounds that `pthread_getattr_np` tells of its thread's stack. */
int runs_on_thread_stack(void);

/* Calls back below 4 KiB of locals. -1 if this does not run on its thread's stack, or the locals have changed. */
long on_thread_stack(callback cb, void *ctx, long n);
long with_small_frame(callback cb, void *ctx, long n);
long with_deep_frame(callback cb, void *ctx, long n);

#endif
