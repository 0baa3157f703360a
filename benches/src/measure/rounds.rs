//! Rounds: each work is done by every peer in turn, again and again, so that a machine whose speed drifts is the same
//! for all. What the drift leaves is seen by doing ours twice, in two processes.

use crate::figure::{Figure, unit};
use crate::peer::{Peer, Program};
use std::io;
use std::time::Duration;

/// How much is measured.
pub struct Effort {
    pub rounds: usize,
    /// About how long a peer takes for a work in one round.
    pub round: Duration,
}

/// A work and those who do it.
struct Contest {
    work: &'static str,
    entrants: Vec<Entrant>,
}

struct Entrant {
    /// Which of the peers.
    peer: usize,
    /// How many pieces take a round's time.
    pieces: u32,
    rounds: Vec<f64>,
}

impl Contest {
    /// Among those who know the work.
    fn new(work: &'static str, peers: &mut [Peer], effort: &Effort) -> io::Result<Contest> {
        let able = peers.iter_mut().enumerate().filter(|(_, p)| p.can(work));
        let entrants = able.map(|(i, peer)| {
            Ok(Entrant {
                peer: i,
                pieces: pieces(work, peer, effort.round)?,
                rounds: Vec::new(),
            })
        });
        Ok(Contest {
            work,
            entrants: entrants.collect::<io::Result<_>>()?,
        })
    }

    /// One more round, in which another one begins each time.
    fn round(&mut self, peers: &mut [Peer]) -> io::Result<()> {
        for entrant in &mut self.entrants {
            let took = peers[entrant.peer].ask(self.work, entrant.pieces)?;
            entrant.rounds.push(per_piece(&took, entrant.pieces));
        }
        self.entrants.rotate_left(1);
        Ok(())
    }

    /// In the order of the peers.
    fn figures(mut self, peers: &[Peer], suffix: &str) -> Vec<Figure> {
        self.entrants.sort_by_key(|entrant| entrant.peer);
        let work = format!("{}{suffix}", self.work);
        self.entrants
            .into_iter()
            .map(|entrant| Figure::new(&work, peers[entrant.peer].name, unit::TIME, entrant.rounds))
            .collect()
    }
}

/// All of these works, by all who know them.
pub fn measure(
    works: &[&'static str],
    programs: &[Program],
    effort: &Effort,
) -> io::Result<Vec<Figure>> {
    let cores = std::thread::available_parallelism()?.get();
    measure_on(cores, "", works, programs, effort)
}

/// The same on so many procs, under names with that suffix.
pub fn measure_on(
    procs: usize,
    suffix: &str,
    works: &[&'static str],
    programs: &[Program],
    effort: &Effort,
) -> io::Result<Vec<Figure>> {
    let mut peers = programs
        .iter()
        .map(|program| program.start_on(procs))
        .collect::<io::Result<Vec<Peer>>>()?;
    let mut contests = works
        .iter()
        .map(|work| Contest::new(work, &mut peers, effort))
        .collect::<io::Result<Vec<_>>>()?;
    for _ in 0..effort.rounds {
        for contest in &mut contests {
            contest.round(&mut peers)?;
        }
    }
    Ok(contests
        .into_iter()
        .flat_map(|contest| contest.figures(&peers, suffix))
        .collect())
}

/// Among many, each does a few: else the figure is what starting them costs.
fn fewest(work: &str) -> u32 {
    let among = work.split_once('/').and_then(|(_, n)| n.parse().ok());
    among.map_or(1, |among: u32| among * 10)
}

/// C counts to `i32::MAX`. Of a thread's life a small part is timed, and the rest takes a round's time as well.
fn most(work: &str) -> u32 {
    if work == "cthread_attach" {
        1_000
    } else {
        i32::MAX as u32
    }
}

/// How often to do it so that a round takes long enough to be timed.
fn pieces(work: &str, peer: &mut Peer, round: Duration) -> io::Result<u32> {
    // The first time starts threads.
    peer.ask(work, 1)?;
    let (fewest, most) = (fewest(work), most(work));
    let mut n = fewest;
    loop {
        let took = peer.ask(work, n)?;
        let took_all: Duration = took.iter().sum();
        if took_all * 8 > round || n > most / 16 {
            let pieces = round.as_nanos() as f64 / per_piece(&took, n);
            return Ok(pieces.clamp(f64::from(fewest), f64::from(most)) as u32);
        }
        n *= 8;
    }
}

fn per_piece(took: &[Duration], pieces: u32) -> f64 {
    let took: Duration = took.iter().sum();
    took.as_nanos() as f64 / f64::from(pieces)
}
