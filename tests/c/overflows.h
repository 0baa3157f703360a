#ifndef OVERFLOWS_H
#define OVERFLOWS_H

#include "frames.h"

/* C code whose stack ends, and C code that handles faults. */

/* Calls itself as often as n says, each time below 1 KiB of locals; without end if that is negative. */
long descend(long n);

/* Writes there. */
void poke(char *address);

/* Calls back from a new thread, `c-worker`, that has 256 KiB of stack, and waits for it. */
long on_small_thread(callback cb, void *ctx, long n);

/* The same on a stack whose guard is marked in the page tables, where Linux can do that, as newer C libraries do. */
long on_marked_stack(callback cb, void *ctx, long n);

/* As the first, where the thread has an alternate stack: before the first call, or after it. Calls twice. -1 if that
   stack is not the thread's any more after a call. */
long keeps_alternate_stack(callback cb, void *ctx, long n);
long replaces_alternate_stack(callback cb, void *ctx, long n);

/* Handles SIGSEGV: tells on stderr of the fault, where it is handled, and what is blocked there (SIGUSR1 should be). A
   fault that was met once is met again, and ends the process. */
void handle_faults(void);
/* The same, with SA_RESETHAND and SA_NODEFER. */
void handle_one_fault(void);
/* The old kind, which is told the signal only. */
void handle_faults_simply(void);

/* Sends SIGSEGV to its own thread, with a value. */
void send_fault(int value);

/* Has the thread of that number call itself without end in a handler that has not asked for an alternate stack. */
void descend_on_signal(int thread);

#endif
