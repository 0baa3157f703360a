//! `docs/benchmarks.md` and its charts: made of a run's figures, never by hand.

mod bars;
mod goals;
mod lines;
mod remarks;
mod sections;
mod server;
mod style;
mod tables;

use crate::run::Run;
use crate::work::{GROUPS, Group};
use sections::Page;
use std::error::Error;
use std::fs;
use std::path::Path;

/// The folder beneath the page's, for charts and figures.
const BESIDE: &str = "benchmarks";

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// Writes the page into that folder, and all that belongs to it into one beneath.
pub fn write(docs: &Path, run: &Run) -> Result {
    let beside = docs.join(BESIDE);
    fs::create_dir_all(&beside)?;
    let page = Page {
        run,
        beside: &beside,
    };
    let mut text = page.head()? + &page.goals()?;
    for (group, title) in GROUPS {
        text += &match group {
            Group::Server => page.server(title)?,
            _ => page.group(*group, title)?,
        };
    }
    text += &page.many()?;
    text += &page.procs()?;
    text += &page.instructions();
    text += &page.builds();
    text += &page.foot()?;
    let figures = serde_json::to_string_pretty(&run.figures)? + "\n";
    fs::write(beside.join("figures.json"), figures)?;
    fs::write(
        beside.join("run.json"),
        serde_json::to_string_pretty(run)? + "\n",
    )?;
    fs::write(
        docs.join("benchmarks.md"),
        text.trim_end().to_owned() + "\n",
    )?;
    Ok(())
}

/// The run that the page in that folder is of.
pub fn read(docs: &Path) -> Result<Run> {
    let beside = docs.join(BESIDE);
    let mut run: Run = serde_json::from_str(&fs::read_to_string(beside.join("run.json"))?)?;
    run.figures = serde_json::from_str(&fs::read_to_string(beside.join("figures.json"))?)?;
    Ok(run)
}
