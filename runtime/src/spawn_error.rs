//! Why a goroutine does not start.

use crate::stack::{self, GUARD};
use std::{error, fmt, io};

/// Why [`GoBuilder::try_go`](crate::GoBuilder::try_go) has not started a goroutine: there is no room for its stack.
///
/// Its text is for the person who runs the program, as it stands; so is its `Debug` form. [`go`](crate::go()) panics with
/// it. What runs already goes on.
///
/// ```
/// use cgocall::GoBuilder;
///
/// let deep = GoBuilder::new().stack_size(1 << 20).try_go(|| 1)?;
/// assert_eq!(deep.join().unwrap(), 1);
/// # Ok::<(), cgocall::SpawnError>(())
/// ```
pub struct SpawnError {
    size: usize,
    /// How many there are of that size.
    stacks: usize,
    error: io::Error,
}

impl SpawnError {
    #[cold]
    pub(crate) fn new(size: usize, stacks: usize, error: io::Error) -> SpawnError {
        SpawnError {
            size,
            stacks,
            error,
        }
    }
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SpawnError {
            size,
            stacks,
            error,
        } = self;
        write!(
            f,
            "there is no room for one more stack of {} KiB and its guard of {} KiB, beside {stacks} there are: {error}. ",
            size >> 10,
            GUARD >> 10,
        )?;
        if stack::guards_are_mappings() {
            write!(
                f,
                "Without `MADV_GUARD_INSTALL` (Linux 6.13) each takes two mappings of the {} that `sysctl \
                 vm.max_map_count` allows. ",
                stack::max_map_count(),
            )?;
        }
        f.write_str(
            "See `ulimit -v` and `sysctl vm.overcommit_memory`, keep fewer goroutines alive, or make their stacks smaller",
        )
    }
}

impl fmt::Debug for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl error::Error for SpawnError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.error)
    }
}
