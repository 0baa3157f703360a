#ifndef STORM_H
#define STORM_H

/* Signals in a storm, for this process: SIGURG, SIGCHLD and SIGALRM, each so many times a second: every second one to
   whichever thread the kernel chooses, which is most often the main one, and from there to the next thread in turn. What they interrupt is resumed (SA_RESTART), or cut short. It begins once; nonzero if
   it cannot. Where the program has handlers of its own for one of them, these get it. */
int storm_begin(long hertz, int restart);

/* No more of them are sent. */
void storm_end(void);

/* How many have arrived at this process, and how many of them had been passed on by another thread. */
long storm_signals(void);
long storm_signals_passed_on(void);

/* Goes on in C until so many have interrupted it, on its own thread. */
void storm_catch(long signals);

/* From now on those are counted that find this thread on the stack that `place` is on, or no more if it is null. */
void storm_watch(const void *place);

/* How many there were, on the thread that calls this. */
long storm_watched(void);

#endif
