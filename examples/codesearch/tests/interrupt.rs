//! The program can be stopped at any moment: every batch that was reported is in the index, which opens and answers.

mod common;

use cgocall::cgo_import;
use codesearch::store::Store;
use common::Bench;
use std::ffi::c_int;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Stdio};
use std::thread;
use std::time::Duration;

const SIGINT: c_int = 2;
const SIGKILL: c_int = 9;

#[cgo_import]
unsafe extern "C" {
    safe fn kill(pid: c_int, signal: c_int) -> Result<c_int, cgocall::Errno>;
}

/// An index that is being made, and its reports.
struct Run {
    child: Child,
    reports: BufReader<ChildStderr>,
}

impl Run {
    fn start(bench: &Bench) -> Run {
        let mut command = bench.command(&["index"]);
        command
            .arg(bench.src())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let reports = BufReader::new(child.stderr.take().unwrap());
        Run { child, reports }
    }

    /// The files that the next batch reports.
    fn report(&mut self) -> usize {
        let mut line = String::new();
        self.reports.read_line(&mut line).unwrap();
        files(&line).unwrap_or_else(|| panic!("no report: {line:?}"))
    }

    fn send(&self, signal: c_int) {
        kill(self.child.id().cast_signed(), signal).unwrap();
    }

    /// The last report, what was said after it, and the exit code.
    fn end(mut self) -> (Option<usize>, String, Option<i32>) {
        let mut rest = String::new();
        self.reports.read_to_string(&mut rest).unwrap();
        let last = rest.lines().filter_map(files).next_back();
        let said = rest.lines().filter(|line| files(line).is_none()).collect();
        (last, said, self.child.wait().unwrap().code())
    }
}

fn files(report: &str) -> Option<usize> {
    let report = report.strip_prefix("committed: ")?;
    report.split(' ').next()?.parse().ok()
}

/// The index opens, SQLite and FTS5 find nothing wrong, and the files in it are the ones that are found.
fn check(bench: &Bench) -> usize {
    let found = bench.files("everywhere").len();
    let store = Store::open(&bench.db()).unwrap();
    let connection = store.connection();
    connection
        .execute("INSERT INTO word (word) VALUES ('integrity-check')")
        .unwrap();
    let number = |sql: &str| connection.one::<i64>(sql, ()).unwrap();
    let lines = number("SELECT count(*) FROM pragma_integrity_check");
    let ok = number("SELECT integrity_check = 'ok' FROM pragma_integrity_check");
    assert_eq!((lines, ok), (1, 1));
    let count = |table| number(&format!("SELECT count(*) FROM {table}"));
    assert_eq!(count("file"), found as i64);
    assert_eq!(count("body"), found as i64);
    found
}

#[test]
fn killed_at_any_moment_it_holds_what_it_reported() {
    let bench = Bench::new();
    bench.put_many(1500);
    let mut reported = 0;
    for pause in [0, 3, 30, 90, 200] {
        let mut run = Run::start(&bench);
        let first = run.report();
        thread::sleep(Duration::from_millis(pause));
        run.send(SIGKILL);
        let (last, said, code) = run.end();
        assert_eq!(said, "");
        // The later rounds have little left to do: one may have come to its end before.
        assert!(code.is_none() || (code == Some(0) && reported > 0));
        let last = last.unwrap_or(first);
        let found = check(&bench);
        assert!(
            found >= reported + last,
            "{found} found, {reported} and {last} reported"
        );
        reported = found;
        if found == 1500 {
            break;
        }
    }
    bench.index();
    assert_eq!(check(&bench), 1500);
}

#[test]
fn ctrl_c_keeps_what_is_committed_and_says_so() {
    let bench = Bench::new();
    bench.put_many(2500);
    let mut run = Run::start(&bench);
    let first = run.report();
    run.send(SIGINT);
    let (last, said, code) = run.end();
    let kept = last.unwrap_or(first);
    assert_eq!(
        said,
        format!(
            "codesearch: interrupted; the {kept} files committed so far are kept, and the next run goes on"
        )
    );
    assert_eq!(code, Some(130));
    assert_eq!(check(&bench), kept);
    assert!(kept < 2500);
    let report = bench.index();
    let goes_on = format!(
        "2500 files: {} indexed, {kept} unchanged, 0 removed",
        2500 - kept
    );
    assert!(report.starts_with(&goes_on), "{report}");
    assert_eq!(check(&bench), 2500);
}

#[test]
fn two_at_once_do_no_harm() {
    let bench = Bench::new();
    bench.put_many(500);
    let (one, two) = (Run::start(&bench), Run::start(&bench));
    for run in [one, two] {
        let (_, said, code) = run.end();
        assert_eq!((&*said, code), ("", Some(0)));
    }
    assert_eq!(check(&bench), 500);
}
