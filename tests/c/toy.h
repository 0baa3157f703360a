#ifndef TOY_H
#define TOY_H

/* A library whose state is its thread's, as OpenSSL's error queue is and OpenGL's context. */

/* Must be called on a thread before anything else is. */
void toy_open(void);

/* Takes so many microseconds and leaves an error in the thread's queue; -1 if the thread has not opened it. */
int toy_fail(long code, unsigned micros);

/* Takes the oldest error out of the thread's queue: 0 if there is none. */
long toy_error(void);

/* Ends what the thread has opened: the number of errors that nobody took. */
int toy_close(void);

#endif
