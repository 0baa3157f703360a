//! In the place of `overflow` where it is not made for the system: an overflow is the system's to tell.

use crate::thread::Thread;

pub(crate) fn start() {}

pub(crate) fn watch(_: &Thread) -> bool {
    false
}

#[must_use]
pub(crate) fn unwatch(_: &Thread, _: bool) -> bool {
    true
}
