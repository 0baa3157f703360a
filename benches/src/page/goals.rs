//! The goals, each reached or not.

use super::remarks::{FLOORS, REMARKS};
use crate::figure::{Figures, show, unit};
use crate::goal::{GOALS, Goal, Standing};
use std::fmt::Write;

pub fn section(figures: &Figures, procs: usize) -> String {
    let mut lines = String::new();
    let (mut reached, mut measured) = (0, 0);
    let mut missed = Vec::new();
    for goal in GOALS {
        let standing = goal.standing(figures, procs);
        if let Some(standing) = &standing {
            measured += 1;
            reached += usize::from(standing.reached());
            if !standing.reached() && !missed.contains(&goal.work) {
                missed.push(goal.work);
            }
        }
        lines += &line(goal, standing.as_ref());
    }
    let mut text = format!(
        "{reached} of {measured} that were measured are reached. A goal is judged by the least of the runs; \"the \
         median not\" says that the medians would have it otherwise.\n\n\
         | work | goal | ours | may be | used | |\n|---|---|---:|---:|---:|---|\n{lines}\n"
    );
    for (work, remark) in REMARKS.iter().filter(|(work, _)| missed.contains(work)) {
        let _ = writeln!(text, "`{work}`: {remark}{}\n", floor(work, figures));
    }
    text
}

/// What the run has measured of it, where that is done.
fn floor(work: &str, figures: &Figures) -> String {
    let floor = FLOORS.iter().find(|(of, _)| *of == work);
    let floor = floor.and_then(|(_, unit)| figures.find(work, "direct", unit));
    floor.map_or(String::new(), |figure| {
        format!(
            " That floor is `direct` in this run: {}.",
            figure.show(figure.min)
        )
    })
}

fn line(goal: &Goal, standing: Option<&Standing>) -> String {
    let work = match goal.unit {
        unit::TIME => format!("`{}`", goal.work),
        unit::P99 => format!("`{}`, p99", goal.work),
        unit::MEMORY => format!("`{}`, memory of each", goal.work),
        unit => format!("`{}`, {unit}", goal.work),
    };
    let says = goal.says();
    let Some(standing) = standing else {
        return format!("| {work} | {says} | | | | not measured |\n");
    };
    let verdict = match (standing.reached(), standing.reached_in_the_middle()) {
        (true, true) => "reached",
        (true, false) => "reached; the median not",
        (false, _) => "**not reached**",
    };
    format!(
        "| {work} | {says} | {} | {} | {:.0}% | {verdict} |\n",
        show(goal.unit, standing.ours),
        show(goal.unit, standing.limit),
        standing.share() * 100.0,
    )
}
