//! Running again indexes what changed, and drops what is gone.

mod common;

use common::{Bench, age, is_root, set_mode, succeeded};
use std::fs::{self, File};

fn summary(report: &str) -> &str {
    report
        .lines()
        .next()
        .unwrap()
        .split(", 0 too large")
        .next()
        .unwrap()
}

#[test]
fn only_what_changed_is_indexed_again() {
    let bench = Bench::new();
    for name in ["same", "touched", "edited", "gone", "binary"] {
        bench.put(name, format!("word {name}"));
        age(&bench.src().join(name), 1000);
    }
    bench.put("binary", b"\0");
    age(&bench.src().join("binary"), 1000);
    let counts = "5 files: 4 indexed, 0 unchanged, 0 removed, 1 binary, 0 not UTF-8, 0 unreadable";
    assert_eq!(summary(&bench.index()), counts);

    let counts = "5 files: 0 indexed, 4 unchanged, 0 removed, 1 binary, 0 not UTF-8, 0 unreadable";
    let again = bench.index();
    assert_eq!(summary(&again), counts);
    assert!(
        again
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("0.0 MB read, 0 tokens")
    );

    age(&bench.src().join("touched"), 500);
    bench.put("edited", "word EDITED");
    fs::remove_file(bench.src().join("gone")).unwrap();
    bench.put("new", "word");
    let counts = "5 files: 2 indexed, 2 unchanged, 1 removed, 1 binary, 0 not UTF-8, 0 unreadable";
    assert_eq!(summary(&bench.index()), counts);
    for word in ["word", "same", "touched", "edited", "EDITED", "gone"] {
        assert_eq!(bench.files(word), bench.grep(word), "{word}");
    }
    assert_eq!(bench.files("word").len(), 4);
}

#[test]
fn a_change_right_after_indexing_that_keeps_size_and_time_is_seen() {
    let bench = Bench::new();
    bench.put("a", "before");
    let path = bench.src().join("a");
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    bench.index();
    bench.put("a", "AFTER!");
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(written)
        .unwrap();
    bench.index();
    assert_eq!(bench.files("AFTER").len(), 1);
    assert!(bench.files("before").is_empty());
}

#[test]
fn folders_that_were_not_named_stay() {
    let bench = Bench::new();
    bench.put("one/a", "word");
    bench.put("two/b", "word");
    bench.index();
    fs::remove_file(bench.src().join("one/a")).unwrap();
    fs::remove_file(bench.src().join("two/b")).unwrap();
    succeeded(bench.command(&["index"]).arg(bench.src().join("one")));
    assert_eq!(bench.files("word"), [bench.src().join("two/b")].into());
}

#[test]
fn what_cannot_be_read_is_counted_and_found_once_it_can_be() {
    let mut bench = Bench::new();
    bench.put("open", "word");
    bench.put("closed", "word");
    bench.put("folder/within", "word");
    bench.obey_permissions();
    // The index is the user's own.
    if is_root() {
        std::os::unix::fs::chown(bench.path(""), Some(common::NOBODY), None).unwrap();
    }
    let index = |bench: &Bench| succeeded(bench.obedient(&["index"]).arg(bench.src()));
    index(&bench);
    assert_eq!(bench.files("word").len(), 3);

    let (closed, folder) = (bench.src().join("closed"), bench.src().join("folder"));
    bench.put("closed", "another word");
    if is_root() {
        std::os::unix::fs::chown(&closed, Some(0), None).unwrap();
        std::os::unix::fs::chown(&folder, Some(0), None).unwrap();
    }
    set_mode(&closed, 0o000);
    set_mode(&folder, 0o000);
    let report = index(&bench);
    assert_eq!(
        report.lines().next().unwrap(),
        "2 files: 0 indexed, 1 unchanged, 0 removed, 0 binary, 0 not UTF-8, 1 unreadable, 0 too large, \
         1 folders unreadable"
    );
    let known = succeeded(&mut bench.obedient(&["query", "-l", "word"]));
    assert_eq!(
        known.lines().count(),
        2,
        "what is in the folder has not gone"
    );

    set_mode(&closed, 0o644);
    set_mode(&folder, 0o755);
    index(&bench);
    assert_eq!(bench.files("another"), [closed].into());
    assert_eq!(bench.files("word").len(), 3);
}
