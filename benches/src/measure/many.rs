//! What things cost when there are many goroutines: from one to a million.

use crate::figure::{Figure, unit};
use crate::peer::{Peer, Program};
use std::collections::HashSet;
use std::io;
use std::time::Duration;

/// What the peers know, and what it is called in a chart.
pub const WORKS: [(&str, &str); 3] = [
    (
        "park_many",
        "spawned, parked, woken and joined, all at once",
    ),
    ("yield_many", "a yield, with so many in the queue"),
    (
        "call_many",
        "a C call and a yield, with so many in the queue",
    ),
];

/// So many pieces they do all in all, but each at least one: as src/peers/crowd.rs has it.
const PIECES: u32 = 100_000;
/// One try of what takes longer.
const LONG: Duration = Duration::from_secs(1);

/// Each number in new processes, interleaved. Who dies is not asked for more.
pub fn measure(
    most: u32,
    tries: usize,
    programs: &[Program],
    notes: &mut Vec<String>,
) -> io::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let mut dead = HashSet::new();
    let numbers = (0..7)
        .map(|digits| 10_u32.pow(digits))
        .filter(|n| *n <= most);
    for goroutines in numbers {
        for (work, _) in WORKS {
            let name = format!("{work}/{goroutines}");
            // Called directly, nothing is many: there it is the floor of a million.
            for program in programs.iter().filter(|program| program.name != "direct") {
                let mut peer = program.start()?;
                if !peer.can(work) || dead.contains(&(work, program.name)) {
                    continue;
                }
                match several(&mut peer, work, goroutines, tries) {
                    Ok(took) => figures.push(Figure::new(&name, program.name, unit::TIME, took)),
                    Err(error) => {
                        notes.push(format!("`{name}`: {error}"));
                        dead.insert((work, program.name));
                    }
                }
            }
        }
    }
    Ok(figures)
}

fn several(peer: &mut Peer, work: &str, goroutines: u32, tries: usize) -> io::Result<Vec<f64>> {
    let pieces = f64::from(PIECES.max(goroutines));
    let mut runs = Vec::new();
    for _ in 0..tries {
        let took = peer.ask_watched(work, goroutines)?.0[0];
        runs.push(took.as_nanos() as f64 / pieces);
        if took > LONG {
            break;
        }
    }
    Ok(runs)
}
