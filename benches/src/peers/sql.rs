//! What all say to SQLite. Each goroutine or task has a database of its own in memory: what is measured is how a
//! library is reached, not a disk.

pub const SCHEMA: &str = "
    CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    INSERT INTO word SELECT i, 'word ' || i FROM n;
    CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT);
";
pub const INSERT: &str = "INSERT INTO item (text) VALUES (?1)";
pub const SELECT: &str = "SELECT text FROM word WHERE id = ?1";
pub const TEXT: &str = "eleven byte";

/// A row that there is.
pub fn row(piece: u32) -> i64 {
    i64::from(piece.wrapping_mul(2_654_435_761) >> 16) % 1000 + 1
}

/// How many of so many pieces each does, all in all exactly so many.
pub fn shares(pieces: u32, hands: u32) -> impl Iterator<Item = u32> {
    (0..hands).map(move |hand| pieces / hands + u32::from(hand < pieces % hands))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_all_of_it() {
        assert!(shares(7, 3).eq([3, 2, 2]));
        assert_eq!(shares(1, 1000).sum::<u32>(), 1);
    }

    #[test]
    fn rows_are_there() {
        assert!((0..100_000).map(row).all(|id| (1..=1000).contains(&id)));
    }
}
