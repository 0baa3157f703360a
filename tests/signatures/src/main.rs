//! Functions of random signatures, called from Rust and from C: do both see the same values?
//!
//! `cargo run -p cgocall-signatures -- [COUNT [SEED]]` makes that many, in packages of some hundred, each with its header, C
//! and Rust. The C compiler verifies each declaration; then each is called, with random values, and what either language has
//! seen is compared with what it should have. A difference ends it, and the package stays.

mod function;
mod package;
mod random;
mod types;

use package::Package;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io};

/// In a package.
const MOST: usize = 500;

fn main() -> ExitCode {
    let numbers: Result<Vec<u64>, _> = env::args().skip(1).map(|arg| arg.parse()).collect();
    let (count, seed) = match numbers.as_deref() {
        Ok([]) => (200, 1),
        Ok(&[count]) => (count, 1),
        Ok(&[count, seed]) => (count, seed),
        _ => {
            eprintln!("usage: cgocall-signatures [COUNT [SEED]]");
            return ExitCode::from(2);
        }
    };
    match compare(usize::try_from(count).unwrap_or(usize::MAX), seed) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cgocall-signatures: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Where cargo builds this.
fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        PathBuf::from,
    )
}

fn compare(count: usize, seed: u64) -> io::Result<bool> {
    let target = std::path::absolute(target())?;
    let dir = target.join("signatures").join(seed.to_string());
    let mut done = 0;
    while done < count {
        let now = MOST.min(count - done);
        let seed = seed.wrapping_add(done as u64);
        let package = Package::random(seed, now);
        if !package.try_in(&dir, &target)? {
            eprintln!("{now} signatures of seed {seed}: see {}", dir.display());
            return Ok(false);
        }
        done += now;
        let kinds = package.kinds().map(|(kind, n)| format!("{n} {kind:?}"));
        println!(
            "{done} of {count}, no difference: {} of seed {seed}",
            kinds.join(", ")
        );
    }
    fs::remove_dir_all(dir)?;
    Ok(true)
}

/// `.ci/signatures` does ten thousand.
#[test]
fn both_languages_see_the_same_values_whatever_the_signature() {
    assert!(compare(150, 20_000).expect("packages can be built here"));
}
