//! Batches: the changes of many files in one transaction.

use crate::error::Result;
use crate::source::{Source, Text};
use crate::store::{Known, Stamp, State, Store};
use sqlite::{Row, Statement};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// A batch is committed when it holds this many files, or bytes of text, or is this old.
const FILES: u64 = 1000;
const BYTES: u64 = 16 << 20;
const AGE: Duration = Duration::from_millis(700);

/// What batches have brought into the index.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Files that were looked at, whatever came of it.
    pub files: u64,
    /// Of these, the ones that are indexed.
    pub texts: u64,
    /// Of these, the ones that turned out to be as before.
    pub same: u64,
    /// Of these, the ones that were skipped, by `State`.
    pub skipped: [u64; State::ALL.len()],
    /// Files that are no more.
    pub removed: u64,
    /// Bytes of the files that were looked at.
    pub bytes: u64,
    /// Bytes of the texts.
    pub text_bytes: u64,
    /// Tokens of the texts.
    pub tokens: u64,
}

/// Writes to the index, a batch at a time.
pub struct Writer<'s> {
    store: &'s Store,
    statements: Statements<'s>,
    /// When the open transaction began.
    began: Option<Instant>,
    /// With the open transaction.
    tally: Tally,
    /// Without it.
    committed: Tally,
}

struct Statements<'s> {
    find: Statement<'s>,
    put_file: Statement<'s>,
    touch_file: Statement<'s>,
    remove_file: Statement<'s>,
    put_body: Statement<'s>,
    remove_body: Statement<'s>,
    put_words: Statement<'s>,
    remove_words: Statement<'s>,
}

impl<'s> Writer<'s> {
    /// A writer to `store`.
    pub fn new(store: &'s Store) -> Result<Writer<'s>> {
        let sql = |sql| store.connection().prepare(sql).map_err(store.error());
        let statements = Statements {
            find: sql("SELECT id, 1 FROM file WHERE path = ?1
                       UNION ALL SELECT coalesce(max(id), 0) + 1, 0 FROM file LIMIT 1")?,
            put_file: sql(
                "INSERT OR REPLACE INTO file (id, path, state, size, mtime, crc, packed, tokens)
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?,
            touch_file: sql("UPDATE file SET mtime = ?2 WHERE id = ?1")?,
            remove_file: sql("DELETE FROM file WHERE id = ?1")?,
            put_body: sql("INSERT OR REPLACE INTO body (id, text) VALUES (?1, ?2)")?,
            remove_body: sql("DELETE FROM body WHERE id = ?1")?,
            put_words: sql("INSERT INTO word (rowid, text) VALUES (?1, ?2)")?,
            remove_words: sql("DELETE FROM word WHERE rowid = ?1")?,
        };
        Ok(Writer {
            store,
            statements,
            began: None,
            tally: Tally::default(),
            committed: Tally::default(),
        })
    }

    /// What all committed batches have brought.
    pub fn committed(&self) -> Tally {
        self.committed
    }

    /// Takes a file into the batch.
    pub fn add(&mut self, path: &Path, known: Option<Known>, source: &Source) -> Result<()> {
        self.begin()?;
        let tally = &mut self.tally;
        tally.files += 1;
        match source {
            Source::Text(text) => {
                tally.texts += 1;
                tally.bytes += text.stamp.size;
                tally.text_bytes += text.stamp.size;
                self.put_text(path, text)
            }
            Source::Skipped(state, stamp) => {
                tally.skipped[*state as usize] += 1;
                tally.bytes += stamp.size;
                self.put(path, *state, *stamp, &[], |_, _| Ok((0, 0)))
            }
            Source::Same(known, stamp) => {
                match known.state {
                    State::Text => tally.same += 1,
                    state => tally.skipped[state as usize] += 1,
                }
                tally.bytes += stamp.size;
                self.statements.touch_file.run((known.id, stamp.mtime))
            }
            Source::Gone => match known {
                Some(known) => self.remove_known(known),
                None => Ok(()),
            },
        }
        .map_err(self.store.error())
    }

    /// Takes a file out of the index.
    pub fn remove(&mut self, known: Known) -> Result<()> {
        self.begin()?;
        self.remove_known(known).map_err(self.store.error())
    }

    /// Whether the batch is large or old enough.
    pub fn is_due(&self) -> bool {
        self.tally.files + self.tally.removed
            >= self.committed.files + self.committed.removed + FILES
            || self.tally.text_bytes >= self.committed.text_bytes + BYTES
            || self.began.is_some_and(|began| began.elapsed() >= AGE)
    }

    /// Commits the batch, if there is one: what it brought is on the disk when this returns `Ok(true)`.
    pub fn commit(&mut self) -> Result<bool> {
        if self.began.is_none() {
            return Ok(false);
        }
        let commit = self.store.connection().execute("COMMIT");
        commit.map_err(self.store.error())?;
        self.began = None;
        self.committed = self.tally;
        Ok(true)
    }

    fn begin(&mut self) -> Result<()> {
        if self.began.is_none() {
            let begin = self.store.connection().execute("BEGIN IMMEDIATE");
            begin.map_err(self.store.error())?;
            self.began = Some(Instant::now());
        }
        Ok(())
    }

    fn put_text(&mut self, path: &Path, text: &Text) -> sqlite::Result<()> {
        let (store, before) = (self.store, self.store.tokens());
        let fill = |statements: &mut Statements<'s>, id| {
            statements.put_words.run((id, &text.content))?;
            statements.put_body.run((id, &text.packed))?;
            Ok((text.crc, store.tokens() - before))
        };
        self.put(path, State::Text, text.stamp, &text.packed, fill)?;
        self.tally.tokens += store.tokens() - before;
        Ok(())
    }

    fn put(
        &mut self,
        path: &Path,
        state: State,
        stamp: Stamp,
        packed: &[u8],
        fill: impl FnOnce(&mut Statements<'s>, i64) -> sqlite::Result<(u32, u64)>,
    ) -> sqlite::Result<()> {
        let path = path.as_os_str().as_bytes();
        let (id, replaces) = self.statements.find(path)?;
        if replaces {
            self.statements.clear(id)?;
        }
        let (crc, tokens) = fill(&mut self.statements, id)?;
        self.statements.put_file.run((
            id,
            path,
            state as i64,
            stamp.size.cast_signed(),
            stamp.mtime,
            crc,
            packed.len() as i64,
            tokens.cast_signed(),
        ))
    }

    fn remove_known(&mut self, known: Known) -> sqlite::Result<()> {
        self.tally.removed += 1;
        self.statements.clear(known.id)?;
        self.statements.remove_file.run((known.id,))
    }
}

impl Statements<'_> {
    /// The row that a file has, or is to have, and whether it has it.
    fn find(&mut self, path: &[u8]) -> sqlite::Result<(i64, bool)> {
        let row = |row: Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.find.one((path,), row)
    }

    /// Takes the text of a file out of the index.
    fn clear(&mut self, id: i64) -> sqlite::Result<()> {
        self.remove_words.run((id,))?;
        self.remove_body.run((id,))
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if self.began.is_some() {
            // If it fails, SQLite has rolled back already, or closing the connection will.
            let _ = self.store.connection().execute("ROLLBACK");
        }
    }
}
