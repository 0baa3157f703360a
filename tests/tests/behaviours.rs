//! `docs/behaviours.md` says what C and Rust may expect of each other, and which tests keep it. The sentences are written
//! there, each with a name in a comment; the tests say `// Keeps: name, ..` above themselves, and from that the links are
//! written. At the end of a file, without a test below it, this is said of the whole file: a program that must not compile.
//!
//! After a change that is meant, `CGOCALL_GOLDEN=write cargo test -p cgocall-tests --test behaviours` writes the links.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// By promise: links to the tests that keep it.
type Kept = BTreeMap<String, BTreeSet<String>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where tests are, relative to the workspace.
fn files() -> BTreeSet<PathBuf> {
    fn walk(dir: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    for dir in [
        "cshim/src",
        "cshim/tests",
        "examples/c-host/tests",
        "tests/fixtures/mismatch/src",
        "tests/link/tests",
        "tests/tests",
        "tests/ui",
    ] {
        walk(&root().join(dir), &mut found);
    }
    assert!(found.remove(Path::new("tests/tests/behaviours.rs")));
    found
}

/// What the tests of a file keep.
fn note(file: &Path, kept: &mut Kept) {
    let text = fs::read_to_string(root().join(file)).unwrap();
    let stem = file.file_stem().unwrap().to_str().unwrap();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(promises) = line.trim_start().strip_prefix("// Keeps: ") else {
            continue;
        };
        let test = lines.clone().find_map(|line| {
            let (_, rest) = line.split_once("fn ")?;
            Some(rest.split_once('(')?.0)
        });
        let name = test.map_or(stem.to_owned(), |test| format!("{stem}: {test}"));
        let link = format!("  [{name}](../{})", file.display());
        for promise in promises.split(',') {
            let promise = promise.trim().to_owned();
            kept.entry(promise).or_default().insert(link.clone());
        }
    }
}

/// The page with these links instead of those that it has.
fn with_links(page: &str, mut kept: Kept) -> String {
    let mut written = String::new();
    for line in page.lines().filter(|line| !line.starts_with("  [")) {
        written += &format!("{line}\n");
        let name = line
            .strip_suffix(" -->")
            .and_then(|line| line.split_once("<!-- "));
        if let Some((_, name)) = name {
            let tests = kept.remove(name);
            let tests =
                tests.unwrap_or_else(|| panic!("no test keeps `{name}`, or it is promised twice"));
            let tests: Vec<_> = tests.into_iter().collect();
            written += &format!("{}\n", tests.join(",\n"));
        }
    }
    assert!(kept.is_empty(), "nobody has promised this: {kept:#?}");
    written
}

#[test]
fn each_promise_is_kept_and_the_page_says_by_which_tests() {
    let mut kept = Kept::new();
    files().iter().for_each(|file| note(file, &mut kept));
    let path = root().join("docs/behaviours.md");
    let page = fs::read_to_string(&path).unwrap();
    let written = with_links(&page, kept);
    if std::env::var_os("CGOCALL_GOLDEN").is_some_and(|mode| mode == "write") {
        return fs::write(path, written).unwrap();
    }
    assert!(
        page == written,
        "docs/behaviours.md is stale; the head of this file says what writes it"
    );
}
