//! Closures for C that takes a function and a user pointer: borrowed for the call, kept by C, kept until they are dropped.

use cgocall::{Callback, go, yield_now};
use cgocall_tests::closures::*;
use cgocall_tests::{Arrivals, everywhere};
use std::cell::{Cell, RefCell};
use std::ffi::{CString, c_int, c_long, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// C has eight slots for the whole program: each test that keeps closures takes one.
static SLOTS: [Mutex<()>; 8] = [const { Mutex::new(()) }; 8];

struct Slot {
    at: c_int,
    _taken: MutexGuard<'static, ()>,
}

/// One that C does not fail for.
fn slot() -> Slot {
    loop {
        for (at, slot) in (0..7).zip(&SLOTS) {
            if let Ok(_taken) = slot.try_lock() {
                return Slot { at, _taken };
            }
        }
        std::thread::yield_now();
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        forget(self.at);
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

fn panic_of<R: std::fmt::Debug>(f: impl FnOnce() -> R) -> String {
    message(&*catch_unwind(AssertUnwindSafe(f)).unwrap_err())
}

/// Counts how often it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn counted() -> (Counted, Arc<AtomicUsize>) {
    let drops = Arc::new(AtomicUsize::new(0));
    (Counted(Arc::clone(&drops)), drops)
}

// Keeps: closures
#[test]
fn the_user_pointer_may_be_anywhere() {
    let all = || {
        let mut seen = Vec::new();
        let sum = data_first(
            |i| {
                seen.push(i);
                i * 10
            },
            4,
        );
        assert_eq!((sum, &*seen), (60, &[0, 1, 2, 3][..]));
        let mut count = 0;
        let sum = data_last(4, |i| {
            count += 1;
            i
        });
        assert_eq!((sum, count), (10, 4));
        let cell = Cell::new(0);
        let sum = data_last_fn(4, |i| cell.replace(i));
        assert_eq!((sum, cell.get()), (9, 1));
        let mut seen = Vec::new();
        let sum = apart(
            |x, last| {
                seen.push(last);
                x / 2.0
            },
            1.0,
            3,
        );
        assert_eq!(sum, 3.0);
        seen
    };
    everywhere(all, |seen| assert_eq!(seen, [false, false, true]));
}

#[test]
fn dyn_closures_and_blocking_calls_take_what_is_borrowed() {
    let all = || {
        let mut sum = 0;
        data_last_dyn(3, &mut |i| {
            sum += i;
            0
        });
        assert_eq!(data_last_dyn_fn(3, &|i| i * i), 14);
        let mut elsewhere = Vec::new();
        let there = data_last_blocking(3, |i| {
            elsewhere.push(i);
            i
        });
        assert_eq!((there, &*elsewhere), (6, &[3, 2, 1][..]));
        assert_eq!(data_last_blocking_dyn(3, &|i| i), 6);
        sum
    };
    everywhere(all, |sum| assert_eq!(sum, 6));
}

#[test]
fn none_is_null_and_so_is_its_user_pointer() {
    assert_eq!(maybe(Some(|n| n + 1)), 8);
    assert_eq!(maybe(None::<fn(c_int) -> c_int>), -1);
    let mut n = 0;
    assert_eq!(
        maybe_dyn(Some(&mut |of| {
            n += of;
            n
        })),
        7
    );
    assert_eq!((maybe_dyn(None), n), (-1, 7));
}

#[test]
fn a_closure_gets_what_an_export_gets() {
    let mut seen = Vec::new();
    let number = texts(|a, b| seen.push((a.to_owned(), b.map(CString::from))));
    let text = |text: &str| CString::new(text).unwrap();
    assert_eq!(number, 2);
    assert_eq!(
        seen,
        [(text("one"), None), (text("two"), Some(text("three")))]
    );

    let sum = points(|a, b, c, none| {
        assert_eq!((*a, c), (Point { x: 1, y: 2.5 }, Point { x: 5, y: 6.5 }));
        assert!(none.is_none());
        b.x += 100;
    });
    assert_eq!(sum, 107.5);

    let mut lengths = Vec::new();
    let sum = chunks(|bytes, numbers| {
        lengths.push((bytes.to_vec(), numbers.len()));
        numbers.iter_mut().for_each(|n| *n *= 2);
        bytes.len()
    });
    assert_eq!(sum, 3012);
    assert_eq!(lengths, [(b"abc".to_vec(), 3), (Vec::new(), 0)]);

    assert_eq!(fails(|_| 0).unwrap(), 0);
    assert_eq!(fails(|_| libc::ENOENT).unwrap_err().0, libc::ENOENT);
}

#[test]
fn a_length_that_c_passes_is_of_the_type_that_the_header_says() {
    let mut found = Vec::new();
    assert_eq!(words(|text| found.push(text.to_owned()), 5), 5);
    assert_eq!(found, ["to be", ""]);
    let mut lengths = Vec::new();
    bytes(|bytes| lengths.push(bytes.len()), 12);
    assert_eq!(lengths, [12, 0]);
    narrow(
        |bytes, numbers| {
            assert_eq!((bytes, &*numbers), (&b"\xff\xfe"[..], &[1.5, 2.5][..]));
            numbers[1] = 0.0;
        },
        2,
    );
}

#[test]
fn what_is_no_length_or_no_text_is_refused() {
    let refused = |call: &dyn Fn()| {
        let panic = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
        panic.downcast::<String>().unwrap()
    };
    assert_eq!(
        *refused(&|| _ = words(|_| unreachable!(), -1)),
        "C has passed a length of -1 for argument 1 of the closure `f` of `words`, where nothing can be so long"
    );
    assert_eq!(
        *refused(&|| _ = bytes(|_| unreachable!(), c_int::MIN)),
        "C has passed a length of -2147483648 for argument 1 of the closure `f` of `words`, where nothing can be so long"
    );
    assert_eq!(
        *refused(&|| no_text(|_, _| unreachable!(), 1)),
        "argument 1 of the closure `f` of `narrow` is not UTF-8 at byte 0; have C pass what is, or let the closure take \
         `&[u8]`"
    );
}

#[test]
fn several_closures_have_each_its_own_user_pointer_or_all_the_same() {
    let mut bytes = b"to and fro".iter();
    let mut text = String::new();
    let read = || bytes.next().map_or(-1, |byte| c_int::from(*byte));
    let n = pump(read, |byte| {
        text.push(byte as u8 as char);
        0
    });
    assert_eq!((n, &*text), (10, "to and fro"));

    let all = RefCell::new(Vec::new());
    let step = |n| all.borrow_mut().push(n);
    let end = || all.borrow().iter().sum();
    assert_eq!(fold(step, end, None::<fn()>), 10);
    let hello = || all.borrow_mut().clear();
    assert_eq!(fold(step, end, Some(hello)), 10);
}

#[test]
fn glibc_sorts_and_finds_with_closures() {
    let keys = [30, 10, 20, 0];
    let mut order: Vec<c_int> = (0..4).collect();
    let key = |at: *const c_void| {
        // SAFETY: `qsort_r` and `bsearch` pass pointers to elements.
        let at = unsafe { *at.cast::<c_int>() };
        keys[usize::try_from(at).unwrap()]
    };
    // SAFETY: these are so many elements of that size.
    unsafe { qsort_r(order.as_mut_ptr().cast(), 4, 4, |a, b| key(a) - key(b)) };
    assert_eq!(order, [3, 1, 2, 0]);
    // SAFETY: as above.
    let found = unsafe { search(order.as_ptr().cast(), 4, 4, |at| 20 - key(at)) };
    assert_eq!(found.cast(), (&raw const order[2]).cast_mut());

    let mut compared = 0;
    plain::qsort_r(&mut order, 4, |a, b| {
        compared += 1;
        a - b
    });
    assert_eq!(order, [0, 1, 2, 3]);
    assert!(compared > 2);
    let found = plain::search(b"abc", 1, &mut |byte| {
        c_int::from(b'z') - c_int::from(*byte)
    });
    assert!(found.is_null());
}

#[test]
fn a_panic_resumes_in_the_caller_and_the_other_callbacks_return_at_once() {
    let all = || {
        let mut ran = 0;
        let panic = panic_of(|| {
            data_first(
                |i| {
                    ran += 1;
                    assert!(i != 1, "the second");
                    i
                },
                10,
            )
        });
        (panic, ran)
    };
    everywhere(all, |seen| assert_eq!(seen, ("the second".to_owned(), 2)));
}

#[test]
fn c_gets_zero_or_what_on_panic_says() {
    let all = || {
        let panic = panic_of(|| maybe_dyn(Some(&mut |_| panic!("for a zero"))));
        let zero = last_got();
        let other = panic_of(|| or_minus_nine(|_| panic!("for another")));
        (panic, zero, other, last_got())
    };
    everywhere(all, |(panic, zero, other, value)| {
        assert_eq!((&*panic, zero), ("for a zero", 0));
        assert_eq!((&*other, value), ("for another", -9));
    });
    assert_eq!(or_abort(|n| n), 7);
}

#[cgocall::test]
fn a_closure_parks_its_goroutine_and_holds_no_thread() {
    let arrivals = Arc::new(Arrivals::of(50));
    let jobs: Vec<_> = (0..50)
        .map(|n| {
            let arrivals = Arc::clone(&arrivals);
            go(move || {
                let mut waits = 0;
                let sum = data_last_parks(2, |i| {
                    if i == 2 {
                        arrivals.arrive();
                        // Until all of them are inside.
                        arrivals.wait();
                    }
                    yield_now();
                    waits += 1;
                    i + n
                });
                (sum, waits)
            })
        })
        .collect();
    for (n, job) in (0..).zip(jobs) {
        assert_eq!(job.join().unwrap(), (3 + 2 * n, 2));
    }
}

#[test]
fn an_fn_mut_that_is_entered_again_is_refused_and_goes_on_after_it() {
    let all = || {
        let slot = slot();
        let at = slot.at;
        let (seen, done) = (
            Arc::new(Mutex::new(String::new())),
            Arc::new(AtomicI64::new(0)),
        );
        let (tell, ran) = (Arc::clone(&seen), Arc::clone(&done));
        let closure = move |n| {
            if n == 1 {
                *tell.lock().unwrap() = panic_of(|| call_kept(at, 0));
            }
            ran.fetch_add(1, SeqCst);
            n
        };
        keep(at, Some(closure));
        assert_eq!(call_kept(at, 1), 1);
        // And it is free again.
        assert_eq!(call_kept(at, 2), 2);
        assert_eq!(done.load(SeqCst), 2);
        let seen = seen.lock().unwrap();
        assert!(
            seen.contains("again while it runs") && seen.contains("the closure `f` of `keep`"),
            "{seen}"
        );
    };
    everywhere(all, |()| {});
}

/// The same of one that is borrowed, and of a `Callback`'s.
#[test]
fn whoever_owns_an_fn_mut_it_is_entered_once_at_a_time() {
    let all = || {
        let slot = slot();
        let mut refused = String::new();
        let mut calls = 0;
        let sum = lend(slot.at, |n| {
            calls += 1;
            refused = panic_of(|| call_kept(slot.at, 5));
            n
        });
        assert_eq!((sum, calls), (1, 1));
        assert!(refused.contains("again while it runs"), "{refused}");

        let at = slot.at;
        let seen = Arc::new(Mutex::new(String::new()));
        let tell = Arc::clone(&seen);
        let callback: Callback<dyn FnMut(c_long) -> c_long + Send> =
            Callback::new(Box::new(move |n| {
                *tell.lock().unwrap() = panic_of(|| call_kept(at, 5));
                n
            }));
        listen(at, &callback, None);
        assert_eq!(call_kept(at, 1), 1);
        let seen = seen.lock().unwrap();
        assert!(seen.contains("again while it runs"), "{seen}");
    };
    everywhere(all, |()| {});
}

#[test]
fn an_fn_may_be_entered_again() {
    let slot = slot();
    let at = slot.at;
    keep_fn(
        at,
        move |n| if n > 0 { n + call_kept(at, n - 1) } else { 0 },
    );
    assert_eq!(call_kept(at, 4), 10);
}

#[test]
fn a_box_is_a_closure_whatever_is_in_it() {
    let all = || {
        let slot = slot();
        let (value, drops) = counted();
        let mut calls = 0;
        let closure = move |n| {
            let _value = &value;
            calls += 1;
            n * calls
        };
        assert_eq!(keep_boxed(slot.at, Some(Box::new(closure))), 0);
        assert_eq!((call_kept(slot.at, 5), call_kept(slot.at, 5)), (5, 10));
        assert_eq!(drops.load(SeqCst), 0);
        keep_boxed(slot.at, None);
        assert_eq!(drops.load(SeqCst), 1);
        assert_eq!(call_kept(slot.at, 5), -1);
    };
    everywhere(all, |()| {});
}

#[test]
fn c_drops_what_it_keeps_once() {
    let all = || {
        let slot = slot();
        let (value, drops) = counted();
        let mut calls = 0;
        let kept = keep(
            slot.at,
            Some(move |n| {
                let _value = &value;
                calls += 1;
                n * calls
            }),
        );
        assert_eq!(kept, 0);
        assert_eq!((call_kept(slot.at, 5), call_kept(slot.at, 5)), (5, 10));
        assert_eq!(drops.load(SeqCst), 0);
        assert!(!kept_data(slot.at).is_null());
        keep(slot.at, None::<fn(c_long) -> c_long>);
        assert_eq!(drops.load(SeqCst), 1);
        assert!(kept_data(slot.at).is_null());
        assert_eq!(call_kept(slot.at, 5), -1);

        let ((a, a_drops), (b, b_drops)) = (counted(), counted());
        keep_both(
            slot.at,
            move |n| {
                let _a = &a;
                n
            },
            move |n| {
                let _b = &b;
                n + 1
            },
        );
        assert_eq!(call_kept_both(slot.at, 5), 506);
        assert_eq!((a_drops.load(SeqCst), b_drops.load(SeqCst)), (0, 0));
        forget(slot.at);
        assert_eq!((a_drops.load(SeqCst), b_drops.load(SeqCst)), (1, 1));
    };
    everywhere(all, |()| {});
}

#[test]
fn c_that_fails_drops_it_too() {
    let _seventh = SLOTS[7].lock().unwrap_or_else(PoisonError::into_inner);
    let (value, drops) = counted();
    let failed = keep(
        7,
        Some(move |n| {
            let _value = &value;
            n
        }),
    );
    assert_eq!((failed, drops.load(SeqCst)), (-1, 1));
}

/// C drops a closure while it runs: it stays until it has returned.
#[test]
fn a_closure_that_has_c_drop_it_runs_to_its_end() {
    let all = || {
        let slot = slot();
        let at = slot.at;
        let (value, drops) = counted();
        let seen = Arc::clone(&drops);
        keep(
            at,
            Some(move |n| {
                forget(at);
                let before = seen.load(SeqCst);
                drop(Vec::from([&value]));
                c_long::try_from(before).unwrap() + n
            }),
        );
        assert_eq!(call_kept(at, 5), 5);
        assert_eq!(drops.load(SeqCst), 1);
    };
    everywhere(all, |()| {});
}

#[test]
fn what_c_drops_after_a_panic_is_dropped() {
    let all = || {
        let (value, drops) = counted();
        let panic = panic_of(|| {
            in_context(5, move |_, _| {
                let _value = &value;
                panic!("inside")
            })
        });
        assert_eq!((&*panic, drops.load(SeqCst)), ("inside", 1));
    };
    everywhere(all, |()| {});
}

#[test]
fn a_destructor_that_panics_does_so_in_the_caller() {
    struct Panics(Counted);
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("dropped {}", self.0.0.load(SeqCst));
        }
    }
    let all = || {
        let slot = slot();
        let (value, drops) = counted();
        let value = Panics(value);
        keep_fn(slot.at, move |n| {
            let _value = &value;
            n
        });
        assert_eq!(panic_of(|| forget(slot.at)), "dropped 0");
        assert_eq!(drops.load(SeqCst), 1);
        // Of two panics the first one counts.
        let (value, drops) = counted();
        let value = Panics(value);
        let panic = panic_of(|| {
            in_context(5, move |_, _| {
                let _value = &value;
                panic!("inside")
            })
        });
        assert_eq!((&*panic, drops.load(SeqCst)), ("inside", 1));
    };
    everywhere(all, |()| {});
}

#[test]
fn the_user_pointer_may_come_from_a_function_of_c() {
    let (value, drops) = counted();
    let mut calls = 0;
    let n = in_context(40, move |context, n| {
        let _value = &value;
        calls += 1;
        n * context_n(context) + calls
    });
    assert_eq!((n, drops.load(SeqCst)), (81, 1));
}

#[test]
fn the_first_argument_may_be_lent_to_both() {
    let all = || {
        let (value, drops) = counted();
        let n = in_lent_context(40, move |context: &mut LentContext, n| {
            let _value = &value;
            let shared = &*context;
            n * lent_n(shared) + lent_n(shared)
        });
        (n, drops.load(SeqCst))
    };
    everywhere(all, |all| assert_eq!(all, (120, 1)));
}

#[test]
fn a_callback_lives_until_it_is_dropped() {
    let all = || {
        let slot = slot();
        let (value, drops) = counted();
        let mut sum = 0;
        let callback: Callback<dyn FnMut(c_long) -> c_long + Send> =
            Callback::new(Box::new(move |n| {
                let _value = &value;
                sum += n;
                sum
            }));
        listen(slot.at, &callback, None);
        assert_eq!((call_kept(slot.at, 2), call_kept(slot.at, 3)), (2, 5));
        drop(callback);
        assert_eq!(drops.load(SeqCst), 1);
        let panic = panic_of(|| call_kept(slot.at, 2));
        assert!(
            panic.contains("the closure `f` of `keep`")
                && panic.contains("of a `Callback` was removed before"),
            "{panic}"
        );
        // SAFETY: C does not look behind it.
        unsafe { forge(slot.at, 0x1234) };
        let panic = panic_of(|| call_kept(slot.at, 2));
        assert!(panic.contains("never was one"), "{panic}");

        // Of another type, it is refused as well.
        let other: Callback<dyn Fn(c_long) -> c_long + Send + Sync> =
            Callback::new(Box::new(|n| n + 1));
        listen_fn(slot.at, Some(&other), None);
        assert_eq!(call_kept(slot.at, 2), 3);
        let number = kept_data(slot.at).addr();
        let callback: Callback<dyn FnMut(c_long) -> c_long + Send> = Callback::new(Box::new(|n| n));
        listen(slot.at, &callback, None);
        // SAFETY: as above.
        unsafe { forge(slot.at, number) };
        let panic = panic_of(|| call_kept(slot.at, 2));
        assert!(panic.contains("was wanted"), "{panic}");
        listen_fn(slot.at, None, None);
        assert!(kept_data(slot.at).is_null());
    };
    everywhere(all, |()| {});
}

#[test]
fn a_callback_that_is_dropped_while_it_runs_goes_on_to_its_end() {
    let slot = slot();
    let (value, drops) = counted();
    let own = Arc::new(Mutex::new(None));
    let (inside, seen) = (Arc::clone(&own), Arc::clone(&drops));
    let callback: Callback<dyn FnMut(c_long) -> c_long + Send> =
        Callback::new(Box::new(move |n| {
            drop(inside.lock().unwrap().take());
            let _value = &value;
            c_long::try_from(seen.load(SeqCst)).unwrap() + n
        }));
    listen(slot.at, &callback, None);
    *own.lock().unwrap() = Some(callback);
    assert_eq!(call_kept(slot.at, 2), 2);
    assert_eq!(drops.load(SeqCst), 1);
}

#[test]
fn c_threads_call_kept_and_shared_closures() {
    let slot = slot();
    let sum = Arc::new(AtomicI64::new(0));
    let (all, add) = (Arc::new(Arrivals::of(8)), Arc::clone(&sum));
    keep_fn(slot.at, move |n| {
        // All of them are inside at the same time.
        all.arrive();
        all.wait();
        add.fetch_add(n, SeqCst);
        0
    });
    assert_eq!(kept_on_threads(8, slot.at), 0);
    assert_eq!(sum.load(SeqCst), 28);

    let sum = AtomicI64::new(0);
    on_threads(8, |n| {
        sum.fetch_add(n, SeqCst);
        0
    });
    assert_eq!(sum.load(SeqCst), 28);
    let mut sum = 0;
    on_threads_mut(1, |n| {
        sum += n + 1;
        0
    });
    assert_eq!(sum, 1);

    let callback: Callback<dyn Fn(c_long) -> c_long + Send + Sync> =
        Callback::new(Box::new(|n| go(move || n).join().unwrap()));
    listen_fn(slot.at, Some(&callback), None);
    assert_eq!(kept_on_threads(8, slot.at), 28);
}

/// Threads call it for as long as it is there, and then are refused: at the one place where nobody waits, so they ask.
#[test]
fn callbacks_come_and_go_while_threads_of_c_call_them() {
    let slot = slot();
    let (made, dropped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for _ in 0..200 {
        let value = Counted(Arc::clone(&dropped));
        made.fetch_add(1, SeqCst);
        let callback: Callback<dyn Fn(c_long) -> c_long + Send + Sync> =
            Callback::new(Box::new(move |n| {
                let _value = &value;
                n
            }));
        listen_fn(slot.at, Some(&callback), None);
        let at = slot.at;
        let calls = std::thread::spawn(move || {
            // Each import catches what its callback was refused with.
            while catch_unwind(|| assert_eq!(call_kept(at, 3), 3)).is_ok() {}
        });
        drop(callback);
        calls.join().unwrap();
    }
    assert_eq!((made.load(SeqCst), dropped.load(SeqCst)), (200, 200));
}
