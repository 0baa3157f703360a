//! Very many goroutines, parked at once: how long until all are done again, the memory of each, and the threads.

use crate::figure::{Figure, unit};
use crate::peer::Program;
use std::io;

/// What one of them had in one try.
struct Try {
    goroutines: u32,
    ns: f64,
    bytes: f64,
    threads: f64,
}

/// Each time in a new process: stacks that are there already are another matter. Who comes first may get memory from a
/// hypervisor that the next one then finds there, so they take turns at that. Who dies of so many is asked for a tenth.
pub fn measure(
    name: &str,
    work: &str,
    goroutines: u32,
    programs: &[Program],
    tries: usize,
    notes: &mut Vec<String>,
) -> io::Result<Vec<Figure>> {
    let mut done: Vec<Vec<Try>> = programs.iter().map(|_| Vec::new()).collect();
    let mut most = vec![goroutines; programs.len()];
    for turn in 0..tries {
        for at in 0..programs.len() {
            let at = (at + turn) % programs.len();
            while most[at] > 0 {
                match once(&programs[at], work, most[at]) {
                    Ok(tried) => {
                        done[at].extend(tried);
                        break;
                    }
                    Err(error) => {
                        notes.push(format!("`{name}` with {}: {error}", most[at]));
                        most[at] /= 10;
                    }
                }
            }
        }
    }
    let done = programs
        .iter()
        .zip(done)
        .filter(|(_, done)| !done.is_empty());
    Ok(done
        .flat_map(|(program, done)| figures(name, program.name, goroutines, &done))
        .collect())
}

/// Nothing, if it does not know the work.
fn once(program: &Program, work: &str, goroutines: u32) -> io::Result<Option<Try>> {
    let mut peer = program.start()?;
    if !peer.can(work) {
        return Ok(None);
    }
    let (took, threads) = peer.ask_watched(work, goroutines)?;
    Ok(Some(Try {
        goroutines,
        ns: took[0].as_nanos() as f64,
        bytes: peer.most_memory()? as f64 / f64::from(goroutines),
        threads: threads as f64,
    }))
}

/// Who could not do them all has no time: it would be that of another work.
fn figures(work: &str, who: &str, goroutines: u32, done: &[Try]) -> Vec<Figure> {
    let of = |unit, value: fn(&Try) -> f64| {
        Figure::new(work, who, unit, done.iter().map(value).collect())
    };
    let mut figures = vec![
        of(unit::GOROUTINES, |tried| f64::from(tried.goroutines)),
        of(unit::THREADS, |tried| tried.threads),
    ];
    if done.iter().all(|tried| tried.goroutines == goroutines) {
        figures.insert(0, of(unit::TIME, |tried| tried.ns));
        figures.insert(1, of(unit::MEMORY, |tried| tried.bytes));
    }
    figures
}
