//! When goroutines that went deep are done, the system gets the memory of their stacks back, and they can be used again.

use cgocall::{Wait, go, metrics};
use cgocall_tests::{Arrivals, resident, step};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const GOROUTINES: usize = 5_000;
/// So deep each goes.
const DEPTH: usize = 16 << 10;

fn go_deep() {
    let arrivals = Arc::new(Arrivals::of(GOROUTINES as i32));
    let goroutines: Vec<_> = (0..GOROUTINES)
        .map(|_| {
            let arrivals = Arc::clone(&arrivals);
            go(move || {
                black_box([1_u8; DEPTH]);
                arrivals.arrive();
                arrivals.wait();
            })
        })
        .collect();
    goroutines
        .into_iter()
        .for_each(|goroutine| goroutine.join().unwrap());
}

#[cgocall::main]
fn main() {
    go_deep();
    let (used, stacks) = (resident(), metrics().stacks);
    assert!(used > GOROUTINES * DEPTH / 1024);
    step("the system to get its memory back");
    // Nobody runs meanwhile, and the runtime sees to it all the same. Some stacks stay as they are: those that Ps have, and
    // some dozens for whoever comes next.
    let (done, is_done) = async_channel::bounded::<()>(1);
    std::thread::spawn(move || {
        while resident() > used / 2 {
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(done);
    });
    assert!(is_done.recv().wait().is_err());
    step("the same stacks again");
    go_deep();
    assert!(metrics().stacks < stacks + GOROUTINES / 2);
}
