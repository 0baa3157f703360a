//! What this crate calls of SQLite, each function declared once, as Rust would have it, and compared with the header.

use crate::Error;
use crate::tokenizer::{Factory, Instance};
use cgocall::{Callback, DropUserData, UserData, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::path::Path;
use std::slice;

#[cgo_import(include = "sqlite3.h", sys = libsqlite3_sys)]
pub mod constant {
    use C::{
        FTS5_TOKEN_COLOCATED, FTS5_TOKENIZE_QUERY, SQLITE_BLOB, SQLITE_BUSY, SQLITE_CANTOPEN,
        SQLITE_CORRUPT, SQLITE_DONE, SQLITE_ERROR, SQLITE_FLOAT, SQLITE_FULL, SQLITE_INTEGER,
        SQLITE_INTERRUPT, SQLITE_LOCKED, SQLITE_MISMATCH, SQLITE_MISUSE, SQLITE_NOTADB, SQLITE_OK,
        SQLITE_OPEN_CREATE, SQLITE_OPEN_FULLMUTEX, SQLITE_OPEN_READONLY, SQLITE_OPEN_READWRITE,
        SQLITE_OPEN_URI, SQLITE_RANGE, SQLITE_READONLY, SQLITE_ROW, SQLITE_TEXT, SQLITE_UTF8,
    };
}

#[cgo_import(
    include = "sqlite3.h",
    sys = libsqlite3_sys,
    preamble = r#"
    /* SQLite makes copies of texts and blobs, so nobody has to keep them. */
    static int bind_text(sqlite3_stmt *statement, int at, const char *text, sqlite3_uint64 length) {
        return sqlite3_bind_text64(statement, at, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    static int bind_blob(sqlite3_stmt *statement, int at, const void *bytes, sqlite3_uint64 length) {
        return sqlite3_bind_blob64(statement, at, bytes, length, SQLITE_TRANSIENT);
    }
    static void result_text(sqlite3_context *context, const char *text, sqlite3_uint64 length) {
        sqlite3_result_text64(context, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    static void result_blob(sqlite3_context *context, const void *bytes, sqlite3_uint64 length) {
        sqlite3_result_blob64(context, bytes, length, SQLITE_TRANSIENT);
    }

    static int execute(sqlite3 *db, const char *sql) { return sqlite3_exec(db, sql, 0, 0, 0); }

    /* What the database says of an error, if another thread has not had another one since. */
    static char *error_message(sqlite3 *db, int code) {
        sqlite3_mutex_enter(sqlite3_db_mutex(db));
        int same = (sqlite3_errcode(db) & 0xff) == (code & 0xff);
        char *message = sqlite3_mprintf("%s", same ? sqlite3_errmsg(db) : sqlite3_errstr(code));
        sqlite3_mutex_leave(sqlite3_db_mutex(db));
        return message;
    }

    /* FTS5 hands out its functions through a pointer that is bound to a parameter. */
    struct methods { fts5_tokenizer tokenizer; void (*forget)(void *); };
    static int create_tokenizer(sqlite3 *db, const char *name, void *factory, const struct methods *methods) {
        fts5_tokenizer tokenizer = methods->tokenizer;
        fts5_api *api = 0;
        sqlite3_stmt *select;
        sqlite3_mutex_enter(sqlite3_db_mutex(db));
        int code = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &select, 0);
        if (code == SQLITE_OK) {
            sqlite3_bind_pointer(select, 1, &api, "fts5_api_ptr", 0);
            sqlite3_step(select);
            code = sqlite3_finalize(select);
        }
        if (code == SQLITE_OK)
            code = api ? api->xCreateTokenizer(api, name, factory, &tokenizer, methods->forget) : SQLITE_ERROR;
        sqlite3_mutex_leave(sqlite3_db_mutex(db));
        if (code != SQLITE_OK) methods->forget(factory);
        return code;
    }
    "#
)]
unsafe extern "C" {
    /// A database, which SQLite locks in each call. The last of its statements keeps it open.
    #[cgo(c = "sqlite3", drop = sqlite3_close_v2, send, sync)]
    pub type Db;
    /// A statement of one.
    #[cgo(c = "sqlite3_stmt", drop = sqlite3_finalize, send)]
    pub type Stmt;
    /// The call of a function.
    #[cgo(c = "sqlite3_context", send)]
    pub type Context;
    /// An argument of it.
    #[cgo(c = "sqlite3_value")]
    pub type Argument;

    pub safe fn sqlite3_libversion() -> &'static str;
    pub safe fn sqlite3_errstr(code: c_int) -> &'static str;

    pub safe fn sqlite3_open_v2(
        path: &Path,
        #[cgo(out)] db: Db,
        flags: c_int,
        vfs: Option<&str>,
    ) -> Result<(), Error>;
    safe fn sqlite3_close_v2(db: Db) -> c_int;
    #[cgo(free = sqlite3_free)]
    pub safe fn error_message(db: &Db, code: c_int) -> Option<String>;
    fn sqlite3_free(memory: *mut c_void);
    pub safe fn sqlite3_interrupt(db: &Db);
    pub safe fn sqlite3_changes64(db: &Db) -> i64;
    pub safe fn sqlite3_last_insert_rowid(db: &Db) -> i64;
    /// It runs the statements that wait, for the disk or for another program's lock: so others go on meanwhile.
    #[cgo(blocking)]
    pub safe fn execute(db: &Db, sql: &str) -> Result<(), Error>;

    pub safe fn sqlite3_busy_timeout(db: &Db, milliseconds: c_int) -> Result<(), Error>;
    pub safe fn sqlite3_busy_handler(
        db: &Db,
        handler: &Callback<dyn FnMut(UserData, c_int) -> c_int + Send>,
        _: UserData,
    ) -> Result<(), Error>;
    pub safe fn sqlite3_update_hook(
        db: &Db,
        hook: &Callback<dyn FnMut(UserData, c_int, &CStr, &CStr, i64) + Send>,
        _: UserData,
    ) -> *mut c_void;

    /// None of an empty text.
    pub safe fn sqlite3_prepare_v2(
        db: &Db,
        sql: &[u8],
        #[cgo(out)] statement: Option<Stmt>,
        tail: Option<&mut *const c_char>,
    ) -> Result<(), Error>;
    safe fn sqlite3_finalize(statement: Stmt) -> c_int;
    pub safe fn sqlite3_step(statement: &mut Stmt) -> c_int;
    pub safe fn sqlite3_reset(statement: &mut Stmt) -> c_int;

    pub safe fn sqlite3_bind_parameter_count(statement: &mut Stmt) -> c_int;
    pub safe fn sqlite3_clear_bindings(statement: &mut Stmt) -> c_int;
    pub safe fn sqlite3_bind_null(statement: &mut Stmt, at: c_int) -> Result<(), Error>;
    pub safe fn sqlite3_bind_int64(
        statement: &mut Stmt,
        at: c_int,
        value: i64,
    ) -> Result<(), Error>;
    pub safe fn sqlite3_bind_double(
        statement: &mut Stmt,
        at: c_int,
        value: f64,
    ) -> Result<(), Error>;
    pub safe fn bind_text(statement: &mut Stmt, at: c_int, text: &[u8]) -> Result<(), Error>;
    pub safe fn bind_blob(statement: &mut Stmt, at: c_int, bytes: &[u8]) -> Result<(), Error>;

    // What a column lends stays as it is until the next step, if it is asked for by the type that it has.
    pub safe fn sqlite3_column_count(statement: &Stmt) -> c_int;
    pub safe fn sqlite3_column_type(statement: &Stmt, column: c_int) -> c_int;
    pub safe fn sqlite3_column_int64(statement: &Stmt, column: c_int) -> i64;
    pub safe fn sqlite3_column_double(statement: &Stmt, column: c_int) -> f64;
    #[cgo(len = sqlite3_column_bytes(statement, column))]
    pub safe fn sqlite3_column_text(statement: &Stmt, column: c_int) -> &[u8];
    #[cgo(len = sqlite3_column_bytes(statement, column))]
    pub safe fn sqlite3_column_blob(statement: &Stmt, column: c_int) -> &[u8];
    safe fn sqlite3_column_bytes(statement: &Stmt, column: c_int) -> c_int;

    #[cgo(c = "sqlite3_create_function_v2")]
    pub safe fn create_function(
        db: &Db,
        name: &str,
        arguments: c_int,
        flags: c_int,
        _: UserData,
        #[cgo(user_data = sqlite3_user_data)] function: impl FnMut(&mut Context, &[*mut Argument])
        + Send
        + 'static,
        step: Option<unsafe extern "C" fn(*mut Context, c_int, *mut *mut Argument)>,
        end: Option<unsafe extern "C" fn(*mut Context)>,
        _: DropUserData,
    ) -> Result<(), Error>;
    #[cgo(c = "sqlite3_create_function_v2")]
    pub safe fn create_aggregate(
        db: &Db,
        name: &str,
        arguments: c_int,
        flags: c_int,
        _: UserData,
        function: Option<unsafe extern "C" fn(*mut Context, c_int, *mut *mut Argument)>,
        #[cgo(user_data = sqlite3_user_data)] step: impl FnMut(&mut Context, &[*mut Argument])
        + Send
        + 'static,
        #[cgo(user_data = sqlite3_user_data)] end: impl FnMut(&mut Context) + Send + 'static,
        _: DropUserData,
    ) -> Result<(), Error>;
    safe fn sqlite3_user_data(context: &mut Context) -> *mut c_void;
    /// Where a group of an aggregate would have its memory: one place for each.
    pub safe fn sqlite3_aggregate_context(context: &mut Context, size: c_int) -> *mut c_void;

    pub safe fn sqlite3_value_type(value: &Argument) -> c_int;
    pub safe fn sqlite3_value_int64(value: &Argument) -> i64;
    pub safe fn sqlite3_value_double(value: &Argument) -> f64;
    #[cgo(len = sqlite3_value_bytes(value))]
    pub safe fn sqlite3_value_text(value: &Argument) -> &[u8];
    #[cgo(len = sqlite3_value_bytes(value))]
    pub safe fn sqlite3_value_blob(value: &Argument) -> &[u8];
    safe fn sqlite3_value_bytes(value: &Argument) -> c_int;

    pub safe fn sqlite3_result_null(context: &mut Context);
    pub safe fn sqlite3_result_int64(context: &mut Context, value: i64);
    pub safe fn sqlite3_result_double(context: &mut Context, value: f64);
    pub safe fn result_text(context: &mut Context, text: &[u8]);
    pub safe fn result_blob(context: &mut Context, bytes: &[u8]);
    pub safe fn sqlite3_result_error(context: &mut Context, message: &[u8]);

    pub safe fn sqlite3_create_collation_v2(
        db: &Db,
        name: &str,
        encoding: c_int,
        _: UserData,
        compare: impl Fn(UserData, &[u8], &[u8]) -> c_int + Send + Sync + 'static,
        _: DropUserData,
    ) -> Result<(), Error>;

    pub safe fn create_tokenizer(
        db: &Db,
        name: &str,
        factory: Box<Factory>,
        #[cgo(c = "struct methods")] methods: &Methods,
    ) -> Result<(), Error>;
}

/// What FTS5 calls to split a text into tokens.
#[repr(C)]
pub struct Methods {
    pub create: extern "C" fn(
        &Factory,
        *mut *const c_char,
        c_int,
        &mut MaybeUninit<Box<Instance>>,
    ) -> c_int,
    pub delete: extern "C" fn(Box<Instance>),
    pub tokenize: unsafe extern "C" fn(
        &mut Instance,
        *mut c_void,
        c_int,
        *const c_char,
        c_int,
        Token,
    ) -> c_int,
    pub forget: extern "C" fn(Box<Factory>),
}

/// Where the tokenizer delivers each token, back into FTS5.
#[cgo_import]
pub type Token = unsafe extern "C" fn(
    sink: *mut c_void,
    flags: c_int,
    token: *const c_char,
    len: c_int,
    start: c_int,
    end: c_int,
) -> c_int;

/// What C passes as a pointer and a length.
///
/// # Safety
/// So many bytes are there, and stay as they are for `'a`.
pub unsafe fn bytes<'a>(data: *const c_void, len: c_int) -> &'a [u8] {
    match len {
        0 => &[],
        // SAFETY: the caller's promise.
        _ => unsafe { slice::from_raw_parts(data.cast(), len as usize) },
    }
}
