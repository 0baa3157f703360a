//! The command line of codesearch.

use codesearch::error::{Error, Result};
use codesearch::index::{self, Summary};
use codesearch::interrupt::Interrupt;
use codesearch::query::{Mode, Query};
use codesearch::stats::Stats;
use codesearch::store::{State, Store};
use codesearch::{deflate, search};
use lexopt::{Arg, ValueExt};
use std::env;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const HELP: &str = "\
Full-text search over source code.

codesearch index [DIR..] [--db PATH]
    Brings the index up to date with folders; by default, with the crates that cargo has downloaded.
codesearch query [-p] [-l] [--limit N] [--db PATH] WORD..
    Prints the files that have all the words, the best ones first, each with the line that shows it best.
    A word is a whole identifier as it is written; `mem::swap` is these two in a row.
    -p, --parts   words are parts of identifiers, in any case: `http2` finds `parse_Http_2`
    -l, --files   print the names of all files that match, and nothing else
    --limit N     print at most N files; 20 if -l is not given
codesearch stats [--db PATH]
    Prints what is in the index.

--db PATH is the index; by default $XDG_DATA_HOME/codesearch/index.db.
";

enum Command {
    Index(Vec<PathBuf>),
    Query {
        words: Vec<String>,
        mode: Mode,
        files: bool,
        limit: Option<u32>,
    },
    Stats,
    Print(String),
}

#[cgocall::main]
fn main() -> ExitCode {
    let (command, database) = match arguments() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("codesearch: {error}; see `codesearch --help`");
            return ExitCode::from(2);
        }
    };
    match run(command, database) {
        Ok(code) => code,
        Err(Error::Path(_, _, error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS // whoever reads has read enough
        }
        Err(error) => {
            eprintln!("codesearch: {error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> std::result::Result<(Command, Option<PathBuf>), lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    let mut database = None;
    let mut command: Option<String> = None;
    let (mut values, mut mode, mut files, mut limit) = (Vec::new(), Mode::Exact, false, None);
    while let Some(arg) = parser.next()? {
        match (arg, command.as_deref()) {
            (Arg::Short('h') | Arg::Long("help"), _) => {
                return Ok((Command::Print(HELP.to_owned()), None));
            }
            (Arg::Short('V') | Arg::Long("version"), _) => {
                return Ok((Command::Print(version()), None));
            }
            (Arg::Long("db"), _) => database = Some(parser.value()?.into()),
            (Arg::Short('p') | Arg::Long("parts"), Some("query")) => mode = Mode::Parts,
            (Arg::Short('l') | Arg::Long("files"), Some("query")) => files = true,
            (Arg::Long("limit"), Some("query")) => limit = Some(parser.value()?.parse()?),
            (Arg::Value(name), None) => command = Some(name.string()?),
            (Arg::Value(value), Some("index" | "query")) => values.push(value),
            (arg, _) => return Err(arg.unexpected()),
        }
    }
    let command = match command.as_deref() {
        Some("index") => Command::Index(values.into_iter().map(PathBuf::from).collect()),
        Some("query") if values.is_empty() => return Err("there is no word to search for".into()),
        Some("query") => {
            let words = values.into_iter().map(ValueExt::string);
            Command::Query {
                words: words.collect::<std::result::Result<_, _>>()?,
                mode,
                files,
                limit: limit.or((!files).then_some(20)),
            }
        }
        Some("stats") => Command::Stats,
        Some(other) => return Err(format!("there is no command `{other}`").into()),
        None => return Err("there is no command".into()),
    };
    Ok((command, database))
}

fn version() -> String {
    let (sqlite, zlib) = (sqlite::version(), deflate::version());
    format!(
        "codesearch {} (SQLite {sqlite}, zlib {zlib})\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn run(command: Command, database: Option<PathBuf>) -> Result<ExitCode> {
    let given = database.is_some();
    let database = match database {
        Some(path) => {
            std::path::absolute(&path).map_err(|error| Error::path("cannot use", path, error))?
        }
        None => default_database()?,
    };
    match command {
        Command::Index(folders) => {
            let folders = if folders.is_empty() {
                vec![cargo_sources()?]
            } else {
                folders
            };
            if !given && let Some(folder) = database.parent() {
                fs::create_dir_all(folder)
                    .map_err(|error| Error::path("cannot make the folder", folder, error))?;
            }
            index(&folders, database)
        }
        Command::Query {
            words,
            mode,
            files,
            limit,
        } => {
            let query = Query::new(&words, mode)?;
            let store = Store::open(&database)?;
            print_matches(&store, &query, files, limit)?;
            if mode == Mode::Exact {
                hint(&store, &words, &query)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Stats => {
            let store = Store::open(&database)?;
            print(format!(
                "{}\nat          {}\n",
                Stats::of(&store)?,
                database.display()
            ))
        }
        Command::Print(text) => print(text),
    }
}

fn index(folders: &[PathBuf], database: PathBuf) -> Result<ExitCode> {
    let interrupt = Interrupt::listen()?;
    let began = Instant::now();
    let summary = index::run(folders, &database, &interrupt)?;
    if let Some(signal) = interrupt.signal() {
        let files = summary.tally.files;
        eprintln!(
            "codesearch: interrupted; the {files} files committed so far are kept, and the next run goes on"
        );
        return Ok(ExitCode::from(
            u8::try_from(128 + signal).unwrap_or(u8::MAX),
        ));
    }
    print(report(&summary, began.elapsed().as_secs_f64()))
}

fn report(summary: &Summary, seconds: f64) -> String {
    let Summary { tally, walked } = summary;
    let megabytes = tally.bytes as f64 / 1e6;
    let mut report = format!(
        "{} files: {} indexed, {} unchanged, {} removed",
        walked.files,
        tally.texts,
        walked.unchanged + tally.same,
        tally.removed,
    );
    for state in State::ALL.into_iter().skip(1) {
        let files = walked.skipped[state as usize] + tally.skipped[state as usize];
        report += &format!(", {files} {}", state.name());
    }
    if walked.unreadable_folders > 0 {
        report += &format!(", {} folders unreadable", walked.unreadable_folders);
    }
    report += &format!(
        "\n{megabytes:.1} MB read, {} tokens, {seconds:.1} s, {:.1} MB/s\n",
        tally.tokens,
        megabytes / seconds
    );
    report
}

fn print_matches(store: &Store, query: &Query, files: bool, limit: Option<u32>) -> Result<()> {
    let stdout = io::stdout();
    let colour =
        stdout.is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let mut out = BufWriter::new(stdout.lock());
    let mut shown = 0;
    if files {
        search::files(store, query, limit, |path| {
            shown += 1;
            search::print_path(&mut out, path).map_err(search::unprinted)
        })?;
    } else {
        search::snippets(store, query, limit, |path, snippet| {
            shown += 1;
            search::print(&mut out, path, snippet, colour).map_err(search::unprinted)
        })?;
    }
    out.flush().map_err(search::unprinted)?;
    if limit == Some(shown) {
        let all = search::count(store, query)?;
        if all > shown.into() {
            eprintln!("codesearch: {shown} of {all} files; `--limit` shows more");
        }
    }
    Ok(())
}

/// Says what the other way to match would find.
fn hint(store: &Store, words: &[String], query: &Query) -> Result<()> {
    let Ok(parts) = Query::new(words, Mode::Parts) else {
        return Ok(());
    };
    let (exact, parts) = (search::count(store, query)?, search::count(store, &parts)?);
    if parts > exact {
        let more = parts - exact;
        eprintln!(
            "codesearch: {more} more files have that in another case or inside of identifiers: `--parts` shows them"
        );
    } else if exact == 0 {
        eprintln!("codesearch: no file has that");
    }
    Ok(())
}

fn print(text: String) -> Result<ExitCode> {
    let printed = io::stdout().write_all(text.as_bytes());
    printed.map_err(search::unprinted)?;
    Ok(ExitCode::SUCCESS)
}

fn default_database() -> Result<PathBuf> {
    let data = env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let data = data.or_else(|| Some(env::home_dir()?.join(".local/share")));
    let data = data.ok_or_else(|| {
        Error::Other("there is no home folder for the index: name a file with `--db`".into())
    })?;
    Ok(data.join("codesearch/index.db"))
}

/// Where cargo unpacks the crates that it downloads.
fn cargo_sources() -> Result<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    home.map(|home| home.join("registry/src"))
        .filter(|sources| sources.is_dir())
        .ok_or_else(|| {
            Error::Other("cargo has downloaded no crates: name a folder to index".into())
        })
}
