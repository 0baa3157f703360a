//! FTS5's tokenizer, which counts what it hands over.

use crate::tokenizer::Tokenizer;
use sqlite::{Connection, Purpose, Result, Sink, Token};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Teaches a connection `tokenize = 'codesearch'`; returns how many tokens that has handed to FTS5 there.
pub fn teach(connection: &Connection) -> Result<Arc<AtomicU64>> {
    let tokens = Arc::<AtomicU64>::default();
    let counted = Arc::clone(&tokens);
    connection.tokenizer("codesearch", move || Counting {
        tokenizer: Tokenizer::default(),
        tokens: Arc::clone(&counted),
    })?;
    Ok(tokens)
}

struct Counting {
    tokenizer: Tokenizer,
    tokens: Arc<AtomicU64>,
}

impl sqlite::Tokenizer for Counting {
    fn tokenize(&mut self, text: &str, purpose: Purpose, sink: &mut Sink<'_>) -> Result<()> {
        #[cfg(test)]
        assert!(
            !text.contains("a tokenizer that panics"),
            "the test's panic"
        );
        let mut count = 0;
        let counting = |token: Token<'_>| {
            count += 1;
            sink.put(token)
        };
        let done = match purpose {
            Purpose::Index => self.tokenizer.source(text, counting),
            Purpose::Query => self.tokenizer.query(text, counting),
        };
        self.tokens.fetch_add(count, Relaxed);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// A table that keeps its text, so that FTS5's own `highlight` can be asked what it believes.
    fn table() -> (Connection, Arc<AtomicU64>) {
        let connection = Connection::memory().unwrap();
        let tokens = teach(&connection).unwrap();
        connection
            .execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'codesearch')")
            .unwrap();
        (connection, tokens)
    }

    fn insert(connection: &Connection, text: &str) -> Result<()> {
        connection.run("INSERT INTO t VALUES (?1)", (text,))
    }

    fn highlighted(connection: &Connection, expression: &str) -> Vec<String> {
        connection
            .prepare("SELECT highlight(t, 0, '[', ']') FROM t WHERE t MATCH ?1")
            .and_then(|mut select| select.all((expression,), |row| row.get(0)))
            .unwrap()
    }

    #[test]
    fn sqlite_knows_where_each_token_stands() {
        let (table, _) = table();
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
        let (table, tokens) = table();
        insert(&table, "parse_http2Header x").unwrap();
        assert_eq!(tokens.load(Relaxed), 6);
        insert(&table, "").unwrap();
        assert_eq!(tokens.load(Relaxed), 6);
    }

    #[test]
    fn a_panicking_tokenizer_is_an_error_and_the_connection_goes_on() {
        let (table, _) = table();
        insert(&table, "before").unwrap();
        let panic = catch_unwind(AssertUnwindSafe(|| {
            insert(&table, "a tokenizer that panics")
        }));
        let message = panic.expect_err("resumed in the caller of sqlite3_step");
        assert_eq!(message.downcast_ref(), Some(&"the test's panic"));
        insert(&table, "after").unwrap();
        let count = table.one("SELECT count(*) FROM t", ());
        assert_eq!(count, Ok(2_i64), "rolled back");
        assert_eq!(highlighted(&table, "\"after\""), ["[after]"]);
    }

    #[test]
    fn text_that_is_not_utf_8_is_an_error() {
        let (table, _) = table();
        let inserted = table.run("INSERT INTO t VALUES (CAST(x'ff' AS TEXT))", ());
        assert_eq!(inserted.unwrap_err().code, sqlite::SQLITE_ERROR);
    }
}
