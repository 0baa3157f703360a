//! Room in memory for the files that are between disk and database.
//!
//! A semaphore made of a bounded channel: a unit that is in the channel is taken. One goroutine alone takes, so a large
//! file that waits for its last units never waits for another one that does the same.

use async_channel::{Receiver, Sender, bounded};
use cgocall::Wait;

/// Each file takes one, and another for each of its bytes beyond.
const UNIT: u64 = 256 << 10;

/// 64 MiB, or as many files as units.
const UNITS: usize = 256;

/// The room, for the one who takes of it.
pub struct Room {
    take: Sender<()>,
    give: Receiver<()>,
}

/// A part of the room, given back when it is dropped.
pub struct Share {
    units: u64,
    give: Receiver<()>,
}

impl Room {
    /// An empty room.
    pub fn new() -> Room {
        let (take, give) = bounded(UNITS);
        Room { take, give }
    }

    /// Waits until there is room for a file of this size.
    pub fn take(&mut self, bytes: u64) -> Share {
        let units = (1 + bytes / UNIT).min(UNITS as u64);
        for _ in 0..units {
            // It cannot be closed: `self` holds both ends.
            let _ = self.take.send(()).wait();
        }
        let give = self.give.clone();
        Share { units, give }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        for _ in 0..self.units {
            let _ = self.give.try_recv();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_comes_back() {
        let mut room = Room::new();
        let small = room.take(0);
        let large = room.take(10 * UNIT);
        assert_eq!(room.take.len(), 1 + 11);
        drop(large);
        assert_eq!(room.take.len(), 1);
        drop(small);
        let all = room.take(u64::MAX);
        assert!(room.take.is_full());
        drop(all);
        assert!(room.take.is_empty());
    }
}
