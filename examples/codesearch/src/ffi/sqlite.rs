//! SQLite: the calls of `sqlite.rs`, and what FTS5 needs to use a tokenizer of ours.

use cgocall::cgo_import;
use std::ffi::{CStr, c_char, c_int, c_uchar, c_void};

pub const SQLITE_OK: c_int = 0;
pub const SQLITE_ERROR: c_int = 1;
pub const SQLITE_BUSY: c_int = 5;
pub const SQLITE_LOCKED: c_int = 6;
pub const SQLITE_READONLY: c_int = 8;
pub const SQLITE_CORRUPT: c_int = 11;
pub const SQLITE_FULL: c_int = 13;
pub const SQLITE_CANTOPEN: c_int = 14;
pub const SQLITE_NOTADB: c_int = 26;
pub const SQLITE_ROW: c_int = 100;
pub const SQLITE_DONE: c_int = 101;

pub const SQLITE_OPEN_READONLY: c_int = 0x1;
pub const SQLITE_OPEN_READWRITE: c_int = 0x2;
pub const SQLITE_OPEN_CREATE: c_int = 0x4;
pub const SQLITE_OPEN_URI: c_int = 0x40;
pub const SQLITE_OPEN_NOMUTEX: c_int = 0x8000;

pub const SQLITE_UTF8: c_uchar = 1;
pub const FTS5_TOKENIZE_QUERY: c_int = 0x1;
pub const FTS5_TOKEN_COLOCATED: c_int = 0x1;

/// What frees a value that was bound.
type Destructor = Option<unsafe extern "C" fn(*mut c_void)>;

/// What `sqlite3_exec` would call for each row.
type OnRow =
    Option<unsafe extern "C" fn(*mut c_void, c_int, *mut *mut c_char, *mut *mut c_char) -> c_int>;

#[cgo_import(
    include = "sqlite3.h",
    sys = libsqlite3_sys,
    preamble = r#"
        _Static_assert(SQLITE_OK == 0 && SQLITE_ERROR == 1 && SQLITE_BUSY == 5 && SQLITE_LOCKED == 6
            && SQLITE_READONLY == 8 && SQLITE_CORRUPT == 11 && SQLITE_FULL == 13 && SQLITE_CANTOPEN == 14
            && SQLITE_NOTADB == 26 && SQLITE_ROW == 100 && SQLITE_DONE == 101, "as in sqlite.rs");
        _Static_assert(SQLITE_OPEN_READONLY == 0x1 && SQLITE_OPEN_READWRITE == 0x2 && SQLITE_OPEN_CREATE == 0x4
            && SQLITE_OPEN_URI == 0x40 && SQLITE_OPEN_NOMUTEX == 0x8000, "as in sqlite.rs");
        _Static_assert(SQLITE_UTF8 == 1 && FTS5_TOKENIZE_QUERY == 1 && FTS5_TOKEN_COLOCATED == 1, "as in sqlite.rs");

        static int create_tokenizer(fts5_api *api, const char *name, void *context, const fts5_tokenizer *methods) {
            return api->xCreateTokenizer(api, name, context, (fts5_tokenizer *)methods, 0);
        }
    "#,
)]
unsafe extern "C" {
    #[cgo(c = "sqlite3")]
    pub type Db;
    #[cgo(c = "sqlite3_stmt")]
    pub type Stmt;
    #[cgo(c = "fts5_api")]
    pub type Fts5Api;
    pub type Fts5Tokenizer;

    pub safe fn sqlite3_libversion() -> &'static CStr;

    pub fn sqlite3_open_v2(
        path: &CStr,
        db: *mut *mut Db,
        flags: c_int,
        vfs: *const c_char,
    ) -> c_int;
    pub fn sqlite3_close_v2(db: *mut Db) -> c_int;
    pub fn sqlite3_busy_timeout(db: *mut Db, milliseconds: c_int) -> c_int;
    pub fn sqlite3_errmsg(db: *mut Db) -> *const c_char;
    pub fn sqlite3_errstr(code: c_int) -> *const c_char;

    /// Blocks: in this program it runs the statements that wait, for the disk to have written a batch or for another
    /// program to let go of its lock.
    #[cgo(blocking)]
    pub fn sqlite3_exec(
        db: *mut Db,
        sql: &CStr,
        #[cgo(c = "sqlite3_callback")] on_row: OnRow,
        context: *mut c_void,
        message: *mut *mut c_char,
    ) -> c_int;

    pub fn sqlite3_prepare_v2(
        db: *mut Db,
        sql: *const c_char,
        len: c_int,
        stmt: *mut *mut Stmt,
        tail: *mut *const c_char,
    ) -> c_int;
    pub fn sqlite3_bind_int64(stmt: *mut Stmt, index: c_int, value: i64) -> c_int;
    pub fn sqlite3_bind_blob64(
        stmt: *mut Stmt,
        index: c_int,
        value: *const c_void,
        len: u64,
        #[cgo(c = "sqlite3_destructor_type")] destructor: Destructor,
    ) -> c_int;
    pub fn sqlite3_bind_text64(
        stmt: *mut Stmt,
        index: c_int,
        value: *const c_char,
        len: u64,
        #[cgo(c = "sqlite3_destructor_type")] destructor: Destructor,
        encoding: c_uchar,
    ) -> c_int;
    pub fn sqlite3_bind_pointer(
        stmt: *mut Stmt,
        index: c_int,
        value: *mut c_void,
        kind: &CStr,
        #[cgo(c = "sqlite3_destructor_type")] destructor: Destructor,
    ) -> c_int;
    pub fn sqlite3_step(stmt: *mut Stmt) -> c_int;
    pub fn sqlite3_column_int64(stmt: *mut Stmt, column: c_int) -> i64;
    pub fn sqlite3_column_blob(stmt: *mut Stmt, column: c_int) -> *const c_void;
    pub fn sqlite3_column_bytes(stmt: *mut Stmt, column: c_int) -> c_int;
    pub fn sqlite3_reset(stmt: *mut Stmt) -> c_int;
    pub fn sqlite3_clear_bindings(stmt: *mut Stmt) -> c_int;
    pub fn sqlite3_finalize(stmt: *mut Stmt) -> c_int;

    /// `api->xCreateTokenizer`, through the text above: so the C compiler alone knows where in `fts5_api` it is.
    pub fn create_tokenizer(
        api: *mut Fts5Api,
        name: &CStr,
        context: *mut c_void,
        #[cgo(c = "fts5_tokenizer")] methods: &Methods,
    ) -> c_int;
}

/// `fts5_tokenizer`: what FTS5 calls to split a text into tokens.
#[repr(C)]
pub struct Methods {
    pub create: unsafe extern "C" fn(
        context: *mut c_void,
        args: *mut *const c_char,
        arg_count: c_int,
        tokenizer: *mut *mut Fts5Tokenizer,
    ) -> c_int,
    pub delete: unsafe extern "C" fn(tokenizer: *mut Fts5Tokenizer),
    pub tokenize: unsafe extern "C" fn(
        tokenizer: *mut Fts5Tokenizer,
        sink: *mut c_void,
        flags: c_int,
        text: *const c_char,
        len: c_int,
        token: Token,
    ) -> c_int,
}

/// `xToken`: where the tokenizer delivers each token, `text[start..end]` of the source, back into FTS5.
#[cgo_import]
pub type Token = unsafe extern "C" fn(
    sink: *mut c_void,
    flags: c_int,
    token: *const c_char,
    len: c_int,
    start: c_int,
    end: c_int,
) -> c_int;
