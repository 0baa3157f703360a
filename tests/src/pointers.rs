//! Functions that take pointers of every kind.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, cgo_import};
use std::ffi::{c_int, c_long, c_void};
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::Arc;

/// What C knows nothing of.
#[derive(Debug)]
pub struct State {
    pub text: String,
    pub counted: Arc<()>,
}

impl State {
    pub fn new(text: &str) -> State {
        let (text, counted) = (text.to_owned(), Arc::default());
        State { text, counted }
    }
}

#[cgo_import(preamble = r#"
    #include <errno.h>
    #include <stddef.h>

    struct pointers_pair { int first; long second; };

    static long pair_sum(const struct pointers_pair *pair) { return pair ? pair->first + pair->second : -1; }
    static int pair_bump(struct pointers_pair *pair) { if (!pair) return 0; pair->first++; pair->second++; return 1; }
    static void pair_fill(struct pointers_pair *pair, int first) { pair->first = first; pair->second = 10L * first; }
    static struct pointers_pair *pair_itself(struct pointers_pair *pair) { return pair; }
    static struct pointers_pair *pair_find(int how) {
        static struct pointers_pair found = { 1, 2 };
        if (how < 0) errno = EIO;
        return how > 0 ? &found : NULL;
    }

    /* What C keeps for Rust: one at a time. */
    static void *pointers_kept;
    static int keep(void *state) { int is_new = !pointers_kept; pointers_kept = state; return is_new; }
    static int keep_const(const void *state) { pointers_kept = (void *)state; return 1; }
    static void *give_back(void) { void *state = pointers_kept; pointers_kept = NULL; return state; }
    typedef struct pointers_pair *pointers_pick(struct pointers_pair *);
    static pointers_pick *pick_of_c(void) { return pair_itself; }
    typedef _Bool pointers_take(void *, const struct pointers_pair *, int *);
    static _Bool pointers_take_it(void *state, const struct pointers_pair *pair, int *first) {
        if (pair) *first = pair->first;
        return keep(state) && pair;
    }
    static pointers_take *take_of_c(void) { return pointers_take_it; }
    static long call_with(long (*f)(void *), void *state) { return f(state); }
"#)]
unsafe extern "C" {
    #[cgo(c = "pair_sum")]
    pub safe fn sum_if_any(pair: Option<&Couple>) -> c_long;
    #[cgo(c = "pair_bump")]
    pub safe fn bump_if_any(pair: Option<&mut Couple>) -> c_int;
    #[cgo(c = "pair_sum")]
    pub fn sum_behind(pair: *const Couple) -> c_long;
    #[cgo(c = "pair_bump")]
    pub fn bump_behind(pair: NonNull<Couple>) -> c_int;
    #[cgo(c = "pair_bump")]
    pub fn bump_behind_if_any(pair: Option<NonNull<Couple>>) -> c_int;
    pub safe fn pair_fill(pair: &mut MaybeUninit<Couple>, first: c_int);
    #[cgo(c = "pair_itself")]
    pub safe fn itself(pair: Option<NonNull<Couple>>) -> Option<NonNull<Couple>>;
    #[cgo(c = "pair_itself")]
    pub safe fn itself_there_is(pair: Option<NonNull<Couple>>) -> NonNull<Couple>;
    #[cgo(c = "pair_find")]
    pub safe fn find(how: c_int) -> Result<Option<NonNull<Couple>>, Errno>;
    #[cgo(c = "pair_find")]
    pub safe fn find_some(how: c_int) -> Result<NonNull<Couple>, Errno>;
    pub safe fn keep(state: Box<State>) -> c_int;
    pub safe fn keep_const(state: Option<Box<State>>) -> c_int;
    pub safe fn give_back() -> Option<NonNull<c_void>>;
    pub safe fn pick_of_c()
    -> unsafe extern "C" fn(Option<NonNull<Couple>>) -> Option<NonNull<Couple>>;
    pub safe fn take_of_c()
    -> extern "C" fn(Box<State>, Option<&Couple>, &mut MaybeUninit<c_int>) -> bool;
    #[cgo(blocking)]
    pub fn call_with(f: extern "C" fn(Box<State>) -> c_long, state: Box<State>) -> c_long;
}

#[cgo_import(preamble = "struct pointers_pair { int first; long second; };")]
#[cgo(c = "struct pointers_pair")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Couple {
    pub first: c_int,
    pub second: c_long,
}

#[cgo_import]
pub type Itself = unsafe extern "C" fn(pair: Option<NonNull<Couple>>) -> Option<NonNull<Couple>>;

#[cgo_import]
pub type Take =
    extern "C" fn(state: Box<State>, pair: Option<&Couple>, first: &mut MaybeUninit<c_int>) -> bool;
