//! What is printed.

use crate::rounds::Figure;
use std::time::Duration;

/// A second process of ours, in the same table.
pub const AGAIN: &str = "cgocall again";

pub fn heading() {
    println!(
        "{:<18}{:<16}{:>12}{:>12}{:>10}",
        "work", "who", "min", "median", "ratio"
    );
}

/// A work's lines. Returns the ratio of ours to its second process: what noise makes of 1.
pub fn work(name: &str, figures: &[Figure]) -> Option<f64> {
    let ours = figures.iter().find(|figure| figure.who == "cgocall");
    let mut again = None;
    let mut name = name;
    for figure in figures {
        let ratio = ours
            .filter(|_| figure.who != "cgocall")
            .map(|ours| ours.min() / figure.min());
        if figure.who == AGAIN {
            again = ratio;
        }
        println!(
            "{name:<18}{:<16}{:>12}{:>12}{:>10}",
            figure.who,
            time(figure.min()),
            time(figure.median()),
            ratio.map_or_else(String::new, times),
        );
        name = "";
    }
    again
}

/// What the figures mean, and what they are worth.
pub fn legend(again: &[(&str, f64)]) {
    println!(
        "\nratio: cgocall's minimum to theirs. tokio's call_empty is one that may block: `block_in_place` and a yield. attach_detach is a C \
         thread's first callback and its end; what that costs is what it takes longer than the direct one."
    );
    let mut again = again.to_vec();
    again.sort_by(|a, b| a.1.total_cmp(&b.1));
    if let [(least_in, least), .., (most_in, most)] = again[..] {
        println!(
            "noise: cgocall against itself, in two processes, is {} ({least_in}) to {} ({most_in}).",
            times(least),
            times(most),
        );
    }
}

pub fn latency_heading() {
    println!(
        "\n{:<48}{:<10}{:>6}{:>12}{:>12}{:>12}",
        "latency_under_c, with one P", "who", "tries", "p50", "p99", "max"
    );
}

pub fn latency(what: &str, who: &str, mut waits: Vec<Duration>) {
    waits.sort();
    let ns = |wait: Duration| time(wait.as_nanos() as f64);
    println!(
        "{what:<48}{who:<10}{:>6}{:>12}{:>12}{:>12}",
        waits.len(),
        ns(percentile(&waits, 50)),
        ns(percentile(&waits, 99)),
        ns(percentile(&waits, 100)),
    );
}

pub fn million_heading() {
    println!(
        "\n{:<44}{:<10}{:>10}{:>20}",
        "million goroutines, parked at once", "who", "min", "memory of each"
    );
}

pub fn million(who: &str, took: Duration, bytes: usize) {
    println!(
        "{:<44}{who:<10}{:>10}{:>20}",
        "",
        time(took.as_nanos() as f64),
        format!("{bytes} bytes")
    );
}

/// The least of them, which ascend, that so many percent do not exceed.
fn percentile(waits: &[Duration], percent: usize) -> Duration {
    waits[(waits.len() * percent).div_ceil(100) - 1]
}

fn times(ratio: f64) -> String {
    let digits = if ratio < 0.01 { 4 } else { 2 };
    format!("{ratio:.digits$} x")
}

/// Nanoseconds in the unit that suits them.
fn time(ns: f64) -> String {
    match ns {
        ..1e3 => format!("{ns:.2} ns"),
        ..1e6 => format!("{:.2} µs", ns / 1e3),
        _ => format!("{:.2} ms", ns / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_waits() {
        let waits: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        let few = &waits[..10];
        assert_eq!(percentile(&waits, 50), waits[49]);
        assert_eq!(percentile(&waits, 99), waits[98]);
        assert_eq!(percentile(few, 99), few[9]);
        assert_eq!(percentile(&waits[..1], 50), waits[0]);
    }

    #[test]
    fn times_have_a_unit() {
        assert_eq!(time(1.5), "1.50 ns");
        assert_eq!(time(1_500.0), "1.50 µs");
        assert_eq!(time(62e6), "62.00 ms");
    }

    #[test]
    fn a_small_ratio_is_not_nought() {
        assert_eq!(times(0.5), "0.50 x");
        assert_eq!(times(0.0012), "0.0012 x");
    }
}
