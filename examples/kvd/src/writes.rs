//! Group commit: whatever the connections want to write while one transaction goes to the disk is the next one.

use crate::error::Error;
use crate::server::Server;
use crate::session::Session;
use crate::store;
use crate::writer::Writer;
use async_channel::{Receiver, Sender};
use cgocall::Wait;
use std::sync::atomic::Ordering::Relaxed;

/// So many jobs, and so many bytes of requests, are one transaction at most.
const JOBS: usize = 4096;
const BYTES: usize = 16 << 20;
/// Who waits behind so many takes no more memory than it needs: with a client each that may be thousands.
const LONG: usize = 64;
/// So many keys that have expired are removed at a time.
const SWEEP: usize = 1000;

/// The way to the writer.
#[derive(Clone)]
pub struct Writes(Sender<Job>);

/// The way back, of one connection.
pub struct Back(Sender<Box<Session>>, Receiver<Box<Session>>);

pub enum Job {
    Session(Box<Session>, Sender<Box<Session>>),
    /// How many keys were removed.
    Sweep(Sender<usize>),
}

/// The two ends of the way.
pub fn channel() -> (Writes, Receiver<Job>) {
    let (jobs, receiver) = async_channel::unbounded(); // a connection has one job at a time
    (Writes(jobs), receiver)
}

impl Default for Back {
    fn default() -> Back {
        let (sender, receiver) = async_channel::bounded(1);
        Back(sender, receiver)
    }
}

impl Writes {
    /// Has the writer do what `session` wants to write; it comes back when that is on the disk. It does not if the writer
    /// has gone.
    pub fn write(&self, mut session: Box<Session>, back: &Back) -> Option<Box<Session>> {
        let Back(sender, receiver) = back;
        if self.0.len() > LONG {
            session.shrink();
        }
        self.0
            .try_send(Job::Session(session, sender.clone()))
            .ok()?;
        // The connection has a sender of its own, so that none is left tells nothing here: the writer sends in any case.
        receiver.recv().wait().ok()
    }

    /// Has it remove some of what has expired. Whether there may be more.
    pub fn sweep(&self) -> bool {
        let (sender, receiver) = async_channel::bounded(1);
        let sent = self.0.try_send(Job::Sweep(sender));
        sent.is_ok() && receiver.recv().wait() == Ok(SWEEP)
    }
}

/// Writes until nobody wants anything written any more.
pub fn run(server: &Server, writer: &mut Writer, jobs: &Receiver<Job>) {
    let mut batch = Vec::new();
    while let Ok(first) = jobs.recv().wait() {
        let mut bytes = first.weight();
        batch.push(first);
        while batch.len() < JOBS
            && bytes < BYTES
            && let Ok(next) = jobs.try_recv()
        {
            bytes += next.weight();
            batch.push(next);
        }
        commit(server, writer, &mut batch);
        for job in batch.drain(..) {
            if let Job::Session(session, back) = job {
                // Who was cancelled meanwhile does not want it back.
                let _ = back.try_send(session);
            }
        }
    }
}

/// Does all of them in one transaction; if that fails, each in one of its own, so that the one that cannot be done is alone
/// in it.
fn commit(server: &Server, writer: &mut Writer, batch: &mut [Job]) {
    let result = transaction(server, writer, batch);
    match (result, batch) {
        (Ok(()), batch) => batch.iter_mut().for_each(|job| job.done(Ok(()))),
        (Err(error), [job]) => job.done(Err(&error)),
        (Err(_), batch) => {
            for job in batch {
                let result = transaction(server, writer, std::slice::from_mut(job));
                job.done(result.as_ref().copied());
            }
        }
    }
}

fn transaction(server: &Server, writer: &mut Writer, jobs: &mut [Job]) -> Result<(), Error> {
    let (now, mut swept) = (store::now(), 0);
    writer.transaction(&server.store, |writer| {
        for job in &mut *jobs {
            match job {
                Job::Session(session, _) => session.write(server, writer, now)?,
                Job::Sweep(done) => {
                    let removed = writer.sweep(now, SWEEP)?;
                    swept += removed;
                    let _ = done.try_send(removed);
                }
            }
        }
        Ok(())
    })?;
    server.stats.transactions.fetch_add(1, Relaxed);
    server.stats.jobs.fetch_add(jobs.len() as u64, Relaxed);
    server.stats.expired.fetch_add(swept as u64, Relaxed);
    Ok(())
}

impl Job {
    fn weight(&self) -> usize {
        match self {
            Job::Session(session, _) => session.weight(),
            Job::Sweep(_) => 0,
        }
    }

    fn done(&mut self, result: Result<(), &Error>) {
        if let Job::Session(session, _) = self {
            session.written(result);
        }
    }
}
