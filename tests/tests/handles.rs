//! `Handle`: whatever number C gives back, it is the value or an error.

use cgocall::{Handle, HandleError, cgo_export, go};
use std::collections::HashSet;
use std::ffi::{c_int, c_void};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::{env, ptr, thread};

/// Counts those that were dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[track_caller]
fn says<T>(result: Result<T, HandleError>, words: &str) {
    let error = result.err().expect("a refusal").to_string();
    assert!(error.contains(words), "{error}");
}

// Keeps: handles-refused
#[test]
fn a_value_is_found_by_its_number_until_it_is_removed() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let handle = Handle::new(Counted(dropped.clone()));
    let number = handle.as_raw();
    assert_ne!(number, 0);
    assert_eq!(Handle::<Counted>::from_raw(number), handle);
    assert_eq!(Handle::<Counted>::from_ptr(handle.as_ptr()), handle);
    assert_eq!(handle.get().unwrap().0.load(Relaxed), 0);
    assert_eq!(dropped.load(Relaxed), 0);

    handle.remove().unwrap();
    assert_eq!(dropped.load(Relaxed), 1);
    says(handle.get(), "`handles::Counted` was removed before");
    says(handle.remove(), "was removed before");
    says(handle.take(), "was removed before");
    assert_eq!(dropped.load(Relaxed), 1);
}

#[test]
fn the_value_is_given_back() {
    let handle = Handle::new(String::from("mine"));
    assert_eq!(handle.take().unwrap().as_deref(), Some("mine"));
    says(handle.get(), "was removed before");

    let dropped = Arc::new(AtomicUsize::new(0));
    let handle = Handle::new(Counted(dropped.clone()));
    let used = handle.get().unwrap();
    assert!(handle.take().unwrap().is_none(), "it is in use");
    says(handle.get(), "was removed before");
    assert_eq!(dropped.load(Relaxed), 0);
    drop(used);
    assert_eq!(dropped.load(Relaxed), 1);
}

/// What has room beside its slot's state, and what has not.
#[test]
fn values_are_as_wide_and_as_aligned_as_they_like() {
    #[repr(align(64))]
    #[derive(Debug, PartialEq)]
    struct Aligned(u8);

    fn round<T: Send + Sync + 'static>(value: impl Fn() -> T, same: impl Fn(&T) -> bool) {
        let (kept, taken) = (Handle::new(value()), Handle::new(value()));
        let (first, second) = (kept.get().unwrap(), kept.get().unwrap());
        assert!(ptr::from_ref(&*first).is_aligned());
        assert!(ptr::eq(&*first, &*second) && same(&first));
        says(
            Handle::<[u8; 3]>::from_raw(kept.as_raw()).get(),
            "`[u8; 3]` was wanted",
        );
        kept.remove().unwrap();
        assert!(same(&first));
        assert!(same(&taken.take().unwrap().expect("nobody uses it")));
    }

    round(|| (), |()| true);
    round(|| 7_u8, |value| *value == 7);
    round(|| [7_u64; 6], |value| *value == [7; 6]);
    round(|| [7_u64; 7], |value| *value == [7; 7]);
    round(|| [7_u8; 1000], |value| *value == [7; 1000]);
    round(|| Aligned(7), |value| *value == Aligned(7));
    round(|| Mutex::new(7), |value| *value.lock().unwrap() == 7);

    let dropped = Arc::new(AtomicUsize::new(0));
    let counted = || (0..7).map(|_| Counted(dropped.clone()));
    let wide: [Counted; 7] = counted()
        .collect::<Vec<_>>()
        .try_into()
        .ok()
        .expect("seven");
    Handle::new(wide).remove().unwrap();
    assert_eq!(dropped.load(Relaxed), 7);
}

#[test]
fn who_uses_it_keeps_it() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let handle = Handle::new(Counted(dropped.clone()));
    let (first, second) = (handle.get().unwrap(), handle.get().unwrap());
    handle.remove().unwrap();
    says(handle.get(), "was removed");
    drop(first);
    assert_eq!(dropped.load(Relaxed), 0);
    thread::spawn(move || drop(second)).join().unwrap();
    assert_eq!(dropped.load(Relaxed), 1);
}

/// A thread marks so many without counting them.
#[test]
fn many_are_in_use_at_a_time() {
    cgocall::go(|| ()).join().unwrap();
    let dropped = Arc::new(AtomicUsize::new(0));
    let handles: Vec<_> = (0..20)
        .map(|_| Handle::new(Counted(dropped.clone())))
        .collect();
    let users: Vec<_> = handles
        .iter()
        .flat_map(|handle| [handle.get().unwrap(), handle.get().unwrap()])
        .collect();
    for handle in &handles {
        handle.remove().unwrap();
        says(handle.get(), "was removed");
    }
    for (number, user) in users.into_iter().enumerate() {
        assert_eq!(dropped.load(Relaxed), number / 2);
        drop(user);
    }
    assert_eq!(dropped.load(Relaxed), 20);
}

#[test]
fn who_uses_it_may_outlive_its_thread() {
    cgocall::go(|| ()).join().unwrap();
    let dropped = Arc::new(AtomicUsize::new(0));
    let handle = Handle::new(Counted(dropped.clone()));
    let user = thread::spawn(move || handle.get().unwrap()).join().unwrap();
    handle.remove().unwrap();
    // Another thread has the cells of that one by now.
    let other = Handle::new(1);
    thread::spawn(move || other.remove())
        .join()
        .unwrap()
        .unwrap();
    assert_eq!(dropped.load(Relaxed), 0);
    drop(user);
    assert_eq!(dropped.load(Relaxed), 1);
}

// Keeps: handles-refused
#[test]
fn a_handle_of_another_type_is_refused_and_stays() {
    let text = Handle::new(String::from("text"));
    let as_number = Handle::<u64>::from_raw(text.as_raw());
    says(
        as_number.get(),
        "is of a `alloc::string::String`, and a `u64` was wanted",
    );
    says(as_number.remove(), "is of a `alloc::string::String`");
    says(as_number.take(), "is of a `alloc::string::String`");
    assert_eq!(text.take().unwrap().as_deref(), Some("text"));
}

// Keeps: handles-refused
#[test]
fn what_never_was_a_handle_is_refused() {
    says(
        Handle::<u64>::from_raw(0).get(),
        "0 is no handle of a `u64`",
    );
    let handle = Handle::new(7_u64);
    let number = handle.as_raw();
    // Small numbers, what is left of a handle that C has kept in an `int`, others near one, and pointers.
    let half = 1_usize << (usize::BITS / 2);
    let local = 0;
    let forged = [
        1,
        2,
        63,
        64,
        1000,
        usize::MAX,
        half,
        half - 1,
        number % half,
        number.wrapping_add(half),
        number.wrapping_add(half << 1),
        number ^ (1 << (usize::BITS - 1)),
        number | (half - 1),
        &raw const local as usize,
        &raw const handle as usize,
    ];
    for forged in forged {
        let error = Handle::<u64>::from_raw(forged).get().err();
        let error = error.unwrap_or_else(|| panic!("{forged:#x} is taken for {number:#x}"));
        assert!(error.to_string().contains("never was one"), "{error}");
    }
    assert_eq!(*handle.get().unwrap(), 7);
    handle.remove().unwrap();
}

// Keeps: handles-refused
#[test]
fn no_number_is_good_twice() {
    let mut numbers = HashSet::new();
    for n in 0..10_000 {
        let handle = Handle::new(n);
        assert!(numbers.insert(handle.as_raw()));
        assert_eq!(handle.take().unwrap(), Some(n));
    }
    for number in numbers {
        says(Handle::<i32>::from_raw(number).get(), "was removed before");
    }
}

#[test]
fn a_destructor_may_use_handles_and_may_panic() {
    struct Nested(Handle<String>);
    impl Drop for Nested {
        fn drop(&mut self) {
            Handle::new(0).remove().unwrap();
            self.0.remove().unwrap();
        }
    }
    let inner = Handle::new(String::new());
    Handle::new(Nested(inner)).remove().unwrap();
    says(inner.get(), "was removed before");

    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("as destructors should not");
        }
    }
    let handle = Handle::new(Panics);
    thread::spawn(move || handle.remove()).join().unwrap_err();
    says(handle.get(), "was removed before");
    Handle::new(1).remove().unwrap();
}

/// With fences that the kernel helps with, and without.
#[test]
fn threads_that_look_up_while_others_remove() {
    cgocall::go(|| ()).join().unwrap();
    look_up_and_remove();
    if env::var_os("CGOCALL_MEMBARRIER").is_none() {
        let again = Command::new(env::current_exe().unwrap())
            .args(["--exact", "threads_that_look_up_while_others_remove"])
            .env("CGOCALL_MEMBARRIER", "off")
            .output()
            .unwrap();
        assert!(again.status.success(), "{again:?}");
    }
}

fn look_up_and_remove() {
    const HANDLES: usize = 100;
    for _ in 0..if cfg!(debug_assertions) { 20 } else { 200 } {
        let dropped = Arc::new(AtomicUsize::new(0));
        let handles: Vec<_> = (0..HANDLES)
            .map(|_| Handle::new(Counted(dropped.clone())))
            .collect();
        let removed = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for handle in &handles {
                        if let Ok(counted) = handle.get() {
                            assert!(counted.0.load(Relaxed) <= HANDLES);
                        }
                    }
                });
                scope.spawn(|| {
                    for handle in &handles {
                        removed.fetch_add(usize::from(handle.remove().is_ok()), Relaxed);
                    }
                });
            }
        });
        assert_eq!(removed.load(Relaxed), HANDLES, "each by one of the two");
        assert_eq!(dropped.load(Relaxed), HANDLES);
    }
}

type Rows = Mutex<Vec<c_int>>;

#[cgo_export(private)]
fn on_row(user_data: *mut c_void, row: c_int) -> c_int {
    match Handle::<Rows>::from_ptr(user_data).get() {
        Ok(rows) => {
            cgocall::yield_now(); // another goroutine may remove it
            rows.lock().unwrap().push(row);
            0
        }
        Err(_) => 1,
    }
}

#[cgocall::test]
fn goroutines_call_back_with_handles() {
    let goroutines: Vec<_> = (0..100)
        .map(|n| {
            go(move || {
                let rows = Handle::new(Rows::default());
                assert_eq!(on_row::C(rows.as_ptr(), n), 0);
                assert_eq!(on_row::C(rows.as_ptr(), n + 1), 0);
                let all = rows.take().unwrap().expect("nobody uses it");
                assert_eq!(on_row::C(rows.as_ptr(), n), 1);
                all.into_inner().unwrap()
            })
        })
        .collect();
    for (goroutine, n) in goroutines.into_iter().zip(0..) {
        assert_eq!(goroutine.join().unwrap(), [n, n + 1]);
    }
}
