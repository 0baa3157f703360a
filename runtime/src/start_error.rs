//! Why the runtime does not start.

use crate::spawn_error::SpawnError;
use std::{error, fmt, io};

/// Why [`Builder::start`](crate::Builder::start) has not started the runtime.
///
/// Its text is for the person who runs the program, as it stands; so is its `Debug` form, which is what Rust prints when
/// `main` returns an error.
///
/// ```
/// use cgocall::{Builder, StartError};
///
/// let error = Builder::new().procs(0).start().unwrap_err();
/// assert!(matches!(error, StartError::BadValues(_)));
/// assert_eq!(
///     error.to_string(),
///     "the runtime cannot start: `Builder::procs` was given 0: it must be a number from 1 to 4096"
/// );
/// ```
#[non_exhaustive]
pub enum StartError {
    /// The runtime runs already. There is one per program.
    AlreadyStarted,
    /// Values of the `Builder` or of `CGOCALL_*` variables that are out of range, or no values at all: a sentence for
    /// each.
    BadValues(Vec<String>),
    /// The system gives the program no thread.
    Thread(io::Error),
    /// There is no room for a single stack.
    Stack(SpawnError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::AlreadyStarted => f.write_str(
                "the runtime runs already: there is one per program, and the first `Builder::start`, `Builder::run`, \
                 `#[cgocall::main]` or `go` starts it; configure it before that",
            ),
            StartError::BadValues(values) => match &values[..] {
                [value] => write!(f, "the runtime cannot start: {value}"),
                _ => {
                    f.write_str("the runtime cannot start:")?;
                    values.iter().try_for_each(|value| write!(f, "\n  {value}"))
                }
            },
            StartError::Stack(error) => write!(f, "the runtime cannot start: {error}"),
            StartError::Thread(error) => write!(
                f,
                "the runtime cannot start: the system gives it no thread ({error}); see `ulimit -u` and `ulimit -v`, and \
                 the size of system stacks"
            ),
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl error::Error for StartError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            StartError::Thread(error) => Some(error),
            StartError::Stack(error) => Some(error),
            _ => None,
        }
    }
}
