//! What a goroutine waits for while another one is in C, or computes. With one proc.

use crate::figure::{Figure, unit};
use crate::peer::Program;
use std::io;

/// How often: so many batches of so many waits.
#[derive(Clone, Copy)]
pub struct Waits {
    pub batches: usize,
    pub each: u32,
}

/// All waits are one figure, and what each batch has for its 99th of a hundred another.
pub fn measure(
    work: &str,
    afresh: bool,
    programs: &[Program],
    waits: Waits,
) -> io::Result<Vec<Figure>> {
    let mut batches: Vec<Vec<Vec<f64>>> = programs.iter().map(|_| Vec::new()).collect();
    for _ in 0..waits.batches {
        for (program, batches) in programs.iter().zip(&mut batches) {
            let mut peer = program.start_on(1)?;
            if !peer.can(work) {
                continue;
            }
            let mut batch = if afresh {
                peer.ask(work, 1)?
            } else {
                peer.ask(work, waits.each)?
            };
            while batch.len() < waits.each as usize {
                batch.extend(program.start_on(1)?.ask(work, 1)?);
            }
            batch.sort();
            batches.push(batch.iter().map(|wait| wait.as_nanos() as f64).collect());
        }
    }
    let mut figures = Vec::new();
    for (program, batches) in programs.iter().zip(batches) {
        if !batches.is_empty() {
            let p99 = batches.iter().map(|batch| percentile(batch, 99)).collect();
            figures.push(Figure::new(
                work,
                program.name,
                unit::TIME,
                batches.concat(),
            ));
            figures.push(Figure::new(work, program.name, unit::P99, p99));
        }
    }
    Ok(figures)
}

/// The least of them, which ascend, that so many percent do not exceed.
fn percentile(waits: &[f64], percent: usize) -> f64 {
    waits[(waits.len() * percent).div_ceil(100) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_waits() {
        let waits: Vec<_> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&waits, 50), 50.0);
        assert_eq!(percentile(&waits, 99), 99.0);
        assert_eq!(percentile(&waits[..10], 99), 10.0);
        assert_eq!(percentile(&waits[..1], 50), 1.0);
    }
}
