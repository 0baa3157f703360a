//! What goes wrong is one sentence and exit code 1.

mod common;

use codesearch::store::Store;
use common::{Bench, failed, is_root, set_mode, succeeded};
use std::fs;
use std::process::Command;

#[test]
fn a_missing_folder() {
    let bench = Bench::new();
    let missing = bench.path("missing");
    assert_eq!(
        failed(bench.command(&["index"]).arg(bench.src()).arg(&missing)),
        format!("cannot index `{}`: it does not exist", missing.display())
    );
    bench.put("file", "");
    let file = bench.src().join("file");
    assert_eq!(
        failed(bench.command(&["index"]).arg(&file)),
        format!("cannot index `{}`: it is not a folder", file.display())
    );
    assert!(!bench.db().exists(), "nothing was begun");
}

#[test]
fn no_crates_downloaded() {
    let bench = Bench::new();
    let mut index = bench.command(&["index"]);
    index.env("CARGO_HOME", bench.path("missing"));
    assert_eq!(
        failed(&mut index),
        "cargo has downloaded no crates: name a folder to index"
    );
}

#[test]
fn a_missing_index() {
    let bench = Bench::new();
    let db = bench.db();
    let sentence = format!(
        "there is no index at `{}` yet: make one with `codesearch index`",
        db.display()
    );
    assert_eq!(failed(&mut bench.command(&["query", "word"])), sentence);
    assert_eq!(failed(&mut bench.command(&["stats"])), sentence);
    assert!(!db.exists());
    fs::write(&db, "").unwrap();
    assert_eq!(failed(&mut bench.command(&["query", "word"])), sentence);
}

#[test]
fn an_index_in_a_missing_folder() {
    let bench = Bench::new();
    let folder = bench.path("missing");
    let mut index = Command::new(env!("CARGO_BIN_EXE_codesearch"));
    index
        .arg("index")
        .arg(bench.src())
        .arg("--db")
        .arg(folder.join("index.db"));
    assert_eq!(
        failed(&mut index),
        format!(
            "cannot use the folder `{}`: it does not exist",
            folder.display()
        )
    );
}

#[test]
fn a_file_that_is_no_database() {
    let bench = Bench::new();
    let text = "fn main() {}\n".repeat(1000);
    fs::write(bench.db(), &text).unwrap();
    let sentence = format!("`{}` is not a codesearch index", bench.db().display());
    assert_eq!(failed(&mut bench.command(&["query", "word"])), sentence);
    assert_eq!(failed(bench.command(&["index"]).arg(bench.src())), sentence);
    assert_eq!(
        fs::read_to_string(bench.db()).unwrap(),
        text,
        "and stays as it was"
    );
}

#[test]
fn a_database_of_another_program() {
    let bench = Bench::new();
    bench.index();
    let change = |sql| {
        Store::open(&bench.db())
            .unwrap()
            .connection()
            .execute(sql)
            .unwrap()
    };
    change("PRAGMA user_version = 99");
    assert_eq!(
        failed(bench.command(&["index"]).arg(bench.src())),
        format!(
            "`{}` was made by a newer codesearch than this one",
            bench.db().display()
        )
    );
    let store = Store::create(&bench.path("other.db")).unwrap();
    store
        .connection()
        .execute("PRAGMA application_id = 1")
        .unwrap();
    drop(store);
    fs::rename(bench.path("other.db"), bench.db()).unwrap();
    let sentence = format!(
        "`{}` is a database of another program, and was left alone",
        bench.db().display()
    );
    assert_eq!(failed(bench.command(&["index"]).arg(bench.src())), sentence);
    assert_eq!(failed(&mut bench.command(&["query", "word"])), sentence);
}

#[test]
fn a_damaged_index() {
    let bench = Bench::new();
    bench.put_many(50);
    bench.index();
    let sentence = format!(
        "the index at `{}` is damaged: delete it and index again",
        bench.db().display()
    );
    let intact = fs::read(bench.db()).unwrap();
    // All pages but the first, which has the schema.
    let mut bytes = intact.clone();
    bytes[4096..].iter_mut().for_each(|byte| *byte ^= 0x5a);
    fs::write(bench.db(), &bytes).unwrap();
    assert_eq!(
        failed(&mut bench.command(&["query", "everywhere"])),
        sentence
    );
    assert_eq!(failed(&mut bench.command(&["stats"])), sentence);
    bench.put("new", "word");
    assert_eq!(failed(bench.command(&["index"]).arg(bench.src())), sentence);

    fs::write(bench.db(), &intact[..intact.len() / 2]).unwrap();
    assert_eq!(
        failed(&mut bench.command(&["query", "everywhere"])),
        sentence
    );

    // A text alone: only zlib can know.
    fs::write(bench.db(), &intact).unwrap();
    let store = Store::open(&bench.db()).unwrap();
    store
        .connection()
        .execute("UPDATE body SET text = substr(text, 1, 20)")
        .unwrap();
    drop(store);
    assert_eq!(
        failed(&mut bench.command(&["query", "everywhere"])),
        sentence
    );
}

#[test]
fn a_locked_index() {
    let bench = Bench::new();
    bench.put("a", "word");
    bench.index();
    bench.put("b", "word");
    let store = Store::open(&bench.db()).unwrap();
    store.connection().execute("BEGIN IMMEDIATE").unwrap();
    assert_eq!(
        failed(bench.command(&["index"]).arg(bench.src())),
        format!(
            "the index at `{}` is locked by another program: try again when it is done",
            bench.db().display()
        )
    );
    assert_eq!(bench.files("word").len(), 1, "who only reads does not mind");
    store.connection().execute("ROLLBACK").unwrap();
    bench.index();
    assert_eq!(bench.files("word").len(), 2);
}

#[test]
fn a_read_only_index() {
    let mut bench = Bench::new();
    bench.put("a", "word");
    bench.index();
    bench.put("b", "word");
    bench.obey_permissions();
    set_mode(&bench.db(), 0o444);
    let sentence = format!("the index at `{}` is read-only", bench.db().display());
    assert_eq!(
        failed(bench.obedient(&["index"]).arg(bench.src())),
        sentence
    );
    // Its folder too: then there is no place for the files that usually stand beside a database.
    set_mode(&bench.path(""), 0o555);
    let found = succeeded(&mut bench.obedient(&["query", "-l", "word"]));
    let index = failed(bench.obedient(&["index"]).arg(bench.src()));
    set_mode(&bench.path(""), 0o755);
    assert_eq!(found.lines().count(), 1, "it can be read all the same");
    assert_eq!(index, sentence);
    if !is_root() {
        set_mode(&bench.db(), 0o644);
    }
}

#[test]
fn words_that_cannot_be_searched_for() {
    let bench = Bench::new();
    assert_eq!(
        failed(&mut bench.command(&["query", "=>"])),
        "`=>` holds no letter or digit to search for"
    );
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    for args in [
        &["quary", "word"][..],
        &["query"],
        &["stats", "x"],
        &["index", "--limit", "3"],
        &[],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codesearch"));
        let output = command.args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        common::sentence(&output);
    }
}
