//! Where pages point, there is something; and every page is in the table of contents.

use cgocall_book::page::{Page, chapters, repository};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// All pages: the book's, and those at the repository's root.
fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    let mut folders = vec![repository().join("docs"), repository()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let relative = path.strip_prefix(repository()).expect("below it");
            let relative = relative.to_str().expect("UTF-8").to_owned();
            if relative.ends_with(".md") {
                pages.push(relative);
            } else if path.is_dir() && relative.starts_with("docs/") && relative != "docs/book" {
                folders.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// Without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn every_link_leads_somewhere() {
    let (mut wrong, mut all) = (String::new(), 0);
    for name in pages() {
        let page = Page::read(&name);
        let folder = Path::new(&name).parent().expect("a folder");
        for (line, link) in page.links() {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            if path.contains("://") {
                continue;
            }
            all += 1;
            let target = match path {
                "" => PathBuf::from(&name),
                _ => plain(&folder.join(path)),
            };
            if !repository().join(&target).exists() {
                wrong += &format!("{name}:{line}: there is no {}\n", target.display());
                continue;
            }
            let target = target.to_str().expect("UTF-8");
            let has_it = || Page::read(target).anchors().iter().any(|one| one == anchor);
            if !anchor.is_empty() && target.ends_with(".md") && !has_it() {
                wrong += &format!("{name}:{line}: {target} has no heading {anchor}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(all > 100, "links are found: {all}");
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let chapters: BTreeSet<String> = chapters().into_iter().collect();
    let pages = pages().into_iter().filter(|page| page.starts_with("docs/"));
    let pages: BTreeSet<String> = pages.filter(|page| page != "docs/SUMMARY.md").collect();
    assert_eq!(chapters, pages);
}

/// What a page shows as `rust` alone, rustdoc compiles and runs: in this crate or in `tests/`.
#[test]
fn every_page_with_a_program_is_doctested() {
    let sources = ["tests/book/src/lib.rs", "tests/src/lib.rs"];
    let sources =
        sources.map(|path| fs::read_to_string(repository().join(path)).expect("a source"));
    for page in pages() {
        let mut blocks = Page::read(&page).blocks().into_iter();
        let is_program = blocks.any(|block| block.language == "rust" && block.comments.is_empty());
        let is_tested = sources
            .iter()
            .any(|source| source.contains(&format!("../{page}\"")));
        assert!(
            !is_program || is_tested,
            "nobody runs the programs of {page}"
        );
    }
}
