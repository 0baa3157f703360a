//! Durations as C wants them: a `struct timespec`, for as long as a call lasts.

use crate::Errno;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;
use std::time::Duration;

/// What can be passed as a `const struct timespec *`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time that C could be given",
    note = "`std::time::Duration` is, and `Option` of it; a struct of C's that is called so needs another name in Rust"
)]
pub trait Time {
    /// How long; none where C gets null.
    fn duration(&self) -> Option<Duration>;
}

impl Time for Duration {
    #[inline]
    fn duration(&self) -> Option<Duration> {
        Some(*self)
    }
}

impl Time for Option<Duration> {
    #[inline]
    fn duration(&self) -> Option<Duration> {
        *self
    }
}

/// Where an argument's copy stands while C has it.
#[derive(Debug)]
pub struct TimeBuffer(MaybeUninit<libc::timespec>);

/// So many seconds are more than C can count.
struct TooLong(u64);

impl TimeBuffer {
    /// An empty one.
    #[inline]
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "made by the macros' output alone"
    )]
    pub const fn new() -> TimeBuffer {
        TimeBuffer(MaybeUninit::uninit())
    }

    #[inline]
    fn copy<T: Time>(&mut self, time: &T) -> Result<*const c_void, TooLong> {
        let Some(duration) = time.duration() else {
            return Ok(ptr::null());
        };
        let seconds = duration.as_secs();
        // Where C has more fields than these two, they are padding.
        // SAFETY: of integers alone, all zeros are a value.
        let mut timespec: libc::timespec = unsafe { std::mem::zeroed() };
        timespec.tv_sec = seconds.try_into().map_err(|_| TooLong(seconds))?;
        // Below 10^9, which any integer type of C's for it holds.
        timespec.tv_nsec = duration.subsec_nanos() as _;
        Ok(ptr::from_ref(self.0.write(timespec)).cast())
    }

    /// What C is given for an argument of an import that cannot fail.
    ///
    /// # Panics
    /// Where it is too long for C's `time_t`.
    #[inline]
    #[track_caller]
    pub fn hold<T: Time>(&mut self, time: &T, function: &str, argument: &str) -> *const c_void {
        match self.copy(time) {
            Ok(time) => time,
            Err(too_long) => too_long.refuse(function, argument),
        }
    }

    /// The same for one that returns a `Result`.
    ///
    /// # Errors
    /// With `EINVAL` where it is too long.
    #[inline]
    pub fn try_hold<T: Time>(&mut self, time: &T) -> Result<*const c_void, Errno> {
        self.copy(time).map_err(|_| Errno(libc::EINVAL))
    }
}

impl TooLong {
    #[cold]
    #[track_caller]
    fn refuse(self, function: &str, argument: &str) -> ! {
        panic!(
            "`{argument}` of `{function}` is {} seconds, more than C's `time_t` holds; pass less, or have the import return a \
             `Result`, which is then an error",
            self.0
        );
    }
}
