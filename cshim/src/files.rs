//! The files of a package, as its modules name them.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the text of modules comes from. Paths are relative to the package.
pub(crate) trait Files {
    fn read(&self, file: &Path) -> Option<String>;
    fn is_file(&self, path: &Path) -> bool;
    fn is_dir(&self, path: &Path) -> bool;
    /// The same for all the ways to one file.
    fn identity(&self, path: &Path) -> PathBuf;
}

/// The package in this directory.
pub(crate) struct Disk<'a>(pub(crate) &'a Path);

impl Files for Disk<'_> {
    fn read(&self, file: &Path) -> Option<String> {
        // A device or a pipe may have no end.
        self.is_file(file).then_some(())?;
        fs::read_to_string(self.0.join(file)).ok()
    }

    fn is_file(&self, path: &Path) -> bool {
        self.0.join(path).is_file()
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.0.join(path).is_dir()
    }

    fn identity(&self, path: &Path) -> PathBuf {
        let path = self.0.join(path);
        path.canonicalize().unwrap_or(path)
    }
}
