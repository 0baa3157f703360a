//! A run: all that was chosen, measured on this machine, one after the other.

use crate::figure::{AGAIN, Figure, Figures, OURS};
use crate::machine;
use crate::measure::{budget, instructions, latency, many, parked, rounds, servers, threads};
use crate::options::{INSTRUCTIONS, Options};
use crate::peer::Program;
use crate::peers::{MIGRATING, go};
use crate::work::{WORKS, Way, Work};
use serde::{Deserialize, Serialize};
use std::io;
use std::slice;

/// The numbers of procs that each work is done on.
pub const PROCS: [usize; 4] = [1, 2, 4, 16];
/// What the threads are counted of.
const THREADS_OF: &str = "blocking_2000";

#[derive(Default, Serialize, Deserialize)]
pub struct Run {
    /// What it was measured on: a word and its value.
    pub machine: Vec<(String, String)>,
    pub cores: usize,
    /// What there are no figures for, and why.
    pub notes: Vec<String>,
    /// What was measured again, or for the first time, after the rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<Later>,
    #[serde(skip)]
    pub figures: Figures,
}

/// A part of a page's figures that is of another run.
#[derive(Serialize, Deserialize)]
pub struct Later {
    pub works: Vec<String>,
    pub machine: Vec<(String, String)>,
}

struct Programs {
    /// Ours first, then the peers.
    all: Vec<Program>,
    /// Those that are measured nowhere but in rounds.
    beside: Vec<Program>,
    migrating: Program,
}

impl Programs {
    fn new(notes: &mut Vec<String>) -> io::Result<Programs> {
        let ours = Program::own(OURS)?;
        let mut beside = vec![ours.renamed(AGAIN)];
        let mut all = vec![ours, Program::own("direct")?];
        match go::build(go::PEER) {
            Ok(path) => {
                all.push(Program::foreign("go", &path, &[]));
                beside.push(Program::foreign("go alone", &path, &["alone"]));
            }
            Err(why) => notes.push(format!("go is not compared: {why}")),
        }
        for peer in ["tokio", "may", "smol"] {
            all.push(Program::own(peer)?);
        }
        Ok(Programs {
            all,
            beside,
            migrating: Program::own(MIGRATING)?,
        })
    }
}

impl Run {
    pub fn new(options: &Options) -> io::Result<Run> {
        let mut run = Run {
            machine: machine::describe(),
            cores: std::thread::available_parallelism()?.get(),
            ..Run::default()
        };
        let programs = Programs::new(&mut run.notes)?;
        run.measure(options, &programs)?;
        Ok(run)
    }

    /// Has the figures of a later run in place of its own of the same works.
    pub fn renew(&mut self, later: Run) {
        let mut works: Vec<String> = Vec::new();
        for figure in &later.figures.0 {
            if !works.contains(&figure.work) {
                works.push(figure.work.clone());
            }
        }
        let is_renewed = |note: &str| {
            works
                .iter()
                .any(|work| note.starts_with(&format!("`{work}`")))
        };
        self.notes.retain(|note| !is_renewed(note));
        self.notes.extend(later.notes);
        self.notes.dedup();
        for before in &mut self.later {
            before.works.retain(|work| !works.contains(work));
        }
        self.later.retain(|before| !before.works.is_empty());
        self.figures.renew(later.figures);
        let machine = later.machine;
        self.later.push(Later { works, machine });
    }

    fn measure(&mut self, options: &Options, programs: &Programs) -> io::Result<()> {
        let Run { notes, figures, .. } = self;
        let mut chosen: Vec<_> = WORKS.iter().filter(|work| options.chooses(work)).collect();

        let in_rounds: Vec<_> = chosen
            .iter()
            .filter(|work| work.way == Way::Rounds)
            .map(|work| work.name)
            .collect();
        let mut everybody = programs.all.clone();
        everybody.splice(1..1, programs.beside.iter().cloned());
        if !in_rounds.is_empty() {
            say("the works, in rounds");
            let measured = rounds::measure(&in_rounds, &everybody, &options.effort())?;
            figures.0.extend(measured);
        }
        let idle = if in_rounds.contains(&THREADS_OF) {
            Some(threads::Idle::after(THREADS_OF, &programs.all)?)
        } else {
            None
        };
        // What a million have had the kernel gives back for half a minute, to the machine's host too: whoever waits then
        // waits for that. So they come last.
        chosen.sort_by_key(|work| matches!(work.way, Way::Parked(..)));
        for work in &chosen {
            figures.0.extend(match work.way {
                Way::Rounds | Way::Served(_) => continue,
                way => alone(work, way, options, programs, notes)?,
            });
        }
        if options.chooses_part(INSTRUCTIONS) {
            say("instructions");
            // Go's runtime does not run under valgrind. A quick look is at ours, which come first.
            let most = if options.quick { 1 } else { programs.all.len() };
            let counted = programs.all.iter().take(most);
            for program in counted.filter(|program| program.name != "go") {
                match instructions::measure(slice::from_ref(program)) {
                    Ok(counted) => figures.0.extend(counted),
                    Err(why) => notes.push(format!("instructions are not counted: {why}")),
                }
            }
        }
        if options.chooses_part("procs") {
            for procs in PROCS {
                say(&format!("the works on {procs} procs"));
                let (suffix, effort) = (format!("@{procs}"), options.effort_on_procs());
                let measured =
                    rounds::measure_on(procs, &suffix, &in_rounds, &programs.all, &effort)?;
                figures.0.extend(measured);
            }
        }
        if options.chooses_part("many") {
            say("one to a million goroutines");
            let most = options.most_goroutines();
            let measured = many::measure(most, options.tries().min(3), &programs.all, notes)?;
            figures.0.extend(measured);
        }
        let served: Vec<_> = chosen
            .into_iter()
            .filter(|work| work.part().is_some())
            .collect();
        if !served.is_empty() {
            figures.0.extend(servers::measure(
                &served,
                &options.effort_on_servers(),
                notes,
            )?);
        }
        if options.chooses_part("budget") {
            say("what a crate's build takes");
            match budget::measure() {
                Ok(measured) => figures.0.extend(measured),
                Err(why) => notes.push(format!("builds are not timed: {why}")),
            }
        }
        if let Some(idle) = idle {
            figures.0.extend(idle.figures()?);
        }
        Ok(())
    }
}

/// What is not done in rounds.
fn alone(
    work: &Work,
    way: Way,
    options: &Options,
    programs: &Programs,
    notes: &mut Vec<String>,
) -> io::Result<Vec<Figure>> {
    say(work.name);
    match way {
        Way::Parked(name, goroutines) => {
            let (all, tries) = (&programs.all, options.tries());
            let fewer = options.parked(goroutines);
            let called = if fewer == goroutines {
                work.name.to_owned()
            } else {
                format!("{}/{fewer}", work.name)
            };
            parked::measure(&called, name, fewer, all, tries, notes)
        }
        _ => {
            let mut all = programs.all.clone();
            all.insert(1, programs.migrating.clone());
            let afresh = way == Way::FirstWaits;
            latency::measure(work.name, afresh, &all, options.waits(afresh))
        }
    }
}

/// A run takes minutes.
fn say(what: &str) {
    eprintln!("measuring: {what}");
}
