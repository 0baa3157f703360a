//! C functions that take a function and a user pointer, in all the orders there are.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Callback, DropUserData, Errno, UserData, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_long, c_uchar, c_ushort, c_void};

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Point {
    pub x: c_int,
    pub y: f64,
}

#[cgo_import(
    include = "pthread.h",
    include = "stddef.h",
    include = "errno.h",
    preamble = r#"
    /* User pointer and function first, and first in the callback. */
    static long data_first(void *data, long (*f)(void *data, long i), long n) {
        long sum = 0;
        for (long i = 0; i < n; i++) sum += f(data, i);
        return sum;
    }
    /* Last, and last. */
    static long data_last(long n, long (*f)(long i, void *data), void *data) {
        return n > 0 ? f(n, data) + data_last(n - 1, f, data) : 0;
    }
    /* Apart, and in the middle. */
    static double apart(double (*f)(double x, const void *data, _Bool last), double from, int n, const void *data) {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += f(from + i, data, i == n - 1);
        return sum;
    }
    static __thread int got;
    static int last_got(void) { return got; }
    static int maybe(int (*f)(void *, int), void *data) {
        if (!f) return data ? -2 : -1;
        got = 55;
        return got = f(data, 7);
    }
    static int fails(int (*f)(void *, int), void *data) {
        int r = f(data, 1);
        if (r) errno = r;
        return r ? -1 : 0;
    }

    struct Point { int x; double y; };
    static int texts(void (*f)(void *, const char *, const char *), void *data) {
        f(data, "one", 0);
        f(data, "two", "three");
        return 2;
    }
    static double points(void (*f)(const struct Point *, struct Point *, struct Point, const struct Point *, void *), void *data) {
        struct Point a = { 1, 2.5 }, b = { 3, 4.5 }, c = { 5, 6.5 };
        f(&a, &b, c, 0, data);
        return b.x + b.y;
    }
    static unsigned long chunks(unsigned long (*f)(void *, const void *, size_t, int *, size_t), void *data) {
        int numbers[3] = { 1, 2, 3 };
        unsigned long sum = f(data, "abc", 3, numbers, 3) + f(data, 0, 0, 0, 0);
        return sum * 1000 + numbers[0] + numbers[1] + numbers[2];
    }

    /* Lengths of types that are no size_t. */
    static int words(void (*f)(void *, const char *, int), void *data, int n) {
        f(data, "to be or not", n);
        f(data, 0, 0);
        return n;
    }
    typedef unsigned short Width;
    static void narrow(void (*f)(const void *, Width, double *, Width, void *), void *data, Width n) {
        double numbers[2] = { 1.5, 2.5 };
        f("\xff\xfe", n, numbers, n, data);
    }

    /* Each function with its own user pointer. */
    static long pump(int (*in)(void *), void *in_data, int (*out)(void *, int), void *out_data) {
        long n = 0;
        for (int byte; (byte = in(in_data)) >= 0; n++)
            if (out(out_data, byte)) break;
        return n;
    }
    /* All with the same. */
    static long fold(void *data, void (*step)(void *, long), long (*end)(void *), void (*hello)(void *)) {
        if (hello) hello(data);
        for (long i = 1; i <= 4; i++) step(data, i);
        return end(data);
    }

    /* C that keeps what it is given, until it is given something else. */
    struct kept { long (*f)(void *, long), (*g)(void *, long); void *data; void (*drop)(void *); };
    static struct kept slots[8];
    static int keep_in(int slot, long (*f)(void *, long), long (*g)(void *, long), void *data, void (*drop)(void *)) {
        struct kept old = slots[slot];
        if ((f || g) && slot == 7) { if (drop) drop(data); return -1; }
        slots[slot] = (struct kept){ f, g, data, drop };
        if (old.drop) old.drop(old.data);
        return 0;
    }
    static int keep(int slot, long (*f)(void *, long), void *data, void (*drop)(void *)) { return keep_in(slot, f, 0, data, drop); }
    static long lend(int slot, long (*f)(void *, long), void *data) {
        slots[slot] = (struct kept){ f, 0, data, 0 };
        long r = f(data, 1);
        slots[slot] = (struct kept){ 0, 0, 0, 0 };
        return r;
    }
    static long call_kept(int slot, long n) { return slots[slot].f ? slots[slot].f(slots[slot].data, n) : -1; }
    static long call_kept_both(int slot, long n) {
        return slots[slot].f(slots[slot].data, n) * 100 + slots[slot].g(slots[slot].data, n);
    }
    static void *kept_data(int slot) { return slots[slot].data; }
    static void forge(int slot, size_t data) { slots[slot].data = (void *)data; }
    static int forget(int slot) { return keep_in(slot, 0, 0, 0, 0); }

    struct call { long (*f)(void *, long); void *data; long n, sum; };
    static void *run(void *call) {
        struct call *c = call;
        c->sum = c->f(c->data, c->n);
        return 0;
    }
    static long on_threads(int threads, long (*f)(void *, long), void *data) {
        pthread_t ids[16];
        struct call calls[16];
        long sum = 0;
        for (int i = 0; i < threads; i++) {
            calls[i] = (struct call){ f, data, i, 0 };
            if (pthread_create(&ids[i], 0, run, &calls[i])) return -1;
        }
        for (int i = 0; i < threads; i++) {
            pthread_join(ids[i], 0);
            sum += calls[i].sum;
        }
        return sum;
    }
    static long kept_on_threads(int threads, int slot) { return on_threads(threads, slots[slot].f, slots[slot].data); }

    /* C that hands the user pointer out by a function of its own. */
    struct context { void *data; int n; };
    static void *context_data(struct context *context) { return context->data; }
    static int context_n(struct context *context) { return context->n; }
    static int in_context(int n, void *data, int (*f)(struct context *, int), void (*drop)(void *)) {
        struct context context = { data, n };
        int r = f(&context, 2);
        if (drop) drop(data);
        return r;
    }
    "#
)]
unsafe extern "C" {
    #[cgo(c = "struct context")]
    pub type Context;

    pub safe fn data_first(
        _: UserData,
        f: impl FnMut(UserData, c_long) -> c_long,
        n: c_long,
    ) -> c_long;
    pub safe fn data_last(
        n: c_long,
        f: impl FnMut(c_long, UserData) -> c_long,
        data: UserData,
    ) -> c_long;
    #[cgo(c = "data_last")]
    pub safe fn data_last_fn(
        n: c_long,
        f: impl Fn(c_long, UserData) -> c_long,
        _: UserData,
    ) -> c_long;
    #[cgo(c = "data_last")]
    pub safe fn data_last_dyn(
        n: c_long,
        f: &mut dyn FnMut(c_long, UserData) -> c_long,
        _: UserData,
    ) -> c_long;
    #[cgo(c = "data_last")]
    pub safe fn data_last_dyn_fn(
        n: c_long,
        f: &dyn Fn(c_long, UserData) -> c_long,
        _: UserData,
    ) -> c_long;
    #[cgo(c = "data_last", blocking)]
    pub safe fn data_last_blocking(
        n: c_long,
        f: impl FnMut(c_long, UserData) -> c_long + Send,
        _: UserData,
    ) -> c_long;
    #[cgo(c = "data_last", blocking)]
    pub safe fn data_last_blocking_dyn(
        n: c_long,
        f: &(dyn Fn(c_long, UserData) -> c_long + Sync),
        _: UserData,
    ) -> c_long;
    #[cgo(c = "data_last", parks)]
    pub safe fn data_last_parks(
        n: c_long,
        f: impl FnMut(c_long, UserData) -> c_long,
        _: UserData,
    ) -> c_long;
    pub safe fn apart(
        f: impl FnMut(f64, UserData, bool) -> f64,
        from: f64,
        n: c_int,
        _: UserData,
    ) -> f64;
    pub safe fn maybe(f: Option<impl FnMut(UserData, c_int) -> c_int>, _: UserData) -> c_int;
    #[cgo(c = "maybe")]
    pub safe fn maybe_dyn(
        f: Option<&mut dyn FnMut(UserData, c_int) -> c_int>,
        _: UserData,
    ) -> c_int;
    #[cgo(c = "maybe")]
    pub safe fn or_minus_nine(
        #[cgo(on_panic = -9)] f: impl FnMut(UserData, c_int) -> c_int,
        _: UserData,
    ) -> c_int;
    #[cgo(c = "maybe")]
    pub safe fn or_abort(
        #[cgo(on_panic = abort)] f: impl FnMut(UserData, c_int) -> c_int,
        _: UserData,
    ) -> c_int;
    /// What C has got from the last callback of these on this thread.
    pub safe fn last_got() -> c_int;
    pub safe fn fails(f: impl FnMut(UserData, c_int) -> c_int, _: UserData)
    -> Result<c_int, Errno>;

    pub safe fn texts(f: impl FnMut(UserData, &CStr, Option<&CStr>), _: UserData) -> c_int;
    pub safe fn points(
        f: impl FnMut(&Point, &mut Point, Point, Option<&Point>, UserData),
        _: UserData,
    ) -> f64;
    pub safe fn chunks(f: impl FnMut(UserData, &[u8], &mut [c_int]) -> usize, _: UserData)
    -> usize;

    pub safe fn words(f: impl FnMut(UserData, &str), _: UserData, n: c_int) -> c_int;
    #[cgo(c = "words")]
    pub safe fn bytes(f: impl FnMut(UserData, &[c_char]), _: UserData, n: c_int) -> c_int;
    pub safe fn narrow(f: impl FnMut(&[u8], &mut [f64], UserData), _: UserData, n: c_ushort);
    #[cgo(c = "narrow")]
    pub safe fn no_text(f: impl FnMut(&str, &mut [f64], UserData), _: UserData, n: c_ushort);

    pub safe fn pump(
        r#in: impl FnMut(UserData) -> c_int,
        _: UserData,
        out: impl FnMut(UserData, c_int) -> c_int,
        _: UserData,
    ) -> c_long;
    pub safe fn fold(
        _: UserData,
        step: impl FnMut(UserData, c_long),
        end: impl Fn(UserData) -> c_long,
        hello: Option<impl FnMut(UserData)>,
    ) -> c_long;

    pub safe fn keep(
        slot: c_int,
        f: Option<impl FnMut(UserData, c_long) -> c_long + Send + 'static>,
        _: UserData,
        _: DropUserData,
    ) -> c_int;
    #[cgo(c = "keep")]
    pub safe fn keep_boxed(
        slot: c_int,
        f: Option<Box<dyn FnMut(UserData, c_long) -> c_long + Send>>,
        _: UserData,
        _: DropUserData,
    ) -> c_int;
    #[cgo(c = "keep")]
    pub safe fn keep_fn(
        slot: c_int,
        f: impl Fn(UserData, c_long) -> c_long + Send + Sync + 'static,
        _: UserData,
        _: DropUserData,
    ) -> c_int;
    #[cgo(c = "keep_in")]
    pub safe fn keep_both(
        slot: c_int,
        f: impl FnMut(UserData, c_long) -> c_long + Send + 'static,
        g: impl FnMut(UserData, c_long) -> c_long + Send + 'static,
        _: UserData,
        _: DropUserData,
    ) -> c_int;
    #[cgo(c = "keep")]
    pub safe fn listen(
        slot: c_int,
        f: &Callback<dyn FnMut(UserData, c_long) -> c_long + Send>,
        _: UserData,
        drop: Option<unsafe extern "C" fn(*mut c_void)>,
    ) -> c_int;
    #[cgo(c = "keep")]
    pub safe fn listen_fn(
        slot: c_int,
        f: Option<&Callback<dyn Fn(UserData, c_long) -> c_long + Send + Sync>>,
        _: UserData,
        drop: Option<unsafe extern "C" fn(*mut c_void)>,
    ) -> c_int;
    /// While C has it, [`call_kept`] calls it again.
    pub safe fn lend(slot: c_int, f: impl FnMut(UserData, c_long) -> c_long, _: UserData)
    -> c_long;
    pub safe fn call_kept(slot: c_int, n: c_long) -> c_long;
    pub safe fn call_kept_both(slot: c_int, n: c_long) -> c_long;
    pub safe fn kept_data(slot: c_int) -> *mut c_void;
    pub fn forge(slot: c_int, data: usize);
    pub safe fn forget(slot: c_int) -> c_int;
    pub safe fn kept_on_threads(threads: c_int, slot: c_int) -> c_long;
    pub safe fn on_threads(
        threads: c_int,
        f: impl Fn(UserData, c_long) -> c_long + Sync,
        _: UserData,
    ) -> c_long;
    #[cgo(c = "on_threads")]
    pub safe fn on_threads_mut(
        threads: c_int,
        f: impl FnMut(UserData, c_long) -> c_long + Send,
        _: UserData,
    ) -> c_long;

    safe fn context_data(context: *mut Context) -> *mut c_void;
    pub safe fn context_n(context: *mut Context) -> c_int;
    pub safe fn in_context(
        n: c_int,
        _: UserData,
        #[cgo(user_data = context_data)] f: impl FnMut(*mut Context, c_int) -> c_int + Send + 'static,
        _: DropUserData,
    ) -> c_int;

    /// The same, lent to whoever is called, on whichever thread.
    #[cgo(c = "struct context", send)]
    pub type LentContext;
    #[cgo(c = "context_data")]
    safe fn lent_data(context: &LentContext) -> *mut c_void;
    #[cgo(c = "context_n")]
    pub safe fn lent_n(context: &LentContext) -> c_int;
    #[cgo(c = "in_context")]
    pub safe fn in_lent_context(
        n: c_int,
        _: UserData,
        #[cgo(user_data = lent_data)] f: impl FnMut(&mut LentContext, c_int) -> c_int + Send + 'static,
        _: DropUserData,
    ) -> c_int;
}

#[cgo_import(include = "stdlib.h", define = "_GNU_SOURCE")]
unsafe extern "C" {
    pub fn qsort_r(
        base: *mut c_void,
        n: usize,
        size: usize,
        compare: impl FnMut(*const c_void, *const c_void, UserData) -> c_int,
        _: UserData,
    );
    /// The key is what C passes on.
    #[cgo(c = "bsearch")]
    pub fn search(
        _: UserData,
        base: *const c_void,
        n: usize,
        size: usize,
        compare: impl FnMut(UserData, *const c_void) -> c_int,
    ) -> *mut c_void;
}

/// Without a header.
pub mod plain {
    use super::*;

    #[cgo_import]
    unsafe extern "C" {
        pub safe fn qsort_r(
            base: &mut [c_int],
            size: usize,
            compare: impl FnMut(&c_int, &c_int, UserData) -> c_int,
            _: UserData,
        );
        #[cgo(c = "bsearch")]
        pub safe fn search(
            _: UserData,
            base: &[c_uchar],
            size: usize,
            compare: &mut dyn FnMut(UserData, &c_uchar) -> c_int,
        ) -> *const c_char;
    }
}
