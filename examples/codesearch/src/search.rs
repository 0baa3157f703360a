//! `codesearch query`.

use crate::deflate;
use crate::error::{Error, Result};
use crate::query::Query;
use crate::snippet::{self, Snippet};
use crate::store::Store;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How many files `query` finds.
pub fn count(store: &Store, query: &Query) -> Result<i64> {
    let sql = "SELECT count(*) FROM word WHERE word MATCH ?1";
    let count = store.connection().one(sql, (query.expression(),));
    count.map_err(store.error())
}

/// Gives `show` the files that `query` finds, the best ones first, at most `limit`.
pub fn files(
    store: &Store,
    query: &Query,
    limit: Option<u32>,
    mut show: impl FnMut(&Path) -> Result<()>,
) -> Result<()> {
    each(store, query, limit, "x'', 0", |path, _, _| show(path))
}

/// As [`files`], with the line of each file that shows best why it was found.
pub fn snippets(
    store: &Store,
    query: &Query,
    limit: Option<u32>,
    mut show: impl FnMut(&Path, &Snippet) -> Result<()>,
) -> Result<()> {
    each(
        store,
        query,
        limit,
        "body.text, file.size",
        |path, packed, size| {
            let text = usize::try_from(size)
                .ok()
                .and_then(|size| deflate::decompress(packed, size));
            let text = text.and_then(|text| String::from_utf8(text).ok());
            let text = text.ok_or_else(|| store.damaged())?;
            // The index found it in this very text.
            let snippet = snippet::best(&text, query).ok_or_else(|| store.damaged())?;
            show(path, &snippet)
        },
    )
}

fn each(
    store: &Store,
    query: &Query,
    limit: Option<u32>,
    columns: &str,
    mut show: impl FnMut(&Path, &[u8], i64) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "SELECT file.path, {columns}
         FROM (SELECT rowid AS id, rank FROM word WHERE word MATCH ?1 ORDER BY rank LIMIT ?2) AS found
         CROSS JOIN file USING (id) CROSS JOIN body USING (id)
         ORDER BY found.rank"
    );
    let limit = limit.map_or(-1, i64::from);
    let mut select = store.connection().prepare(&sql).map_err(store.error())?;
    let rows = select.rows((query.expression(), limit));
    let mut rows = rows.map_err(store.error())?;
    while let Some(row) = rows.next().map_err(store.error())? {
        let columns = || Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let (path, packed, size) = columns().map_err(store.error())?;
        show(Path::new(OsStr::from_bytes(path)), packed, size)?;
    }
    Ok(())
}

/// Prints a path in a line of its own.
pub fn print_path(out: &mut impl Write, path: &Path) -> io::Result<()> {
    out.write_all(path.as_os_str().as_bytes())?;
    out.write_all(b"\n")
}

/// Prints `path:line:text`, as grep does.
pub fn print(out: &mut impl Write, path: &Path, snippet: &Snippet, colour: bool) -> io::Result<()> {
    let (path_on, line_on, match_on, off) = match colour {
        true => ("\x1b[35m", "\x1b[32m", "\x1b[1;31m", "\x1b[0m"),
        false => ("", "", "", ""),
    };
    write!(out, "{path_on}")?;
    out.write_all(path.as_os_str().as_bytes())?;
    write!(out, "{off}:{line_on}{}{off}:", snippet.line)?;
    let mut shown = 0;
    for range in &snippet.highlights {
        let before = &snippet.text[shown..range.start];
        write!(
            out,
            "{before}{match_on}{}{off}",
            &snippet.text[range.clone()]
        )?;
        shown = range.end;
    }
    writeln!(out, "{}", &snippet.text[shown..])
}

/// What a failure to print comes to.
pub fn unprinted(error: io::Error) -> Error {
    Error::path("cannot write to", "standard output", error)
}
