//! `#[cgocall::main]` and `#[cgocall::test]`.

use std::process::{ExitCode, Termination};

/// Runs `f` as the main goroutine.
pub fn main<T>(f: impl FnOnce() -> T) -> T {
    f()
}

/// Runs a test on a goroutine.
pub fn test<T: Termination>(f: impl FnOnce() -> T + Send + 'static) -> ExitCode {
    f().report()
}
