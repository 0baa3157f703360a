//! Objects that C implements: `drop` is called once for each that it has given away, whatever becomes of the call.

use crate::c::in_c;
use crate::panic_of;
use cgocall::__private::{Str, give_str};
use cgocall::cgo_export;
use std::ffi::{c_int, c_void};
use std::ptr::null;

/// Where lines go.
#[cgo_export]
pub trait ToyLog: Send {
    /// Writes a line.
    fn write(&mut self, text: &str);
    /// How many there are.
    fn count(&self) -> c_int;
    /// How many there were.
    fn before(&self) -> c_int {
        self.count() - 1
    }
}

#[cgo_export]
fn toy_log(log: &mut dyn ToyLog, text: &str) -> c_int {
    log.write(text);
    log.before()
}

#[cgo_export]
fn toy_give_log(mut log: Box<dyn ToyLog>, text: &str) -> c_int {
    log.write(text);
    assert_ne!(text, "panic", "as told");
    log.count()
}

#[cgo_export]
fn toy_give_log_if_any(log: Option<Box<dyn ToyLog>>, text: &str) -> c_int {
    log.map_or(-1, |mut log| {
        log.write(text);
        log.count()
    })
}

/// As the header has it.
#[repr(C)]
struct Log {
    user_data: *mut c_void,
    write: Option<unsafe extern "C" fn(*mut c_void, Str)>,
    count: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    before: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    drop: Option<unsafe extern "C" fn(*mut c_void)>,
}

/// What C has behind it.
#[derive(Default)]
struct Lines {
    count: c_int,
    drops: c_int,
}

/// # Safety
/// It is the `Lines` of an object that lives.
unsafe extern "C" fn write(lines: *mut c_void, _: Str) {
    // SAFETY: the caller's.
    unsafe { (*lines.cast::<Lines>()).count += 1 };
}

/// # Safety
/// As [`write`].
unsafe extern "C" fn count(lines: *mut c_void) -> c_int {
    // SAFETY: the caller's.
    unsafe { (*lines.cast::<Lines>()).count }
}

/// # Safety
/// As [`write`].
unsafe extern "C" fn dropped(lines: *mut c_void) {
    // SAFETY: the caller's.
    unsafe { (*lines.cast::<Lines>()).drops += 1 };
}

fn log(lines: *mut Lines) -> Log {
    Log {
        user_data: lines.cast(),
        write: Some(write),
        count: Some(count),
        before: None,
        drop: Some(dropped),
    }
}

#[test]
fn one_that_is_lent_is_called_and_not_dropped() {
    let mut lines = Lines::default();
    let place = &raw mut lines;
    let object = log(place);
    // SAFETY: object and text are there during the call, and nobody else uses them.
    let before = in_c(|| unsafe { toy_log::C((&raw const object).cast(), give_str("a")) });
    // SAFETY: the call is over.
    assert_eq!(
        // SAFETY: object and text are there during the call, and nobody else uses them.
        unsafe { ((*place).count, (*place).drops, before) },
        (1, 0, 0)
    );
    // SAFETY: object and text are there during the call, and nobody else uses them.
    let said = panic_of(|| in_c(|| unsafe { toy_log::C(null(), give_str("a")) }));
    assert!(said.contains("is NULL"), "{said}");
}

#[test]
fn one_that_is_given_is_dropped_once_whatever_becomes_of_the_call() {
    let mut lines = Lines::default();
    let place = &raw mut lines;
    let object = log(place);
    // SAFETY: object and text are there during the call, and nobody else uses them.
    let give = |text| in_c(|| unsafe { toy_give_log::C((&raw const object).cast(), text) });
    assert_eq!(give(give_str("a")), 1);
    assert!(panic_of(|| give(give_str("panic"))).contains("as told"));
    // What comes behind it is no text: the export does not come to take it.
    let bytes = [0xff_u8];
    // SAFETY: none of it is looked at as a `str`, which it is not.
    let bad = unsafe { std::mem::transmute::<(*const u8, usize), Str>((bytes.as_ptr(), 1)) };
    assert!(panic_of(|| give(bad)).contains("not UTF-8"));
    // SAFETY: the calls are over.
    assert_eq!(unsafe { ((*place).count, (*place).drops) }, (2, 3));
    // SAFETY: object and text are there during the call, and nobody else uses them.
    let none = in_c(|| unsafe { toy_give_log_if_any::C(null(), give_str("a")) });
    assert_eq!(none, -1);
}

#[test]
fn one_without_a_function_that_it_has_to_have_is_refused_and_dropped() {
    let mut lines = Lines::default();
    let place = &raw mut lines;
    let mut object = log(place);
    object.count = None;
    let said =
        // SAFETY: object and text are there during the call, and nobody else uses them.
        panic_of(|| in_c(|| unsafe { toy_give_log::C((&raw const object).cast(), give_str("a")) }));
    assert!(said.contains("count"), "{said}");
    // SAFETY: the call is over.
    assert_eq!(unsafe { ((*place).count, (*place).drops) }, (0, 1));
}
