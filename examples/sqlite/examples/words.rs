//! Which words a text has most of, counted by SQL, and ordered by a collation and a function in Rust.

use sqlite::{Connection, Result};

#[cgocall::main]
fn main() -> Result<()> {
    let db = Connection::memory()?;
    db.execute("CREATE TABLE word (text TEXT)")?;
    let mut insert = db.prepare("INSERT INTO word VALUES (?1)")?;
    for word in include_str!("words.rs").split(|c: char| !c.is_alphabetic()) {
        insert.run((word,))?;
    }
    db.function("vowels", 1, |arguments| {
        let word: &str = arguments.get(0)?;
        Ok(word.chars().filter(|c| "aeiou".contains(*c)).count() as i64)
    })?;
    db.collation("backwards", |a, b| a.chars().rev().cmp(b.chars().rev()))?;

    let sql = "SELECT text, count(*) FROM word WHERE vowels(text) > ?1
               GROUP BY text ORDER BY 2 DESC, text COLLATE backwards LIMIT 5";
    let mut select = db.prepare(sql)?;
    let mut rows = select.rows((1,))?;
    while let Some(row) = rows.next()? {
        println!("{:4} {}", row.get::<i64>(1)?, row.get::<&str>(0)?);
    }
    Ok(())
}
