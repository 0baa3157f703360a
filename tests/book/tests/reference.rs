//! `docs/reference.md` has what there is, and nothing else.

use cgocall_book::page::{Page, repository};
use cgocall_syntax::keys;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

type Set = BTreeSet<String>;

fn set<T: ToString>(all: impl IntoIterator<Item = T>) -> Set {
    all.into_iter().map(|one| one.to_string()).collect()
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inside.split('|').map(str::trim).collect())
}

/// The names in that column of the tables, by their headings; those of one that has several tables are one behind the
/// other, in a list.
fn tables(column: usize) -> BTreeMap<String, Vec<Set>> {
    let page = Page::read("docs/reference.md");
    let mut tables: BTreeMap<String, Vec<Set>> = BTreeMap::new();
    let (mut heading, mut inside) = (String::new(), false);
    for (_, line) in page.prose() {
        if let Some(text) = line.strip_prefix("## ") {
            heading = text.to_owned();
        }
        let Some(cells) = cells(line) else {
            inside = false;
            continue;
        };
        let list = tables.entry(heading.clone()).or_default();
        if !inside {
            list.push(Set::new());
            inside = true;
        }
        let name = cells
            .get(column)
            .and_then(|cell| cell.strip_prefix('`')?.split('`').next());
        list.last_mut()
            .expect("a table")
            .extend(name.map(str::to_owned));
    }
    tables
}

#[test]
fn every_key_of_every_attribute_is_there_and_no_other() {
    let mut tables = tables(0);
    for (attribute, on, keys) in keys::all() {
        let (heading, nth) = match on {
            "" => (format!("`#[{attribute}(..)]`"), 0),
            _ if attribute == "cgo_import" => ("`#[cgo_import(..)]`".to_owned(), 1),
            _ => (format!("`#[{attribute}(..)]` on {on}"), 0),
        };
        let table = tables.get_mut(&heading).and_then(|list| list.get_mut(nth));
        let table = table.unwrap_or_else(|| panic!("there is no table under {heading:?}"));
        assert_eq!(std::mem::take(table), set(keys), "{heading}");
    }
    let main = tables
        .remove("`#[cgocall::main]` and `#[cgocall::test]`")
        .expect("the table");
    let source = read("macros/src/entry.rs");
    let refusal = "this attribute takes `unsafe(migrate)` and `crate = path`, each at most once";
    assert!(source.contains(refusal), "the keys of `main` have changed");
    assert_eq!(main, [set(["unsafe(migrate)", "crate"])]);
    for heading in ["build.rs", "Variables", "Features"] {
        tables.remove(heading).expect("the table");
    }
    tables.retain(|_, list| list.iter().any(|table| !table.is_empty()));
    assert!(tables.is_empty(), "of these there are none: {tables:?}");
}

#[test]
fn every_method_of_a_build_script_is_there_and_no_other() {
    let source = read("cshim/src/build.rs");
    let public = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub fn "));
    let public = public.filter_map(|line| line.split('(').next());
    assert_eq!(tables(0)["build.rs"], [set(public)]);
}

/// The variables that runtime, build script and macros read stand in their sources as they are called.
#[test]
fn every_variable_is_there_and_no_other() {
    let mut found = Set::new();
    for file in ["runtime/src", "cshim/src", "macros/src", "syntax/src"]
        .map(sources)
        .concat()
    {
        let text = fs::read_to_string(&file).expect("a source");
        let text = text.split("#[cfg(test)]").next().expect("what is before");
        for piece in text.split("\"CGOCALL_").skip(1) {
            let name = piece.split('"').next().expect("the rest");
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
                found.insert(format!("CGOCALL_{name}"));
            }
        }
    }
    let tables = tables(0);
    let [run, build] = &tables["Variables"][..] else {
        panic!("two tables");
    };
    assert_eq!(run.union(build).cloned().collect::<Set>(), found);
}

#[test]
fn every_feature_is_there_and_no_other() {
    let mut found = Set::new();
    for package in ["runtime", "cshim", "macros", "syntax"] {
        let manifest = read(&format!("{package}/Cargo.toml"));
        let features = manifest.split("[features]").nth(1).unwrap_or_default();
        let features = features.lines().take_while(|line| !line.starts_with('['));
        let features = features.filter(|line| !line.starts_with('#'));
        found.extend(features.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())));
    }
    assert_eq!(tables(1)["Features"], [found]);
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).expect("a source")
}

/// Sources that are no tests.
fn sources(folder: &str) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if name.ends_with(".rs")
                && !["tests.rs", "mutants.rs", "golden.rs"].contains(&&*name)
            {
                all.push(path);
            }
        }
    }
    all
}
