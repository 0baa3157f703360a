//! What comes in between, by word:
//!
//! * `storm`: signals, ten thousand a second of each of three; `cut`: such that cut system calls short;
//! * `affinity`: all threads are moved to one processor, to the other, and may use all again;
//! * `forks`: children that execute a program, call libc, or call C and are called back;
//! * `refuse=WHAT=ERRNO`, from before the start, and `later=WHAT=ERRNO`, in the midst of the work: the kernel refuses
//!   `membarrier`, or `guards`, of stacks.

use crate::counts::MAY_STAY;
use crate::random::Random;
use crate::{WORKERS, forks};
use cgocall::yield_now;
use cgocall_tests::{Flag, Refused, refuse, storms};
use std::ffi::c_int;
use std::mem::{size_of, zeroed};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Disturbance {
    Storm { restart: bool },
    Affinity,
    Forks,
    Refuse(Refused),
    Later(Refused),
}

impl Disturbance {
    pub(crate) fn from_word(word: &str) -> Disturbance {
        match word.split_once('=') {
            None if word == "storm" => Disturbance::Storm { restart: true },
            None if word == "cut" => Disturbance::Storm { restart: false },
            None if word == "affinity" => Disturbance::Affinity,
            None if word == "forks" => Disturbance::Forks,
            Some(("refuse", what)) => Disturbance::Refuse(refused(what)),
            Some(("later", what)) => Disturbance::Later(refused(what)),
            _ => panic!("no such word: {word}"),
        }
    }
}

fn refused(what: &str) -> Refused {
    const MADV_GUARD_INSTALL: u32 = 102;
    let (what, error) = what.split_once('=').expect("WHAT=ERRNO");
    let (call, only) = match what {
        "membarrier" => (libc::SYS_membarrier, None),
        "guards" => (libc::SYS_madvise, Some((2, MADV_GUARD_INSTALL))),
        _ => panic!("no such call: {what}"),
    };
    let error = match error {
        "ENOSYS" => libc::ENOSYS,
        "EPERM" => libc::EPERM,
        "EINVAL" => libc::EINVAL,
        _ => panic!("no such error: {error}"),
    };
    Refused { call, only, error }
}

fn install(refused: Refused) {
    refuse(refused).expect("the kernel has filters");
    // The same advice about many guards at once.
    if let Some((2, advice)) = refused.only {
        let many = Refused {
            call: libc::SYS_process_madvise,
            only: Some((3, advice)),
            ..refused
        };
        refuse(many).expect("as above");
    }
}

pub(crate) fn before_the_start(disturbances: &[Disturbance]) {
    for disturbance in disturbances {
        if let Disturbance::Refuse(refused) = *disturbance {
            install(refused);
        }
    }
}

/// Those that go on.
pub(crate) struct Disturbances {
    over: Arc<Flag>,
    threads: Vec<JoinHandle<()>>,
    is_storm: bool,
}

impl Disturbances {
    pub(crate) fn begin(
        disturbances: &[Disturbance],
        time: Duration,
        random: &mut Random,
    ) -> Disturbances {
        let mut begun = Disturbances {
            over: Arc::new(Flag::new()),
            threads: Vec::new(),
            is_storm: false,
        };
        for disturbance in disturbances {
            let (over, seeded) = (Arc::clone(&begun.over), Random(random.next()));
            match *disturbance {
                Disturbance::Storm { restart } => {
                    storms::begin(restart);
                    begun.is_storm = true;
                }
                Disturbance::Affinity => begun.threads.push(spawn(move || move_about(&over))),
                Disturbance::Forks => begun.threads.extend(forks::begin(&over, seeded)),
                Disturbance::Refuse(_) => {}
                Disturbance::Later(refused) => begun.threads.push(spawn(move || {
                    sleep(time / 3);
                    if refused.call == libc::SYS_membarrier {
                        // Each worker has one at a time.
                        MAY_STAY.store(WORKERS as i64, SeqCst);
                    }
                    install(refused);
                })),
            }
        }
        begun
    }

    pub(crate) fn end(self) {
        self.over.raise();
        for thread in self.threads {
            wait_for(thread);
        }
        if self.is_storm {
            storms::storm_end();
            let (all, passed_on) = (storms::storm_signals(), storms::storm_signals_passed_on());
            assert!(passed_on > 0 && all > passed_on, "there was no storm");
            println!("{all} signals, {passed_on} of them to threads in turn");
        }
    }
}

/// Without keeping the goroutine's own thread, which others may have started on whom the thread waits for.
pub(crate) fn wait_for(thread: JoinHandle<()>) {
    while !thread.is_finished() {
        yield_now();
    }
    thread.join().expect("no panic");
}

/// Moves all threads again and again; in the end they may be wherever they might before.
fn move_about(over: &Flag) {
    // SAFETY: a set of numbers, empty.
    let mut all: libc::cpu_set_t = unsafe { zeroed() };
    // SAFETY: the kernel fills in the set of the thread that calls.
    unsafe { libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &raw mut all) };
    // SAFETY: within the set.
    let processors = (0..1024).filter(|&n| unsafe { libc::CPU_ISSET(n, &all) });
    let mut sets: Vec<_> = processors
        .map(|n| {
            // SAFETY: as above.
            let mut set = unsafe { zeroed() };
            // SAFETY: as above.
            unsafe { libc::CPU_SET(n, &mut set) };
            set
        })
        .collect();
    sets.push(all);
    let mut moves = 0_u64;
    for set in sets.iter().cycle() {
        move_to(set);
        moves += 1;
        if over.is_raised() {
            break;
        }
        sleep(Duration::from_millis(2));
    }
    move_to(&all);
    println!("{moves} times to other processors");
}

fn move_to(set: &libc::cpu_set_t) {
    let threads = std::fs::read_dir("/proc/self/task").expect("Linux tells");
    for thread in threads.flatten() {
        let number: Option<c_int> = thread.file_name().to_str().and_then(|n| n.parse().ok());
        // SAFETY: the set is read. A thread that has ended meanwhile is not moved.
        unsafe {
            libc::sched_setaffinity(number.expect("a number"), size_of::<libc::cpu_set_t>(), set)
        };
    }
}
