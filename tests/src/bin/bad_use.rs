//! Things that a program should not do, or does seldom: the argument says which. `tests/bad_use.rs` runs them.

use cgocall::{Builder, GoBuilder, StartError, Wait, go, yield_now};
use cgocall_tests::{
    Arrivals, Flag, call_back, call_back_blocking, call_back_reentrant, exclusive, on_new_thread,
    runs_on_thread_stack,
};
use std::sync::Arc;
use std::time::Duration;

fn main() -> Result<(), StartError> {
    let scenario = std::env::args().nth(1).expect("the name of a scenario");
    match &scenario[..] {
        "go_starts_the_runtime" => go_starts_the_runtime(),
        "go_in_a_callback" => go_in_a_callback(),
        "main_again" => again::main(),
        "start" => Builder::new().start()?,
        "start_twice" => start_twice()?,
        "start_after_go" => start_after_go(),
        "start_everywhere_at_once" => start_everywhere_at_once(),
        "start_without_threads" => Builder::new().system_stack_size(1 << 30).start()?,
        "settings" => settings()?,
        "absurd_stack" => absurd_stack(),
        "smallest_stack" => Builder::new().run(smallest_stack)?,
        "nobody_joins" => Builder::new().run(nobody_joins)?,
        "end_with_goroutines_in_c" => Builder::new().run(end_with_goroutines_in_c)?,
        "panic_with_goroutines_in_c" => Builder::new().run(panic_with_goroutines_in_c)?,
        "two_wait_for_the_native_stack" => {
            // On a thread of the runtime's, whose native stack anybody's C may be on.
            go(two_wait_for_the_native_stack).join().unwrap();
        }
        "exit_in_a_callback" => Builder::new().run(exit_in_a_callback)?,
        _ => panic!("no such scenario: {scenario}"),
    }
    println!("done");
    Ok(())
}

fn go_starts_the_runtime() {
    assert_eq!(go(|| 7).join().unwrap(), 7);
    let elsewhere = std::thread::spawn(|| go(|| 8).join().unwrap());
    assert_eq!(elsewhere.join().unwrap(), 8);
}

/// The runtime starts on a thread of C's, where nothing could unwind.
fn go_in_a_callback() {
    assert_eq!(on_new_thread(1, |n| n + go(|| 1).join().unwrap()), 2);
}

mod again {
    use cgocall::{Wait, go};
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    /// Is called again by a goroutine, and by a thread.
    #[cgocall::main]
    pub(crate) fn main() {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        if CALLS.fetch_add(1, SeqCst) == 0 {
            let goroutine = go(|| {
                let thread = std::thread::current().id();
                main();
                assert_eq!(std::thread::current().id(), thread);
            });
            goroutine.join().unwrap();
            let (tx, rx) = async_channel::bounded(1);
            std::thread::spawn(move || {
                main();
                tx.send_blocking(())
            });
            rx.recv().wait().unwrap();
            assert_eq!(CALLS.load(SeqCst), 3);
        } else {
            assert_eq!(go(|| 1).join().unwrap(), 1);
        }
    }
}

fn start_twice() -> Result<(), StartError> {
    Builder::new().procs(2).start()?;
    assert_eq!(go(|| 1).join().unwrap(), 1);
    let error = Builder::new().procs(3).start().unwrap_err();
    assert!(matches!(error, StartError::AlreadyStarted));
    eprintln!("{error}");
    // The one that runs does not mind.
    let error = Builder::new().run(|| unreachable!()).unwrap_err();
    assert!(matches!(error, StartError::AlreadyStarted));
    assert_eq!(go(|| 1).join().unwrap(), 1);
    Ok(())
}

fn start_after_go() {
    drop(go(|| ()));
    let error = Builder::new().start().unwrap_err();
    assert!(matches!(error, StartError::AlreadyStarted));
}

fn start_everywhere_at_once() {
    let ready = Arc::new(Arrivals::of(8));
    let starters: Vec<_> = (0..8)
        .map(|_| {
            let ready = Arc::clone(&ready);
            std::thread::spawn(move || {
                ready.arrive();
                ready.wait();
                let started = Builder::new().start();
                assert!(matches!(started, Ok(()) | Err(StartError::AlreadyStarted)));
                assert_eq!(go(|| 1).join().unwrap(), 1);
                usize::from(started.is_ok())
            })
        })
        .collect();
    let started: usize = starters.into_iter().map(|s| s.join().unwrap()).sum();
    assert_eq!(started, 1);
}

/// What a `Builder` and a `GoBuilder` say is so.
fn settings() -> Result<(), StartError> {
    fn deep(n: usize) -> usize {
        let frame = std::hint::black_box([n as u8; 1024]);
        if n == 0 {
            0
        } else {
            deep(n - 1) + usize::from(frame[0] == n as u8)
        }
    }
    let sum = Builder::new()
        .procs(2)
        .max_threads(4)
        .idle_time(Duration::from_millis(1))
        .thread_name("mine")
        .stack_size(32 << 20)
        .system_stack_size(1 << 20)
        .run(|| {
            let elsewhere = go(|| std::thread::current().name().map(str::to_owned));
            // `join` parks this goroutine, but its thread may be the one that runs the other.
            let thread = elsewhere.join().unwrap();
            assert!(
                matches!(thread.as_deref(), Some("main" | "mine-m")),
                "{thread:?}"
            );
            let helper = call_back_blocking(1, |n| {
                assert_eq!(std::thread::current().name(), Some("mine-helper"));
                n
            });
            assert_eq!(helper, 1);
            // More than either default.
            let large = GoBuilder::new().name("large").stack_size(64 << 20);
            let large = large.go(|| deep(10_000));
            assert_eq!(large.name(), Some("large"));
            assert!(format!("{large:?}").contains("large"));
            let usual = go(|| deep(5_000));
            assert_eq!(usual.name(), None);
            large.join().unwrap() + usual.join().unwrap()
        })?;
    assert_eq!(sum, 15_000);
    Ok(())
}

fn absurd_stack() {
    for bytes in [0, 1 << 10, usize::MAX] {
        let panic = std::panic::catch_unwind(|| GoBuilder::new().stack_size(bytes).go(|| ()));
        assert!(panic.is_err());
    }
}

/// On the smallest stack there is room for a panic's message, backtrace and all.
fn smallest_stack() {
    let small = GoBuilder::new().stack_size(32 << 10);
    let panicked = small.clone().go(|| call_back(0, |n| panic!("{n} to say")));
    assert!(panicked.join().is_err());
    // Its stack was not kept for those who want a usual one, nor theirs given to it.
    assert_eq!(go(|| [1; 100 << 10].len()).join().unwrap(), 100 << 10);
    assert_eq!(small.go(|| call_back(2, |n| n + 1)).join().unwrap(), 3);
}

fn nobody_joins() {
    // A sender that is dropped by the unwinding.
    let (tx, rx) = async_channel::bounded::<()>(1);
    drop(go(move || {
        let _tx = tx;
        panic!("nobody joins this one");
    }));
    assert!(rx.recv().wait().is_err());
    // A result whose destructor panics, for nobody.
    struct Bomb(#[expect(dead_code, reason = "dropped last")] async_channel::Sender<()>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("nobody wants this result");
        }
    }
    let (tx, rx) = async_channel::bounded::<()>(1);
    let (finish, told) = async_channel::bounded::<()>(1);
    drop(go(move || {
        told.recv().wait().unwrap();
        Bomb(tx)
    }));
    finish.send(()).wait().unwrap();
    assert!(rx.recv().wait().is_err());
    // The others, and their threads, go on.
    let others: Vec<_> = (0..100)
        .map(|n| go(move || call_back(n, |n| n + 1)))
        .collect();
    for (n, other) in (1..).zip(others) {
        assert_eq!(other.join().unwrap(), n);
    }
}

/// Goroutines in every way of being in C, for good.
fn leave_in_c() {
    let arrivals = Arc::new(Arrivals::of(60));
    for n in 0..60 {
        let arrivals = Arc::clone(&arrivals);
        let park = move |_| {
            arrivals.arrive();
            std::future::pending::<i64>().wait()
        };
        drop(match n % 4 {
            0 => go(move || call_back(n, park)),
            1 => go(move || call_back_reentrant(n, park)),
            // These block helpers.
            2 => go(move || call_back_blocking(n, park)),
            _ => go(move || {
                park(n);
                Flag::default().wait_in_c();
                n
            }),
        });
    }
    arrivals.wait();
    drop(go(|| Flag::default().wait_in_c()));
    drop(go(|| {
        loop {
            yield_now();
        }
    }));
}

fn end_with_goroutines_in_c() {
    leave_in_c();
}

fn panic_with_goroutines_in_c() {
    leave_in_c();
    panic!("main gives up");
}

fn exit_in_a_callback() {
    leave_in_c();
    let exit = go(|| call_back_reentrant(1, |_| std::process::exit(3)));
    exit.join().unwrap();
}

/// One is parked on the native stack, and the other wants it in a callback that keeps all others out of C.
fn two_wait_for_the_native_stack() {
    loop {
        let (tx, rx) = async_channel::bounded(1);
        drop(go(move || {
            call_back_reentrant(1, |n| {
                tx.try_send(n).unwrap();
                std::future::pending::<i64>().wait()
            })
        }));
        rx.recv().wait().unwrap();
        // If that one is on another thread this just returns.
        assert_eq!(exclusive(1, |_| runs_on_thread_stack().into()), 1);
    }
}
