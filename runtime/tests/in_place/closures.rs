//! Closures that C calls: lent, kept, and a `Callback`'s.

use crate::{Counted, panic_of};
use cgocall::{Callback, DropUserData, UserData, cgo_import};
use std::ffi::c_int;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, MutexGuard};
use std::thread;

#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "toy_each")]
    safe fn each(n: c_int, f: impl FnMut(UserData, c_int) -> c_int, _: UserData) -> c_int;
    #[cgo(c = "toy_each")]
    safe fn each_shared(n: c_int, f: &dyn Fn(UserData, c_int) -> c_int, _: UserData) -> c_int;
    #[cgo(c = "toy_each")]
    safe fn each_if_any(
        n: c_int,
        f: Option<&mut dyn FnMut(UserData, c_int) -> c_int>,
        _: UserData,
    ) -> c_int;

    #[cgo(c = "toy_keep")]
    safe fn keep(
        at: c_int,
        f: impl FnMut(UserData, c_int) -> c_int + Send + 'static,
        _: UserData,
        _: DropUserData,
    );
    #[cgo(c = "toy_keep")]
    safe fn keep_shared(
        at: c_int,
        f: impl Fn(UserData, c_int) -> c_int + Send + Sync + 'static,
        _: UserData,
        _: DropUserData,
    );
    #[cgo(c = "toy_listen")]
    safe fn listen(
        at: c_int,
        f: &Callback<dyn FnMut(UserData, c_int) -> c_int + Send>,
        _: UserData,
    );
    #[cgo(c = "toy_listen")]
    safe fn listen_shared(
        at: c_int,
        f: &Callback<dyn Fn(UserData, c_int) -> c_int + Send + Sync>,
        _: UserData,
    );
    #[cgo(c = "toy_tell")]
    safe fn tell(at: c_int, n: c_int) -> c_int;
    #[cgo(c = "toy_forget")]
    safe fn forget(at: c_int);
}

/// C has so many slots: each test takes one.
static SLOTS: [Mutex<()>; 16] = [const { Mutex::new(()) }; 16];

fn slot() -> (c_int, MutexGuard<'static, ()>) {
    loop {
        for (at, slot) in (0..).zip(&SLOTS) {
            if let Ok(taken) = slot.try_lock() {
                return (at, taken);
            }
        }
        thread::yield_now();
    }
}

#[test]
fn one_that_is_lent_may_change_what_it_borrows() {
    let mut seen = Vec::new();
    let sum = each(4, |i| {
        seen.push(i);
        10 * i
    });
    assert_eq!((sum, seen), (60, vec![0, 1, 2, 3]));
    let mut last = 0;
    assert_eq!(
        each_if_any(3, Some(&mut |i| std::mem::replace(&mut last, i))),
        1
    );
    assert_eq!((last, each_if_any(3, None)), (2, -1));
}

#[test]
fn calls_nest_and_each_closure_has_its_own() {
    fn deep(level: c_int) -> c_int {
        let mut calls = 0;
        each(2, |i| {
            calls += 1;
            if level > 0 {
                deep(level - 1) + i
            } else {
                calls
            }
        })
    }
    assert_eq!(
        deep(3),
        31,
        "each level is twice the one below, and one more"
    );
    let all = |i| i;
    assert_eq!(each_shared(3, &|i| i + each_shared(2, &all)), 6);
}

#[test]
fn an_fn_mut_that_is_in_use_is_not_entered_again() {
    let (at, _taken) = slot();
    let (counted, drops) = Counted::new();
    let mut calls = 0;
    keep(at, move |n| {
        let _here = &counted;
        calls += 1;
        if n > 0 { tell(at, n - 1) } else { calls }
    });
    assert_eq!(tell(at, 0), 1);
    let refused = panic_of(|| tell(at, 1));
    assert!(refused.contains("again while it runs"), "{refused}");
    assert_eq!(tell(at, 0), 3, "the one that ran is left");
    forget(at);
    assert_eq!(drops.load(SeqCst), 1);
}

#[test]
fn one_that_has_c_drop_it_stays_until_it_has_returned() {
    let (at, _taken) = slot();
    let (counted, drops) = Counted::new();
    let before = Arc::clone(&drops);
    keep(at, move |n| {
        forget(at);
        assert_eq!(before.load(SeqCst), 0);
        let _here = &counted;
        n + 1
    });
    assert_eq!(tell(at, 6), 7);
    assert_eq!(drops.load(SeqCst), 1);
}

#[test]
fn an_fn_is_called_by_several_threads_and_dropped_once() {
    let (at, _taken) = slot();
    let (counted, drops) = Counted::new();
    let within = Arc::new(Barrier::new(4));
    {
        let within = Arc::clone(&within);
        keep_shared(at, move |n| {
            let _here = &counted;
            within.wait();
            n
        });
    }
    let callers: Vec<_> = (0..3).map(|n| thread::spawn(move || tell(at, n))).collect();
    // All of them are in it.
    within.wait();
    forget(at);
    let results = callers.into_iter().map(|caller| caller.join().unwrap());
    assert_eq!(results.sum::<c_int>(), 3);
    assert_eq!(drops.load(SeqCst), 1);
}

#[test]
fn a_callback_is_found_by_its_number_until_it_is_dropped() {
    let (at, _taken) = slot();
    let (counted, drops) = Counted::new();
    let heard = Arc::new(AtomicUsize::new(0));
    let sum = Arc::clone(&heard);
    let callback: Callback<dyn FnMut(c_int) -> c_int + Send> = Callback::new(Box::new(move |n| {
        let _here = &counted;
        sum.fetch_add(n.try_into().unwrap(), SeqCst);
        n
    }));
    listen(at, &callback);
    assert_eq!(tell(at, 7), 7);
    assert_eq!(thread::spawn(move || tell(at, 8)).join().unwrap(), 8);
    assert_eq!((heard.load(SeqCst), drops.load(SeqCst)), (15, 0));
    drop(callback);
    assert_eq!(drops.load(SeqCst), 1);
    let refused = panic_of(|| tell(at, 9));
    assert!(refused.contains("was removed before"), "{refused}");
}

#[test]
fn a_callback_that_is_dropped_while_threads_run_it_is_gone_after_them() {
    let (at, _taken) = slot();
    let (counted, drops) = Counted::new();
    let within = Arc::new(Barrier::new(3));
    let wait = Arc::clone(&within);
    let callback: Callback<dyn Fn(c_int) -> c_int + Send + Sync> =
        Callback::new(Box::new(move |n| {
            wait.wait();
            wait.wait();
            let _here = &counted;
            n
        }));
    listen_shared(at, &callback);
    let callers: Vec<_> = (0..2).map(|n| thread::spawn(move || tell(at, n))).collect();
    within.wait();
    drop(callback);
    assert_eq!(drops.load(SeqCst), 0);
    within.wait();
    let results = callers.into_iter().map(|caller| caller.join().unwrap());
    assert_eq!(results.sum::<c_int>(), 1);
    assert_eq!(drops.load(SeqCst), 1);
}
