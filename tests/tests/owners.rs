//! What C gives away closes itself, once, wherever it is dropped.

use cgocall::{Cancelled, Errno, cgo_export, go, yield_now};
use cgocall_tests::everywhere;
use cgocall_tests::owners::{elsewhere, *};
use std::ffi::{c_int, c_void};
use std::mem::size_of;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::thread;

/// Of a thing that no other test has; those around it are nobody's either.
fn id() -> c_int {
    static LAST: AtomicI32 = AtomicI32::new(100);
    LAST.fetch_add(10, Relaxed) + 10
}

#[test]
fn a_pointer_with_a_name_closes_itself_as_what_it_points_to_would() {
    let (a, b) = (id(), id());
    let ticket = owners_ticket_new(a).unwrap();
    assert_eq!(owners_ticket_value(&ticket), a);
    assert_eq!(elsewhere::ticket_value(Some(&ticket)), a);
    drop(ticket);
    let (_, found) = owners_ticket_find(b).unwrap();
    assert_eq!((owners_closed(a), owners_closed(b)), (1, 0));
    drop(found.unwrap());
    assert_eq!(owners_closed(b), 1);
    assert_eq!(owners_ticket_new(-1).unwrap_err(), Errno(libc::EDOM));
    let null = catch_unwind(|| owners_ticket_new(0)).unwrap_err();
    assert_eq!(
        null.downcast_ref::<String>().unwrap(),
        "`owners_ticket_new` returned NULL, but its import says `Ticket`; write `Option<Ticket>` if it may"
    );
}

#[test]
fn it_is_closed_once_when_it_is_dropped() {
    everywhere(
        || {
            let (a, b) = (id(), id());
            let (status, thing) = open(a);
            assert_eq!((status, value(&thing)), (a, a));
            let other = new(b);
            assert_eq!(owners_closed(a), 0);
            drop(thing);
            assert_eq!((owners_closed(a), owners_closed(b)), (1, 0));
            drop(other);
            assert_eq!((owners_closed(a), owners_closed(b)), (1, 1));
        },
        |()| {},
    );
}

#[test]
fn it_is_as_large_as_a_pointer_and_so_is_an_option_of_it() {
    assert_eq!(size_of::<Thing>(), size_of::<*const ()>());
    assert_eq!(size_of::<Option<Thing>>(), size_of::<*const ()>());
    assert!(format!("{:?}", new(id())).starts_with("Thing { owned: 0x"));
}

#[test]
fn what_is_given_to_c_is_not_closed_again() {
    let (a, b) = (id(), id());
    assert_eq!(owners_close(new(a)), a, "closed by hand, for the result");
    assert_eq!(owners_closed(a), 1);

    let joined = join(new(b), Some(new(0)));
    assert_eq!((value(&joined), owners_closed(b)), (b, 0));
    let joined = join(joined, None);
    assert_eq!(owners_closed(b), 0);
    drop(joined);
    assert_eq!(owners_closed(b), 1);
}

#[test]
fn pointers_remain_raw() {
    let a = id();
    let thing = new(a);
    // SAFETY: the thing is there.
    assert_eq!(unsafe { value_raw(thing.as_ptr().cast()) }, a);
    let raw = thing.into_raw();
    assert_eq!(owners_closed(a), 0);
    // SAFETY: nobody else has it.
    drop(unsafe { Thing::from_raw(raw) });
    assert_eq!(owners_closed(a), 1);

    let a = id();
    drop(new_by_pointer(a));
    assert_eq!(owners_closed(a), 1, "by a function that takes a pointer");
}

#[test]
fn null_is_none_or_an_error_or_a_panic() {
    assert!(new_if_any(-1).is_none() && new_if_any(id()).is_some());
    assert_eq!(try_new(-1).unwrap_err(), Errno(libc::EDOM));
    assert!(try_new(id()).is_ok());
    assert_eq!((value_if_any(None), value_if_any(Some(&new(7)))), (-1, 7));
    assert!(next(None).unwrap().is_none());
    assert_eq!(value(&next(Some(&mut new(9))).unwrap().unwrap()), 8);
    let (status, none) = open_if_any(-1);
    assert!(status == -1 && none.is_none());

    let said = |panic: Box<dyn std::any::Any + Send>| *panic.downcast::<String>().unwrap();
    assert_eq!(
        said(catch_unwind(|| new(-1)).unwrap_err()),
        "`owners_new` returned NULL, but its import says `Thing`; write `Option<Thing>` if it may"
    );
    assert_eq!(
        said(catch_unwind(|| open(-1)).unwrap_err()),
        "`owners_open` left NULL in `thing`, but its import says `Thing`; write `Option<Thing>` if it may"
    );
}

#[test]
fn what_a_failed_call_gives_is_closed() {
    assert_eq!(try_open(-1).unwrap_err(), Errno(libc::EINVAL));
    assert_eq!(owners_closed(4095), 0);
    assert_eq!(try_open(-2).unwrap_err(), Errno(libc::EINVAL));
    assert_eq!(owners_closed(4095), 1);
    let a = id();
    assert_eq!(
        try_open(a).map(|(status, thing)| (status, value(&thing))),
        Ok((a, a))
    );
    assert_eq!(owners_closed(a), 1);
}

#[cgo_export(private)]
fn refuse(_: *mut c_void) -> c_int {
    panic!("no thing");
}

#[test]
fn what_a_call_gives_whose_callback_panics_is_closed() {
    everywhere(
        || {
            let mut a = id();
            let ctx = (&raw mut a).cast();
            // SAFETY: `refuse` looks at nothing, and C at an integer.
            let panic = catch_unwind(|| unsafe { open_with(refuse::C, ctx) }).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&"no thing"));
            assert_eq!(owners_closed(a), 1);
        },
        |()| {},
    );
}

#[test]
fn what_a_call_returns_whose_callback_panics_is_closed() {
    everywhere(
        || {
            let mut a = id();
            let ctx = (&raw mut a).cast();
            // SAFETY: `refuse` looks at nothing, and C at an integer.
            let panic = catch_unwind(|| unsafe { new_with(refuse::C, ctx) }).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&"no thing"));
            assert_eq!(owners_closed(a), 1);
            // SAFETY: as above.
            let panic = catch_unwind(|| unsafe { new_with_if_any(refuse::C, ctx) });
            assert!(panic.is_err());
            assert_eq!(owners_closed(a), 2);
            let mut none: c_int = -1;
            let ctx = (&raw mut none).cast();
            // SAFETY: as above; there is nothing to close.
            assert!(catch_unwind(|| unsafe { new_with(refuse::C, ctx) }).is_err());
        },
        |()| {},
    );
}

#[test]
fn what_a_call_returns_that_has_failed_is_closed() {
    let (a, b) = (id() + 1, id());
    assert_eq!(
        new_late(a).map(|thing| value(&thing)),
        Err(Errno(libc::EBUSY))
    );
    assert_eq!(owners_closed(a), 1);
    assert_eq!(new_late_if_any(a).map(|_| ()), Err(Errno(libc::EBUSY)));
    assert_eq!(owners_closed(a), 2);
    assert_eq!(new_late(-1).map(|_| ()), Err(Errno(libc::EBUSY)));
    assert_eq!(new_late(b).map(|thing| value(&thing)), Ok(b));
    assert_eq!(owners_closed(b), 1);
    assert_eq!(new_late_if_any(-2).map(|thing| thing.is_none()), Ok(true));
}

/// -1 is none either.
#[test]
fn what_is_none_is_not_closed_when_a_call_fails() {
    extern "C" fn agree(_: *mut c_void) -> c_int {
        0
    }
    everywhere(
        || {
            let none = std::ptr::null_mut();
            // SAFETY: nobody looks behind it.
            let failed = unsafe { new_never(agree, none) };
            assert_eq!(failed.map(|_| ()), Err(Errno(libc::EBUSY)));
            // SAFETY: as above.
            assert!(catch_unwind(|| unsafe { new_never(refuse::C, none) }).is_err());
        },
        |()| {},
    );
}

#[test]
fn another_block_of_the_package_knows_it() {
    let mut thing = new(id());
    let before = value(&thing);
    elsewhere::add(&mut thing, 3);
    assert_eq!(value(&thing), before + 3);
    let next = elsewhere::next(&thing).unwrap();
    assert_eq!(value(&next), before + 2);
}

#[test]
fn it_is_closed_while_a_panic_unwinds() {
    everywhere(
        || {
            let a = id();
            let panic = catch_unwind(AssertUnwindSafe(|| {
                let _thing = new(a);
                let _anywhere = new_anywhere(a);
                resume_unwind(Box::new(a));
            }));
            assert_eq!(panic.unwrap_err().downcast_ref(), Some(&a));
            assert_eq!(owners_closed(a), 2);
        },
        |()| {},
    );
}

#[test]
fn it_is_closed_when_its_goroutine_is_cancelled() {
    let (a, b) = (id(), id());
    let (sender, started) = async_channel::bounded(1);
    let goroutine = go(move || {
        let _thing = new(a);
        let _anywhere = new_anywhere(b);
        sender.try_send(()).unwrap();
        loop {
            yield_now();
        }
    });
    started.recv_blocking().unwrap();
    assert_eq!((owners_closed(a), owners_closed(b)), (0, 0));
    goroutine.cancel();
    assert!(goroutine.join().unwrap_err().is::<Cancelled>());
    assert_eq!((owners_closed(a), owners_closed(b)), (1, 1));
}

#[test]
fn what_may_go_to_another_thread_is_closed_there() {
    let a = id();
    let thing = new_anywhere(a);
    assert_eq!(value_anywhere(&thing), a);
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(value_anywhere(&thing), a));
    });
    thread::spawn(move || drop(thing)).join().unwrap();
    assert_eq!(owners_closed(a), 1);

    let a = id();
    let (status, thing) = open_anywhere(a).unwrap();
    let there = go(move || value_anywhere(thing.as_ref().unwrap()));
    assert_eq!((status, there.join().unwrap()), (a, a));
    assert_eq!(owners_closed(a), 1);
    assert!(open_anywhere(-1).is_err());
}

#[test]
fn a_plain_import_has_them_too() {
    let mut buffer = malloc(8).unwrap();
    // SAFETY: there are eight bytes.
    unsafe {
        let filled = memset(&mut buffer, 0x55, 8);
        assert_eq!(filled, buffer.as_ptr());
        assert_eq!(filled.cast::<u64>().read_unaligned(), 0x5555_5555_5555_5555);
    }
    let folder = opendir(Path::new("/")).unwrap();
    let fd = dirfd(&folder);
    // SAFETY: a question about a number.
    assert!(unsafe { libc::fcntl(fd, libc::F_GETFD) } >= 0);
    drop(folder);
    assert_eq!(
        opendir(Path::new("/no/such")).unwrap_err(),
        Errno(libc::ENOENT)
    );
}
