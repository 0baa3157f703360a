//! Threads that are held by C, for `CGOCALL_TRACE=top`: one by a `blocking` call, one by a call that nobody declared, until
//! stdin ends.

use cgocall::go;
use cgocall_tests::{Flag, step, wait_around};
use std::io::Read;
use std::sync::Arc;

#[cgocall::main]
fn main() {
    let flag = Arc::new(Flag::new());
    let watch = std::thread::spawn({
        let flag = flag.clone();
        move || {
            println!("ready");
            // Until its end, whatever signals come meanwhile.
            std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
            flag.raise();
        }
    });
    step("a `blocking` call");
    let blocking = go({
        let flag = flag.clone();
        move || flag.wait_in_c()
    });
    step("a call that nobody declared");
    let held = go(move || wait_around(&flag, &flag, 1, |n| n));
    // That may be on this very thread.
    assert_eq!(held.join().unwrap(), 1);
    blocking.join().unwrap();
    watch.join().unwrap();
}
