//! Very many goroutines, parked at once: how long until all are done again, the memory of each, and the threads.

use crate::figure::{Figure, unit};
use crate::peer::Program;
use std::hint::black_box;
use std::num::NonZero;
use std::{io, thread};

/// More than any peer has for one of them, in bytes.
const MOST_EACH: usize = 5_000;

/// What one of them had in one try.
struct Try {
    goroutines: u32,
    ns: f64,
    bytes: f64,
    threads: f64,
}

/// Each time in a new process: stacks that are there already are another matter. They take turns at coming first. Who dies
/// of so many is asked for a tenth.
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
    have_at_hand(goroutines as usize * MOST_EACH);
    let (took, threads) = peer.ask_watched(work, goroutines)?;
    Ok(Some(Try {
        goroutines,
        ns: took[0].as_nanos() as f64,
        bytes: peer.most_memory()? as f64 / f64::from(goroutines),
        threads: threads as f64,
    }))
}

/// Uses so much memory, and gives it back. A virtual machine's host may not have given it memory for all that it calls its
/// own: whoever is the first to use so much would wait for that, four times as long as for its own kernel.
fn have_at_hand(bytes: usize) {
    const PAGE: usize = 4096;
    let mut memory = vec![0_u8; bytes];
    let procs = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for part in memory.chunks_mut(bytes.div_ceil(procs).max(1)) {
            scope.spawn(|| part.iter_mut().step_by(PAGE).for_each(|byte| *byte = 1));
        }
    });
    black_box(&memory);
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
