//! What C passes to an export, and what it gets back: level 1.
//!
//! All of it panics, in the export, and so as the export's own panics do.

use super::Argument;
use crate::stack;
use std::any::type_name;

/// Of what is made of a pointer: neither null, unless it may be, nor where no `T` can be.
///
/// # Panics
/// If it is.
pub fn pointer<T>(pointer: *const T, may_be_null: bool, argument: &'static Argument) {
    if pointer.is_null() {
        if !may_be_null {
            null::<T>(argument);
        }
    } else if !pointer.is_aligned() {
        misaligned::<T>(pointer.addr(), argument);
    }
}

/// Of what is not looked behind: that it is not null.
///
/// # Panics
/// If it is.
pub fn address<T>(pointer: *const T, argument: &'static Argument) {
    if pointer.is_null() {
        null::<T>(argument);
    }
}

/// Of what is made of a pointer and a number.
///
/// # Panics
/// If that is no slice.
pub fn slice<T>(data: *const T, count: usize, argument: &'static Argument) {
    let Argument { function, name } = argument;
    assert!(
        !data.is_null() || count == 0,
        "C has passed NULL for `{name}` of `{function}`, and says that {count} are there"
    );
    let fits = count
        .checked_mul(size_of::<T>())
        .is_some_and(|bytes| isize::try_from(bytes).is_ok());
    assert!(
        fits,
        "C says that there are {count} of `{}` in `{name}` of `{function}`, more than there is memory",
        type_name::<T>()
    );
    if !data.is_null() && !data.is_aligned() {
        misaligned::<T>(data.addr(), argument);
    }
}

/// Of what an export returns: nothing that has ended with it. `here`: of its caller's frame.
///
/// # Panics
/// If it points to the goroutine's stack beyond `here`.
pub fn returned<T>(pointer: *const T, here: *const u8, function: &str) {
    let (address, here) = (pointer.addr(), here.addr());
    let is_dead = address < here
        && stack::find(here).is_some_and(|stack| (stack.limit..here).contains(&address));
    assert!(
        !is_dead,
        "`{function}` returns a pointer to a variable of its own, which has ended with it; box it, or have C pass the memory"
    );
}

#[cold]
fn null<T>(argument: &Argument) -> ! {
    let Argument { function, name } = argument;
    panic!(
        "C has passed NULL for `{name}` of `{function}`, where a `{}` has to be; write an `Option` of what it is if there may \
         be none",
        type_name::<T>()
    )
}

#[cold]
fn misaligned<T>(address: usize, argument: &Argument) -> ! {
    let Argument { function, name } = argument;
    panic!(
        "C has passed {address:#x} for `{name}` of `{function}`, where no `{}` can be: it is no multiple of {}",
        type_name::<T>(),
        align_of::<T>()
    )
}
