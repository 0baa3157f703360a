//! Whether a group is as the last run left it: then no C compiler runs.
//!
//! Any change of a Rust file runs the build script again; most change no import. So each group leaves a
//! stamp of all that went in: what was asked, with which compiler and flags, and the content of every
//! header read; and of all that came out, which may have been damaged or be another run's. Only success is
//! stamped: what was found wrong is looked at again. The stamp goes before the work begins and comes when it is
//! done, so that a build that was interrupted leaves none.

use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::{compiler, out};

/// The inputs that are known before the compiler runs, the compiler, and the build script itself: it may have been built
/// with another version of this crate.
pub(crate) fn key(inputs: &impl Hash) -> u64 {
    let program = env::current_exe().and_then(fs::metadata);
    let built = program.and_then(|file| file.modified()).ok();
    hash(&(built, compiler::programs(), inputs))
}

/// A number for `value` that is the same in every run of one build script.
pub(crate) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The files read last time, if the key is the same and none of them has changed, nor any of those written.
pub(crate) fn files(stamp: &Path, key: u64, dir: &Path) -> Option<Vec<PathBuf>> {
    let text = fs::read_to_string(stamp).ok()?;
    let mut lines = text.lines();
    (lines.next()? == format!("{key:016x}")).then_some(())?;
    let mut read = Vec::new();
    for line in lines {
        let (hash, path) = line.split_once(' ')?;
        let (is_output, path) = match path.strip_prefix(OUTPUT) {
            Some(path) => (true, path),
            None => (false, path),
        };
        let path = PathBuf::from(path);
        (hash == content(&dir.join(&path))?).then_some(())?;
        if !is_output {
            read.push(path);
        }
    }
    Some(read)
}

/// No path begins so.
const OUTPUT: &str = "> ";

/// Leaves a stamp. Not if a file's name cannot be written in it, or the file is gone: then it would say less than all.
pub(crate) fn stamp(
    stamp: &Path,
    key: u64,
    dir: &Path,
    read: &[PathBuf],
    written: &[PathBuf],
) -> std::io::Result<()> {
    let mut text = format!("{key:016x}\n");
    let read = read.iter().map(|file| ("", file));
    for (mark, file) in read.chain(written.iter().map(|file| (OUTPUT, file))) {
        let (Some(hash), Some(name)) = (content(&dir.join(file)), file.to_str()) else {
            return Ok(());
        };
        if name.contains('\n') || (mark.is_empty() && name.starts_with(OUTPUT)) {
            return Ok(());
        }
        text += &format!("{hash} {mark}{name}\n");
    }
    out::write_own(stamp, &text)
}

fn content(file: &Path) -> Option<String> {
    Some(format!("{:016x}", hash(&fs::read(file).ok()?)))
}

/// The prerequisites in a makefile rule that a compiler wrote with `-MD`. They are bytes: a folder's name may be in
/// any encoding.
pub(crate) fn dependencies(rule: &[u8]) -> Vec<PathBuf> {
    let Some(colon) = rule
        .windows(2)
        .position(|pair| pair[0] == b':' && pair[1].is_ascii_whitespace())
    else {
        return Vec::new();
    };
    let mut files = vec![Vec::new()];
    let mut bytes = rule[colon + 1..].iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let last = files.len() - 1;
        match (byte, bytes.peek()) {
            // The line goes on.
            (b'\\', Some(b'\r' | b'\n')) => files.push(Vec::new()),
            (b'\\', Some(b' ' | b'#' | b'\\')) | (b'$', Some(b'$')) => {
                files[last].extend(bytes.next())
            }
            (byte, _) if byte.is_ascii_whitespace() => files.push(Vec::new()),
            (byte, _) => files[last].push(byte),
        }
    }
    files
        .into_iter()
        .filter(|file| !file.is_empty())
        .map(path)
        .collect()
}

#[cfg(unix)]
fn path(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makefile_rules_are_read() {
        let rule = "x.o: /out/x.c c/api.h \\\n  /a\\ b/c.h d$$.h\n";
        let files = ["/out/x.c", "c/api.h", "/a b/c.h", "d$.h"].map(PathBuf::from);
        assert_eq!(dependencies(rule.as_bytes()), files);
        assert_eq!(dependencies(b"x.o:\n"), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_changed_file_or_key_is_noticed() {
        let dir = std::env::temp_dir().join(format!("cgocall-fresh-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let (mark, header) = (dir.join("stamp"), PathBuf::from("a.h"));
        fs::write(dir.join(&header), "int a;").unwrap();
        let out = dir.join("out.a");
        fs::write(&out, "archive").unwrap();
        stamp(
            &mark,
            7,
            &dir,
            std::slice::from_ref(&header),
            std::slice::from_ref(&out),
        )
        .unwrap();
        assert_eq!(files(&mark, 7, &dir), Some(vec![header.clone()]));
        assert_eq!(files(&mark, 8, &dir), None);
        fs::write(dir.join(&header), "int b;").unwrap();
        assert_eq!(files(&mark, 7, &dir), None);
        fs::write(dir.join(&header), "int a;").unwrap();
        assert!(files(&mark, 7, &dir).is_some());
        fs::write(&out, "arch").unwrap();
        assert_eq!(files(&mark, 7, &dir), None, "what was written is damaged");
        fs::remove_dir_all(&dir).unwrap();
    }
}
