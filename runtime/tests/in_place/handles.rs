//! Handles: numbers of values, whatever C gives back.

use crate::Counted;
use crate::c::in_c;
use cgocall::{Handle, cgo_export};
use std::ffi::{c_int, c_void};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

#[test]
fn a_small_value_and_a_large_one_are_where_their_numbers_say() {
    #[repr(align(128))]
    struct Aligned([u64; 40]);
    let (small, large) = (Handle::new(7_u8), Handle::new(Aligned([9; 40])));
    let number = Handle::new(String::from("mine"));
    assert_eq!(*small.get().unwrap(), 7);
    let found = large.get().unwrap();
    assert_eq!((found.0[39], (&raw const *found).addr() % 128), (9, 0));
    drop(found);
    assert_eq!(number.take().unwrap().as_deref(), Some("mine"));
    assert_eq!(large.take().unwrap().map(|large| large.0[0]), Some(9));
    small.remove().unwrap();
    assert!(small.get().is_err() && number.get().is_err() && large.take().is_err());
}

#[test]
fn no_other_number_is_good_for_anything() {
    let handle = Handle::new(Mutex::new(1));
    let number = handle.as_raw();
    for wrong in [
        0,
        1,
        usize::MAX,
        !number,
        number + 1,
        number ^ 1 << 60,
        number << 1,
    ] {
        assert!(Handle::<Mutex<i32>>::from_raw(wrong).get().is_err());
    }
    assert!(
        Handle::<Mutex<u32>>::from_raw(number).get().is_err(),
        "another type"
    );
    assert!(Handle::<Mutex<u32>>::from_raw(number).take().is_err());
    assert_eq!(*handle.get().unwrap().lock().unwrap(), 1);
    handle.remove().unwrap();
}

#[test]
fn a_value_in_use_stays_and_the_last_user_drops_it() {
    let (counted, drops) = Counted::new();
    let handle = Handle::new(counted);
    let users: Vec<_> = (0..3).map(|_| handle.get().unwrap()).collect();
    assert!(handle.take().unwrap().is_none());
    let ends = users.into_iter().map(|used| {
        thread::spawn(move || {
            assert_eq!(used.0.load(SeqCst), 0);
            drop(used);
        })
    });
    // One after the other, so that none of them finds it dropped.
    ends.for_each(|end| end.join().unwrap());
    assert_eq!(drops.load(SeqCst), 1);
}

#[test]
fn those_who_look_up_and_one_who_removes_find_it_or_find_it_gone() {
    for _ in 0..8 {
        let (counted, drops) = Counted::new();
        let handle = Handle::new((counted, vec![1, 2, 3]));
        let found = AtomicUsize::new(0);
        thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    while let Ok(value) = handle.get() {
                        assert_eq!(value.1.iter().sum::<i32>(), 6);
                        drop(value);
                        if found.fetch_add(1, SeqCst) > 20 {
                            break;
                        }
                        thread::yield_now();
                    }
                });
            }
            threads.spawn(|| handle.remove().unwrap());
        });
        assert_eq!(drops.load(SeqCst), 1);
    }
}

#[test]
fn a_slot_is_used_again_with_another_number() {
    let mut before = Vec::new();
    for n in 0..60 {
        let handle = Handle::new(n);
        assert!(!before.contains(&handle.as_raw()));
        before.push(handle.as_raw());
        assert_eq!(*handle.get().unwrap(), n);
        handle.remove().unwrap();
    }
    for number in before {
        let error = Handle::<i32>::from_raw(number).get().err().unwrap();
        assert!(error.to_string().contains("was removed before"));
    }
}

#[cgo_export(private)]
fn on_row(rows: Handle<Mutex<Vec<c_int>>>, row: c_int) -> bool {
    rows.get()
        .map(|rows| rows.lock().unwrap().push(row))
        .is_ok()
}

#[test]
fn c_gives_back_the_number_as_a_pointer() {
    let rows = Handle::new(Mutex::new(Vec::<c_int>::new()));
    let pointer: *mut c_void = rows.as_ptr();
    assert!(in_c(|| on_row::C(Handle::from_ptr(pointer), 7)));
    let other = pointer.wrapping_byte_add(1);
    assert!(!in_c(|| on_row::C(Handle::from_ptr(other), 8)));
    assert_eq!(rows.take().unwrap().unwrap().into_inner().unwrap(), [7]);
}
