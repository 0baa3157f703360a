//! Where `mod x;` finds its file: the rules of rustc, kept in rustc's own terms.
//!
//! A module has a directory, and perhaps an offset below it that counts only for `mod x;` without a
//! `#[path]`: in `src/a.rs` the directory is `src` and the offset `a`, in `src/a/mod.rs` the directory
//! is `src/a` and there is none.

use std::path::{Path, PathBuf};

/// The place from which a module looks for its children.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    dir: PathBuf,
    offset: Option<String>,
    /// Inside a function body only `#[path]` can name a file.
    in_block: bool,
}

impl Place {
    /// Of a file that owns its directory: a crate root, a `mod.rs`, a `#[path]` file, an included file.
    pub(crate) fn owning(file: &Path) -> Place {
        let dir = file.parent().unwrap_or(Path::new("")).to_path_buf();
        Place {
            dir,
            offset: None,
            in_block: false,
        }
    }

    /// Of `name.rs`, whose children are in `name/`.
    pub(crate) fn beside(file: &Path) -> Place {
        let offset = file
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        Place {
            offset,
            ..Place::owning(file)
        }
    }

    /// Of a file given to `build()`. `src/ffi.rs` may be a module, whose `mod x;` is `src/ffi/x.rs`, or a crate root, whose
    /// `mod x;` is `src/x.rs`. Cargo's own roots own their directory.
    pub(crate) fn of_root(file: &Path) -> Vec<Place> {
        let parent = file.parent().and_then(Path::file_name).unwrap_or_default();
        let stem = file.file_stem().unwrap_or_default();
        let is_root = ["main", "lib", "mod", "build"]
            .iter()
            .any(|root| stem == *root)
            || ["bin", "tests", "examples", "benches"]
                .iter()
                .any(|dir| parent == *dir);
        match is_root {
            true => vec![Place::owning(file)],
            false => vec![Place::beside(file), Place::owning(file)],
        }
    }

    /// Inside `mod name { .. }`, perhaps with `#[path = ".."]`, which there names a directory.
    pub(crate) fn inline(&self, name: &str, path: Option<&str>) -> Place {
        if let Some(path) = path {
            return Place {
                dir: self.dir.join(path),
                offset: None,
                in_block: false,
            };
        }
        let mut place = self.clone();
        if let Some(offset) = place.offset.take() {
            place.dir.push(offset);
        }
        place.dir.push(name);
        place
    }

    /// Inside the braces of a function.
    pub(crate) fn block(&self) -> Place {
        Place {
            offset: None,
            in_block: true,
            ..self.clone()
        }
    }

    /// The same for all the ways to its directory.
    pub(crate) fn identity(&self, of_dir: impl FnOnce(&Path) -> PathBuf) -> Place {
        Place {
            dir: of_dir(&self.dir),
            ..self.clone()
        }
    }

    /// The file of `#[path = ".."] mod x;`.
    pub(crate) fn at_path(&self, path: &str) -> Child {
        let file = self.dir.join(path);
        Child {
            place: Place::owning(&file),
            file,
        }
    }

    /// The two files that `mod name;` may mean.
    pub(crate) fn children(&self, name: &str) -> Vec<Child> {
        if self.in_block {
            return Vec::new();
        }
        let mut dir = self.dir.clone();
        dir.extend(&self.offset);
        let flat = dir.join(format!("{name}.rs"));
        let nested = dir.join(name).join("mod.rs");
        vec![
            Child {
                place: Place::beside(&flat),
                file: flat,
            },
            Child {
                place: Place::owning(&nested),
                file: nested,
            },
        ]
    }
}

/// A file of a module, and the place from which it looks on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Child {
    pub(crate) file: PathBuf,
    pub(crate) place: Place,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(place: &Place, name: &str) -> Vec<String> {
        place
            .children(name)
            .iter()
            .map(|c| c.file.display().to_string())
            .collect()
    }

    #[test]
    fn a_root_looks_beside_itself_and_a_module_below_itself() {
        let root = Place::owning(Path::new("src/main.rs"));
        assert_eq!(files(&root, "a"), ["src/a.rs", "src/a/mod.rs"]);
        let [flat, nested] = &root.children("a")[..] else {
            panic!()
        };
        assert_eq!(files(&flat.place, "b"), ["src/a/b.rs", "src/a/b/mod.rs"]);
        assert_eq!(files(&nested.place, "b"), ["src/a/b.rs", "src/a/b/mod.rs"]);
    }

    #[test]
    fn an_inline_module_is_a_folder_deeper() {
        let root = Place::owning(Path::new("src/main.rs"));
        assert_eq!(files(&root.inline("i", None), "b")[0], "src/i/b.rs");
        let flat = Place::beside(Path::new("src/a.rs"));
        assert_eq!(files(&flat.inline("i", None), "b")[0], "src/a/i/b.rs");
        assert_eq!(
            files(&flat.inline("i", None).inline("j", None), "b")[0],
            "src/a/i/j/b.rs"
        );
        assert_eq!(
            files(&flat.inline("i", Some("other")), "b")[0],
            "src/other/b.rs"
        );
    }

    #[test]
    fn path_is_relative_to_the_file_but_inside_an_inline_module_to_its_folder() {
        let flat = Place::beside(Path::new("src/a.rs"));
        let child = flat.at_path("x/y.rs");
        assert_eq!(child.file, Path::new("src/x/y.rs"));
        assert_eq!(files(&child.place, "z")[0], "src/x/z.rs");
        assert_eq!(
            flat.inline("i", None).at_path("y.rs").file,
            Path::new("src/a/i/y.rs")
        );
    }

    #[test]
    fn in_a_function_only_path_names_a_file() {
        let block = Place::beside(Path::new("src/a.rs")).block();
        assert!(block.children("x").is_empty());
        assert_eq!(block.at_path("x.rs").file, Path::new("src/x.rs"));
    }

    #[test]
    fn a_given_file_that_is_no_target_of_cargo_may_be_a_module() {
        assert_eq!(Place::of_root(Path::new("src/main.rs")).len(), 1);
        assert_eq!(Place::of_root(Path::new("tests/a.rs")).len(), 1);
        let [module, root] = &Place::of_root(Path::new("src/ffi.rs"))[..] else {
            panic!()
        };
        assert_eq!(files(module, "x")[0], "src/ffi/x.rs");
        assert_eq!(files(root, "x")[0], "src/x.rs");
    }
}
