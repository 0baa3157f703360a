//! Each page of the book does what it says.

use cgocall_book::page::chapters;
use cgocall_book::walk::Walk;
use std::path::Path;

fn walk(page: &str) {
    let root = tempfile::tempdir().expect("a folder");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walks");
    let command = Path::new(env!("CARGO_BIN_EXE_book_command"));
    if let Err(wrong) = Walk::new(page, root.path(), &target, command).go() {
        panic!("{wrong}");
    }
}

macro_rules! walks {
    ($($name:ident $path:literal;)*) => {
        const WALKED: &[&str] = &[$(concat!("docs/", $path)),*];
        $(
            #[test]
            fn $name() {
                walk(concat!("docs/", $path));
            }
        )*
    };
}

walks! {
    tutorial "tutorial.md";
    first_mistakes "first-mistakes.md";
    wrapping "guides/wrapping.md";
    callbacks "guides/callbacks.md";
    blocking "guides/blocking.md";
    c_hosts "guides/c-hosts.md";
    tokio "guides/tokio.md";
    debugging "guides/debugging.md";
    bindgen "from/bindgen.md";
    spawn_blocking "from/spawn-blocking.md";
    from_go "from/go.md";
    reference "reference.md";
    how_it_works "how-it-works.md";
    begin "README.md";
    architecture "architecture.md";
    behaviours "behaviours.md";
    soundness "soundness.md";
    reliability "reliability.md";
}

/// `benchmarks.md` is written by the benchmarks, and what `first-minutes.md` says has a test of its own.
const OTHERS: &[&str] = &["docs/benchmarks.md", "docs/first-minutes.md"];

#[test]
fn every_page_is_walked() {
    let walked = [WALKED, OTHERS].concat();
    let missing: Vec<String> = chapters()
        .into_iter()
        .filter(|chapter| !walked.contains(&chapter.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
