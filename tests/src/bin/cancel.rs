//! Goroutines that are cancelled, wherever they are: they unwind at a park point, with nothing left behind, and not with C
//! frames below. With the argument `migrate` where they change threads.

use cgocall::{
    Builder, Cancelled, GoBuilder, JoinHandle, Wait, go, lock_os_thread, metrics, yield_now,
};
use cgocall_tests::{
    Flag, call_back, call_back_blocking, call_back_reentrant, exclusive, mates, procs, step,
    with_frame,
};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};

fn main() {
    let builder = Builder::new();
    let migrates = std::env::args().any(|arg| arg == "migrate");
    // SAFETY: no goroutine here has anything to do with its thread across a park point, but where it has locked it.
    let builder = unsafe { if migrates { builder.migrate() } else { builder } };
    builder.run(all).expect("a runtime");
}

fn all() {
    step("goroutines that are parked, ready, new, and done");
    wherever_it_stands();
    step("a thousand that wait for each other");
    a_chain();
    step("one that is ready");
    ready();
    step("one that cancels itself");
    itself();
    step("one that catches the unwinding");
    caught();
    step("one that catches it, while a mate gets the C side");
    caught_while_a_mate_calls_c();
    step("one that unwinds already");
    while_it_unwinds();
    step("one in a blocking call");
    in_a_blocking_call();
    step("those in callbacks, whose C functions return");
    in_callbacks();
    step("mates of one that is parked in a callback, whose destructors call C");
    behind_the_c_side();
    step("goroutines with threads of their own");
    on_their_own_threads();
    step("destructors that spawn, and that wait");
    in_destructors();
    step("cancelled while it is woken, and while it ends");
    races();
    step("exact counts");
    // What is cancelled last may be about to end.
    while metrics().goroutines != 1 {
        yield_now();
    }
}

static DROPS: AtomicI64 = AtomicI64::new(0);

/// A local variable, or a captured one.
struct Counted;

impl Counted {
    fn new() -> Counted {
        DROPS.fetch_add(1, SeqCst);
        Counted
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.fetch_sub(1, SeqCst);
    }
}

fn was_cancelled<T>(goroutine: JoinHandle<T>) -> bool {
    match goroutine.join() {
        Ok(_) => false,
        Err(payload) if payload.is::<Cancelled>() => true,
        Err(payload) => resume_unwind(payload),
    }
}

fn wait_for(flag: &AtomicBool) {
    while !flag.load(SeqCst) {
        yield_now();
    }
}

/// A flag for this side, and one for a goroutine.
fn flag() -> (Arc<AtomicBool>, Arc<AtomicBool>) {
    let flag = Arc::new(AtomicBool::new(false));
    (Arc::clone(&flag), flag)
}

fn wherever_it_stands() {
    type Way = fn();
    let ways: [Way; 3] = [
        || pending::<()>().wait(),
        || {
            // Closed when this is over, and then the other one is.
            let (_open, closed) = async_channel::bounded::<()>(1);
            let _ = go(move || closed.recv().wait()).join();
        },
        || loop {
            yield_now();
        },
    ];
    for cancel in [JoinHandle::cancel as fn(&JoinHandle<()>), from_a_thread] {
        for way in ways {
            let started = flag();
            let captured = Counted::new();
            let goroutine = go(move || {
                let (_local, _captured) = (Counted::new(), captured);
                started.1.store(true, SeqCst);
                way();
            });
            wait_for(&started.0);
            (0..3).for_each(|_| yield_now());
            assert!(!goroutine.is_finished());
            cancel(&goroutine);
            cancel(&goroutine);
            assert!(was_cancelled(goroutine));
            assert_eq!(DROPS.load(SeqCst), 0);
        }
    }
    if procs() == 1 {
        // Nobody starts it meanwhile, unless sysmon takes the P: then it is started, and parks.
        let captured = Counted::new();
        let new = go(move || {
            let _captured = captured;
            pending::<()>().wait()
        });
        new.cancel();
        assert!(was_cancelled(new));
        assert_eq!(DROPS.load(SeqCst), 0);
    }
    let done = go(|| "done");
    while !done.is_finished() {
        yield_now();
    }
    done.cancel();
    assert_eq!(done.join().unwrap(), "done");
    // Detached.
    let (dropped, drops) = flag();
    struct Says(Arc<AtomicBool>);
    impl Drop for Says {
        fn drop(&mut self) {
            self.0.store(true, SeqCst);
        }
    }
    let says = Says(drops);
    let detached = go(move || {
        let _says = says;
        pending::<()>().wait()
    });
    detached.cancel();
    drop(detached);
    wait_for(&dropped);
}

fn from_a_thread(goroutine: &JoinHandle<()>) {
    std::thread::scope(|scope| {
        scope.spawn(|| goroutine.cancel());
    });
}

/// Each finds out that the one it waits for was cancelled, as it is itself when it waits again.
fn a_chain() {
    let mut outer = go(|| pending::<()>().wait());
    outer.cancel();
    for _ in 0..1000 {
        outer = go(move || assert!(was_cancelled(outer)));
        let inner = outer;
        outer = go(move || {
            inner.join().unwrap();
            pending::<()>().wait()
        });
        outer.cancel();
    }
    assert!(was_cancelled(outer));
}

/// It was cancelled within `yield_now`, and does not come back from there.
fn ready() {
    let (tx, rx) = async_channel::bounded(1);
    let ((cancelled, is_cancelled), (came_back, comes_back)) = (flag(), flag());
    let goroutine = go(move || {
        tx.try_send(std::thread::current().id()).unwrap();
        loop {
            yield_now();
            comes_back.fetch_or(is_cancelled.load(SeqCst), SeqCst);
        }
    });
    let its_thread = rx.recv().wait().unwrap();
    goroutine.cancel();
    cancelled.store(true, SeqCst);
    assert!(was_cancelled(goroutine));
    let migrates = std::env::args().any(|arg| arg == "migrate");
    let ran_meanwhile = migrates || its_thread != std::thread::current().id();
    assert!(ran_meanwhile || !came_back.load(SeqCst));
}

fn itself() {
    let (tx, rx) = async_channel::bounded::<JoinHandle<()>>(1);
    let (tell, told) = async_channel::bounded::<JoinHandle<()>>(1);
    let goroutine = go(move || {
        let _local = Counted::new();
        let me = rx.recv().wait().unwrap();
        me.cancel();
        tell.try_send(me).unwrap();
        yield_now();
        unreachable!();
    });
    tx.try_send(goroutine).unwrap();
    assert!(was_cancelled(told.recv().wait().unwrap()));
    assert_eq!(DROPS.load(SeqCst), 0);
}

fn caught() {
    let (tx, rx) = async_channel::bounded(1);
    let goroutine = go(move || {
        let mut times = 0;
        tx.try_send(()).unwrap();
        let mut wait = |f: fn()| {
            times += 1;
            let payload = catch_unwind(f).unwrap_err();
            assert!(payload.is::<Cancelled>());
            times
        };
        wait(|| pending().wait());
        wait(yield_now);
        wait(|| async {}.wait());
        wait(|| go(|| ()).join().unwrap())
    });
    rx.recv().wait().unwrap();
    goroutine.cancel();
    assert_eq!(goroutine.join().unwrap(), 4, "it has gone on to its end");
}

fn while_it_unwinds() {
    struct Waits(Arc<AtomicBool>, Arc<AtomicBool>);
    impl Drop for Waits {
        fn drop(&mut self) {
            self.0.store(true, SeqCst);
            while !self.1.load(SeqCst) {
                yield_now();
            }
            // Blocks the thread for a moment.
            async {}.wait();
        }
    }
    let (unwinds, go_on) = (flag(), flag());
    let it = Waits(unwinds.1, go_on.1);
    let goroutine = GoBuilder::new().own_thread().go(move || {
        let _it = it;
        resume_unwind(Box::new("a panic"));
    });
    // It blocks its thread, which is not this one.
    wait_for(&unwinds.0);
    goroutine.cancel();
    go_on.0.store(true, SeqCst);
    let payload = goroutine.join().unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"a panic"));
}

fn in_a_blocking_call() {
    let flag = Arc::new(Flag::new());
    let (waits, (returned, returns)) = (Arc::clone(&flag), self::flag());
    let (called_back, calls_back) = self::flag();
    let goroutine = go(move || {
        let _local = Counted::new();
        call_back_blocking(1, |n| {
            calls_back.store(true, SeqCst);
            // On the helper.
            yield_now();
            waits.wait_here();
            n
        });
        returns.store(true, SeqCst);
        pending::<()>().wait()
    });
    wait_for(&called_back);
    goroutine.cancel();
    for _ in 0..100 {
        yield_now();
    }
    assert!(!goroutine.is_finished() && DROPS.load(SeqCst) == 1);
    flag.raise();
    assert!(was_cancelled(goroutine));
    assert!(returned.load(SeqCst), "the call was over first");
}

fn in_callbacks() {
    type Call = fn(&mut dyn FnMut(i64) -> i64) -> i64;
    let calls: [Call; 4] = [
        |f| call_back(7, f),
        |f| call_back_reentrant(7, f),
        |f| with_frame(7, f),
        |f| call_back(7, |n| with_frame(n, |n| call_back_reentrant(n, &mut *f))),
    ];
    for call in calls {
        let (tx, rx) = async_channel::bounded(1);
        let ((here, is_here), (returned, returns)) = (flag(), flag());
        let goroutine = go(move || {
            let _local = Counted::new();
            let got = call(&mut |n| {
                is_here.store(true, SeqCst);
                // Cancelled meanwhile, and woken: neither stops it here.
                n + rx.recv().wait().unwrap()
            });
            assert_eq!(got, 8);
            returns.store(true, SeqCst);
            yield_now();
            unreachable!();
        });
        wait_for(&here);
        goroutine.cancel();
        for _ in 0..100 {
            yield_now();
        }
        assert!(!goroutine.is_finished() && DROPS.load(SeqCst) == 1);
        tx.try_send(1).unwrap();
        assert!(was_cancelled(goroutine));
        assert!(returned.load(SeqCst), "C has returned as if nothing were");
    }
}

struct CallsC;

impl Drop for CallsC {
    fn drop(&mut self) {
        // -1: a callback of it is parked on this thread.
        assert_eq!(exclusive(3, |n| n), 3);
    }
}

/// Its mate has its turn before it unwinds again, and has the C side from then on.
fn caught_while_a_mate_calls_c() {
    let (tx, rx) = async_channel::bounded(1);
    let ((waiting, waits), (caught, catches)) = (flag(), flag());
    let (held, holds) = flag();
    let mut goroutines = mates(2, move |i| {
        if i == 0 {
            let _calls = CallsC;
            waits.store(true, SeqCst);
            let payload = catch_unwind(|| pending::<()>().wait()).unwrap_err();
            assert!(payload.is::<Cancelled>());
            catches.store(true, SeqCst);
            pending::<()>().wait();
        }
        wait_for(&caught);
        exclusive(1, |n| {
            holds.store(true, SeqCst);
            n + rx.recv().wait().unwrap()
        });
    });
    wait_for(&waiting);
    goroutines[0].cancel();
    wait_for(&held);
    (0..3).for_each(|_| yield_now());
    tx.try_send(1).unwrap();
    goroutines.remove(1).join().unwrap();
    assert!(was_cancelled(goroutines.remove(0)));
}

/// They may not unwind while the C side is not theirs, and do when it is free.
fn behind_the_c_side() {
    let (tx, rx) = async_channel::bounded(1);
    let (held, holds) = flag();
    let waiting = Arc::new(AtomicI64::new(0));
    let counted = Arc::clone(&waiting);
    let mut goroutines = mates(20, move |i| {
        let _calls = CallsC;
        if i == 0 {
            exclusive(1, |n| {
                holds.store(true, SeqCst);
                n + rx.recv().wait().unwrap()
            });
        }
        counted.fetch_add(1, SeqCst);
        pending::<()>().wait()
    });
    wait_for(&held);
    while waiting.load(SeqCst) != 19 {
        yield_now();
    }
    let holder = goroutines.remove(0);
    for goroutine in &goroutines {
        goroutine.cancel();
    }
    for _ in 0..100 {
        yield_now();
    }
    if procs() == 1 && !std::env::args().any(|arg| arg == "migrate") {
        assert!(goroutines.iter().all(|mate| !mate.is_finished()));
    }
    tx.try_send(1).unwrap();
    for goroutine in goroutines {
        assert!(was_cancelled(goroutine));
    }
    holder.cancel();
    assert!(was_cancelled(holder));
}

fn on_their_own_threads() {
    let (tx, rx) = async_channel::bounded(1);
    let alone = GoBuilder::new().own_thread().go(move || {
        let _local = Counted::new();
        tx.try_send(()).unwrap();
        pending::<()>().wait()
    });
    rx.recv().wait().unwrap();
    alone.cancel();
    assert!(was_cancelled(alone));
    let (tx, rx) = async_channel::bounded(1);
    let locked = go(move || {
        let _local = (lock_os_thread(), Counted::new());
        tx.try_send(()).unwrap();
        pending::<()>().wait()
    });
    rx.recv().wait().unwrap();
    locked.cancel();
    assert!(was_cancelled(locked));
    let (busy, is_busy) = flag();
    let always_ready = GoBuilder::new().own_thread().go(move || {
        is_busy.store(true, SeqCst);
        loop {
            async {}.wait();
        }
    });
    wait_for(&busy);
    always_ready.cancel();
    assert!(was_cancelled(always_ready));
    let sized = GoBuilder::new().stack_size(1 << 20);
    let sized = sized.go(|| pending::<()>().wait());
    sized.cancel();
    assert!(was_cancelled(sized));
    assert_eq!(DROPS.load(SeqCst), 0);
}

fn in_destructors() {
    struct Spawns(async_channel::Sender<JoinHandle<&'static str>>);
    impl Drop for Spawns {
        fn drop(&mut self) {
            self.0.try_send(go(|| "spawned")).unwrap();
        }
    }
    let (tx, rx) = async_channel::bounded(1);
    let spawns = Spawns(tx);
    let goroutine = go(move || {
        let _spawns = spawns;
        pending::<()>().wait()
    });
    goroutine.cancel();
    let spawned = rx.recv().wait().unwrap();
    assert_eq!(spawned.join().unwrap(), "spawned", "it is another one");
    assert!(was_cancelled(goroutine));

    struct Waits(async_channel::Receiver<()>);
    impl Drop for Waits {
        fn drop(&mut self) {
            self.0.recv().wait().unwrap();
        }
    }
    let (tx, rx) = async_channel::bounded(1);
    let (started, starts) = flag();
    let waits = GoBuilder::new().own_thread().go(move || {
        let _waits = Waits(rx);
        starts.store(true, SeqCst);
        pending::<()>().wait()
    });
    wait_for(&started);
    waits.cancel();
    tx.try_send(()).unwrap();
    assert!(was_cancelled(waits));
}

/// Each ends in one of the two ways, and leaves nothing.
fn races() {
    const ROUNDS: i64 = if cfg!(debug_assertions) { 300 } else { 3000 };
    let (mut cancelled, mut done) = (0, 0);
    for round in 0..ROUNDS {
        let goroutines: Vec<_> = (0..8)
            .map(|i| {
                let captured = Counted::new();
                let (tx, rx) = async_channel::bounded(1);
                let goroutine = go(move || {
                    let _both = (captured, Counted::new());
                    for _ in 0..round % 3 {
                        yield_now();
                    }
                    if i % 2 == 0 {
                        rx.recv().wait().unwrap();
                    } else {
                        call_back(1, |n| n + rx.recv().wait().unwrap());
                        let _ = catch_unwind(AssertUnwindSafe(yield_now));
                    }
                });
                (goroutine, tx)
            })
            .collect();
        let all = Arc::new(goroutines);
        let other = Arc::clone(&all);
        let cancels = go(move || other.iter().for_each(|(goroutine, _)| goroutine.cancel()));
        for (_, tx) in all.iter() {
            let _ = tx.try_send(1);
            if round % 5 == 0 {
                yield_now();
            }
        }
        cancels.join().unwrap();
        let mut all = all;
        let all = loop {
            match Arc::try_unwrap(all) {
                Ok(all) => break all,
                Err(shared) => all = shared,
            }
            yield_now();
        };
        for (goroutine, _) in all {
            if was_cancelled(goroutine) {
                cancelled += 1;
            } else {
                done += 1;
            }
        }
        assert_eq!(DROPS.load(SeqCst), 0);
    }
    assert_eq!(cancelled + done, 8 * ROUNDS);
}
