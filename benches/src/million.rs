//! `million`: a million goroutines, all parked at once on a channel. How long until all are done again, and the memory that
//! it takes.

use crate::peer::Program;
use crate::table;
use std::io;

const GOROUTINES: u32 = 1_000_000;

/// Each time in a new process: stacks that are there already are another matter. Who comes first may get memory from a
/// hypervisor that the next one then finds there, so they take turns at that.
pub fn measure(programs: &[Program], tries: usize) -> io::Result<()> {
    table::million_heading();
    let mut figures: Vec<_> = programs.iter().map(|_| None).collect();
    for turn in 0..tries {
        for at in 0..programs.len() {
            let at = (at + turn) % programs.len();
            let (program, best) = (&programs[at], &mut figures[at]);
            let mut peer = program.start()?;
            if !peer.can("million") {
                continue;
            }
            let took = peer.ask("million", GOROUTINES)?[0];
            let memory = peer.most_memory()?;
            let figure = (took, memory);
            *best = Some(best.map_or(figure, |best: (_, _)| figure.min(best)));
        }
    }
    for (program, figure) in programs.iter().zip(figures) {
        if let Some((took, memory)) = figure {
            table::million(program.name, took, memory / GOROUTINES as usize);
        }
    }
    Ok(())
}
