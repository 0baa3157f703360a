//! The run/claim protocol on real processors: `cargo run --release -p cgocall-models --bin stress -- 60`.
//!
//! Four threads live as Ms on two Ps: they call C for some nanoseconds, with a P or having given it up, go on in Rust,
//! and enter the runtime, where each counts in the P it owns. A fifth is sysmon, and takes Ps as fast as it can. What
//! belongs to a P is not atomic: if it ever has two owners, a count is lost or the other's name is found. The numbers are
//! checked at the end, exactly.
//!
//! `--fences`: without membarrier. `--broken`: with the light fence, and without the heavy one, to see that the check
//! finds what is wrong; it does within seconds on x86-64, but no processor has to show it.

mod random;
mod sync;
#[allow(dead_code, reason = "how a call went is nothing to learn from here")]
#[path = "../../../../../runtime/src/syscall.rs"]
mod syscall;
mod world;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let mut seconds = 60;
    let (mut fences, mut broken) = (false, false);
    for arg in env::args().skip(1) {
        match (arg.as_str(), arg.parse()) {
            ("--fences", _) => fences = true,
            ("--broken", _) => broken = true,
            (_, Ok(number)) => seconds = number,
            _ => {
                eprintln!("usage: stress [SECONDS] [--fences | --broken]");
                return ExitCode::from(2);
            }
        }
    }
    sync::start(!fences);
    if broken {
        sync::break_it();
    }
    let kind = if sync::is_asymmetric() {
        "membarrier"
    } else {
        "fences on both sides"
    };
    println!(
        "{kind}{}, {seconds} s",
        if broken { ", left out" } else { "" }
    );
    match world::run(Duration::from_secs(seconds)) {
        Ok(done) => {
            println!("{done}");
            ExitCode::SUCCESS
        }
        Err(what) => {
            println!("{what}");
            ExitCode::FAILURE
        }
    }
}

/// Both kinds of fences are the process's, so one after the other.
#[test]
fn a_p_has_one_owner_with_membarrier_and_with_fences() {
    for membarrier in [true, false] {
        sync::start(membarrier);
        let done = world::run(Duration::from_secs(1)).unwrap_or_else(|what| panic!("{what}"));
        assert!(done.taken > 0 && done.kept > 0, "{done}");
    }
}
