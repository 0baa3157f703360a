//! C that handles signals, blocks them, gives its threads alternate stacks, and would notice what interrupts it.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, UserData, cgo_import};
use std::ffi::{c_int, c_uint};

#[cgo_import(preamble = r#"
    #include <errno.h>
    #include <poll.h>
    #include <semaphore.h>
    #include <signal.h>
    #include <string.h>
    #include <sys/epoll.h>
    #include <sys/select.h>
    #include <time.h>
    #include <unistd.h>

    enum { SIGNALS = 65 };
    static int handled[SIGNALS];
    static void count(int signal) { __atomic_add_fetch(&handled[signal], 1, __ATOMIC_SEQ_CST); }
    /* Neither these two nor those that the C library keeps for itself. */
    static int is_free(int signal) {
        struct sigaction now;
        return signal != SIGKILL && signal != SIGSTOP && sigaction(signal, 0, &now) == 0;
    }

    /* Every second signal, from the first one. */
    static void signals_handle(int first) {
        for (int signal = first; signal < SIGNALS; signal += 2)
            if (is_free(signal))
                sigaction(signal, &(struct sigaction){.sa_handler = count, .sa_flags = SA_ONSTACK}, 0);
    }
    /* One of them that has another handler now, and is neither of these: or 0. */
    static int signals_replaced(int first, int but, int or) {
        for (int signal = first; signal < SIGNALS; signal += 2) {
            struct sigaction now;
            if (is_free(signal) && signal != but && signal != or)
                if (sigaction(signal, 0, &now) != 0 || now.sa_handler != count)
                    return signal;
        }
        return 0;
    }
    /* Sends all of them to this thread: one that was not handled once, or 0. */
    static int signals_raise(void) {
        for (int signal = 1; signal < SIGNALS; signal++) {
            if (!is_free(signal))
                continue;
            int before = handled[signal];
            raise(signal);
            if (handled[signal] != before + 1)
                return signal;
        }
        return 0;
    }

    static int signals_break_a_pipe(void) {
        int ends[2];
        if (pipe(ends) != 0)
            return 1;
        close(ends[0]);
        int written = (int)write(ends[1], "x", 1), error = errno;
        close(ends[1]);
        errno = error;
        return written;
    }
    static int signals_pipe_is_ignored(void) {
        struct sigaction now;
        return sigaction(SIGPIPE, 0, &now) == 0 && now.sa_handler == SIG_IGN;
    }

    static __thread char own_stack[64 << 10];
    static __thread stack_t stack_before;
    static __thread sigset_t mask_before, mask_own;
    /* Gives this thread an alternate stack and a mask of C's. */
    static void signals_change(int signal) {
        stack_t stack = {.ss_sp = own_stack, .ss_size = sizeof own_stack};
        sigaltstack(&stack, &stack_before);
        pthread_sigmask(SIG_SETMASK, 0, &mask_before);
        mask_own = mask_before;
        sigaddset(&mask_own, signal);
        pthread_sigmask(SIG_SETMASK, &mask_own, 0);
    }
    /* 1 if it has neither, 2 if not the stack, 3 if not the mask; 0 if it has both. */
    static int signals_changed(void) {
        stack_t stack;
        sigset_t mask;
        sigaltstack(0, &stack);
        pthread_sigmask(SIG_SETMASK, 0, &mask);
        int has_stack = stack.ss_sp == own_stack && stack.ss_flags == 0, has_mask = 1;
        for (int signal = 1; signal < SIGNALS; signal++)
            has_mask &= sigismember(&mask, signal) == sigismember(&mask_own, signal);
        return has_stack ? has_mask ? 0 : 3 : has_mask ? 2 : 1;
    }
    static void signals_change_back(void) {
        sigaltstack(&stack_before, 0);
        pthread_sigmask(SIG_SETMASK, &mask_before, 0);
    }
    static int signals_around(int signal, void (*f)(void *), void *data) {
        signals_change(signal);
        f(data);
        int changed = signals_changed();
        signals_change_back();
        return changed;
    }

    static int is_cut(int result) { return result != 0 && errno == EINTR; }
    /* Waits in every way that a signal ends: how often one has. */
    static int signals_interrupted(unsigned millis) {
        struct timespec time = {millis / 1000, millis % 1000 * 1000000l}, end;
        struct timeval left = {0, (long)millis * 1000};
        struct epoll_event event;
        sem_t never;
        int cut = is_cut(nanosleep(&time, 0)) + is_cut(poll(0, 0, (int)millis)) + is_cut(select(0, 0, 0, 0, &left));
        cut += usleep(millis * 1000) != 0;
        cut += clock_nanosleep(CLOCK_MONOTONIC, 0, &time, 0) == EINTR;
        int epoll = epoll_create1(0);
        cut += is_cut(epoll_wait(epoll, &event, 1, (int)millis));
        close(epoll);
        sem_init(&never, 0, 0);
        clock_gettime(CLOCK_REALTIME, &end);
        end.tv_nsec += time.tv_nsec;
        end.tv_sec += end.tv_nsec / 1000000000;
        end.tv_nsec %= 1000000000;
        cut += is_cut(sem_timedwait(&never, &end));
        sem_destroy(&never);
        return cut;
    }
"#)]
unsafe extern "C" {
    pub safe fn signals_handle(first: c_int);
    pub safe fn signals_replaced(first: c_int, but: c_int, or: c_int) -> c_int;
    pub safe fn signals_raise() -> c_int;
    pub safe fn signals_break_a_pipe() -> Result<c_int, Errno>;
    #[cgo(c = "signals_break_a_pipe", blocking)]
    pub safe fn signals_break_a_pipe_on_a_helper() -> Result<c_int, Errno>;
    pub safe fn signals_pipe_is_ignored() -> c_int;
    pub safe fn signals_change(signal: c_int);
    pub safe fn signals_changed() -> c_int;
    pub safe fn signals_change_back();
    pub safe fn signals_around(signal: c_int, f: impl FnMut(UserData), _: UserData) -> c_int;
    pub safe fn signals_interrupted(millis: c_uint) -> c_int;
    #[cgo(c = "signals_interrupted", blocking)]
    pub safe fn signals_interrupted_on_a_helper(millis: c_uint) -> c_int;
}
