//! Who writes: there is one, and whatever it does is part of a transaction.

use crate::error::{Error, Result};
use crate::ffi::*;
use crate::place::Places;
use crate::statement::Statement;
use crate::store::{Store, is_live};

/// Reads and writes. There is one.
pub struct Writer {
    db: Db,
    places: Places,
    begin: Statement,
    commit: Statement,
    find: Statement,
    put: Statement,
    set_expiry: Statement,
    remove: Statement,
    due: Statement,
    clear: Statement,
    /// By how much the transaction changes the number of keys.
    change: i64,
}

/// What is known of a key: its row, and when it expires, in milliseconds since 1970.
struct Found {
    id: i64,
    expires: Option<i64>,
}

/// Where a key is, or where it could be.
enum Place {
    Taken(Found),
    Free(i64),
}

impl Writer {
    /// On that connection.
    pub fn new(db: Db, places: Places) -> Result<Writer> {
        let statement = |sql| Statement::new(&db, sql);
        Ok(Writer {
            begin: statement("BEGIN IMMEDIATE")?,
            commit: statement("COMMIT")?,
            find: statement(
                "SELECT id, expires, key, value FROM item WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            )?,
            put: statement("REPLACE INTO item (id, expires, key, value) VALUES (?1, ?2, ?3, ?4)")?,
            set_expiry: statement("UPDATE item SET expires = ?2 WHERE id = ?1")?,
            remove: statement("DELETE FROM item WHERE id = ?1")?,
            due: statement("SELECT id FROM item WHERE expires <= ?1 LIMIT 1")?,
            clear: statement("DELETE FROM item")?,
            db,
            places,
            change: 0,
        })
    }

    #[cfg(test)]
    pub fn placed(self, places: Places) -> Writer {
        Writer { places, ..self }
    }

    /// Runs `jobs` as one transaction, and returns when it is on the disk: all of it, or, after an error, nothing.
    pub fn transaction(
        &mut self,
        store: &Store,
        jobs: impl FnOnce(&mut Writer) -> Result<()>,
    ) -> Result<()> {
        self.change = 0;
        self.begin.run().end()?;
        let done = jobs(self).and_then(|()| self.commit.run().end_long());
        match done {
            Ok(()) => {
                store.add_keys(self.change);
            }
            // What some errors have rolled back already cannot be rolled back.
            Err(_) if sqlite3_get_autocommit(&self.db) == 0 => execute(&self.db, "ROLLBACK")?,
            Err(_) => {}
        }
        done
    }

    /// Writes the log into the database, so that the next start has nothing to do.
    pub fn checkpoint(&mut self) -> Result<()> {
        execute(&self.db, "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    fn find(&mut self, key: &[u8], value: Option<&mut Vec<u8>>) -> Result<Place> {
        let rows = self.places.of(key);
        let mut run = self.find.run();
        run.integer(1, *rows.start())?;
        run.integer(2, *rows.end())?;
        let mut free = *rows.start();
        while run.row()? {
            let id = run.column(0);
            if run.column_bytes(2) == key {
                if let Some(value) = value {
                    value.extend_from_slice(run.column_bytes(3));
                }
                let expires = run.column_option(1);
                return Ok(Place::Taken(Found { id, expires }));
            }
            free += i64::from(id == free);
        }
        match rows.contains(&free) {
            true => Ok(Place::Free(free)),
            false => Err(Error {
                code: -1,
                message: "256 other keys have this key's hash".to_owned(),
            }),
        }
    }

    /// When `key` expires, if it is there and has not.
    pub fn expiry(&mut self, key: &[u8], now: i64) -> Result<Option<Option<i64>>> {
        Ok(match self.find(key, None)? {
            Place::Taken(found) if is_live(found.expires, now) => Some(found.expires),
            _ => None,
        })
    }

    /// The value of `key`, and when it expires.
    pub fn get(&mut self, key: &[u8], now: i64) -> Result<Option<(Vec<u8>, Option<i64>)>> {
        let mut value = Vec::new();
        Ok(match self.find(key, Some(&mut value))? {
            Place::Taken(found) if is_live(found.expires, now) => Some((value, found.expires)),
            _ => None,
        })
    }

    /// Has `key` be `value`, whatever it was.
    pub fn put(&mut self, key: &[u8], value: &[u8], expires: Option<i64>) -> Result<()> {
        let id = match self.find(key, None)? {
            Place::Taken(found) => found.id,
            Place::Free(id) => {
                self.change += 1;
                id
            }
        };
        let mut run = self.put.run();
        run.integer(1, id)?;
        run.option(2, expires)?;
        run.bytes(3, key)?;
        run.bytes(4, value)?;
        run.end()
    }

    /// Has `key` expire then, or never; it has to be there.
    pub fn set_expiry(&mut self, key: &[u8], expires: Option<i64>) -> Result<()> {
        if let Place::Taken(found) = self.find(key, None)? {
            let mut run = self.set_expiry.run();
            run.integer(1, found.id)?;
            run.option(2, expires)?;
            run.end()?;
        }
        Ok(())
    }

    /// Whether `key` was there, and had not expired.
    pub fn remove(&mut self, key: &[u8], now: i64) -> Result<bool> {
        match self.find(key, None)? {
            Place::Taken(found) => {
                self.remove_row(found.id)?;
                Ok(is_live(found.expires, now))
            }
            Place::Free(_) => Ok(false),
        }
    }

    fn remove_row(&mut self, id: i64) -> Result<()> {
        self.change -= 1;
        let mut run = self.remove.run();
        run.integer(1, id)?;
        run.end()
    }

    /// Removes some of what has expired, and says how many.
    pub fn sweep(&mut self, now: i64, most: usize) -> Result<usize> {
        for swept in 0..most {
            let id = {
                let mut run = self.due.run();
                run.integer(1, now)?;
                match run.row()? {
                    true => run.column(0),
                    false => return Ok(swept),
                }
            };
            self.remove_row(id)?;
        }
        Ok(most)
    }

    /// Removes everything.
    pub fn clear(&mut self, store: &Store) -> Result<()> {
        self.clear.run().end_long()?;
        self.change = -store.keys(); // nobody else writes
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Reader;
    use std::collections::BTreeSet;

    /// A store whose keys all have the same hash, or one of a few.
    fn crowded(mask: u64) -> (tempfile::TempDir, Store, Writer) {
        let folder = tempfile::tempdir().unwrap();
        let (store, writer) = Store::open(folder.path()).unwrap();
        let (store, writer) = store.masked(writer, mask);
        (folder, store, writer)
    }

    fn value(reader: &mut Reader, key: &[u8]) -> Option<Vec<u8>> {
        let item = reader.get(key, 0).unwrap()?;
        Some(item.value().to_vec())
    }

    #[test]
    fn keys_of_one_hash_are_told_apart() {
        let (_folder, store, mut writer) = crowded(0);
        let put = |writer: &mut Writer, key: &str, value: &str| {
            let done = writer.transaction(&store, |writer| {
                writer.put(key.as_bytes(), value.as_bytes(), None)
            });
            done.unwrap();
        };
        for key in ["a", "b", "c"] {
            put(&mut writer, key, key);
        }
        let remove = |writer: &mut Writer, key: &str| {
            let mut was_there = false;
            let done = writer.transaction(&store, |writer| {
                was_there = writer.remove(key.as_bytes(), 0)?;
                Ok(())
            });
            done.unwrap();
            was_there
        };
        assert!(remove(&mut writer, "a"));
        assert!(!remove(&mut writer, "a"));
        put(&mut writer, "c", "new"); // where it is, though there is room before it
        assert_eq!(store.keys(), 2);
        put(&mut writer, "d", "d");
        store
            .read(|reader| {
                assert_eq!(value(reader, b"a"), None);
                for (key, is) in [("b", "b"), ("c", "new"), ("d", "d")] {
                    assert_eq!(value(reader, key.as_bytes()).unwrap(), is.as_bytes());
                }
                Ok(())
            })
            .unwrap();
        for key in 0..253 {
            put(&mut writer, &key.to_string(), "");
        }
        let one_more = writer.transaction(&store, |writer| writer.put(b"one more", b"", None));
        assert!(one_more.unwrap_err().message.contains("256 other keys"));
        assert_eq!(store.keys(), 256);
        put(&mut writer, "b", "again");
        assert!(remove(&mut writer, "b"));
        put(&mut writer, "one more", "");
    }

    #[test]
    fn a_scan_takes_keys_of_one_hash_together_and_ends() {
        let (_folder, store, mut writer) = crowded(0b1110_0000_0000);
        let keys: BTreeSet<_> = (0..200).map(|key| key.to_string().into_bytes()).collect();
        let done = writer.transaction(&store, |writer| {
            keys.iter().try_for_each(|key| writer.put(key, b"", None))
        });
        done.unwrap();
        let (mut cursor, mut found, mut turns) = (Some(0), BTreeSet::new(), 0);
        while let Some(from) = cursor {
            let turn = |reader: &mut Reader| {
                reader.scan(from, 1, 0, |key| assert!(found.insert(key.to_vec())))
            };
            cursor = store.read(turn).unwrap();
            assert!(cursor.is_none_or(|next| next > from));
            turns += 1;
        }
        assert_eq!((found, turns), (keys, 8));
    }

    #[test]
    fn a_transaction_that_fails_leaves_nothing() {
        let (_folder, store, mut writer) = crowded(u64::MAX);
        let error = Error {
            code: 1,
            message: "no".to_owned(),
        };
        let failed = writer.transaction(&store, |writer| {
            writer.put(b"a", b"1", None)?;
            Err(error.clone())
        });
        assert_eq!((failed, store.keys()), (Err(error), 0));
        assert_eq!(store.read(|reader| Ok(value(reader, b"a"))).unwrap(), None);
        let done = writer.transaction(&store, |writer| writer.put(b"a", b"2", None));
        assert_eq!((done, store.keys()), (Ok(()), 1));
    }
}
