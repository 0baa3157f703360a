//! What the build script writes and prints.

use std::path::Path;
use std::{fs, io, process};

/// Writes `text` to `path` unless it is there already: an unchanged file keeps its time, and whatever
/// depends on it stays built.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    if is(path, text) {
        return Ok(());
    }
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(path, text)
}

/// As [`write`], below `OUT_DIR/cgo`, where whatever is in the way goes. A reader finds the old text or the new one,
/// never half of it.
pub(crate) fn write_own(path: &Path, text: &str) -> io::Result<()> {
    if is(path, text) {
        return Ok(());
    }
    if let Some(dir) = path.parent() {
        own_folder(dir)?;
    }
    if path.is_dir() {
        clear(path)?;
    }
    let new = path.with_extension(format!("new-{}", process::id()));
    fs::write(&new, text)?;
    fs::rename(&new, path)
}

fn is(path: &Path, text: &str) -> bool {
    fs::read(path).is_ok_and(|old| old == text.as_bytes())
}

/// Makes a folder below `OUT_DIR`; what else has its name goes.
pub(crate) fn own_folder(dir: &Path) -> io::Result<()> {
    if !dir.is_dir() {
        clear(dir)?;
    }
    fs::create_dir_all(dir)
}

/// Sees to it that nothing is at `path`.
pub(crate) fn clear(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
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
