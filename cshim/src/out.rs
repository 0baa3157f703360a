//! What the build script writes and prints.

use std::cell::RefCell;
use std::path::Path;
use std::{fs, io, process};

thread_local! {
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Writes `text` to `path` unless it is there already: an unchanged file keeps its time, and whatever
/// depends on it stays built.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    if is(path, text.as_bytes()) {
        return Ok(());
    }
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(path, text)
}

/// As [`write`], below `OUT_DIR/cgo`, where whatever is in the way goes. A reader finds the old text or the new one,
/// never half of it.
pub(crate) fn write_own(path: &Path, text: &(impl AsRef<[u8]> + ?Sized)) -> io::Result<()> {
    let text = text.as_ref();
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

fn is(path: &Path, text: &[u8]) -> bool {
    fs::read(path).is_ok_and(|old| old == text)
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

/// Tells cargo something: one or more lines.
pub(crate) fn say(text: &str) {
    println!("{text}");
    SAID.with_borrow_mut(|said| *said += &format!("{text}\n"));
}

/// All that this thread has told cargo since it was last asked.
pub(crate) fn said() -> String {
    SAID.take()
}

/// Asks cargo to run the build script again when `path` changes. A path that is not there would be
/// dirty forever.
pub(crate) fn rerun_if_changed(path: &Path) {
    if path.exists() {
        say(&format!("cargo::rerun-if-changed={}", path.display()));
    }
}

/// Asks cargo to run the build script again when the variable changes.
pub(crate) fn rerun_if_env_changed(name: &str) {
    say(&format!("cargo::rerun-if-env-changed={name}"));
}

/// Fails the build with one line, and lets the build script go on.
pub(crate) fn error(text: &str) {
    say(&format!("cargo::error={}", text.replace('\n', " ")));
}

/// Shows one line to the user.
pub(crate) fn warning(text: &str) {
    say(&format!("cargo::warning={}", text.replace('\n', " ")));
}
