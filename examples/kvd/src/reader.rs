//! Who reads: any number of them, each on a connection of its own, which sees what has been committed.

use crate::error::Result;
use crate::ffi::Db;
use crate::place::Places;
use crate::statement::{Run, Statement};
use crate::store::is_live;

/// Reads what has been committed.
pub struct Reader {
    places: Places,
    begin: Statement,
    end: Statement,
    find: Statement,
    scan: Statement,
    due: Statement,
}

impl Reader {
    /// On that connection.
    pub fn new(db: &Db, places: Places) -> Result<Reader> {
        let statement = |sql| Statement::new(db, sql);
        Ok(Reader {
            places,
            begin: statement("BEGIN")?,
            end: statement("COMMIT")?,
            find: statement("SELECT expires, key, value FROM item WHERE id BETWEEN ?1 AND ?2")?,
            scan: statement("SELECT id, expires, key FROM item WHERE id >= ?1 ORDER BY id")?,
            due: statement("SELECT 1 FROM item WHERE expires <= ?1 LIMIT 1")?,
        })
    }

    /// From now on all that is read is of one moment.
    pub fn begin(&mut self) -> Result<()> {
        self.begin.run().end()
    }

    /// Until now.
    pub fn end(&mut self) -> Result<()> {
        self.end.run().end()
    }

    /// The item of `key`, unless it has expired.
    pub fn get(&mut self, key: &[u8], now: i64) -> Result<Option<Item<'_>>> {
        let mut run = self.find.run();
        let rows = self.places.of(key);
        run.integer(1, *rows.start())?;
        run.integer(2, *rows.end())?;
        while run.row()? {
            if run.column_bytes(1) == key {
                let item = Item(run);
                return Ok(is_live(item.expires(), now).then_some(item));
            }
        }
        Ok(None)
    }

    /// Gives `each` some `count` keys from `cursor` on, and returns the cursor of the next ones: none if there are no more.
    pub fn scan(
        &mut self,
        cursor: i64,
        count: usize,
        now: i64,
        mut each: impl FnMut(&[u8]),
    ) -> Result<Option<i64>> {
        let mut run = self.scan.run();
        run.integer(1, cursor)?;
        let (mut seen, mut last) = (0, None);
        while run.row()? {
            let place = Places::first(run.column(0));
            if seen >= count && last != Some(place) {
                return Ok(Some(place)); // keys of one hash go together
            }
            (seen, last) = (seen + 1, Some(place));
            if is_live(run.column_option(1), now) {
                each(run.column_bytes(2));
            }
        }
        Ok(None)
    }

    /// Whether anything has expired that is still there.
    pub fn has_due(&mut self, now: i64) -> Result<bool> {
        let mut run = self.due.run();
        run.integer(1, now)?;
        run.row()
    }
}

/// An item, as SQLite has it.
pub struct Item<'r>(Run<'r>);

impl Item<'_> {
    /// When it expires, in milliseconds since 1970.
    pub fn expires(&self) -> Option<i64> {
        self.0.column_option(0)
    }

    /// Its value.
    pub fn value(&self) -> &[u8] {
        self.0.column_bytes(2)
    }
}
