//! `codesearch index`.
//!
//! ```text
//!  walker ──go──▶ one goroutine per new or changed file ──channel──▶ writer ──▶ SQLite
//!    │              reads, checks, compresses              the only one in the database
//!    └── takes room in memory for each file ◀───────── gives it back ────┘
//! ```
//!
//! When the writer falls behind, the room is full and the walker waits. The files' goroutines never do: one that has
//! started ends, so none waits for a thread that the writer is busy on.

use crate::error::{Error, Result};
use crate::interrupt::Interrupt;
use crate::progress::Progress;
use crate::room::{Room, Share};
use crate::source::{self, Source};
use crate::store::{Known, State, Store};
use crate::walk;
use crate::writer::{Tally, Writer};
use async_channel::{Receiver, Sender, unbounded};
use cgocall::{Wait, go, yield_now};
use std::any::Any;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What a run has done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// What the batches have brought.
    pub tally: Tally,
    /// What the walk has found.
    pub walked: Walked,
}

/// What a walk has found, beside what it started goroutines for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Walked {
    /// Regular files.
    pub files: u64,
    /// Those whose size and time are as the index knows, and which are in it.
    pub unchanged: u64,
    /// Those as well, and which were skipped then, by `State`.
    pub skipped: [u64; State::ALL.len()],
    /// Folders that could not be read.
    pub unreadable_folders: u64,
}

/// Brings the index at `database` up to date with the folders `roots`, or until it is interrupted.
pub fn run(roots: &[PathBuf], database: &Path, interrupt: &Interrupt) -> Result<Summary> {
    let roots = walk::roots(roots)?;
    let (database, interrupt) = (database.to_owned(), interrupt.clone());
    let progress = Progress::new();
    let bar = progress.clone();
    let writer = go(move || write(roots, &database, &interrupt, &bar));
    let summary = writer.join();
    progress.finish();
    summary.unwrap_or_else(|panic| Err(panicked("the writer", &*panic)))
}

/// The writer, a goroutine: the only one who uses the database.
fn write(
    roots: Vec<PathBuf>,
    database: &Path,
    interrupt: &Interrupt,
    progress: &Progress,
) -> Result<Summary> {
    let store = Store::create(database)?;
    let known = store.known(&roots)?;
    let mut writer = Writer::new(&store)?;
    let (to_writer, files) = unbounded();
    let files = Queue(files);
    let walk = Walk {
        roots,
        interrupt: interrupt.clone(),
        progress: progress.clone(),
        to_writer,
    };
    let walker = go(move || walk.run(known));

    let commit = |writer: &mut Writer<'_>| -> Result<()> {
        if writer.commit()? {
            progress.committed(&writer.committed());
        }
        Ok(())
    };
    while let Ok(file) = files.0.recv().wait() {
        if interrupt.signal().is_some() {
            break;
        }
        writer.add(&file.path, file.known, &file.source)?;
        drop(file);
        if writer.is_due() {
            commit(&mut writer)?;
        }
        // The walker may live on this thread, and there is room now.
        yield_now();
    }
    commit(&mut writer)?;
    drop(files);

    let walked = walker.join();
    let (walked, gone) = walked.map_err(|panic| panicked("the walk", &*panic))?;
    if interrupt.signal().is_none() {
        let tally = writer.committed();
        let seen = tally.files + walked.unchanged + walked.skipped.iter().sum::<u64>();
        if seen < walked.files {
            let lost = walked.files - seen;
            return Err(Error::Other(format!(
                "{lost} files were lost to a panic, told above"
            )));
        }
        for known in gone.into_values() {
            writer.remove(known)?;
            if writer.is_due() {
                commit(&mut writer)?;
            }
        }
        commit(&mut writer)?;
    }
    Ok(Summary {
        tally: writer.committed(),
        walked,
    })
}

/// A file on its way to the writer.
struct Loaded {
    path: PathBuf,
    known: Option<Known>,
    source: Source,
    /// Given back with the rest of it.
    _room: Share,
}

/// The writer's end of the channel. Who stops writing, also by an error or a panic, lets go of all that was sent: the
/// walker waits for its room.
struct Queue(Receiver<Loaded>);

impl Drop for Queue {
    fn drop(&mut self) {
        self.0.close();
        while self.0.try_recv().is_ok() {}
    }
}

/// The walk: finds what is new or changed, and starts a goroutine for each.
struct Walk {
    roots: Vec<PathBuf>,
    interrupt: Interrupt,
    progress: Progress,
    to_writer: Sender<Loaded>,
}

impl Walk {
    /// Walks, and returns those of the `known` files that are gone.
    fn run(self, mut known: HashMap<PathBuf, Known>) -> (Walked, HashMap<PathBuf, Known>) {
        let mut walked = Walked::default();
        let mut changed = Vec::new();
        let mut bytes = 0;
        let unreadable = walk::walk(&self.roots, |path, stamp| {
            walked.files += 1;
            match known.remove(&path) {
                Some(known) if known.stamp == stamp && known.state == State::Text => {
                    walked.unchanged += 1;
                }
                Some(known) if known.stamp == stamp => walked.skipped[known.state as usize] += 1,
                known => {
                    bytes += stamp.size;
                    changed.push((path, known, stamp.size));
                }
            }
            self.goes_on()
        });
        walked.unreadable_folders = unreadable.len() as u64;
        // What could not be looked at is not gone.
        known.retain(|path, _| !path.ancestors().any(|folder| unreadable.contains(folder)));

        // All are known before the first is read, so that the progress is one towards an end.
        self.progress.found(changed.len(), bytes);
        let mut room = Room::new();
        for (path, known, size) in changed {
            if self.goes_on().is_break() {
                break;
            }
            self.start(path, known, room.take(size.min(source::LARGEST)));
        }
        (walked, known)
    }

    /// Whether anybody wants more files.
    fn goes_on(&self) -> ControlFlow<()> {
        match self.interrupt.signal().is_none() && !self.to_writer.is_closed() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }

    /// Starts the goroutine of a file.
    fn start(&self, path: PathBuf, known: Option<Known>, room: Share) {
        let to_writer = self.to_writer.clone();
        go(move || {
            let source = source::read(&path, known);
            let file = Loaded {
                path,
                known,
                source,
                _room: room,
            };
            // It fails where the writer has stopped, for a reason that it tells itself.
            let _ = to_writer.try_send(file);
        });
    }
}

/// The error that a panic comes to. Its place was printed when it happened.
fn panicked(who: &str, panic: &(dyn Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::Other(match text {
        Some(text) => format!("{who} panicked: {text}"),
        None => format!("{who} panicked"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Mode, Query};
    use crate::search;
    use std::fs;

    #[cgocall::test]
    fn a_panicking_tokenizer_is_an_error_and_the_index_stays_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (src, database) = (folder.path().join("src"), folder.path().join("index.db"));
        let index = || run(std::slice::from_ref(&src), &database, &Interrupt::default());
        fs::create_dir(&src).unwrap();
        fs::write(src.join("a"), "word").unwrap();
        index().unwrap();
        fs::write(src.join("b"), "word").unwrap();
        fs::write(src.join("c"), "a tokenizer that panics").unwrap();
        let error = index().unwrap_err();
        assert_eq!(error.to_string(), "the writer panicked: the test's panic");

        let word = Query::new(&["word".to_owned()], Mode::Exact).unwrap();
        let found = || search::count(&Store::open(&database).unwrap(), &word).unwrap();
        assert_eq!(found(), 1, "the batch was rolled back");
        fs::remove_file(src.join("c")).unwrap();
        index().unwrap();
        assert_eq!(found(), 2);
    }
}
