//! What the command line says.

use crate::measure::latency::Waits;
use crate::measure::rounds::Effort;
use crate::work::{WORKS, Work};
use std::path::PathBuf;
use std::time::Duration;

/// What is measured besides the works, and left out by `--quick` unless it is named.
pub const PARTS: [&str; 4] = ["procs", "many", "budget", "kvd"];
pub const INSTRUCTIONS: &str = "instructions";

#[derive(Default)]
pub struct Options {
    pub quick: bool,
    /// Quick, but with all parts.
    all: bool,
    pub json: Option<PathBuf>,
    pub docs: Option<PathBuf>,
    /// Works and parts; all of them, if none is named.
    names: Vec<String>,
}

impl Options {
    /// # Errors
    /// With the word that is none.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options::default();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => options.quick = true,
                "--all" => options.all = true,
                "--json" => options.json = Some(words.next().ok_or(word)?.into()),
                "--docs" => options.docs = Some(words.next().ok_or(word)?.into()),
                name if known(name) => options.names.push(word),
                _ => return Err(word),
            }
        }
        Ok(options)
    }

    pub fn chooses(&self, work: &Work) -> bool {
        let unless_named = match work.part() {
            Some(part) => self.chooses_part(part),
            None => self.names.is_empty(),
        };
        unless_named || self.names.iter().any(|name| work.answers_to(name))
    }

    /// Whether it is all that there is to be measured.
    pub fn is_whole(&self) -> bool {
        self.names.is_empty()
    }

    pub fn chooses_part(&self, part: &str) -> bool {
        let quick = self.quick && !self.all && part != INSTRUCTIONS;
        (self.names.is_empty() && !quick) || self.names.iter().any(|name| name == part)
    }

    pub fn effort(&self) -> Effort {
        let (rounds, ms) = if self.quick { (3, 5) } else { (21, 20) };
        let round = Duration::from_millis(ms);
        Effort { rounds, round }
    }

    /// Where each work is done on several numbers of procs.
    pub fn effort_on_procs(&self) -> Effort {
        let (rounds, ms) = if self.quick { (3, 2) } else { (9, 8) };
        let round = Duration::from_millis(ms);
        Effort { rounds, round }
    }

    /// Of what takes seconds and gigabytes.
    pub fn tries(&self) -> usize {
        if self.quick { 1 } else { 5 }
    }

    /// Of servers: how many rounds, and how long one is for each of them.
    pub fn effort_on_servers(&self) -> Effort {
        let (rounds, ms) = if self.quick { (1, 100) } else { (5, 800) };
        let round = Duration::from_millis(ms);
        Effort { rounds, round }
    }

    pub fn waits(&self, afresh: bool) -> Waits {
        let (batches, each) = match (self.quick, afresh) {
            (true, true) => (1, 5),
            (true, false) => (2, 10),
            (false, true) => (1, 50),
            (false, false) => (20, 100),
        };
        Waits { batches, each }
    }

    /// How many park at once where a full run has so many.
    pub fn parked(&self, goroutines: u32) -> u32 {
        if self.quick {
            goroutines / 10
        } else {
            goroutines
        }
    }

    /// Goroutines at once.
    pub fn most_goroutines(&self) -> u32 {
        if self.quick && !self.all {
            10_000
        } else {
            1_000_000
        }
    }
}

fn known(name: &str) -> bool {
    PARTS.contains(&name) || name == INSTRUCTIONS || WORKS.iter().any(|work| work.answers_to(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::find;

    fn options(words: &str) -> Options {
        Options::parse(words.split_whitespace().map(str::to_owned)).unwrap()
    }

    #[test]
    fn all_is_chosen_unless_something_is_named() {
        let all = options("--json figures.json");
        assert!(all.chooses(find("yield").unwrap()) && all.chooses_part("budget"));
        let one = options("yield procs");
        assert!(one.chooses(find("yield").unwrap()) && one.chooses_part("procs"));
        assert!(!one.chooses(find("pingpong").unwrap()) && !one.chooses_part("budget"));
    }

    #[test]
    fn quick_is_all_works() {
        let quick = options("--quick");
        let mut quick_works = WORKS.iter().filter(|work| work.part().is_none());
        assert!(quick_works.all(|work| quick.chooses(work)) && quick.chooses_part(INSTRUCTIONS));
        assert!(PARTS.iter().all(|part| !quick.chooses_part(part)));
        assert_eq!(quick.parked(1_000_000), 100_000);
        assert_eq!(options("").parked(1_000_000), 1_000_000);
        let all = options("--quick --all");
        assert!(PARTS.iter().all(|part| all.chooses_part(part)));
    }

    #[test]
    fn servers_are_a_part_and_works() {
        let (get, set) = (find("kvd_get/50").unwrap(), find("kvd_set/50").unwrap());
        assert!(options("").chooses(get) && !options("--quick").chooses(get));
        assert!(options("kvd").chooses(get) && options("--quick kvd").chooses(set));
        let one = options("--quick kvd_get/50");
        assert!(one.chooses(get) && !one.chooses(set) && !one.is_whole());
    }

    #[test]
    fn what_is_no_work_is_said() {
        let wrong = Options::parse(["million".to_owned()].into_iter()).err();
        assert_eq!(wrong.as_deref(), Some("million"));
    }
}
