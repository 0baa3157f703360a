//! A sandbox that one system call is forbidden in.

use libc::{c_int, c_long, sock_filter, sock_fprog};
use std::io::Error;

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

/// A system call, or only what it is asked for: the value of one of its arguments, by index.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// The number of the call.
    pub call: c_long,
    /// The argument, and its value.
    pub only: Option<(u32, u32)>,
    /// What the kernel answers.
    pub error: c_int,
}

/// From now on the kernel answers EPERM, on all threads and in children. It makes system calls and nothing else.
///
/// # Errors
/// If it cannot be.
pub fn forbid(call: c_long) -> Result<(), Error> {
    refuse(Refused {
        call,
        only: None,
        error: libc::EPERM,
    })
}

/// The same with any answer.
///
/// # Errors
/// If it cannot be.
pub fn refuse(refused: Refused) -> Result<(), Error> {
    let answer = |value| instruction(libc::BPF_RET | libc::BPF_K, value, 0, 0);
    let load = |offset| instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset, 0, 0);
    let is = |value, no| instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, value, 0, no);
    // Where nothing more is asked, what is asked is known: the call.
    let (argument, value) = match refused.only {
        // Its lower half.
        Some((index, value)) => (16 + 8 * index, value),
        None => (0, refused.call as u32),
    };
    let mut filter = [
        // `seccomp_data`: the number of the call, the architecture, the address, the arguments.
        load(4),
        is(ARCHITECTURE, 5),
        load(0),
        is(refused.call as u32, 3),
        load(argument),
        is(value, 1),
        answer(libc::SECCOMP_RET_ERRNO | refused.error as u32),
        answer(libc::SECCOMP_RET_ALLOW),
    ];
    let program = sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the kernel copies the filter, which is a program of the length that is told.
    let done = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::syscall(
                libc::SYS_seccomp,
                libc::SECCOMP_SET_MODE_FILTER,
                libc::SECCOMP_FILTER_FLAG_TSYNC,
                &raw const program,
            ) == 0
    };
    if done {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}

fn instruction(code: u32, k: u32, yes: u8, no: u8) -> sock_filter {
    sock_filter {
        code: code as u16,
        jt: yes,
        jf: no,
        k,
    }
}
