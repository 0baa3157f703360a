//! Goroutines of known depths, for `CGOCALL_TRACE=stacks`. Says on stdout how deep those of each kind went.

use cgocall::{GoBuilder, Wait, go, metrics};
use cgocall_tests::{step, usleep_blocking, with_deep_frame};
use std::hint::black_box;
use std::thread;

const PAGE: usize = 4096;

/// The lowest address that is written to, by so many frames of a page and more.
#[inline(never)]
fn go_down(levels: usize, at_the_bottom: &dyn Fn()) -> usize {
    let mut page = [0xa5_u8; PAGE];
    black_box(&mut page);
    let lowest = match levels {
        0 => {
            at_the_bottom();
            page.as_ptr() as usize
        }
        _ => go_down(levels - 1, at_the_bottom),
    };
    black_box(&page);
    lowest
}

/// How deep that was, below the first frame, and where that is.
fn depth(levels: usize, at_the_bottom: &dyn Fn()) -> (usize, usize) {
    let here = 1_u8;
    let here = black_box(&raw const here) as usize;
    (here - go_down(levels, at_the_bottom), here)
}

#[cgocall::main]
fn main() {
    step("one after the other");
    let mut first = Vec::new();
    for levels in [3, 20, 7] {
        let (deep, at) = go(move || depth(levels, &|| ())).join().unwrap();
        println!("deep {deep}");
        first.push(at);
    }
    step("a shallow one on the stack of a deep one");
    loop {
        let (shallow, at) = go(|| depth(0, &|| ())).join().unwrap();
        println!("shallow {shallow}");
        // A stack's first frames are always at the same place.
        if first.iter().any(|first| first.abs_diff(at) < PAGE) {
            break;
        }
    }
    step("its own size");
    let own = GoBuilder::new()
        .stack_size(3 << 20)
        .go(|| depth(200, &|| ()));
    println!("own {}", own.join().unwrap().0);

    step("C");
    assert_eq!(go(|| usleep_blocking(1)).join().unwrap(), 0);
    assert_eq!(with_deep_frame(1, |n| n), 1);
    let (open, gate) = async_channel::bounded::<()>(1);
    let in_callback = |gate: async_channel::Receiver<()>| {
        with_deep_frame(1, |n| n + i64::from(gate.recv().wait().is_err()))
    };
    step("C, where the thread's own stack is main's");
    let main = thread::current().id();
    let beside = loop {
        let (tell, told) = async_channel::bounded(1);
        let gate = gate.clone();
        let g = go(move || {
            let is_here = thread::current().id() == main;
            tell.try_send(is_here).unwrap();
            if is_here { in_callback(gate) } else { 0 }
        });
        if told.recv().wait().unwrap() {
            break g;
        }
        g.join().unwrap();
    };
    step("those that live");
    let live: Vec<_> = (0..3)
        .map(|_| {
            let gate = gate.clone();
            go(move || depth(10, &|| assert!(gate.recv().wait().is_err())))
        })
        .collect();
    while metrics().parked < 4 {
        cgocall::yield_now();
    }
    if std::env::var_os("EXIT").is_some() {
        // With what waits, by a goroutine.
        go(|| std::process::exit(0)).join().unwrap();
    }
    open.close();
    assert_eq!(beside.join().unwrap(), 2);
    for g in live {
        println!("live {}", g.join().unwrap().0);
    }
}
