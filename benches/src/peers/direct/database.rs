//! SQLite, called as from C.

use crate::peer::{Work, timed};
use crate::peers::sql;
use libsqlite3_sys as c;
use std::ffi::{CString, c_int};
use std::ptr;
use std::slice;

pub const WORKS: &[(&str, Work)] = &[
    ("sqlite_insert/1", |n| {
        let db = Database::new();
        timed(|| (0..n).for_each(|i| db.insert(i)))
    }),
    ("sqlite_point_read/1", |n| {
        let db = Database::new();
        timed(|| (0..n).for_each(|i| db.read(i)))
    }),
];

/// Open, with two statements that are not finalized. All pointers are valid until it is dropped.
struct Database {
    db: *mut c::sqlite3,
    insert: *mut c::sqlite3_stmt,
    select: *mut c::sqlite3_stmt,
}

impl Database {
    fn new() -> Database {
        let mut db = ptr::null_mut();
        let flags = c::SQLITE_OPEN_READWRITE | c::SQLITE_OPEN_CREATE | c::SQLITE_OPEN_NOMUTEX;
        // SAFETY: the name ends in NUL, and there is room for a pointer.
        let code = unsafe { c::sqlite3_open_v2(c":memory:".as_ptr(), &mut db, flags, ptr::null()) };
        assert_eq!(code, c::SQLITE_OK);
        let schema = CString::new(sql::SCHEMA).expect("no NUL");
        // SAFETY: it is open, the text ends in NUL, and nobody wants to be called back.
        let code =
            unsafe { c::sqlite3_exec(db, schema.as_ptr(), None, ptr::null_mut(), ptr::null_mut()) };
        assert_eq!(code, c::SQLITE_OK);
        let prepare = |text: &str| {
            let (length, flags) = (text.len() as c_int, c::SQLITE_PREPARE_PERSISTENT);
            let mut statement = ptr::null_mut();
            // SAFETY: it is open, and the text has that length.
            let code = unsafe {
                let text = text.as_ptr().cast();
                c::sqlite3_prepare_v3(db, text, length, flags, &mut statement, ptr::null_mut())
            };
            assert_eq!(code, c::SQLITE_OK);
            statement
        };
        Database {
            db,
            insert: prepare(sql::INSERT),
            select: prepare(sql::SELECT),
        }
    }

    fn insert(&self, _piece: u32) {
        let (text, length) = (sql::TEXT.as_ptr().cast(), sql::TEXT.len() as u64);
        let (copied, utf8) = (c::SQLITE_TRANSIENT(), c::SQLITE_UTF8 as u8);
        // SAFETY: the statement is valid, and the text has that length. SQLite copies it.
        unsafe {
            let bound = c::sqlite3_bind_text64(self.insert, 1, text, length, copied, utf8);
            assert_eq!(bound, c::SQLITE_OK);
            assert_eq!(c::sqlite3_step(self.insert), c::SQLITE_DONE);
            c::sqlite3_reset(self.insert);
        }
    }

    fn read(&self, piece: u32) {
        // SAFETY: the statement is valid, and what the column lends is until it is reset.
        unsafe {
            c::sqlite3_bind_int64(self.select, 1, sql::row(piece));
            assert_eq!(c::sqlite3_step(self.select), c::SQLITE_ROW);
            let text = c::sqlite3_column_text(self.select, 0);
            let length = c::sqlite3_column_bytes(self.select, 0) as usize;
            let text = slice::from_raw_parts(text, length).to_owned();
            assert!(String::from_utf8(text).is_ok_and(|text| text.starts_with("word")));
            c::sqlite3_reset(self.select);
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // SAFETY: nobody has them but this.
        unsafe {
            c::sqlite3_finalize(self.insert);
            c::sqlite3_finalize(self.select);
            c::sqlite3_close(self.db);
        }
    }
}
