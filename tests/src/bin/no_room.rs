//! There is no room for more stacks, for one of several reasons: who asks for one is told, and all others go on.

use cgocall::{GoBuilder, JoinHandle, Wait, go, metrics, yield_now};
use cgocall_tests::{Arrivals, call_back, step, with_small_frame};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Arc;

/// More than there are threads, whose own stacks are there in any case.
const CALLBACKS: i64 = 300;

type Gate = async_channel::Receiver<()>;

fn parked(gate: &Gate, n: i64) -> impl FnOnce() -> i64 + Send + 'static {
    let gate = gate.clone();
    move || {
        let open = gate.recv().wait();
        n + i64::from(open.is_err())
    }
}

/// Starts goroutines that park until there can be no more of them.
fn fill(gate: &Gate) -> (Vec<JoinHandle<i64>>, String) {
    let mut goroutines = Vec::new();
    loop {
        match GoBuilder::new().try_go(parked(gate, goroutines.len() as i64)) {
            Ok(goroutine) => goroutines.push(goroutine),
            Err(error) => return (goroutines, error.to_string()),
        }
        if goroutines.len().is_multiple_of(100) {
            yield_now();
        }
    }
}

fn text(panic: Box<dyn std::any::Any + Send>) -> String {
    *panic.downcast().expect("a panic with a text of its own")
}

#[cgocall::main]
fn main() {
    let said = take_hook();
    set_hook(Box::new(move |panic| {
        // Those are looked at here.
        let text = panic.payload().downcast_ref::<String>();
        if !text.is_some_and(|text| text.contains("there is no room")) {
            said(panic);
        }
    }));
    let expected = std::env::var("EXPECTED").unwrap();
    let (open, gate) = async_channel::bounded::<()>(1);
    step("goroutines, until there is no room for more");
    let (mut goroutines, error) = fill(&gate);
    println!("after {} goroutines: {error}", goroutines.len());
    assert!(
        error.contains("there is no room for one more stack"),
        "{error}"
    );
    assert!(error.contains(&expected), "{error}");

    step("all ways to start one");
    // A few may start: Ps have laid some stacks by, and this goroutine may have another P by now.
    let panic = loop {
        let dropped = Arc::new(());
        let (kept, run) = (Arc::clone(&dropped), parked(&gate, goroutines.len() as i64));
        match catch_unwind(AssertUnwindSafe(|| {
            go(move || {
                let _kept = kept;
                run()
            })
        })) {
            Ok(goroutine) => goroutines.push(goroutine),
            Err(panic) => {
                assert_eq!(Arc::strong_count(&dropped), 1, "its closure is gone");
                break text(panic);
            }
        }
    };
    assert!(
        panic.starts_with("no goroutine can be started: there is no room"),
        "{panic}"
    );
    // One mapping more or less makes no difference to a large one.
    let most = if expected == "vm.max_map_count" {
        10
    } else {
        usize::MAX
    };
    for _ in 0..most {
        let large = GoBuilder::new().stack_size(256 << 20);
        match large.try_go(parked(&gate, goroutines.len() as i64)) {
            Ok(goroutine) => goroutines.push(goroutine),
            Err(_) => break,
        }
    }
    // Where there is no thread for one it starts on one that there is, perhaps the only one, and no other goroutine starts
    // there before it is over: so these do not wait for the others.
    let alone: Vec<_> = (0..10)
        .map_while(|n| GoBuilder::new().own_thread().try_go(move || n).ok())
        .collect();
    // A plain thread, if there is room for one.
    let elsewhere = parked(&gate, goroutines.len() as i64);
    if let Ok(thread) = std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(|| GoBuilder::new().try_go(elsewhere))
        && let Ok(goroutine) = thread.join().unwrap()
    {
        goroutines.push(goroutine);
    }

    step("what runs");
    for (n, goroutine) in (0..).zip(alone) {
        assert_eq!(goroutine.join().unwrap(), n);
    }
    assert_eq!(call_back(1, |n| n + 1), 2);
    while metrics().parked < goroutines.len() as u64 {
        yield_now();
    }
    open.close();
    for (n, goroutine) in (0..).zip(goroutines) {
        assert_eq!(goroutine.join().unwrap(), n + 1);
    }

    step("the same number again");
    let stacks = metrics().stacks;
    let (open, gate) = async_channel::bounded::<()>(1);
    let (goroutines, _) = fill(&gate);
    assert!(
        metrics().stacks <= stacks + 128,
        "{} and then {}",
        stacks,
        metrics().stacks
    );
    open.close();
    goroutines
        .into_iter()
        .for_each(|goroutine| assert!(goroutine.join().is_ok()));

    step("callbacks that park, where there is no room for stacks of C's");
    let (open, gate) = async_channel::bounded::<()>(1);
    let arrivals = Arc::new(Arrivals::of(CALLBACKS as i32));
    let callbacks: Vec<_> = (0..CALLBACKS)
        .map(|n| {
            loop {
                let (gate, arrivals) = (gate.clone(), Arc::clone(&arrivals));
                let callback = GoBuilder::new().try_go(move || {
                    let call = || {
                        with_small_frame(n, |n| {
                            arrivals.arrive();
                            n + i64::from(gate.recv().wait().is_err())
                        })
                    };
                    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
                        arrivals.arrive();
                        text(panic)
                    })
                });
                match callback {
                    Ok(callback) => break callback,
                    // Ps that have just run the others have their stacks, until they are idle.
                    Err(_) => yield_now(),
                }
            }
        })
        .collect();
    arrivals.wait();
    open.close();
    let mut failed = 0;
    for (n, callback) in (0..).zip(callbacks) {
        match callback.join().unwrap() {
            Ok(result) => assert_eq!(result, n + 1),
            Err(error) => {
                assert!(
                    error.starts_with("`with_small_frame` cannot be called"),
                    "{error}"
                );
                assert!(
                    error.contains("there is no room for one more stack"),
                    "{error}"
                );
                failed += 1;
            }
        }
    }
    assert!((1..CALLBACKS).contains(&failed), "{failed} had no stack");
    assert_eq!(with_small_frame(1, |n| n), 1);
}
