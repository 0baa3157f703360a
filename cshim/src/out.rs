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

/// As cargo reads it: a line of text, without the spaces around it. What has a line break in it would be two lines, the
/// second of which might say anything.
fn line(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    let is_line = !text.contains(['\n', '\r']) && text.trim() == text;
    is_line.then_some(text)
}

/// Asks cargo to run the build script again when `path` changes; or where cargo cannot be told of it, the folder that it is
/// in. A path that is not there would be dirty forever.
pub(crate) fn rerun_if_changed(path: &Path) {
    if !path.exists() {
        return;
    }
    let here = Path::new(".");
    let ways = path.ancestors().filter(|way| !way.as_os_str().is_empty());
    if let Some(way) = ways.chain([here]).find_map(line) {
        say(&format!("cargo::rerun-if-changed={way}"));
    }
}

/// Tells cargo that `name` is this path.
///
/// # Errors
/// One sentence, where cargo cannot be told of it.
pub(crate) fn path(name: &str, path: &Path) -> Result<(), String> {
    let text = line(path).ok_or_else(|| {
        format!(
            "cgocall cannot tell cargo of {path:?}: no name in it may have a line break or begin or end with a space, and \
             all must be UTF-8; rename it"
        )
    })?;
    say(&format!("cargo::{name}={text}"));
    Ok(())
}

/// Asks cargo to run the build script again when the variable changes.
pub(crate) fn rerun_if_env_changed(name: &str) {
    say(&format!("cargo::rerun-if-env-changed={name}"));
}

/// Fails the build with one line, and lets the build script go on.
pub(crate) fn error(text: &str) {
    say(&format!("cargo::error={}", shown(text)));
}

/// Shows one line to the user.
pub(crate) fn warning(text: &str) {
    say(&format!("cargo::warning={}", shown(text)));
}

/// In one line, and nothing in it that a terminal would obey.
fn shown(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_line_to_cargo_or_nothing() {
        let evil = "\ncargo::rustc-env=EVIL=1";
        for end in [evil, "\r", " ", "\n"] {
            let place = format!("/a{end}");
            said();
            assert!(path("rustc-link-search", Path::new(&place)).is_err());
            assert_eq!(said(), "", "{place:?}");
        }
        path("rustc-link-search=native", Path::new("/a b")).unwrap();
        assert_eq!(said(), "cargo::rustc-link-search=native=/a b\n");
    }

    #[test]
    fn what_cannot_be_watched_by_its_name_is_watched_by_its_folders() {
        let dir = std::env::temp_dir().join(format!("cgocall-out-{}", process::id()));
        let odd = dir.join("c\ncargo::rustc-env=EVIL=1\n");
        fs::create_dir_all(&odd).unwrap();
        fs::write(odd.join("a.h"), "").unwrap();
        said();
        rerun_if_changed(&odd.join("a.h"));
        let watched = format!("cargo::rerun-if-changed={}\n", dir.display());
        assert_eq!(said(), watched);
        rerun_if_changed(&odd.join("gone.h"));
        assert_eq!(said(), "");
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn a_message_is_one_line_and_no_orders_to_a_terminal() {
        said();
        error("a\ncargo::rustc-env=EVIL=1\r\u{1b}[2J\u{9b}1m");
        assert_eq!(said(), "cargo::error=a cargo::rustc-env=EVIL=1  [2J 1m\n");
    }
}
