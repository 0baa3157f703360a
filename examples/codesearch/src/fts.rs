//! FTS5's tokenizer, in Rust.
//!
//! FTS5 asks for tokens from inside `sqlite3_step`, and takes each one through a C function of its own. So a step of
//! the writer is Rust -> C (`sqlite3_step`) -> Rust (`tokenize`) -> C (`xToken`), the last for every token.

use crate::ffi::sqlite::*;
use crate::sqlite::{Connection, Result};
use crate::tokenizer::{Token as Entry, Tokenizer};
use cgocall::cgo_export;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A connection whose FTS5 knows `tokenize = 'codesearch'`.
pub struct FtsConnection {
    // Closed before the count goes, which its tokenizers use.
    connection: Connection,
    tokens: Arc<AtomicU64>,
}

impl FtsConnection {
    /// Teaches a connection the tokenizer.
    pub fn new(connection: Connection) -> Result<FtsConnection> {
        let tokens = Arc::new(AtomicU64::new(0));
        let methods = Methods {
            create: create::C,
            delete: delete::C,
            tokenize: tokenize::C,
        };
        let api = fts5_api(&connection)?;
        let context = Arc::as_ptr(&tokens).cast_mut().cast();
        // SAFETY: `api` belongs to this open connection; the methods are what FTS5 expects, and copied; `context` is
        // given to `create` alone, and kept alive for as long as the connection can call it.
        let code = unsafe { create_tokenizer(api, c"codesearch", context, &methods) };
        connection.check(code)?;
        Ok(FtsConnection { connection, tokens })
    }

    /// How many tokens the tokenizer has handed to FTS5 on this connection.
    pub fn tokens(&self) -> u64 {
        self.tokens.load(Ordering::Relaxed)
    }
}

impl std::ops::Deref for FtsConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

/// FTS5 hands out its functions through a pointer bound to a parameter.
fn fts5_api(connection: &Connection) -> Result<*mut Fts5Api> {
    let mut api: *mut Fts5Api = ptr::null_mut();
    let mut select = connection.prepare("SELECT fts5(?1)")?;
    let place = (&raw mut api).cast();
    // SAFETY: under this name `fts5()` takes a place for a pointer to its functions, and fills it.
    unsafe { select.run_with_pointer(place, c"fts5_api_ptr")? };
    Ok(api)
}

/// What FTS5 holds of a tokenizer: one for each use of the table, in one thread at a time.
struct Instance {
    tokenizer: Tokenizer,
    /// The connection's count; it outlives the connection's tables.
    tokens: *const AtomicU64,
}

#[cgo_export(private, on_panic = SQLITE_ERROR)]
unsafe fn create(
    context: *mut c_void,
    _args: *mut *const c_char,
    _arg_count: c_int,
    tokenizer: *mut *mut Fts5Tokenizer,
) -> c_int {
    let instance = Box::new(Instance {
        tokenizer: Tokenizer::default(),
        tokens: context.cast(),
    });
    // SAFETY: FTS5 gives a place for the tokenizer.
    unsafe { *tokenizer = Box::into_raw(instance).cast() };
    SQLITE_OK
}

#[cgo_export(private)]
unsafe fn delete(tokenizer: *mut Fts5Tokenizer) {
    // SAFETY: made by `create`, and FTS5 uses it no more.
    drop(unsafe { Box::from_raw(tokenizer.cast::<Instance>()) });
}

/// A panic in here is an SQL error to SQLite, which rolls the statement back, and goes on in whoever called
/// `sqlite3_step`.
#[cgo_export(private, on_panic = SQLITE_ERROR)]
unsafe fn tokenize(
    tokenizer: *mut Fts5Tokenizer,
    sink: *mut c_void,
    flags: c_int,
    text: *const c_char,
    len: c_int,
    token: Token,
) -> c_int {
    // SAFETY: made by `create`; FTS5 does not enter a tokenizer again from `token`, nor from another thread.
    let Instance { tokenizer, tokens } = unsafe { &mut *tokenizer.cast::<Instance>() };
    let bytes = match len {
        0 => &[],
        // SAFETY: FTS5 gives `len` bytes, which stay as they are during this call.
        _ => unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len as usize) },
    };
    // Everything that codesearch indexes is UTF-8; its database can be written to by others.
    let Ok(text) = std::str::from_utf8(bytes) else {
        return SQLITE_ERROR;
    };
    #[cfg(test)]
    assert!(
        !text.contains("a tokenizer that panics"),
        "the test's panic"
    );

    let mut count = 0;
    let deliver = |entry: Entry<'_>| {
        count += 1;
        let flags = if entry.colocated {
            FTS5_TOKEN_COLOCATED
        } else {
            0
        };
        let (start, end) = (entry.range.start as c_int, entry.range.end as c_int);
        let spelled = entry.text.as_ptr().cast();
        // SAFETY: `sink` is what goes with `token`, which copies what it keeps; all lengths fit, as `len` does.
        let code =
            unsafe { token.call(sink, flags, spelled, entry.text.len() as c_int, start, end) };
        if code == SQLITE_OK { Ok(()) } else { Err(code) }
    };
    let done = if flags & FTS5_TOKENIZE_QUERY == 0 {
        tokenizer.source(text, deliver)
    } else {
        tokenizer.query(text, deliver)
    };
    // SAFETY: the connection, which is making this call, keeps its count alive.
    unsafe { &**tokens }.fetch_add(count, Ordering::Relaxed);
    done.err().unwrap_or(SQLITE_OK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::Value;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    /// A table that keeps its text, so that FTS5's own `highlight` can be asked what it believes.
    fn table() -> FtsConnection {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        let connection = Connection::open(c":memory:", flags, Duration::ZERO).unwrap();
        let connection = FtsConnection::new(connection).unwrap();
        connection
            .execute(c"CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'codesearch')")
            .unwrap();
        connection
    }

    fn insert(connection: &Connection, text: &str) -> Result<()> {
        let mut insert = connection.prepare("INSERT INTO t VALUES (?1)")?;
        insert.run(&[Value::Text(text)])
    }

    fn highlighted(connection: &Connection, expression: &str) -> Vec<String> {
        let mut select = connection
            .prepare("SELECT highlight(t, 0, '[', ']') FROM t WHERE t MATCH ?1")
            .unwrap();
        let expression = [Value::Text(expression)];
        let mut rows = select.rows(&expression).unwrap();
        let mut texts = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            texts.push(String::from_utf8(row.bytes(0).to_vec()).unwrap());
        }
        texts
    }

    #[test]
    fn sqlite_knows_where_each_token_stands() {
        let table = table();
        insert(&table, "größe = parse_http2Header(HTTP);").unwrap();
        let cases = [
            // The position of a part is its identifier's, and this is what FTS5 highlights.
            ("\"~http\"", "größe = [parse_http2Header]([HTTP]);"),
            ("\"~größe\"", "[größe] = parse_http2Header(HTTP);"),
            ("\"HTTP\"", "größe = parse_http2Header([HTTP]);"),
            (
                "\"größe parse_http2Header\"",
                "[größe = parse_http2Header](HTTP);",
            ),
        ];
        for (expression, text) in cases {
            assert_eq!(highlighted(&table, expression), [text], "{expression}");
        }
        assert!(
            highlighted(&table, "\"http\"").is_empty(),
            "a part, not an identifier"
        );
        assert!(highlighted(&table, "\"Größe\"").is_empty(), "another case");
    }

    #[test]
    fn every_token_is_counted() {
        let table = table();
        insert(&table, "parse_http2Header x").unwrap();
        assert_eq!(table.tokens(), 6);
        insert(&table, "").unwrap();
        assert_eq!(table.tokens(), 6);
    }

    #[test]
    fn a_panicking_tokenizer_is_an_error_and_the_connection_goes_on() {
        let table = table();
        insert(&table, "before").unwrap();
        let panic = catch_unwind(AssertUnwindSafe(|| {
            insert(&table, "a tokenizer that panics")
        }));
        let message = panic.expect_err("resumed in the caller of sqlite3_step");
        assert_eq!(message.downcast_ref(), Some(&"the test's panic"));
        insert(&table, "after").unwrap();
        assert_eq!(
            table.integer("SELECT count(*) FROM t").unwrap(),
            2,
            "rolled back"
        );
        assert_eq!(highlighted(&table, "\"after\""), ["[after]"]);
    }

    #[test]
    fn text_that_is_not_utf_8_is_an_error() {
        let table = table();
        let mut insert = table
            .prepare("INSERT INTO t VALUES (CAST(x'ff' AS TEXT))")
            .unwrap();
        assert_eq!(insert.run(&[]).unwrap_err().code, SQLITE_ERROR);
    }
}
