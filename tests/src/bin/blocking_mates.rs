//! `blocking` calls that wait for what a started goroutine of the same thread has yet to do.

use cgocall::{JoinHandle, Wait, go, yield_now};
use cgocall_tests::{Flag, procs, step};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread::ThreadId;

type Job = Box<dyn FnOnce() + Send>;

/// A goroutine that has started, and runs what it is sent.
struct Mate {
    jobs: async_channel::Sender<Job>,
    goroutine: JoinHandle<()>,
}

impl Mate {
    /// Sends it, and returns what tells when it is done.
    fn send(&self, job: impl FnOnce() + Send + 'static) -> async_channel::Receiver<()> {
        let (tx, done) = async_channel::bounded(1);
        let job = move || {
            job();
            tx.try_send(()).unwrap();
        };
        self.jobs.try_send(Box::new(job)).unwrap();
        done
    }

    fn join(self) {
        drop(self.jobs);
        self.goroutine.join().unwrap();
    }
}

/// Started goroutines, by thread; several on each.
fn mates_by_thread() -> Vec<Vec<Mate>> {
    let mut threads: HashMap<ThreadId, Vec<Mate>> = HashMap::new();
    for _ in 0..8 * (procs() + 2) {
        let (jobs, rx) = async_channel::unbounded::<Job>();
        let (tx, thread) = async_channel::bounded(1);
        let goroutine = go(move || {
            tx.send(std::thread::current().id()).wait().unwrap();
            while let Ok(job) = rx.recv().wait() {
                job();
            }
        });
        let thread = thread.recv().wait().unwrap();
        threads
            .entry(thread)
            .or_default()
            .push(Mate { jobs, goroutine });
    }
    threads
        .into_values()
        .filter(|mates| mates.len() > 1)
        .collect()
}

/// One of two waits in C, and the other ticks.
fn the_mate_ticks_on(waits: &Mate, ticks: &Mate) -> [async_channel::Receiver<()>; 2] {
    let (flag, called) = (Arc::new(Flag::default()), Arc::new(Flag::default()));
    let (raises, sees) = (Arc::clone(&flag), Arc::clone(&called));
    let ticked = ticks.send(move || {
        // Of one thread, only one runs at a time: once this is seen, the other is in C.
        while !sees.is_raised() {
            yield_now();
        }
        for _ in 0..1000 {
            yield_now();
        }
        raises.raise();
    });
    let waited = waits.send(move || {
        called.raise();
        flag.wait_in_c();
    });
    [ticked, waited]
}

/// Each of them waits in C for the one before it.
fn the_mates_wait_for_each_other(mates: &[Mate]) -> Vec<async_channel::Receiver<()>> {
    let mut before = Arc::new(Flag::default());
    before.raise();
    let link = |mate: &Mate| {
        let flag = Arc::new(Flag::default());
        let (waits, raises) = (std::mem::replace(&mut before, Arc::clone(&flag)), flag);
        mate.send(move || {
            waits.wait_in_c();
            raises.raise();
        })
    };
    mates.iter().map(link).collect()
}

fn wait_for(jobs: Vec<async_channel::Receiver<()>>) {
    for job in jobs {
        job.recv().wait().unwrap();
    }
}

#[cgocall::main]
fn main() {
    step("started goroutines that share a thread");
    let threads = mates_by_thread();
    assert!(!threads.is_empty(), "there are more of them than threads");
    step("goroutines that tick while their mates are in blocking calls");
    let pairs = threads.iter().flat_map(|mates| mates.chunks_exact(2));
    let jobs = pairs.flat_map(|pair| the_mate_ticks_on(&pair[0], &pair[1]));
    wait_for(jobs.collect());
    step("goroutines of one thread that each wait in C for another");
    let jobs = threads
        .iter()
        .flat_map(|mates| the_mates_wait_for_each_other(mates));
    wait_for(jobs.collect());
    step("the end of all of them");
    for mate in threads.into_iter().flatten() {
        mate.join();
    }
}
