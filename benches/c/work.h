#ifndef WORK_H
#define WORK_H

typedef int (*callback)(int n);

void empty(void);
int add(int a, int b);
/* Looks at its first character. */
int first(const char *text);
/* Fails: -1, and ENOENT in errno. */
int fail(void);
int call_back(callback cb, int n);
/* Calls back so often, without returning in between. */
void call_back_times(callback cb, int times);
/* The same with a user pointer, and with one that was kept before. */
typedef int (*closure)(void *data, int n);
void call_closure_times(closure f, void *data, int times);
void keep_closure(closure f, void *data, void (*drop)(void *));
void call_kept_times(int times);
/* The same from a thread of its own, and once before: how many nanoseconds it took after that. */
long thread_calls_back(callback cb, int times);
/* So many threads, one after the other, that call back once each: how many nanoseconds all of them took for that, and
   for the destructors of what a thread has for itself. */
long threads_call_back(callback cb, int threads);
/* Blocks the thread, unless for no time at all. */
void nap(unsigned micros);
/* Makes so many stacks, each with a guard below, and writes to the first page of each: what a goroutine's stack takes at
   least. They stay. 0: done. */
int touch_stacks(unsigned stacks);

#endif
