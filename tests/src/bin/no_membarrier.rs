//! A program that forbids itself `membarrier(2)` while the runtime runs, as a sandbox does.

use cgocall::go;
use cgocall_tests::{Flag, step};
use std::hint::spin_loop;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() {
    go(|| ()).join().unwrap();
    step("a sandbox for all threads");
    forbid_membarrier();
    // Who has got its P before the runtime knew keeps it.
    for _ in 0..3 {
        while !is_taken_from_a_hog() {}
    }
}

/// A goroutine does not leave Rust, though another one waits to start: until that has, on the P that was taken away, or
/// for very long.
fn is_taken_from_a_hog() -> bool {
    let flag = Arc::new(Flag::new());
    let hog = go(move || {
        let mate = Arc::clone(&flag);
        go(move || mate.raise());
        let start = Instant::now();
        while !flag.is_raised() && start.elapsed() < Duration::from_millis(200) {
            spin_loop();
        }
        flag.is_raised()
    });
    hog.join().unwrap()
}

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

/// From now on the kernel answers EPERM, on all threads.
fn forbid_membarrier() {
    let answer = |value| instruction(libc::BPF_RET | libc::BPF_K, value, 0, 0);
    let load = |offset| instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset, 0, 0);
    let is = |value, no| instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, value, 0, no);
    let mut filter = [
        // `seccomp_data`: the number of the call, the architecture.
        load(4),
        is(ARCHITECTURE, 3),
        load(0),
        is(u32::try_from(libc::SYS_membarrier).unwrap(), 1),
        answer(libc::SECCOMP_RET_ERRNO | libc::EPERM as u32),
        answer(libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the kernel copies the filter, which is a program of the length that is told.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let done = libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_TSYNC,
            &raw const program,
        );
        assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
    }
}

fn instruction(code: u32, k: u32, yes: u8, no: u8) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt: yes,
        jf: no,
        k,
    }
}
