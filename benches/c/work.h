#ifndef WORK_H
#define WORK_H

typedef int (*callback)(int n);

void empty(void);
int add(int a, int b);
/* Fails: -1, and ENOENT in errno. */
int fail(void);
int call_back(callback cb, int n);
/* Calls back so often, without returning in between. */
void call_back_times(callback cb, int times);
/* Blocks the thread, unless for no time at all. */
void nap(unsigned micros);

#endif
