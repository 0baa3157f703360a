//! Children that are forked in the midst of everything: from plain threads, from goroutines, and in callbacks. Each goes on
//! alone and answers by its exit.

use crate::counts::FORKS;
use crate::random::Random;
use cgocall::{go, yield_now};
use cgocall_tests::{
    Flag, call_back, call_back_blocking, call_back_reentrant, usleep_blocking, wait_for_child,
};
use std::ffi::{c_char, c_int};
use std::ptr::null;
use std::sync::Arc;
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(2);

/// One thread that forks, and one that goroutines do it for.
pub(crate) fn begin(over: &Arc<Flag>, mut random: Random) -> [JoinHandle<()>; 2] {
    let seeded = Random(random.next());
    [(random, false), (seeded, true)].map(|(mut random, on_goroutines)| {
        let over = Arc::clone(over);
        spawn(move || {
            while !over.is_raised() {
                let (place, kind) = (random.from(0..=3), random.from(0..=2));
                if on_goroutines {
                    go(move || fork_at(place, kind)).join().expect("no panic");
                } else {
                    fork_at(place, kind);
                }
                sleep(PAUSE);
            }
        })
    })
}

fn fork_at(place: u32, kind: u32) {
    let in_callback = |n| {
        if kind == 0 {
            yield_now();
        }
        fork_one(kind);
        n
    };
    match place {
        0 => fork_one(kind),
        1 => assert_eq!(call_back(1, in_callback), 1),
        2 => assert_eq!(call_back_reentrant(1, in_callback), 1),
        _ => assert_eq!(call_back_blocking(1, in_callback), 1),
    }
}

fn fork_one(kind: u32) {
    FORKS.ask(1);
    // SAFETY: what the child does needs no other thread, nor a lock that one may have.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: it ends, by the alarm if by nothing else, and runs nothing of the parent's.
        unsafe {
            libc::signal(libc::SIGALRM, libc::SIG_DFL);
            libc::alarm(30);
            libc::_exit(match kind {
                0 => executes(),
                1 => calls_libc(),
                _ => calls_back(),
            })
        }
    }
    assert!(child > 0, "{}", std::io::Error::last_os_error());
    assert_eq!(wait_for_child(child), 0, "a child of kind {kind}");
    FORKS.done();
}

fn executes() -> c_int {
    let argv: [*const c_char; 2] = [c"/bin/true".as_ptr(), null()];
    // SAFETY: strings and lists that end as C expects.
    unsafe { libc::execv(argv[0], argv.as_ptr()) };
    1
}

fn calls_libc() -> c_int {
    let mut byte = [0_u8; 2];
    let mut ends = [0; 2];
    // SAFETY: a pipe of the child's own, and as many bytes as there are.
    let same = unsafe {
        libc::pipe(ends.as_mut_ptr()) == 0
            && libc::write(ends[1], b"c".as_ptr().cast(), 1) == 1
            && libc::read(ends[0], byte.as_mut_ptr().cast(), 1) == 1
    };
    c_int::from(!(same && byte == *b"c\0"))
}

/// All of it runs where it is called, and whoever spawns waits for nobody.
fn calls_back() -> c_int {
    // SAFETY: asks for a number.
    let thread = || unsafe { libc::syscall(libc::SYS_gettid) };
    let home = thread();
    let called = |n| {
        drop(go(|| ()));
        n + i64::from(thread() == home)
    };
    let all = [
        call_back(1, called),
        call_back_reentrant(1, called),
        call_back_blocking(1, |n| call_back(n, called)),
    ];
    drop(go(|| ()));
    c_int::from(all != [2; 3] || usleep_blocking(1) != 0)
}
