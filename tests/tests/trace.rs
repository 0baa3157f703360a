//! `CGOCALL_TRACE=trace.json`: what threads and goroutines do, as a viewer of traces reads it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

const PROCS: [usize; 3] = [1, 2, 16];

/// A file of the test's own.
fn file() -> PathBuf {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let (process, n) = (std::process::id(), LAST.fetch_add(1, Relaxed));
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("trace-{process}-{n}.json"))
}

fn scenario(procs: usize, trace: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trace"));
    command
        .env("CGOCALL_PROCS", procs.to_string())
        .env("CGOCALL_TRACE", trace);
    command
}

/// A thread, or a goroutine.
type Row = (u64, u64);

const THREADS: u64 = 1;
const GOROUTINES: u64 = 2;

#[derive(Debug)]
struct Slice {
    name: String,
    category: String,
    /// Nanoseconds.
    from: u64,
    to: u64,
    args: Value,
    /// Those that it lies within, the outermost first.
    within: Vec<String>,
}

struct Trace {
    rows: BTreeMap<Row, Vec<Slice>>,
    names: BTreeMap<Row, String>,
    events: Vec<Value>,
}

impl Trace {
    fn parse(text: &str) -> Trace {
        let events: Vec<Value> = serde_json::from_str(text).expect("an array of events");
        let mut rows: BTreeMap<Row, Vec<Slice>> = BTreeMap::new();
        let mut names = BTreeMap::new();
        for event in &events {
            let number = |key: &str| event[key].as_u64().expect(key);
            let text = |key: &str| event[key].as_str().expect(key).to_owned();
            let nanos = |key: &str| (event[key].as_f64().expect(key) * 1000.0).round() as u64;
            let row = || (number("pid"), number("tid"));
            match event["ph"].as_str().expect("a phase") {
                "X" => rows.entry(row()).or_default().push(Slice {
                    name: text("name"),
                    category: text("cat"),
                    from: nanos("ts"),
                    to: nanos("ts") + nanos("dur"),
                    args: event["args"].clone(),
                    within: Vec::new(),
                }),
                "M" if event["name"] == "thread_name" => {
                    let name = event["args"]["name"].as_str().unwrap();
                    names.insert(row(), name.to_owned());
                }
                "M" | "C" | "i" => {}
                other => panic!("{other}"),
            }
        }
        rows.values_mut().for_each(|row| nest(row));
        Trace {
            rows,
            names,
            events,
        }
    }

    /// The slices of that name and category, each with its row.
    fn slices(&self, name: &str, category: &str) -> Vec<(Row, &Slice)> {
        let all = self.rows.iter();
        all.flat_map(|(row, slices)| slices.iter().map(|slice| (*row, slice)))
            .filter(|(_, slice)| slice.name == name && slice.category == category)
            .collect()
    }

    /// How many of them there are in rows of goroutines, and of threads.
    fn count(&self, name: &str, category: &str) -> (usize, usize) {
        let all = self.slices(name, category);
        let of = |kind| all.iter().filter(|(row, _)| row.0 == kind).count();
        (of(GOROUTINES), of(THREADS))
    }

    /// The row whose name begins like that.
    fn row(&self, name: &str) -> &[Slice] {
        let row = self.names.iter().find(|(_, is)| is.starts_with(name));
        let (row, _) = row.unwrap_or_else(|| panic!("no {name} in {:?}", self.names));
        &self.rows[row]
    }
}

/// Finds out what lies within what. A viewer draws nothing else: two that overlap are a mistake.
fn nest(row: &mut [Slice]) {
    // Of those that begin together the outer one takes longer; of equal ones the one that was written last.
    row.reverse();
    row.sort_by_key(|slice| (slice.from, std::cmp::Reverse(slice.to)));
    let mut open: Vec<(u64, String)> = Vec::new();
    for slice in row {
        while open.last().is_some_and(|(to, _)| *to <= slice.from) {
            open.pop();
        }
        if let Some((to, outer)) = open.last() {
            assert!(
                slice.to <= *to,
                "{slice:?} overlaps {outer}, which ends at {to}"
            );
        }
        slice.within = open.iter().map(|(_, name)| name.clone()).collect();
        open.push((slice.to, slice.name.clone()));
    }
}

fn run(procs: usize) -> Trace {
    run_with(procs, &[])
}

fn run_with(procs: usize, args: &[&str]) -> Trace {
    let trace = file();
    let output = scenario(procs, &trace).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("missing from the trace"), "{said}");
    let text = std::fs::read_to_string(&trace).unwrap();
    std::fs::remove_file(&trace).unwrap();
    Trace::parse(&text)
}

#[test]
fn a_trace_shows_each_call_where_it_ran_and_whose_it_was() {
    for procs in PROCS {
        let trace = run(procs);
        // Some more: in the callback that parks.
        let (goroutines, threads) = trace.count("thread_id", "c");
        assert_eq!(goroutines, 1001);
        assert_eq!(threads, 1001);
        for (row, call) in trace.slices("thread_id", "c") {
            let is_in_it = call
                .within
                .iter()
                .any(|name| name.starts_with("goroutine "));
            assert_eq!(is_in_it, row.0 == THREADS, "{call:?}");
        }
        // A call on another thread: there it is the helper's, and the goroutine is parked.
        let [(_, offload)] = trace.slices("rest", "offload")[..] else {
            panic!("one offload");
        };
        let [(helper, call)] = trace.slices("rest", "c")[..] else {
            panic!("one call");
        };
        assert!(trace.names[&helper].contains("helper"), "{:?}", trace.names);
        assert!(offload.from <= call.from && call.to <= offload.to);
        assert!(call.to - call.from >= 2_000_000);
        assert!(call.args["for"].as_str().unwrap().starts_with("goroutine "));
    }
}

#[test]
fn a_callback_that_parks_is_one_slice_of_its_goroutine_and_pieces_of_its_thread() {
    for procs in PROCS {
        let trace = run(procs);
        let row = trace.row("`parks`, tests/src/bin/trace.rs:");
        let parked: Vec<_> = row.iter().filter(|slice| slice.name == "parked").collect();
        let last = parked.last().expect("it parks");
        assert_eq!(last.within, ["nap", "run_closure"]);
        assert!(
            last.args["woken by"]
                .as_str()
                .unwrap()
                .starts_with("goroutine ")
        );
        let calls = |name: &str, within: &[&str]| {
            let all = row.iter().filter(|slice| slice.name == name);
            all.filter(|slice| slice.within == within).count()
        };
        assert_eq!(calls("nap", &[]), 1);
        assert_eq!(calls("nap", &["nap", "run_closure"]), 1);
        assert_eq!(calls("thread_id", &["nap", "run_closure"]), 1);
        // On the thread: before and after the park, each in a turn of the goroutine's.
        let name = |slice: &&Slice| slice.name.ends_with(" `parks`");
        let mut threads = trace.rows.iter().filter(|(row, _)| row.0 == THREADS);
        let (_, thread) = threads
            .find(|(_, slices)| slices.iter().any(|slice| name(&slice)))
            .expect("a thread has run it");
        let turns: Vec<_> = thread.iter().filter(name).collect();
        assert!(turns.len() >= 2);
        for turn in turns {
            let within = |slice: &&Slice| slice.within == [turn.name.clone()];
            let in_turn = |slice: &&Slice| slice.from >= turn.from && slice.to <= turn.to;
            assert!(
                thread
                    .iter()
                    .filter(within)
                    .filter(in_turn)
                    .any(|slice| slice.name == "nap"),
                "{turn:?}"
            );
        }
    }
}

#[test]
fn panics_c_threads_lost_ps_and_counts_are_in_it() {
    for procs in PROCS {
        let trace = run(procs);
        let instants = trace.events.iter().filter(|event| event["ph"] == "i");
        let lost = instants.filter(|event| event["name"] == "loses its P in nap");
        assert_ne!(lost.count(), 0);
        // Ten and one, two that park, one that panics; and one on each of three threads, twice.
        let (callbacks, _) = trace.count("run_closure", "callback");
        assert_eq!(callbacks, 14);
        let shared = trace.slices("run_shared", "callback");
        assert_eq!(shared.len(), 6);
        assert!(
            shared
                .iter()
                .all(|(row, slice)| row.0 == THREADS && slice.within.is_empty())
        );
        let counts: Vec<_> = trace
            .events
            .iter()
            .filter(|event| event["ph"] == "C")
            .collect();
        for name in ["goroutines", "threads"] {
            assert!(counts.iter().any(|event| event["name"] == name));
        }
        assert!(
            counts
                .iter()
                .any(|event| event["args"]["parked"].as_u64() > Some(0))
        );
    }
}

#[test]
fn of_more_than_is_drawn_what_takes_long_is_drawn_and_the_rest_is_said_to_be_left_out() {
    for procs in PROCS {
        let trace = run_with(procs, &["busy"]);
        let (drawn, _) = trace.count("thread_id", "c");
        assert!((1000..100_000).contains(&drawn), "{drawn}");
        let pauses = trace.row("left out");
        assert!(!pauses.is_empty());
        assert!(pauses.iter().all(|slice| slice.name == "left out"));
        // Whether or not they were begun in a pause.
        assert_eq!(trace.count("nap", "c").0, 5);
        let callbacks = trace.slices("run_closure", "callback");
        let callbacks: Vec<_> = callbacks
            .iter()
            .filter(|(row, _)| row.0 == GOROUTINES)
            .collect();
        assert_eq!(callbacks.len(), 5);
        assert!(callbacks.iter().all(|(_, slice)| slice.within == ["nap"]));
    }
}

#[test]
fn a_call_that_loses_its_p_is_drawn_whatever_is_left_out() {
    for procs in PROCS {
        let trace = run_with(procs, &["sudden"]);
        let moment =
            |event: &Value| (event["ts"].as_f64().expect("a time") * 1000.0).round() as u64;
        let lost: Vec<u64> = trace
            .events
            .iter()
            .filter(|event| event["ph"] == "i" && event["name"] == "loses its P in wait_for")
            .map(moment)
            .collect();
        // One may have lost it when it was as good as over.
        let is_drawn = |row: u64| {
            let calls = trace.slices("wait_for", "c");
            let mut calls = calls.iter().filter(|(at, _)| at.0 == row);
            calls.any(|(_, call)| lost.iter().any(|at| (call.from..=call.to).contains(at)))
        };
        assert!(is_drawn(GOROUTINES), "{lost:?}");
    }
}

#[test]
fn what_has_not_ended_at_exit_is_drawn_until_then() {
    let trace = file();
    let output = scenario(2, &trace).arg("exit").output().unwrap();
    assert!(output.status.success());
    let text = std::fs::read_to_string(&trace).unwrap();
    std::fs::remove_file(&trace).unwrap();
    let trace = Trace::parse(&text);
    let row = trace.row("`parks`");
    let last = row.last().unwrap();
    assert_eq!(
        (last.name.as_str(), &last.within[..]),
        ("parked", &["nap".into(), "run_closure".into()][..])
    );
    assert!(
        row.iter()
            .filter(|slice| slice.name == "nap")
            .any(|call| call.to == last.to)
    );
}

#[test]
fn a_program_that_is_killed_leaves_what_it_had_written() {
    let trace = file();
    let mut child = scenario(2, &trace)
        .arg("kill")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut ready).unwrap();
    assert_eq!(ready, "ready\n");
    // Each twice: in the row of a goroutine, and in that of its thread.
    let written = || std::fs::read_to_string(&trace).unwrap();
    while written().matches("thread_id").count() < 2 * 1001 {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let text = written();
    std::fs::remove_file(&trace).unwrap();
    // The last line may have been cut off.
    let (whole, _) = text.rsplit_once(",\n").unwrap();
    let trace = Trace::parse(&format!("{whole}]"));
    assert_eq!(trace.count("thread_id", "c"), (1001, 1001));
}

#[test]
fn a_file_that_cannot_be_written_is_said_before_anything_runs() {
    let trace = file().join("in-no-folder.json");
    let output = scenario(2, &trace).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(101), "{said}");
    assert!(
        said.contains("CGOCALL_TRACE names the file `") && said.contains("which cannot be written"),
        "{said}"
    );
    assert!(output.stdout.is_empty());
}
