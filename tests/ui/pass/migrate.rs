//! `unsafe(migrate)` beside another argument, in a crate whose own `main` must not use unsafe code unsaid.
#![deny(warnings, unsafe_op_in_unsafe_fn, unused_unsafe)]

use cgocall as elsewhere;

#[cgocall::main(unsafe(migrate), crate = elsewhere)]
fn main() -> Result<(), std::num::ParseIntError> {
    let parsed = cgocall::go(|| "42".parse::<u32>());
    assert_eq!(parsed.join().expect("no panic")?, 42);
    Ok(())
}
