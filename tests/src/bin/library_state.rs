//! C that keeps its state with its thread finds it again in the next call, whatever else runs.

use cgocall::{cgo_import, go, yield_now};
use cgocall_tests::{
    mates, step, thread_id, thread_id_around, toy_close, toy_error, toy_fail, toy_open, usleep,
};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

#[cgo_import]
unsafe extern "C" {
    fn dlopen(name: &CStr, flags: c_int) -> *mut c_void;
    fn dlerror() -> *const c_char;
}

const RTLD_NOW: c_int = 2;

#[cgocall::main]
fn main() {
    let load = Load::start();
    step("errors of dlopen, read back by dlerror");
    each_goroutine_reads_its_own_dlerror();
    step("a library with a queue of errors per thread");
    each_goroutine_finds_its_library_open();
    step("the thread's number around C calls and callbacks");
    a_goroutine_stays_on_its_thread();
    step("the end of the load");
    load.stop();
}

/// Goroutines that come, call C and go, all the time.
struct Load {
    stop: Arc<AtomicBool>,
    goroutines: Vec<cgocall::JoinHandle<()>>,
}

impl Load {
    fn start() -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let goroutines = (0..4)
            .map(|_| {
                let stop = Arc::clone(&stop);
                go(move || {
                    while !stop.load(SeqCst) {
                        go(|| usleep(100)).join().unwrap();
                        thread_id();
                    }
                })
            })
            .collect();
        Load { stop, goroutines }
    }

    fn stop(self) {
        self.stop.store(true, SeqCst);
        for goroutine in self.goroutines {
            goroutine.join().unwrap();
        }
    }
}

/// The text of the thread's last error, once.
fn last_dlerror() -> Option<String> {
    // SAFETY: the text stays until the next call of the thread, and there is no park point before it is copied.
    unsafe {
        let text = dlerror();
        (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
    }
}

fn each_goroutine_reads_its_own_dlerror() {
    let goroutines = mates(32, |i| {
        for round in 0..30 {
            let name = format!("/no/such/library-{i}-{round}.so");
            let path = CString::new(&*name).unwrap();
            // SAFETY: there is no such library whose initialisers could do harm.
            assert!(unsafe { dlopen(&path, RTLD_NOW) }.is_null());
            if round % 10 == 0 {
                usleep(300);
            }
            let error = last_dlerror().expect("dlopen has failed");
            assert!(error.contains(&name), "{name} is not in: {error}");
            assert_eq!(last_dlerror(), None, "an error is told once");
            yield_now();
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

fn each_goroutine_finds_its_library_open() {
    let goroutines = mates(32, |i| {
        for round in 0..50 {
            toy_open();
            // Short ones, and now and then one that is not.
            let micros = if round % 10 == 9 { 200 } else { 0 };
            let codes = [1, 2, 3].map(|n| 1_000_000 * n + 1000 * i + round);
            for code in codes {
                assert_eq!(toy_fail(code, micros), 0, "it is open on this thread");
            }
            for code in codes {
                assert_eq!(toy_error(), code);
            }
            assert_eq!(toy_close(), 0);
            yield_now();
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

fn a_goroutine_stays_on_its_thread() {
    let goroutines = mates(8, |_| {
        let thread = thread_id();
        for round in 0..1000 {
            let micros = if round % 50 == 49 { 100 } else { 0 };
            let around = thread_id_around(micros, 0, |n| {
                assert_eq!(thread_id(), thread, "in the callback");
                yield_now();
                assert_eq!(thread_id(), thread, "in the callback that has yielded");
                n
            });
            assert_eq!(around, thread, "in C");
            assert_eq!(thread_id(), thread, "after the call");
            yield_now();
            assert_eq!(thread_id(), thread, "after a yield");
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}
