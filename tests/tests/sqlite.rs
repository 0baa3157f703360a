//! Closures that SQLite calls: for rows, while a file is busy, and for what SQL calls.

use cgocall::{Callback, go, yield_now};
use cgocall_tests::sqlite::*;
use std::ffi::{CStr, CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// A connection, and what closes it.
struct Db(*mut sqlite3);

impl Db {
    fn open(path: &CStr) -> Db {
        let mut db = null_mut();
        // SAFETY: the place is for SQLite to fill.
        assert_eq!(unsafe { sqlite3_open(path, &mut db) }, SQLITE_OK);
        Db(db)
    }

    fn memory() -> Db {
        Db::open(c":memory:")
    }

    fn exec(&self, sql: &CStr) -> c_int {
        // SAFETY: the connection is open.
        unsafe {
            sqlite3_exec(
                self.0,
                sql,
                None::<fn(c_int, *mut *mut c_char, *mut *mut c_char) -> c_int>,
                null_mut(),
            )
        }
    }

    /// The first column of each row, until `row` says no.
    fn rows(&self, sql: &CStr, mut row: impl FnMut(&str) -> bool) -> c_int {
        let row = |_, values: *mut *mut c_char, _| {
            // SAFETY: there are so many texts, which end in NUL; and at least one.
            let text = unsafe { CStr::from_ptr(*values) };
            c_int::from(!row(text.to_str().unwrap()))
        };
        // SAFETY: the connection is open.
        unsafe { sqlite3_exec(self.0, sql, Some(row), null_mut()) }
    }

    fn number(&self, sql: &CStr) -> i64 {
        let mut number = None;
        let done = self.rows(sql, |text| {
            number = text.parse().ok();
            true
        });
        assert_eq!(done, SQLITE_OK);
        number.expect("a row with a number")
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        // SAFETY: it is open, and nobody uses it any more.
        assert_eq!(unsafe { sqlite3_close(self.0) }, SQLITE_OK);
    }
}

type None2 = Option<fn(*mut sqlite3_context, c_int, *mut *mut sqlite3_value)>;
type None1 = Option<fn(*mut sqlite3_context)>;

/// A function of one number.
fn create(
    db: &Db,
    name: &CStr,
    arguments: c_int,
    mut f: impl FnMut(i64) -> i64 + Send + 'static,
) -> c_int {
    let call = move |context, _, values: *mut *mut sqlite3_value| {
        // SAFETY: SQLite passes one argument, and the context of this call.
        unsafe {
            let n = sqlite3_value_int64(*values);
            sqlite3_result_int64(context, f(n));
        }
    };
    // SAFETY: the connection is open; what SQLite keeps of the closure it gives back to the destructor.
    unsafe {
        sqlite3_create_function_v2(
            db.0,
            name,
            arguments,
            SQLITE_UTF8,
            Some(call),
            None2::None,
            None1::None,
        )
    }
}

type Handler = Callback<dyn FnMut(c_int) -> c_int + Send>;

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[cgocall::test]
fn each_row_is_a_closures() {
    let db = Db::memory();
    assert_eq!(
        db.exec(c"create table t(n); insert into t values ('one'), ('two'), ('three')"),
        SQLITE_OK
    );
    let mut seen = Vec::new();
    let done = db.rows(c"select n from t", |text| {
        yield_now();
        seen.push(text.to_owned());
        true
    });
    assert_eq!(
        (done, &*seen),
        (SQLITE_OK, &["one", "two", "three"].map(str::to_owned)[..])
    );
    let mut rows = 0;
    let done = db.rows(c"select n from t", |_| {
        rows += 1;
        rows < 2
    });
    assert_eq!((done, rows), (SQLITE_ABORT, 2));
    // C gets a zero, goes on, and calls nobody any more.
    let mut rows = 0;
    let panic = catch_unwind(AssertUnwindSafe(|| {
        db.rows(c"select n from t", |_| {
            rows += 1;
            panic!("a row")
        })
    }));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"a row"));
    assert_eq!(rows, 1);
    assert_eq!(db.number(c"select count(*) from t"), 3);
}

#[cgocall::test]
fn sql_calls_closures_and_sqlite_drops_them() {
    let drops = Arc::new(AtomicUsize::new(0));
    let db = Db::memory();
    for round in 1..=3 {
        let counted = Counted(Arc::clone(&drops));
        let mut calls = 0;
        let created = create(&db, c"tally", 1, move |n| {
            let _counted = &counted;
            calls += 1;
            go(move || n * round + calls).join().unwrap()
        });
        // One that is created again takes the other's place.
        assert_eq!(
            (created, drops.load(SeqCst)),
            (SQLITE_OK, round as usize - 1)
        );
        assert_eq!(db.number(c"select tally(10)"), 10 * round + 1);
        assert_eq!(db.number(c"select tally(10)"), 10 * round + 2);
    }
    // SQLite fails, and calls the destructor all the same.
    let counted = Counted(Arc::clone(&drops));
    let failed = create(&db, c"tally", -2, move |n| {
        let _counted = &counted;
        n
    });
    assert_eq!((failed, drops.load(SeqCst)), (SQLITE_MISUSE, 3));

    let panic = catch_unwind(AssertUnwindSafe(|| {
        create(&db, c"fails", 1, |n| panic!("fails for {n}"));
        db.number(c"select fails(7)")
    }));
    let panic = panic.unwrap_err();
    assert_eq!(panic.downcast_ref::<String>().unwrap(), "fails for 7");
    assert_eq!(db.number(c"select tally(0)"), 3);
    drop(db);
    assert_eq!(drops.load(SeqCst), 4);
}

/// Three closures with one user pointer, of which two are there.
#[cgocall::test]
fn an_aggregate_is_two_closures() {
    use std::sync::Mutex;
    let drops = Arc::new(AtomicUsize::new(0));
    let db = Db::memory();
    let product = Arc::new(Mutex::new(1));
    let (step, end) = (Arc::clone(&product), product);
    let counted = [0, 1].map(|_| Counted(Arc::clone(&drops)));
    let [first, second] = counted;
    // SAFETY: as in `create`.
    let created = unsafe {
        sqlite3_create_function_v2(
            db.0,
            c"product",
            1,
            SQLITE_UTF8,
            None2::None,
            Some(move |_, _, values: *mut *mut sqlite3_value| {
                let _first = &first;
                *step.lock().unwrap() *= sqlite3_value_int64(*values);
            }),
            Some(move |context| {
                let _second = &second;
                let product = std::mem::replace(&mut *end.lock().unwrap(), 1);
                sqlite3_result_int64(context, product);
            }),
        )
    };
    assert_eq!(created, SQLITE_OK);
    let sql = c"with recursive n(i) as (values (1) union all select i + 1 from n where i < 5) select product(i) from n";
    assert_eq!(db.number(sql), 120);
    assert_eq!(db.number(sql), 120);
    assert_eq!(drops.load(SeqCst), 0);
    drop(db);
    assert_eq!(drops.load(SeqCst), 2);
}

#[cgocall::test]
fn a_collation_is_a_closure() {
    let db = Db::memory();
    let drops = Arc::new(AtomicUsize::new(0));
    let counted = Counted(Arc::clone(&drops));
    let compare = move |a_len: c_int, a: *const _, b_len: c_int, b: *const _| {
        let _counted = &counted;
        // SAFETY: there are so many bytes.
        let text = |data: *const std::ffi::c_void, len: c_int| unsafe {
            std::slice::from_raw_parts(data.cast::<u8>(), usize::try_from(len).unwrap())
        };
        // By the last byte.
        text(a, a_len).last().cmp(&text(b, b_len).last()) as c_int
    };
    // SAFETY: as in `create`.
    let created = unsafe { sqlite3_create_collation_v2(db.0, c"ends", SQLITE_UTF8, compare) };
    assert_eq!(created, SQLITE_OK);
    let mut seen = String::new();
    db.rows(
        c"select * from (values ('xc'), ('ya'), ('zb')) order by 1 collate ends",
        |text| {
            seen += text;
            true
        },
    );
    assert_eq!((&*seen, drops.load(SeqCst)), ("yazbxc", 0));
    drop(db);
    assert_eq!(drops.load(SeqCst), 1);
}

#[cgocall::test]
fn a_busy_handler_is_called_until_it_is_dropped() {
    let folder = std::env::temp_dir().join(format!("cgocall-busy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = CString::new(folder.join("db").to_str().unwrap()).unwrap();
    let (holds, waits) = (Db::open(&path), Db::open(&path));
    assert_eq!(holds.exec(c"create table t(n); begin immediate"), SQLITE_OK);
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let handler: Handler = Callback::new(Box::new(move |n| {
        count.fetch_add(1, SeqCst);
        c_int::from(n < 4)
    }));
    let handle = |handler: Option<&Handler>| {
        // SAFETY: the connection is open.
        unsafe { sqlite3_busy_handler(waits.0, handler) }
    };
    assert_eq!(handle(Some(&handler)), SQLITE_OK);
    assert_eq!(waits.exec(c"begin immediate"), SQLITE_BUSY);
    assert_eq!(calls.load(SeqCst), 5);

    // SQLite still has it when it is gone: that is refused, and nothing worse.
    drop(handler);
    let panic = catch_unwind(AssertUnwindSafe(|| waits.exec(c"begin immediate"))).unwrap_err();
    let panic = panic.downcast_ref::<String>().unwrap();
    assert!(
        panic.contains("the closure `handler` of `sqlite3_busy_handler`"),
        "{panic}"
    );
    assert_eq!(handle(None), SQLITE_OK);
    assert_eq!(waits.exec(c"begin immediate"), SQLITE_BUSY);
    assert_eq!(calls.load(SeqCst), 5);
    drop((holds, waits));
    std::fs::remove_dir_all(&folder).unwrap();
}
