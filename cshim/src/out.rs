//! What the build script writes and prints.

use std::path::Path;
use std::{fs, io};

/// Writes `text` to `path` unless it is there already: an unchanged file keeps its time, and whatever
/// depends on it stays built.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(path, text)
}

/// Asks cargo to run the build script again when `path` changes. A path that is not there would be
/// dirty forever.
pub(crate) fn rerun_if_changed(path: &Path) {
    if path.exists() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

/// Asks cargo to run the build script again when the variable changes.
pub(crate) fn rerun_if_env_changed(name: &str) {
    println!("cargo::rerun-if-env-changed={name}");
}

/// Fails the build with one line, and lets the build script go on.
pub(crate) fn error(text: &str) {
    println!("cargo::error={}", text.replace('\n', " "));
}

/// Shows one line to the user.
pub(crate) fn warning(text: &str) {
    println!("cargo::warning={}", text.replace('\n', " "));
}
