//! Counts the system calls of one thread, by a filter that asks another one. For programs that need it: no part of the
//! library.

use libc::{c_long, seccomp_notif, seccomp_notif_resp, sock_filter, sock_fprog};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, PoisonError};

/// What the thread has called since this was made.
pub(crate) struct Syscalls(());

static LISTENER: AtomicI32 = AtomicI32::new(-1);
static COUNT: AtomicUsize = AtomicUsize::new(0);
static NUMBERS: Mutex<BTreeSet<c_long>> = Mutex::new(BTreeSet::new());

impl Syscalls {
    /// For the rest of the thread's life. Once.
    pub(crate) fn of_this_thread() -> Syscalls {
        std::thread::spawn(listen);
        // Whatever it is, ask.
        let mut ask = sock_filter {
            code: (libc::BPF_RET | libc::BPF_K) as u16,
            jt: 0,
            jf: 0,
            k: libc::SECCOMP_RET_USER_NOTIF,
        };
        let filter = sock_fprog {
            len: 1,
            filter: &raw mut ask,
        };
        // SAFETY: the filter is one instruction, which is valid and copied by the call; the calls it asks about go on.
        let listener = unsafe {
            assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
            libc::syscall(
                libc::SYS_seccomp,
                libc::SECCOMP_SET_MODE_FILTER,
                libc::SECCOMP_FILTER_FLAG_NEW_LISTENER,
                &raw const filter,
            )
        };
        assert!(listener >= 0, "{}", std::io::Error::last_os_error());
        LISTENER.store(listener as i32, SeqCst);
        Syscalls(())
    }

    pub(crate) fn count(&self) -> usize {
        COUNT.load(SeqCst)
    }

    /// Which ones.
    pub(crate) fn numbers(&self) -> BTreeSet<c_long> {
        NUMBERS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// `ioctl`s of a listener, as `linux/seccomp.h` has them.
const RECEIVE: libc::c_ulong = 0xc050_2100;
const SEND: libc::c_ulong = 0xc018_2101;

fn listen() {
    let listener = loop {
        // The thread that is listened to cannot wake anybody from now on without being asked about.
        match LISTENER.load(SeqCst) {
            -1 => std::thread::yield_now(),
            listener => break listener,
        }
    };
    loop {
        // SAFETY: numbers and nothing else, for which zero is a value.
        let mut asked: seccomp_notif = unsafe { std::mem::zeroed() };
        // SAFETY: the kernel fills it in.
        if unsafe { libc::ioctl(listener, RECEIVE, &raw mut asked) } != 0 {
            continue;
        }
        COUNT.fetch_add(1, SeqCst);
        let number = c_long::from(asked.data.nr);
        NUMBERS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(number);
        let answer = seccomp_notif_resp {
            id: asked.id,
            val: 0,
            error: 0,
            flags: libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32,
        };
        // SAFETY: the kernel reads it. If the thread has ended meanwhile, nobody needs the answer.
        unsafe { libc::ioctl(listener, SEND, &raw const answer) };
    }
}
