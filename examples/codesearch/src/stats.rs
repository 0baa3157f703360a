//! `codesearch stats`.

use crate::error::Result;
use crate::store::{State, Store};
use std::fmt;

/// The sizes of an index.
#[derive(Debug)]
pub struct Stats {
    /// Files, by `State`.
    files: [i64; State::ALL.len()],
    /// Bytes of the texts.
    text: i64,
    /// Bytes of the texts as they are stored.
    packed: i64,
    /// Tokens of the texts.
    tokens: i64,
    /// Bytes of FTS5's index.
    index: i64,
    /// Bytes of the whole database.
    database: i64,
}

impl Stats {
    /// Asks the database.
    pub fn of(store: &Store) -> Result<Stats> {
        let ask = || -> sqlite::Result<Stats> {
            let connection = store.connection();
            let number = |sql| connection.one::<i64>(sql, ());
            let mut stats = Stats {
                files: [0; State::ALL.len()],
                text: 0,
                packed: 0,
                tokens: 0,
                index: number(
                    "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name GLOB 'word_*'",
                )?,
                database: number("PRAGMA page_size")? * number("PRAGMA page_count")?,
            };
            let mut select = connection.prepare(
                "SELECT state, count(*), sum(size), sum(packed), sum(tokens) FROM file GROUP BY state",
            )?;
            let mut rows = select.rows(())?;
            while let Some(row) = rows.next()? {
                let state: i64 = row.get(0)?;
                if let Some(files) = usize::try_from(state)
                    .ok()
                    .and_then(|state| stats.files.get_mut(state))
                {
                    *files = row.get(1)?;
                }
                if state == State::Text as i64 {
                    (stats.text, stats.packed, stats.tokens) =
                        (row.get(2)?, row.get(3)?, row.get(4)?);
                }
            }
            Ok(stats)
        };
        ask().map_err(store.error())
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |part: i64| match self.text {
            0 => String::new(),
            whole => format!("{:5.1} % of the text", part as f64 * 100.0 / whole as f64),
        };
        writeln!(f, "files       {:>14}", self.files[State::Text as usize])?;
        for state in State::ALL.into_iter().skip(1) {
            let name = format!("{},", state.name());
            writeln!(
                f,
                "  {name:<11}{:>13}   skipped",
                self.files[state as usize]
            )?;
        }
        writeln!(f, "text        {:>14} bytes", self.text)?;
        writeln!(
            f,
            "compressed  {:>14} bytes {}",
            self.packed,
            percent(self.packed)
        )?;
        writeln!(
            f,
            "index       {:>14} bytes {}",
            self.index,
            percent(self.index)
        )?;
        writeln!(
            f,
            "database    {:>14} bytes {}",
            self.database,
            percent(self.database)
        )?;
        write!(
            f,
            "tokens      {:>14} handed to SQLite by the tokenizer",
            self.tokens
        )
    }
}
