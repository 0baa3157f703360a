//! The files in folders.
//!
//! Every regular file, hidden ones too, as `grep -r` takes them: links are not followed. Left out are the stores of
//! version control, and the folders that say with a `CACHEDIR.TAG` that they can be made again, as cargo's `target`
//! does; not where such a folder is itself the one that was named.

use crate::error::{Error, Result};
use crate::store::Stamp;
use std::collections::HashSet;
use std::fs::{self, DirEntry};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const VERSION_CONTROL: [&str; 4] = [".git", ".hg", ".svn", ".jj"];

/// The folders to walk: absolute, each once, none within another.
pub fn roots(folders: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut roots = Vec::new();
    for folder in folders {
        let cannot = |error| Error::path("cannot index", folder, error);
        let root = fs::canonicalize(folder).map_err(cannot)?;
        root.read_dir().map_err(cannot)?;
        roots.push(root);
    }
    roots.sort();
    let mut outermost: Vec<PathBuf> = Vec::new();
    for root in roots {
        // Sorted, a folder stands somewhere after all those that it is in.
        if !outermost.iter().any(|outer| root.starts_with(outer)) {
            outermost.push(root);
        }
    }
    Ok(outermost)
}

/// Gives `visit` each file under `roots`, until it breaks; returns the folders that could not be read.
pub fn walk(
    roots: &[PathBuf],
    mut visit: impl FnMut(PathBuf, Stamp) -> ControlFlow<()>,
) -> HashSet<PathBuf> {
    let mut unreadable = HashSet::new();
    let mut folders: Vec<PathBuf> = roots.iter().rev().cloned().collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = sorted(&folder) else {
            unreadable.insert(folder);
            continue;
        };
        for entry in entries {
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            let path = entry.path();
            if kind.is_dir() {
                if !is_left_out(&entry, &path) {
                    folders.push(path);
                }
            } else if kind.is_file()
                && let Ok(metadata) = entry.metadata() // else it has gone since
                && visit(path, Stamp::of(&metadata)).is_break()
            {
                return unreadable;
            }
        }
    }
    unreadable
}

/// The entries of a folder: the same order in every run.
fn sorted(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

fn is_left_out(entry: &DirEntry, path: &Path) -> bool {
    let name = entry.file_name();
    VERSION_CONTROL.iter().any(|store| name == *store) || is_cache(path)
}

/// As <https://bford.info/cachedir/> defines it.
fn is_cache(folder: &Path) -> bool {
    let tag = fs::File::open(folder.join("CACHEDIR.TAG"));
    let mut text = [0; 43];
    tag.and_then(|mut tag| io::Read::read_exact(&mut tag, &mut text))
        .is_ok()
        && text == *b"Signature: 8a477f597d28d172789f06886806bc55"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(roots: &[PathBuf]) -> Vec<String> {
        let mut files = Vec::new();
        let unreadable = walk(roots, |path, _| {
            files.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            ControlFlow::Continue(())
        });
        assert!(unreadable.is_empty());
        files
    }

    #[test]
    fn every_file_once_and_no_caches() {
        let folder = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("a/one.rs", "");
        put("a/.hidden", "");
        put("a/b/two.rs", "");
        put("a/.git/config", "");
        put(
            "a/target/CACHEDIR.TAG",
            "Signature: 8a477f597d28d172789f06886806bc55\n# cargo",
        );
        put("a/target/built.rs", "");
        put("a-b/three.rs", "");
        std::os::unix::fs::symlink("one.rs", folder.path().join("a/link.rs")).unwrap();

        let named = ["a/b", "a", "a", "a-b"].map(|name| folder.path().join(name));
        let roots = super::roots(&named).unwrap();
        assert_eq!(roots.len(), 2);
        assert_eq!(files(&roots), [".hidden", "one.rs", "two.rs", "three.rs"]);
        let target = super::roots(&[folder.path().join("a/target")]).unwrap();
        assert_eq!(files(&target), ["CACHEDIR.TAG", "built.rs"]);
    }
}
