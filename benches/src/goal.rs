//! What is to be reached, and whether it was.

use crate::figure::{Figures, OURS, show, times, unit};

#[derive(Clone, Copy)]
pub enum Bound {
    /// So many times what that one needs.
    Times(f64, &'static str),
    /// So many times what the best of the peers needs.
    TimesBest(f64),
    /// So much more than that one.
    Over(f64, &'static str),
    AtMost(f64),
    /// The procs, and so many.
    Procs(f64),
}

use Bound::*;

pub struct Goal {
    pub work: &'static str,
    pub unit: &'static str,
    pub bound: Bound,
}

const fn time(work: &'static str, bound: Bound) -> Goal {
    goal(work, unit::TIME, bound)
}

const fn goal(work: &'static str, unit: &'static str, bound: Bound) -> Goal {
    Goal { work, unit, bound }
}

const FIFTH: f64 = 1.0 / 5.0;
const FOURTH: f64 = 1.0 / 4.0;
const THIRD: f64 = 1.0 / 3.0;

pub const GOALS: &[Goal] = &[
    time("call_empty", Times(4.0, "direct")),
    time("call_empty", Times(FIFTH, "go")),
    time("call_add", Times(4.0, "direct")),
    time("call_add", Times(FIFTH, "go")),
    time("callback", Times(FIFTH, "go")),
    time("call_callback", Times(FIFTH, "go")),
    time("callback_cthread", Times(FIFTH, "go")),
    time("cthread_attach", Times(FIFTH, "go")),
    time("call_errno", Times(FOURTH, "go")),
    time("call_offload", Times(THIRD, "tokio")),
    time("qsort_1000", Times(FOURTH, "go")),
    time("call_str", Times(FOURTH, "go")),
    time("spawn_join", TimesBest(0.5)),
    time("yield", TimesBest(1.0)),
    time("pingpong", TimesBest(1.0)),
    time("parked_1m", Times(1.0, "go")),
    goal("parked_1m", unit::MEMORY, AtMost(4.5e3)),
    goal("parked_in_callback_100k", unit::THREADS, Procs(2.0)),
    time("blocking_2000", Times(1.0, "go")),
    goal("blocking_2000", unit::THREADS, Times(1.0, "go")),
    goal("blocking_2000", unit::THREADS_LEFT, Procs(2.0)),
    goal("latency_under_c", unit::P99, AtMost(100e3)),
    time("build_cold_1", Over(6e9, "direct")),
    time("build_again_1", Over(0.3e9, "direct")),
    time("build_again_300", Over(2e9, "direct")),
];

/// How a goal stands in a run.
pub struct Standing {
    pub ours: f64,
    /// The most that it may be.
    pub limit: f64,
    /// Of the medians.
    median: (f64, f64),
}

impl Standing {
    /// By the best of the runs, as all ratios are.
    pub fn reached(&self) -> bool {
        self.ours <= self.limit
    }

    pub fn reached_in_the_middle(&self) -> bool {
        self.median.0 <= self.median.1
    }

    /// The part of what may be used that is.
    pub fn share(&self) -> f64 {
        self.ours / self.limit
    }
}

impl Goal {
    /// Nothing, if it was not measured.
    pub fn standing(&self, figures: &Figures, procs: usize) -> Option<Standing> {
        let ours = figures.find(self.work, OURS, self.unit)?;
        let of = |who| figures.find(self.work, who, self.unit);
        let limit = match self.bound {
            Times(n, who) => of(who).map(|theirs| (theirs.min * n, theirs.median * n)),
            Over(more, who) => of(who).map(|theirs| (theirs.min + more, theirs.median + more)),
            TimesBest(n) => {
                let best = |value: fn(&crate::figure::Figure) -> f64| {
                    PEERS
                        .iter()
                        .filter_map(|peer| of(peer))
                        .map(value)
                        .reduce(f64::min)
                };
                best(|theirs| theirs.min)
                    .zip(best(|theirs| theirs.median))
                    .map(|(min, median)| (min * n, median * n))
            }
            AtMost(most) => Some((most, most)),
            Procs(more) => Some((procs as f64 + more, procs as f64 + more)),
        };
        let (limit, median) = limit?;
        Some(Standing {
            ours: ours.min,
            limit,
            median: (ours.median, median),
        })
    }

    /// In words.
    pub fn says(&self) -> String {
        match self.bound {
            Times(1.0, who) => format!("not more than {who}"),
            Times(n, who) => format!("at most {} {who}", part(n)),
            TimesBest(1.0) => "ahead of all peers".to_owned(),
            TimesBest(n) => format!("at most {} the best peer", part(n)),
            Over(more, _) => format!("at most {} more than without", show(self.unit, more)),
            AtMost(most) => format!("at most {}", show(self.unit, most)),
            Procs(more) => format!("at most procs + {more}"),
        }
    }
}

const PEERS: [&str; 4] = ["go", "tokio", "may", "smol"];

fn part(n: f64) -> String {
    if n < 1.0 {
        format!("1/{:.0} of", 1.0 / n)
    } else {
        times(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Figure;
    use crate::work::find;

    fn figures(ours: f64, theirs: f64) -> Figures {
        let figure = |who, ns| Figure::new("yield", who, unit::TIME, vec![ns]);
        Figures(vec![
            figure(OURS, ours),
            figure("may", theirs),
            figure("go", 70.0),
        ])
    }

    #[test]
    fn ahead_of_all_is_ahead_of_the_best() {
        let ahead = time("yield", TimesBest(1.0));
        assert!(ahead.standing(&figures(30.0, 31.0), 2).unwrap().reached());
        assert!(!ahead.standing(&figures(30.0, 29.0), 2).unwrap().reached());
        assert!(ahead.standing(&Figures::default(), 2).is_none());
    }

    #[test]
    fn goals_are_of_works_that_there_are() {
        for goal in GOALS.iter().filter(|goal| !goal.work.starts_with("build")) {
            assert!(find(goal.work).is_some(), "{}", goal.work);
        }
    }

    #[test]
    fn goals_are_told_in_words() {
        assert_eq!(
            time("yield", Times(FIFTH, "go")).says(),
            "at most 1/5 of go"
        );
        assert_eq!(
            time("yield", Times(4.0, "direct")).says(),
            "at most 4.00 x direct"
        );
        assert_eq!(
            time("yield", Over(6e9, "direct")).says(),
            "at most 6.00 s more than without"
        );
    }
}
