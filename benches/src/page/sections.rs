//! What stands on the page, from top to bottom.

use super::lines::Panel;
use super::{BESIDE, Result, bars, goals, lines, tables};
use crate::figure::{AGAIN, Figure, OURS, times, unit};
use crate::measure::{many, threads};
use crate::run::{PROCS, Run};
use crate::work::{Group, WORKS, find};
use std::fmt::Write;
use std::path::Path;

pub struct Page<'a> {
    pub run: &'a Run,
    /// Where the charts are.
    pub beside: &'a Path,
}

impl<'a> Page<'a> {
    pub fn head(&self) -> Result<String> {
        let mut text = String::from(
            "# Benchmarks\n\n\
            The same work done by cgocall and by its peers, interleaved, on one machine in one run. This page, its \
            charts and the [figures](benchmarks/figures.json) are what\n\n\
            ```sh\ncargo run --release -p cgocall-benches -- --docs docs\n```\n\n\
            wrote; it is not edited. [benches/README.md](../benches/README.md) tells how it is measured. Times \
            differ from machine to machine: compare ratios. A time is the least of its rounds, with the median in \
            brackets.\n\n",
        );
        for (what, fact) in &self.run.machine {
            writeln!(text, "- {what}: {fact}")?;
        }
        for later in &self.run.later {
            let works: Vec<_> = later.works.iter().map(|work| format!("`{work}`")).collect();
            let differs = |fact: &&(String, String)| !self.run.machine.contains(fact);
            let facts = later.machine.iter().filter(differs);
            let facts: Vec<_> = facts.map(|(what, fact)| format!("{what} {fact}")).collect();
            let facts = match facts[..] {
                [] => String::new(),
                _ => format!(": {}", facts.join("; ")),
            };
            writeln!(text, "- in a later run: {}{facts}", works.join(", "))?;
        }
        Ok(text + "\n")
    }

    pub fn goals(&self) -> Result<String> {
        let text = goals::section(&self.run.figures, self.run.cores);
        Ok(format!("## The goals\n\n{text}"))
    }

    /// A chart, what its works are, and the tables.
    pub fn group(&self, group: Group, title: &str) -> Result<String> {
        let of = |unit| {
            self.those(|figure| {
                let work = find(&figure.work);
                figure.unit == unit
                    && figure.who != AGAIN
                    && work.is_some_and(|work| work.group == group)
            })
        };
        // What a wait is worth is not its best, but what it hardly ever exceeds.
        let shown = match group {
            Group::Latency => of(unit::P99),
            _ => of(unit::TIME),
        };
        if shown.is_empty() {
            return Ok(String::new());
        }
        let mut text = format!("## {title}\n\n");
        let file = title.to_lowercase().replace(' ', "-");
        bars::draw(&self.chart(&file), title, &shown)?;
        text += &image(&file, title);
        if group == Group::Latency {
            text += "What 99 of 100 waits do not exceed, with one proc.\n\n";
        }
        for work in WORKS.iter().filter(|work| work.group == group) {
            writeln!(text, "- `{}`: {}", work.name, work.what)?;
        }
        text += "\n";
        text += &tables::table(&shown);
        let later = format!(
            "Threads that are left {} seconds later",
            threads::LATER.as_secs()
        );
        for (unit, what) in [
            (unit::MEMORY, "Memory of each"),
            (
                unit::GOROUTINES,
                "How many there were at once, where all of them were too many",
            ),
            (unit::THREADS, "The most threads that were seen meanwhile"),
            (unit::THREADS_LEFT, &later),
        ] {
            let figures = of(unit);
            if !figures.is_empty() {
                writeln!(text, "{what}:\n\n{}", tables::table(&figures).trim_end())?;
                text += "\n";
            }
        }
        Ok(text)
    }

    pub fn many(&self) -> Result<String> {
        let mut panels = Vec::new();
        for (work, what) in many::WORKS {
            let figures = self.starting(&format!("{work}/"));
            if !figures.is_empty() {
                let title = format!("{work}: {what}");
                panels.push(Panel { title, figures });
            }
        }
        if panels.is_empty() {
            return Ok(String::new());
        }
        let title = "One goroutine to a million";
        let mut text = format!("## {title}\n\nWhat a piece costs when so many do it at once.\n\n");
        let chart = self.chart("many");
        lines::draw(&chart, title, "goroutines or tasks", &panels, 1)?;
        text += &image("many", title);
        for panel in &panels {
            text += &tables::numbered(&panel.figures);
        }
        Ok(text)
    }

    pub fn procs(&self) -> Result<String> {
        let mut panels = Vec::new();
        for work in WORKS {
            let figures = self.starting(&format!("{}@", work.name));
            if !figures.is_empty() {
                let title = work.name.to_owned();
                panels.push(Panel { title, figures });
            }
        }
        if panels.is_empty() {
            return Ok(String::new());
        }
        let procs = PROCS.map(|procs| procs.to_string()).join(", ");
        let mut text = format!(
            "## On {procs} procs\n\n\
             The works where the runtimes are told to use so many threads, whatever the machine has.\n\n"
        );
        let title = "Each work against the number of procs";
        lines::draw(&self.chart("procs"), title, "procs", &panels, 4)?;
        text += &image("procs", title);
        let figures = panels.iter().flat_map(|panel| &panel.figures);
        let ours: Vec<_> = figures
            .filter(|figure| figure.who == OURS)
            .copied()
            .collect();
        Ok(text + "Ours:\n\n" + &tables::by_procs(&ours))
    }

    pub fn instructions(&self) -> String {
        let figures = self.those(|figure| figure.unit == unit::INSTRUCTIONS);
        if figures.is_empty() {
            return String::new();
        }
        let text = "## Instructions\n\nPer piece of work, with one proc, counted by valgrind's callgrind. A test \
            fails when one of ours grows by more than 5% over what [instructions.txt](../benches/instructions.txt) \
            has. (Go's runtime does not run under valgrind.)\n\n";
        text.to_owned() + &tables::table(&figures)
    }

    pub fn builds(&self) -> String {
        let table = tables::builds(&self.run.figures);
        if table.is_empty() {
            return String::new();
        }
        let text = "## What imports cost a build\n\nA crate with one plain import, or 300, and `#[cgocall::main]`; \
            beside it the same crate with bare `extern` functions. Cargo's defaults: `dev` for the times, `release` \
            for the size.\n\n";
        text.to_owned() + &table
    }

    pub fn foot(&self) -> Result<String> {
        let mut text = String::new();
        let mut noise = self.run.figures.noise();
        noise.retain(|(work, _)| find(work).is_none_or(|work| work.group != Group::Server));
        if let [(least_in, least), .., (most_in, most)] = noise[..] {
            writeln!(
                text,
                "## Noise\n\nA second process of ours does each work as well, in the same rounds. What ours takes is \
                 {} (`{least_in}`) to {} (`{most_in}`) of what that one takes: a smaller difference between two \
                 columns says nothing.\n",
                times(least),
                times(most),
            )?;
        }
        if !self.run.notes.is_empty() {
            text += "## What has no figure\n\n";
            for note in &self.run.notes {
                writeln!(text, "- {note}")?;
            }
        }
        Ok(text)
    }

    pub fn those(&self, which: impl Fn(&Figure) -> bool) -> Vec<&'a Figure> {
        let figures = self.run.figures.0.iter();
        figures.filter(|figure| which(figure)).collect()
    }

    fn starting(&self, name: &str) -> Vec<&'a Figure> {
        self.those(|figure| figure.work.starts_with(name))
    }

    pub fn chart(&self, file: &str) -> std::path::PathBuf {
        self.beside.join(file).with_extension("svg")
    }
}

pub fn image(file: &str, title: &str) -> String {
    format!("![{title}]({BESIDE}/{file}.svg)\n\n")
}
