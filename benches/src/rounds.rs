//! Rounds: each work is done by every peer in turn, again and again, so that a machine whose speed drifts is the same
//! for all. What the drift leaves is seen by doing ours twice, in two processes.

use crate::peer::Peer;
use std::io;
use std::time::Duration;

/// How much is measured.
pub struct Effort {
    pub rounds: usize,
    /// About how long a peer takes for a work in one round.
    pub round: Duration,
}

/// What a peer needs for one piece of a work.
pub struct Figure {
    pub who: &'static str,
    /// Nanoseconds, ascending: a round each.
    rounds: Vec<f64>,
}

impl Figure {
    fn new(who: &'static str, mut rounds: Vec<f64>) -> Figure {
        rounds.sort_by(f64::total_cmp);
        Figure { who, rounds }
    }

    pub fn min(&self) -> f64 {
        self.rounds[0]
    }

    pub fn median(&self) -> f64 {
        self.rounds[self.rounds.len() / 2]
    }
}

/// A work and those who do it.
pub struct Contest {
    pub work: &'static str,
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
    pub fn new(work: &'static str, peers: &mut [Peer], effort: &Effort) -> io::Result<Contest> {
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
    pub fn round(&mut self, peers: &mut [Peer]) -> io::Result<()> {
        for entrant in &mut self.entrants {
            let took = peers[entrant.peer].ask(self.work, entrant.pieces)?;
            entrant.rounds.push(per_piece(&took, entrant.pieces));
        }
        self.entrants.rotate_left(1);
        Ok(())
    }

    /// In the order of the peers.
    pub fn figures(mut self, peers: &[Peer]) -> Vec<Figure> {
        self.entrants.sort_by_key(|entrant| entrant.peer);
        self.entrants
            .into_iter()
            .map(|entrant| Figure::new(peers[entrant.peer].name, entrant.rounds))
            .collect()
    }
}

/// How often to do it so that a round takes long enough to be timed.
fn pieces(work: &str, peer: &mut Peer, round: Duration) -> io::Result<u32> {
    // The first time starts threads.
    peer.ask(work, 1)?;
    let mut n = 1;
    loop {
        let took = peer.ask(work, n)?;
        let took_all: Duration = took.iter().sum();
        // C counts to `i32::MAX`.
        if took_all * 8 > round || n > (i32::MAX / 16) as u32 {
            let round = round.as_nanos() as f64;
            return Ok((round / per_piece(&took, n)).clamp(1.0, f64::from(i32::MAX)) as u32);
        }
        n *= 8;
    }
}

fn per_piece(took: &[Duration], pieces: u32) -> f64 {
    let took: Duration = took.iter().sum();
    took.as_nanos() as f64 / f64::from(pieces)
}
