#ifndef FRAMES_H
#define FRAMES_H

/* C code that calls back in the ways that real libraries do. */

typedef long (*callback)(void *ctx, long n);

/* Calls back once. */
long call_back(callback cb, void *ctx, long n);

/* The same, and tolerates other C calls of its thread meanwhile. */
long call_back_reentrant(callback cb, void *ctx, long n);

/* Calls back below 16 KiB of locals; -1 if they have changed when it returns. */
long with_frame(callback cb, void *ctx, long n);

/* Calls back with the address of 4 KiB of locals, all of them n. */
long show_frame(callback cb, void *ctx, long n);

/* Calls back n times, adds up, and runs a cleanup of its own at the end. */
long each(callback cb, void *ctx, long n);

/* How often `each` has called back, and has cleaned up, in all of the program. */
long each_calls(void);
long each_cleanups(void);

/* Not reentrant, as much of C is: -1 if it is entered on a thread while a callback of it is not over there. */
long exclusive(callback cb, void *ctx, long n);

/* Calls back from a new thread, and waits for it. */
long on_new_thread(callback cb, void *ctx, long n);

/* Blocks until *flag is not zero. */
void wait_for(const int *flag);

/* Keeps a value for its thread, as libraries do with their state. */
void keep(long value);
long kept(void);

/* Leaves `error` in errno. */
int fail_with(int error);
void fail_silently_with(int error);

/* Calls a callback, and jumps out of its own inner frame afterwards. */
long jump_over(callback cb, void *ctx, long n);

#endif
