//! The threads that calls which block need, and whether they end.

use crate::figure::{Figure, unit};
use crate::peer::{Peer, Program};
use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// After that long, threads with nothing to do are expected to be gone: tokio's and ours wait for ten seconds.
pub const LATER: Duration = Duration::from_secs(12);

/// Peers that have done the work, and do nothing since.
pub struct Idle {
    work: &'static str,
    peers: Vec<(Peer, f64)>,
    since: Instant,
}

impl Idle {
    pub fn after(work: &'static str, programs: &[Program]) -> io::Result<Idle> {
        let mut peers = Vec::new();
        for program in programs {
            let mut peer = program.start()?;
            if peer.can(work) {
                let (_, threads) = peer.ask_watched(work, 5)?;
                peers.push((peer, threads as f64));
            }
        }
        let since = Instant::now();
        Ok(Idle { work, peers, since })
    }

    /// What they had meanwhile, and what they still have, when it is late enough.
    pub fn figures(self) -> io::Result<Vec<Figure>> {
        thread::sleep(LATER.saturating_sub(self.since.elapsed()));
        let mut figures = Vec::new();
        for (peer, most) in self.peers {
            let left = peer.threads()? as f64;
            figures.push(Figure::new(self.work, peer.name, unit::THREADS, vec![most]));
            figures.push(Figure::new(
                self.work,
                peer.name,
                unit::THREADS_LEFT,
                vec![left],
            ));
        }
        Ok(figures)
    }
}
