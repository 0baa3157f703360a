//! 100,000 goroutines parked inside callbacks of a `parks` import, at once, and resumed in any order.

use cgocall::{Wait, go, metrics, yield_now};
use cgocall_tests::{
    Arrivals, call_back, count, page_tables, procs, resident, threads, with_small_frame,
};
use std::sync::Arc;

#[cgocall::main]
fn main() {
    let parked = count();
    let before = resident();
    let arrivals = Arc::new(Arrivals::of(parked as i32));
    let mut goroutines: Vec<_> = (0..parked as i64)
        .map(|i| {
            if i % 100 == 0 {
                // Else it would look like one that has forgotten the others.
                yield_now();
            }
            let arrivals = Arc::clone(&arrivals);
            let (tx, rx) = async_channel::bounded::<i64>(1);
            let goroutine = go(move || {
                with_small_frame(i, |n| {
                    arrivals.arrive();
                    let received = rx.recv().wait().unwrap();
                    // Its own C calls go on below its parked frames.
                    n + call_back(received, |received| received + 1)
                })
            });
            (i, tx, goroutine)
        })
        .collect();
    arrivals.wait();
    for _ in 0..100 {
        yield_now();
    }
    let threads = threads();
    // Where the machine gives those that run goroutines no processor, sysmon has more of them started; nothing else does. (For
    // a thread each there are too many: it has 10,000 at most.)
    let usual = procs() + 2;
    let reinforcements = metrics().reinforcements as usize;
    assert!(
        threads <= usual + reinforcements,
        "{threads} threads hold {parked} parked callbacks, and {reinforcements} were started because others were stuck"
    );
    // On each of two stacks a page; the goroutine, its channel, its place among those who wait. And a page of page tables
    // for C's stack, which is as large as a thread's.
    println!(
        "{parked} goroutines parked in callbacks: {} bytes each, and {} of page tables",
        (resident() - before) * 1024 / parked,
        page_tables() * 1024 / parked,
    );
    // Nobody waits for them in C either.
    assert_eq!(call_back(1, |n| n), 1);

    let mut random = 1_usize;
    for last in (1..parked).rev() {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        goroutines.swap(last, (random >> 33) % (last + 1));
    }
    for (i, tx, _) in &goroutines {
        tx.try_send(i + 10).unwrap();
        if i % 7 == 0 {
            yield_now();
        }
    }
    for (i, _, goroutine) in goroutines {
        assert_eq!(goroutine.join().unwrap(), i + i + 11);
    }
}
