//! Instructions, counted by valgrind: steadier than time on a machine that others use too.

use crate::figure::{Figure, Figures, OURS, unit};
use crate::peer::Program;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;

/// What is counted, and how often it is done for that.
const COUNTED: [(&str, u32); 4] = [
    ("call_empty", 100_000),
    ("callback", 100_000),
    ("spawn_join", 10_000),
    ("yield", 100_000),
];
/// By how much one may grow before the test fails.
const GROWTH: f64 = 1.05;

/// In processes of one proc: who else runs meanwhile would be counted too.
///
/// # Errors
/// If there is no valgrind: then nothing is counted.
pub fn measure(programs: &[Program]) -> io::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (work, times) in COUNTED {
        for program in programs {
            if !program.start_on(1)?.can(work) {
                continue;
            }
            // What starting and ending cost is in both. Nothing is timed, so they may share the machine.
            let (few, many) = thread::scope(|scope| {
                let few = scope.spawn(|| count(program, work, times));
                let many = count(program, work, 3 * times);
                (few.join().expect("no panic"), many)
            });
            let (few, many) = (few?, many?);
            let each = (many - few) / f64::from(2 * times);
            figures.push(Figure::new(
                work,
                program.name,
                unit::INSTRUCTIONS,
                vec![each],
            ));
        }
    }
    Ok(figures)
}

fn count(program: &Program, work: &str, times: u32) -> io::Result<f64> {
    let valgrind = [
        "valgrind",
        "--tool=callgrind",
        "--callgrind-out-file=/dev/null",
    ];
    let mut child = program
        .command(&valgrind, 1)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| io::Error::other(format!("valgrind: {error}")))?;
    writeln!(child.stdin.take().expect("a pipe"), "{work} {times}")?;
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    collected.ok_or_else(|| {
        let status = output.status;
        io::Error::other(format!("{} under valgrind: {status}", program.name))
    })
}

fn record() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "instructions.txt"]
        .iter()
        .collect()
}

/// Counts ours, and compares them with what the repository has: whether none has grown. Or writes them there.
pub fn check(write: bool) -> io::Result<bool> {
    let counted = Figures(measure(&[Program::own(OURS)?])?);
    let recorded = fs::read_to_string(record())?;
    let mut sound = true;
    let mut text = String::new();
    for line in recorded.lines() {
        let counted = line.split_once(' ').and_then(|(work, before)| {
            let figure = counted.find(work, OURS, unit::INSTRUCTIONS)?;
            Some((work, before.parse::<f64>().ok()?, figure.min))
        });
        let Some((work, before, now)) = counted else {
            text += &format!("{line}\n"); // a comment
            continue;
        };
        let grown = now > before * GROWTH;
        sound &= !grown;
        println!(
            "{work}: {now:.1} instructions, {before} recorded{}",
            if grown { ": grown" } else { "" }
        );
        text += &format!("{work} {now:.1}\n");
    }
    if write {
        fs::write(record(), text)?;
    }
    Ok(sound || write)
}
