//! A program whose main goroutine runs inside a tokio runtime. Nothing else here may start goroutines: some would stay
//! on the main goroutine's thread, which leaves the runtime when that one ends.

use cgocall::{InTokio, Wait, go};
use cgocall_tests::run_with_procs;
use std::time::Duration;
use tokio::runtime::{Handle, Runtime};
use tokio::time::sleep;

#[cgocall::main]
fn main() {
    // The main goroutine stands in `block_on`: a multi-thread runtime goes on meanwhile.
    let tokio = Handle::current();
    let goroutines: Vec<_> = (0..20)
        .map(|n| {
            let tokio = tokio.clone();
            go(move || {
                let waits = async {
                    sleep(Duration::from_millis(1)).await;
                    tokio::spawn(async move { go(move || n).await }).await
                };
                waits.in_tokio(&tokio).wait().unwrap().unwrap()
            })
        })
        .collect();
    async { sleep(Duration::from_millis(1)).await }
        .in_tokio(&tokio)
        .wait();
    let sum: i32 = goroutines.into_iter().map(|g| g.join().unwrap()).sum();
    assert_eq!(sum, 190);
    assert_eq!(Handle::current().id(), tokio.id());
}

#[test]
fn the_main_goroutine_may_run_inside_a_tokio_runtime() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async { main() });
    runtime.block_on(async { sleep(Duration::from_millis(1)).await });
}

#[test]
fn so_it_may_with_1_2_and_16_procs() {
    let the_other = "the_main_goroutine_may_run_inside_a_tokio_runtime";
    run_with_procs(std::env::current_exe().unwrap(), |_, command| {
        command.args(["--exact", the_other]);
    });
}
