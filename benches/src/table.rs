//! What is printed.

use crate::figure::{AGAIN, Figures, OURS, times, unit};

/// A line for each figure; a work has its name on its first.
pub fn print(figures: &Figures) {
    println!(
        "{:<30}{:<18}{:>14}{:>12}{:>12}{:>6}{:>12}",
        "work", "who", "min", "median", "max", "runs", "ratio"
    );
    let mut last = "";
    for figure in &figures.0 {
        let name = if figure.work == last {
            ""
        } else {
            &figure.work
        };
        last = &figure.work;
        let who = match &*figure.unit {
            unit::TIME => figure.who.clone(),
            unit::P99 => format!("{}, p99", figure.who),
            unit::MEMORY => figure.who.clone(),
            unit => format!("{}, {unit}", figure.who),
        };
        let ratio = match figures.ratio(figure) {
            Some((ratio, _)) if figure.who != OURS => times(ratio),
            _ => String::new(),
        };
        println!(
            "{name:<30}{who:<24}{:>12}{:>12}{:>12}{:>6}{ratio:>12}",
            figure.show(figure.min),
            figure.show(figure.median),
            figure.show(figure.max),
            figure.runs,
        );
    }
}

/// What the figures mean, and what they are worth.
pub fn legend(figures: &Figures) {
    println!("\nratio: cgocall's minimum to theirs.");
    if let [(least_in, least), .., (most_in, most)] = figures.noise()[..] {
        println!(
            "noise: {OURS} against {AGAIN}, in two processes, is {} ({least_in}) to {} ({most_in}).",
            times(least),
            times(most),
        );
    }
}
