//! `unsafe(migrate)`: started goroutines go on wherever there is a P, and whatever their last thread is doing. Those with C
//! frames, a lock or a turn to wait for stay. Each step ends only if somebody has moved who should, or stayed who must.

use cgocall::{GoBuilder, JoinHandle, Wait, go, lock_os_thread, metrics, yield_now};
use cgocall_tests::{
    Arrivals, Flag, call_back, call_back_blocking, call_back_reentrant, happens_on_thread_stack,
    mates, on_thread_stack, procs, step, thread_id, usleep, usleep_blocking, with_frame,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_long;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

/// Keeps the thread, and lets it go when the flag is raised.
type Block = fn(&Flag);

/// In C, in Rust, and in `std`.
const BLOCKS: [Block; 3] = [Flag::wait_here, Flag::spin, |flag| {
    while !flag.is_raised() {
        std::thread::park_timeout(std::time::Duration::from_millis(1));
    }
}];

// SAFETY: no goroutine here uses a thread-local on both sides of a park point, but for one that a lock keeps at home. Which
// thread it is on it asks of C.
#[cgocall::main(unsafe(migrate))]
fn main() {
    step("goroutines that go on while their last thread is blocked");
    they_are_rescued();
    step("a hundred turns of a goroutine, while another keeps its thread");
    they_tick_on();
    step("the main goroutine, while what it has started blocks");
    main_is_kept_waiting_by_nobody();
    step("a goroutine that blocks its thread while it waits for those that started there");
    blocked_by_what_is_rescued();
    step("goroutines with C frames, locks and threads of their own, which stay");
    they_stay();
    step("a goroutine that has unlocked its thread, and leaves it");
    unlocked_it_leaves();
    step("a lock that a mate ends while its goroutine is parked");
    a_lock_ends_while_its_goroutine_is_parked();
    step("turns for the C side, which are waited for where it is");
    turns_are_waited_for_at_home();
    step("goroutines whose threads have ended meanwhile");
    their_threads_end();
    step("exact counts");
    counts_are_exact();
    step("the end of the threads that nobody needs any more");
    threads_end();
}

/// Until each was seen: who parked on a thread that is blocked goes on on another.
fn they_are_rescued() {
    for block in BLOCKS {
        for way in 0..4 {
            while !is_rescued(|| (), block, way) {}
        }
    }
}

/// Whether the one that blocks got the thread on which its spawner had parked, as it mostly does.
fn is_rescued(before: fn(), block: Block, way: u32) -> bool {
    let (flag, blocked) = (Arc::new(Flag::default()), Arc::new(Flag::default()));
    let (wake, woken) = async_channel::bounded::<()>(1);
    let (raises, sees) = (Arc::clone(&flag), Arc::clone(&blocked));
    let parks = go(move || {
        before();
        let (home, waits, tells) = (thread_id(), Arc::clone(&raises), Arc::clone(&sees));
        let blocker = go(move || {
            let thread = thread_id();
            tells.raise();
            block(&waits);
            thread
        });
        match way {
            // Ready at once, behind the other.
            0 => {
                while !sees.is_raised() {
                    yield_now();
                }
            }
            // Woken by a goroutine, by a thread of the program's, by a helper.
            1 | 2 => woken.recv().wait().unwrap(),
            _ => sees.wait_in_c(),
        }
        let moved_to = thread_id();
        raises.raise();
        let blocker = blocker.join().unwrap();
        assert!(blocker != home || moved_to != home, "both on one thread");
        blocker == home
    });
    match way {
        1 => {
            while !blocked.is_raised() {
                yield_now();
            }
            wake.try_send(()).unwrap();
        }
        2 => {
            let thread = std::thread::spawn(move || {
                while !blocked.is_raised() {
                    std::thread::yield_now();
                }
                wake.send_blocking(()).unwrap();
            });
            // Without a P.
            flag.wait_here();
            thread.join().unwrap();
        }
        _ => {}
    }
    parks.join().unwrap()
}

fn they_tick_on() {
    for block in BLOCKS {
        for _ in 0..3 {
            let flag = Arc::new(Flag::default());
            let blockers = mates(4, {
                let flag = Arc::clone(&flag);
                move |i| {
                    if i < 2 {
                        block(&flag);
                        return 0;
                    }
                    let mut ticks = 0;
                    while ticks < 100 {
                        ticks += 1;
                        yield_now();
                    }
                    if i == 3 {
                        flag.raise();
                    }
                    ticks
                }
            });
            let ticks = blockers.into_iter().map(|mate| mate.join().unwrap());
            assert!(ticks.eq([0, 0, 100, 100]));
        }
    }
}

/// Whoever blocks has the thread that the main goroutine has parked on, as a rule.
fn main_is_kept_waiting_by_nobody() {
    for block in BLOCKS {
        for _ in 0..10 {
            let flag = Arc::new(Flag::default());
            let (tx, rx) = async_channel::bounded(1);
            let waits = Arc::clone(&flag);
            let blocker = go(move || {
                tx.try_send(()).unwrap();
                block(&waits);
            });
            rx.recv().wait().unwrap();
            flag.raise();
            blocker.join().unwrap();
        }
    }
}

/// What hangs where goroutines stay: see docs/soundness.md, "Deadlocks".
fn blocked_by_what_is_rescued() {
    for _ in 0..10 {
        let receiver = go(|| {
            let (tx, rx) = std::sync::mpsc::channel();
            go(move || {
                yield_now();
                tx.send(1).unwrap();
            });
            yield_now();
            rx.recv().unwrap()
        });
        assert_eq!(receiver.join().unwrap(), 1);

        struct Joins(Option<JoinHandle<()>>);
        impl Drop for Joins {
            fn drop(&mut self) {
                let before = thread_id();
                self.0.take().unwrap().join().unwrap();
                assert_eq!(thread_id(), before, "it unwinds");
            }
        }
        let unwinds = go(|| {
            let _joins = Joins(Some(go(yield_now)));
            yield_now();
            // Without a line on stderr.
            resume_unwind(Box::new(7))
        });
        assert_eq!(unwinds.join().unwrap_err().downcast_ref(), Some(&7));
    }
}

/// Goroutines that go from thread to thread, until they are told to stop.
struct Traffic {
    stop: Arc<AtomicBool>,
    goroutines: Vec<JoinHandle<BTreeSet<c_long>>>,
}

impl Traffic {
    fn begins() -> Traffic {
        let stop = Arc::new(AtomicBool::new(false));
        let goroutines = mates((2 * procs() as i64).min(8), {
            let stop = Arc::clone(&stop);
            move |i| {
                let mut threads = BTreeSet::new();
                while !stop.load(SeqCst) {
                    threads.insert(thread_id());
                    match i % 4 {
                        0 => assert_eq!(usleep_blocking(20), 0),
                        1 => go(yield_now).join().unwrap(),
                        _ => yield_now(),
                    }
                }
                threads
            }
        });
        Traffic { stop, goroutines }
    }

    fn ends(self) -> BTreeSet<c_long> {
        self.stop.store(true, SeqCst);
        let seen = self.goroutines.into_iter();
        seen.flat_map(|goroutine| goroutine.join().unwrap())
            .collect()
    }
}

/// Parks in all ways, on one thread.
fn stays() {
    let home = thread_id();
    for n in 0..20 {
        yield_now();
        assert_eq!(thread_id(), home, "after a yield");
        assert_eq!(go(move || n).join().unwrap(), n);
        assert_eq!(thread_id(), home, "after a join");
    }
}

fn they_stay() {
    let traffic = Traffic::begins();
    fn in_callback(n: c_long) -> c_long {
        stays();
        n + 1
    }
    let staying: [fn(); 5] = [
        || {
            let _locked = lock_os_thread();
            stays();
            let home = thread_id();
            drop(lock_os_thread());
            assert_eq!(call_back_blocking(0, |_| thread_id()), home);
            stays();
        },
        || assert_eq!(call_back(1, in_callback), 2),
        || assert_eq!(call_back_reentrant(1, in_callback), 2),
        || assert_eq!(on_thread_stack(1, in_callback), 2),
        || assert_eq!(with_frame(1, |n| call_back_reentrant(n, in_callback)), 2),
    ];
    // Some at a time: those who stay may have a thread each.
    for _ in 0..5 {
        let mut goroutines: Vec<_> = staying.map(go).into();
        goroutines.push(GoBuilder::new().own_thread().go(stays));
        for goroutine in goroutines {
            goroutine.join().unwrap();
        }
    }
    traffic.ends();
    // With two Ps both have had some of it, sooner or later.
    while procs() > 1 && Traffic::ends_after_some() < 2 {}
}

impl Traffic {
    fn ends_after_some() -> usize {
        let traffic = Traffic::begins();
        (0..100).for_each(|_| go(yield_now).join().unwrap());
        traffic.ends().len()
    }
}

/// Locks nest: it stays while there is one, and is rescued when there is none.
fn unlocked_it_leaves() {
    let locks = || {
        let (outer, inner) = (lock_os_thread(), lock_os_thread());
        stays();
        drop(outer);
        stays();
        drop(inner);
    };
    while !is_rescued(locks, Flag::wait_here, 0) {}
}

/// Its guard is in a thread-local, where a mate finds it. Both are there because of their C frames.
fn a_lock_ends_while_its_goroutine_is_parked() {
    thread_local! {
        static GUARD: RefCell<Option<cgocall::OsThreadGuard>> = const { RefCell::new(None) };
    }
    #[inline(never)]
    fn unlock() -> bool {
        GUARD.take().is_some()
    }
    let ended = Arc::new(AtomicI64::new(0));
    while ended.load(SeqCst) < 10 {
        // More than there are threads for them.
        let all = 2 * procs() as i64 + 2;
        let lockers = Arc::new(Mutex::new(BTreeMap::new()));
        let arrivals = [(); 2].map(|()| Arrivals::of(all as i32));
        let goroutines = mates(all, {
            let (ended, lockers, arrivals) =
                (Arc::clone(&ended), Arc::clone(&lockers), Arc::new(arrivals));
            move |_| {
                let mut has_ended: Option<async_channel::Receiver<()>> = None;
                call_back_reentrant(0, |n| {
                    arrivals[0].arrive();
                    arrivals[0].wait();
                    let mut lockers = lockers.lock().unwrap();
                    if let Some(ends) = lockers.remove(&thread_id()) {
                        drop(lockers);
                        assert!(unlock());
                        ended.fetch_add(1, SeqCst);
                        drop::<async_channel::Sender<()>>(ends);
                        // It is ready, and bound to this thread, which is in C: whoever else could take it does now.
                        assert_eq!(usleep(1_000), 0);
                    } else {
                        GUARD.set(Some(lock_os_thread()));
                        let (ends, ended) = async_channel::bounded(1);
                        lockers.insert(thread_id(), ends);
                        has_ended = Some(ended);
                    }
                    n
                });
                arrivals[1].arrive();
                if let Some(ended) = has_ended {
                    // The C frames are gone: only the lock binds it.
                    let _ = ended.recv().wait();
                    // Where there was no mate, it is still locked.
                    unlock();
                } else {
                    arrivals[1].wait();
                    lockers.lock().unwrap().clear();
                }
                (0..10).for_each(|_| yield_now());
            }
        });
        for goroutine in goroutines {
            goroutine.join().unwrap();
        }
    }
}

fn turns_are_waited_for_at_home() {
    let traffic = Traffic::begins();
    // In a callback of a `parks` import they are bound to their threads, and hold nothing; the ones inside wait for each
    // other, in line or for the native stack. So do those who are out and call C again: nothing else binds them then.
    let goroutines = mates(64, |i| {
        let mut home = 0;
        let result = call_back_reentrant(i, |n| {
            home = thread_id();
            for round in 0..5 {
                let inner = |n| {
                    yield_now();
                    assert_eq!(thread_id(), home);
                    n + 1
                };
                let result = match (n + round) % 3 {
                    0 => call_back(n, inner),
                    1 => with_frame(n, inner),
                    _ => call_back_reentrant(n, inner),
                };
                assert_eq!(result, n + 1);
                assert_eq!(thread_id(), home, "after its turn");
            }
            n + 1
        });
        assert_eq!(thread_id(), home, "when it came to its turn");
        result
    });
    for (i, goroutine) in (0..).zip(goroutines) {
        assert_eq!(goroutine.join().unwrap(), i + 1);
    }
    traffic.ends();
}

/// Has as many threads started, which start goroutines, park, and are kept until all have.
fn on_many_threads<T: Send + 'static>(
    n: i32,
    f: impl Fn() -> T + Clone + Send + 'static,
) -> Vec<JoinHandle<T>> {
    let flag = Arc::new(Flag::default());
    let (arrives, arrivals) = async_channel::unbounded();
    let goroutines = (0..n)
        .map(|_| {
            let (flag, arrives, f) = (Arc::clone(&flag), arrives.clone(), f.clone());
            go(move || {
                arrives.try_send(()).unwrap();
                flag.wait_here();
                f()
            })
        })
        .collect();
    (0..n).for_each(|_| arrivals.recv().wait().unwrap());
    flag.raise();
    goroutines
}

/// M after M is one that a goroutine was on before, on another thread, with another native stack.
fn their_threads_end() {
    const THREADS: i32 = 20;
    for _ in 0..5 {
        let (told, tells) = async_channel::bounded::<()>(1);
        let parked = on_many_threads(THREADS, move || {
            let _ = tells.recv().wait();
            for _ in 0..5 {
                assert_eq!(
                    happens_on_thread_stack(),
                    1,
                    "C is on a stack that is not its thread's"
                );
                yield_now();
            }
            with_frame(1, |n| {
                yield_now();
                n + 1
            })
        });
        threads_end();
        let others = on_many_threads(THREADS, || (0..100).for_each(|_| yield_now()));
        drop(told);
        for goroutine in parked {
            assert_eq!(goroutine.join().unwrap(), 2);
        }
        for goroutine in others {
            goroutine.join().unwrap();
        }
    }
}

fn threads_end() {
    // The goroutines that are parked keep none.
    while metrics().threads > procs() {
        yield_now();
    }
}

fn counts_are_exact() {
    static SUM: AtomicI64 = AtomicI64::new(0);
    let (tx, rx) = async_channel::bounded(4);
    let goroutines = mates(200, move |i| {
        let mut sum = 0;
        for n in 0..50 {
            match (i + n) % 5 {
                0 => sum += call_back(n, |n| n),
                1 => sum += go(move || n).join().unwrap(),
                2 => {
                    tx.send(n).wait().unwrap();
                    sum += n;
                }
                3 => sum += call_back_blocking(n, |n| n),
                _ => {
                    yield_now();
                    sum += n;
                }
            }
        }
        SUM.fetch_add(sum, SeqCst);
    });
    let mut received = 0;
    while let Ok(n) = rx.recv().wait() {
        received += n;
    }
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    assert_eq!(SUM.load(SeqCst), 200 * (0..50).sum::<i64>());
    let sent = (0..200_i64).flat_map(|i| (0..50).filter(move |n| (i + n) % 5 == 2));
    assert_eq!(received, sent.sum::<i64>());
    // The main one is left.
    while metrics().goroutines > 1 {
        yield_now();
    }
}
