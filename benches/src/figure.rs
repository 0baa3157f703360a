//! Figures: what was measured, and nothing else. All that is printed, drawn and written is made of these.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Ours.
pub const OURS: &str = "cgocall";
/// Ours, while it writes a trace.
pub const TRACED: &str = "cgocall traced";
/// A second process of ours, which does the same: what it differs by is noise.
pub const AGAIN: &str = "cgocall again";

pub mod unit {
    pub const TIME: &str = "ns";
    /// What 99 of 100 do not exceed.
    pub const P99: &str = "ns p99";
    /// Of processors, whoever had to wait meanwhile.
    pub const CPU: &str = "ns cpu";
    /// What is shown of a server instead of the time of a request.
    pub const RATE: &str = "per second";
    pub const MEMORY: &str = "bytes";
    pub const THREADS: &str = "threads";
    /// Some time after the work.
    pub const THREADS_LEFT: &str = "threads left";
    pub const GOROUTINES: &str = "goroutines";
    pub const INSTRUCTIONS: &str = "instructions";
}

/// What someone needed for one piece of a work, or had of something meanwhile.
///
/// A work's name may go on: `sqlite_insert/10` is among 10 goroutines, `yield@4` on 4 procs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub work: String,
    pub who: String,
    pub unit: String,
    pub min: f64,
    pub median: f64,
    pub max: f64,
    pub runs: usize,
}

impl Figure {
    /// Of one run at least.
    pub fn new(work: &str, who: &str, unit: &str, mut runs: Vec<f64>) -> Figure {
        runs.sort_by(f64::total_cmp);
        Figure {
            work: work.to_owned(),
            who: who.to_owned(),
            unit: unit.to_owned(),
            min: runs[0],
            median: runs[runs.len() / 2],
            max: runs[runs.len() - 1],
            runs: runs.len(),
        }
    }

    /// How many there are in a second, where this is the time of one: the best first, as times have it.
    pub fn rate(&self) -> Figure {
        Figure {
            unit: unit::RATE.to_owned(),
            min: 1e9 / self.min,
            median: 1e9 / self.median,
            max: 1e9 / self.max,
            ..self.clone()
        }
    }

    pub fn is(&self, work: &str, who: &str, unit: &str) -> bool {
        self.work == work && self.who == who && self.unit == unit
    }

    /// How it is written for people.
    pub fn show(&self, value: f64) -> String {
        show(&self.unit, value)
    }
}

/// All of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figures(pub Vec<Figure>);

impl Figures {
    pub fn find(&self, work: &str, who: &str, unit: &str) -> Option<&Figure> {
        self.0.iter().find(|figure| figure.is(work, who, unit))
    }

    /// Has those of a later run in the place of what is of the same work and unit; what is new comes last.
    pub fn renew(&mut self, later: Figures) {
        let of = |figure: &Figure| (figure.work.clone(), figure.unit.clone());
        let renewed: HashSet<_> = later.0.iter().map(of).collect();
        let mut new = later.0;
        for old in std::mem::take(&mut self.0) {
            if renewed.contains(&of(&old)) {
                self.0.extend(new.extract_if(.., |new| of(new) == of(&old)));
            } else {
                self.0.push(old);
            }
        }
        self.0.append(&mut new);
    }

    /// Ours to theirs: of the minima, and of the medians.
    pub fn ratio(&self, theirs: &Figure) -> Option<(f64, f64)> {
        let ours = self.find(&theirs.work, OURS, &theirs.unit)?;
        Some((ours.min / theirs.min, ours.median / theirs.median))
    }

    /// Ours to ours, in two processes, where a time was taken: the work, and the ratio of the minima. Ascending.
    pub fn noise(&self) -> Vec<(&str, f64)> {
        let is_again = |figure: &&Figure| figure.who == AGAIN && figure.unit == unit::TIME;
        let again = self.0.iter().filter(is_again);
        let ratios = again.filter_map(|figure| Some((&*figure.work, self.ratio(figure)?.0)));
        let mut ratios: Vec<_> = ratios.collect();
        ratios.sort_by(|a, b| a.1.total_cmp(&b.1));
        ratios
    }
}

pub fn show(unit: &str, value: f64) -> String {
    match unit {
        unit::TIME | unit::P99 | unit::CPU => time(value),
        unit::MEMORY if value >= 10e6 => format!("{:.0} MB", value / 1e6),
        unit::MEMORY if value >= 100e3 => format!("{:.0} KB", value / 1e3),
        unit::MEMORY => format!("{value:.0} B"),
        unit::INSTRUCTIONS if value < 100.0 => format!("{value:.1}"),
        _ => thousands(value),
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8(groups.join(&b',')).expect("digits")
}

/// Nanoseconds in the unit that suits them.
fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        ..1e3 => (ns, "ns"),
        ..1e6 => (ns / 1e3, "µs"),
        ..1e9 => (ns / 1e6, "ms"),
        _ => (ns / 1e9, "s"),
    };
    let digits = if value < 10.0 {
        2
    } else {
        usize::from(value < 100.0)
    };
    format!("{value:.digits$} {unit}")
}

pub fn times(ratio: f64) -> String {
    let digits = match ratio {
        ..0.01 => 4,
        ..10.0 => 2,
        _ => 0,
    };
    format!("{ratio:.digits$} x")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_in_json_have_these_fields() {
        let figures = Figures(vec![Figure::new(
            "yield",
            OURS,
            unit::TIME,
            vec![3.0, 1.0, 2.5],
        )]);
        let json = serde_json::to_string(&figures).unwrap();
        assert_eq!(
            json,
            r#"[{"work":"yield","who":"cgocall","unit":"ns","min":1.0,"median":2.5,"max":3.0,"runs":3}]"#
        );
        assert_eq!(serde_json::from_str::<Figures>(&json).unwrap(), figures);
    }

    #[test]
    fn values_have_a_unit() {
        assert_eq!(show(unit::TIME, 1.5), "1.50 ns");
        assert_eq!(show(unit::TIME, 1_500.0), "1.50 µs");
        assert_eq!(show(unit::P99, 62e6), "62.0 ms");
        assert_eq!(show(unit::TIME, 7.04e9), "7.04 s");
        assert_eq!(show(unit::MEMORY, 4400.2), "4400 B");
        assert_eq!(show(unit::MEMORY, 154.4e6), "154 MB");
        assert_eq!(show(unit::RATE, 20_500.4), "20,500");
        assert_eq!(show(unit::GOROUTINES, 1e6), "1,000,000");
        assert_eq!(show(unit::THREADS, 50.0), "50");
    }

    #[test]
    fn a_small_ratio_is_not_nought() {
        assert_eq!(times(0.5), "0.50 x");
        assert_eq!(times(0.0012), "0.0012 x");
    }

    #[test]
    fn a_later_run_renews_its_own_works_alone() {
        let figure = |work, who, unit, value| Figure::new(work, who, unit, vec![value]);
        let mut figures = Figures(vec![
            figure("yield", OURS, unit::TIME, 1.0),
            figure("yield", "go", unit::TIME, 2.0),
            figure("yield", OURS, unit::INSTRUCTIONS, 3.0),
            figure("callback", OURS, unit::TIME, 4.0),
        ]);
        figures.renew(Figures(vec![
            figure("pingpong", OURS, unit::TIME, 5.0),
            figure("yield", OURS, unit::TIME, 6.0),
        ]));
        let left: Vec<_> = figures
            .0
            .iter()
            .map(|figure| (&*figure.work, figure.min))
            .collect();
        let expected = [
            ("yield", 6.0),
            ("yield", 3.0),
            ("callback", 4.0),
            ("pingpong", 5.0),
        ];
        assert_eq!(left, expected);
    }

    #[test]
    fn noise_is_ours_to_ours() {
        let ours = Figure::new("yield", OURS, unit::TIME, vec![3.0]);
        let again = Figure::new("yield", AGAIN, unit::TIME, vec![2.0]);
        assert_eq!(Figures(vec![ours, again]).noise(), [("yield", 1.5)]);
    }
}
