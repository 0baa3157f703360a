#ifndef WORK_H
#define WORK_H

typedef int (*callback)(int n);

void empty(void);
int add(int a, int b);
int call_back(callback cb, int n);

#endif
