//! One of everything that a trace shows, and a thousand short calls. `trace [exit|kill]` ends in the midst of it;
//! `trace busy` does more than is drawn; `trace sudden` too, and has a call among it that is long for once.

use cgocall::{GoBuilder, Wait, go, metrics, yield_now};
use cgocall_tests::{Flag, nap, on_new_threads, step, thread_id, usleep_blocking};
use std::panic::catch_unwind;

/// Is there until the trace's writer has had a whole round.
fn wait_for_a_round() {
    let trace = std::env::var_os("CGOCALL_TRACE").expect("there is a trace");
    // Each round ends with a line of these.
    let rounds = || {
        let text = std::fs::read_to_string(&trace).expect("its file");
        text.matches("busy procs").count()
    };
    // Of these, the first may have begun already.
    let enough = rounds() + 2;
    while rounds() < enough {
        std::thread::yield_now();
    }
}

fn busy() {
    for _ in 0..5 {
        (0..20_000).for_each(|_| assert_ne!(thread_id(), 0));
        let long = nap(1, 1, |n| {
            wait_for_a_round();
            n
        });
        assert_eq!(long, 1);
    }
}

/// Many short calls, most of which are not drawn, and at least one of the same function that loses its P.
fn sudden() {
    let trace = std::env::var_os("CGOCALL_TRACE").expect("there is a trace");
    let lost = |what: &str| {
        let text = std::fs::read_to_string(&trace).expect("its file");
        text.matches(what).count()
    };
    let raised = Flag::new();
    raised.raise();
    while lost("loses its P in wait_for") == 0 {
        (0..20_000).for_each(|_| raised.wait_here());
        let late = Flag::new();
        // It may lose it in Rust, and has none to lose in C then.
        let before = lost("loses its P in");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while lost("loses its P in") == before {
                    std::thread::yield_now();
                }
                late.raise();
            });
            late.wait_here();
        });
    }
}

#[cgocall::main]
fn main() {
    if std::env::args().nth(1).as_deref() == Some("sudden") {
        step("a call that is long all of a sudden");
        return go(sudden).join().unwrap();
    }
    if std::env::args().nth(1).as_deref() == Some("busy") {
        step("more calls than are drawn");
        return go(busy).join().unwrap();
    }
    step("a thousand calls");
    go(|| (0..1000).for_each(|_| assert_ne!(thread_id(), 0)))
        .join()
        .unwrap();
    step("a call on another thread");
    assert_eq!(go(|| usleep_blocking(2_000)).join().unwrap(), 0);

    step("a callback that parks, with calls in it, and mates that run meanwhile");
    let (open, gate) = async_channel::bounded::<()>(1);
    let parks = GoBuilder::new().name("parks").go(move || {
        nap(1, 1, |n| {
            assert_ne!(thread_id(), 0);
            gate.recv().wait().unwrap_err();
            n + i64::from(nap(1, 2, |n| n) == 2)
        })
    });
    while metrics().parked == 0 {
        // The threads too: a trace has room for so many yields at once.
        yield_now();
        std::thread::yield_now();
    }
    go(yield_now).join().unwrap();
    match std::env::args().nth(1).as_deref() {
        Some("exit") => std::process::exit(0),
        Some("kill") => {
            // Until that much is written.
            println!("ready");
            go(|| usleep_blocking(60_000_000)).join().unwrap();
        }
        _ => {}
    }
    drop(open);
    assert_eq!(parks.join().unwrap(), 2);

    step("a callback that panics");
    let panics = || catch_unwind(|| nap(1, 1, |_| panic!("as it should")));
    assert!(go(panics).join().unwrap().is_err());

    step("callbacks on C's own threads");
    let sum = go(|| on_new_threads(3, 2, |n| n)).join().unwrap();
    assert_eq!(sum, 15);

    step("a short call that is long for once");
    go(|| {
        (0..10).for_each(|_| assert_eq!(nap(1, 1, |n| n), 1));
        // By then any P is taken.
        assert_eq!(nap(300_000, 1, |n| n), 1);
    })
    .join()
    .unwrap();
}
