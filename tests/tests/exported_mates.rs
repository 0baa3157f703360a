//! Goroutines that share a thread do not share why an export has failed.

use std::ffi::CStr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use cgocall::{Builder, go, yield_now};
use cgocall_tests::exported::{exported_fail, why};

#[test]
fn each_goroutine_has_its_own_error() {
    static FAILED: AtomicUsize = AtomicUsize::new(0);
    let fails = |text: &'static CStr, said: &'static str| {
        move || {
            assert_eq!(why(), None, "at first none has failed");
            assert_eq!(exported_fail(text), -1);
            FAILED.fetch_add(1, SeqCst);
            while FAILED.load(SeqCst) < 2 {
                yield_now();
            }
            assert_eq!(why().as_deref(), Some(said));
        }
    };
    // Both on one thread.
    let main = move || {
        let mates = [go(fails(c"a", "no = in a")), go(fails(c"b", "no = in b"))];
        mates.into_iter().for_each(|mate| mate.join().unwrap());
    };
    Builder::new().procs(1).run(main).unwrap();
}
