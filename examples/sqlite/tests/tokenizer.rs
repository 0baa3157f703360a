//! A tokenizer of FTS5, in Rust.

use cgocall::yield_now;
use sqlite::*;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// Words, in lowercase; a word of the index stands there backwards too.
struct Words(Arc<AtomicUsize>);

impl Tokenizer for Words {
    fn tokenize(&mut self, text: &str, purpose: Purpose, sink: &mut Sink<'_>) -> Result<()> {
        assert!(!text.contains("panic"), "as told");
        let mut end = 0;
        for word in text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            let start = end + text[end..].find(word).unwrap();
            end = start + word.len();
            let forwards = word.to_lowercase();
            sink.put(Token {
                text: &forwards,
                range: start..end,
                colocated: false,
            })?;
            yield_now();
            if purpose == Purpose::Index {
                let backwards: String = forwards.chars().rev().collect();
                sink.put(Token {
                    text: &backwards,
                    range: start..end,
                    colocated: true,
                })?;
            }
            if word == "wrong" {
                return Err(Error {
                    code: SQLITE_FULL,
                    message: String::new(),
                });
            }
        }
        Ok(())
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

fn table(alive: &Arc<AtomicUsize>) -> Connection {
    let db = Connection::memory().unwrap();
    let alive = Arc::clone(alive);
    db.tokenizer("words", move || {
        alive.fetch_add(1, SeqCst);
        Words(Arc::clone(&alive))
    })
    .unwrap();
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'words')")
        .unwrap();
    db
}

fn insert(db: &Connection, text: &str) -> Result<()> {
    db.run("INSERT INTO t VALUES (?1)", (text,))
}

fn found(db: &Connection, words: &str) -> Vec<String> {
    let sql = "SELECT highlight(t, 0, '[', ']') FROM t WHERE t MATCH ?1 ORDER BY rowid";
    db.prepare(sql)
        .unwrap()
        .all((words,), |row| row.get(0))
        .unwrap()
}

#[cgocall::test]
fn what_it_makes_of_a_text_is_found() {
    let alive = Arc::new(AtomicUsize::new(0));
    let db = table(&alive);
    insert(&db, "Größe, and SIZE.").unwrap();
    insert(&db, "").unwrap();
    insert(&db, "size, or ezis").unwrap();
    assert_eq!(found(&db, "GRÖSSE größe"), [""; 0]);
    assert_eq!(found(&db, "größe"), ["[Größe], and SIZE."]);
    assert_eq!(found(&db, "eßörg"), ["[Größe], and SIZE."]);
    assert_eq!(
        found(&db, "ezis"),
        ["Größe, and [SIZE].", "[size], or [ezis]"]
    );
    assert_eq!(found(&db, "\"and size\""), ["Größe, [and SIZE]."]);
    insert(&db, "NUL\0beyond").unwrap();
    let beyond = db.one("SELECT rowid FROM t WHERE t MATCH 'beyond'", ());
    assert_eq!(beyond, Ok(4_i64));
    assert!(alive.load(SeqCst) > 0);
    drop(db);
    assert_eq!(alive.load(SeqCst), 0, "all are dropped");
}

/// FTS5 would look there for it, when it shows what was found.
#[cgocall::test]
fn a_token_is_a_part_of_its_text() {
    struct Elsewhere(Range<usize>);
    impl Tokenizer for Elsewhere {
        fn tokenize(&mut self, text: &str, _: Purpose, sink: &mut Sink<'_>) -> Result<()> {
            sink.put(Token {
                text,
                range: self.0.clone(),
                colocated: false,
            })
        }
    }
    let insert = |range: Range<usize>| {
        let db = Connection::memory().unwrap();
        db.tokenizer("elsewhere", move || Elsewhere(range.clone()))
            .unwrap();
        db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'elsewhere')")
            .unwrap();
        db.run("INSERT INTO t VALUES ('four')", ())
    };
    assert_eq!(insert(0..4), Ok(()));
    #[expect(clippy::reversed_empty_ranges, reason = "which is wrong")]
    let wrong = [
        0..5,
        1 << 20..1 << 21,
        3..2,
        0..usize::MAX,
        1 << 32..4 << 32,
    ];
    for range in wrong {
        assert_eq!(insert(range).unwrap_err().code, SQLITE_RANGE);
    }
}

#[cgocall::test]
fn its_error_is_the_statements() {
    let db = table(&Arc::default());
    assert_eq!(
        insert(&db, "this is wrong, is it").unwrap_err().code,
        SQLITE_FULL
    );
    assert_eq!(found(&db, "this"), [""; 0]);
    let not_utf_8 = db.run("INSERT INTO t VALUES (CAST(x'ff' AS TEXT))", ());
    assert_eq!(not_utf_8.unwrap_err().code, SQLITE_ERROR);
    let unknown = db.execute("CREATE VIRTUAL TABLE u USING fts5(x, tokenize = 'nobody')");
    assert!(
        unknown
            .unwrap_err()
            .message
            .contains("no such tokenizer: nobody")
    );
}

#[cgocall::test]
fn its_panic_goes_on_in_who_runs_the_statement() {
    let db = table(&Arc::default());
    insert(&db, "before").unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| insert(&db, "a panic"))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"as told"));
    insert(&db, "after").unwrap();
    assert_eq!(
        db.one("SELECT count(*) FROM t", ()),
        Ok(2_i64),
        "rolled back"
    );
    assert_eq!(found(&db, "after"), ["[after]"]);

    // Where it is made, too.
    db.tokenizer("none", || -> Words { panic!("no tokenizer") })
        .unwrap();
    let create = || db.execute("CREATE VIRTUAL TABLE u USING fts5(x, tokenize = 'none')");
    let panic = catch_unwind(AssertUnwindSafe(create)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"no tokenizer"));
    assert_eq!(found(&db, "after"), ["[after]"]);
}

#[cgocall::test]
fn one_of_the_same_name_takes_its_place() {
    let (first, second) = (Arc::default(), Arc::<AtomicUsize>::default());
    let db = table(&first);
    let alive = Arc::clone(&second);
    db.tokenizer("words", move || {
        alive.fetch_add(1, SeqCst);
        Words(Arc::clone(&alive))
    })
    .unwrap();
    db.execute("CREATE VIRTUAL TABLE u USING fts5(x, tokenize = 'words')")
        .unwrap();
    assert!(first.load(SeqCst) > 0 && second.load(SeqCst) > 0);
    drop(db);
    assert_eq!((first.load(SeqCst), second.load(SeqCst)), (0, 0));
}
