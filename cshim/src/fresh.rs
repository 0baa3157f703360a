//! Whether a group is as the last run left it: then no C compiler runs.
//!
//! Any change of a Rust file runs the build script again; most change no import. So each group leaves a
//! stamp of all that went in: what was asked, with which compiler and flags, and the content of every
//! header read. Only success is stamped: what was found wrong is looked at again.

use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The inputs that are known before the compiler runs, and the build script itself: it may have been built
/// with another version of this crate.
pub(crate) fn key(inputs: &impl Hash) -> u64 {
    let program = env::current_exe().and_then(fs::metadata);
    let built = program.and_then(|file| file.modified()).ok();
    hash(&(built, inputs))
}

/// A number for `value` that is the same in every run of one build script.
pub(crate) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The files read last time, if the key is the same and none of them has changed.
pub(crate) fn files(stamp: &Path, key: u64, dir: &Path) -> Option<Vec<PathBuf>> {
    let text = fs::read_to_string(stamp).ok()?;
    let mut lines = text.lines();
    (lines.next()? == format!("{key:016x}")).then_some(())?;
    lines
        .map(|line| {
            let (hash, path) = line.split_once(' ')?;
            let path = PathBuf::from(path);
            (hash == content(&dir.join(&path))?).then_some(path)
        })
        .collect()
}

/// Leaves a stamp.
pub(crate) fn stamp(stamp: &Path, key: u64, dir: &Path, files: &[PathBuf]) -> std::io::Result<()> {
    let mut text = format!("{key:016x}\n");
    for file in files {
        if let Some(hash) = content(&dir.join(file)) {
            text += &format!("{hash} {}\n", file.display());
        }
    }
    fs::write(stamp, text)
}

fn content(file: &Path) -> Option<String> {
    Some(format!("{:016x}", hash(&fs::read(file).ok()?)))
}

/// The prerequisites in a makefile rule that a compiler wrote with `-MMD`.
pub(crate) fn dependencies(rule: &str) -> Vec<PathBuf> {
    let rule = rule.replace("\\\r\n", " ").replace("\\\n", " ");
    let Some((_, list)) = rule.split_once(": ") else {
        return Vec::new();
    };
    let mut files = vec![String::new()];
    let mut chars = list.chars().peekable();
    while let Some(c) = chars.next() {
        let last = files.len() - 1;
        match c {
            '\\' if matches!(chars.peek(), Some(' ' | '#' | '\\')) => {
                files[last].extend(chars.next())
            }
            '$' if chars.peek() == Some(&'$') => files[last].extend(chars.next()),
            c if c.is_whitespace() => files.push(String::new()),
            c => files[last].push(c),
        }
    }
    files
        .into_iter()
        .filter(|file| !file.is_empty())
        .map(PathBuf::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makefile_rules_are_read() {
        let rule = "x.o: /out/x.c c/api.h \\\n  /a\\ b/c.h d$$.h\n";
        let files = ["/out/x.c", "c/api.h", "/a b/c.h", "d$.h"].map(PathBuf::from);
        assert_eq!(dependencies(rule), files);
    }

    #[test]
    fn a_changed_file_or_key_is_noticed() {
        let dir = std::env::temp_dir().join(format!("cgocall-fresh-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let (mark, header) = (dir.join("stamp"), PathBuf::from("a.h"));
        fs::write(dir.join(&header), "int a;").unwrap();
        stamp(&mark, 7, &dir, std::slice::from_ref(&header)).unwrap();
        assert_eq!(files(&mark, 7, &dir), Some(vec![header.clone()]));
        assert_eq!(files(&mark, 8, &dir), None);
        fs::write(dir.join(&header), "int b;").unwrap();
        assert_eq!(files(&mark, 7, &dir), None);
        fs::remove_dir_all(&dir).unwrap();
    }
}
