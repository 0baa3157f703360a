//! What the process may have, and what the runtime leaves of it to the rest of the program.
//!
//! A program that gets no memory any more ends: Rust's allocator says so, and C seldom looks. So where something limits
//! it, stacks and threads are done without while there are still 16 MiB to be had. Who asked for one is told, and can
//! print that. It is worked out and not tried out: what is mapped as a trial is what somebody else does not get just then.

use crate::template;
use std::fs::read_to_string;
use std::io::Error;
use std::mem::MaybeUninit;
use std::sync::{Mutex, PoisonError};

const HEADROOM: usize = 16 << 20;

/// What something takes.
#[derive(Clone, Copy)]
pub(crate) struct Need {
    /// Of address space: `ulimit -v`.
    pub(crate) space: usize,
    /// Of what could be written to: `ulimit -d`, `vm.overcommit_memory=2`.
    pub(crate) memory: usize,
}

/// Whether there are any.
pub(super) fn are_there() -> bool {
    Limits::now().any()
}

/// Does `f`, which takes so much, if that leaves enough to others.
pub(crate) fn leaving_headroom<R>(
    need: Need,
    f: impl FnOnce() -> Result<R, Error>,
) -> Result<R, Error> {
    /// What is there is taken by one at a time.
    static TAKING: Mutex<()> = Mutex::new(());
    let limits = Limits::now();
    if !limits.any() {
        return f();
    }
    // In a child of `fork` it may be held for good.
    let _one =
        (!template::is_child()).then(|| TAKING.lock().unwrap_or_else(PoisonError::into_inner));
    if !limits.leave_headroom(need) {
        return Err(Error::from_raw_os_error(libc::ENOMEM));
    }
    f()
}

/// The most that is reserved at a time: where address space is limited, it is not ours to keep unused.
pub(super) fn most_at_once() -> usize {
    const MOST: usize = 64 << 30;
    Limits::now()
        .space
        .map_or(MOST, |limit| MOST.min(limit / 64))
}

/// Those there are.
struct Limits {
    space: Option<usize>,
    data: Option<usize>,
    /// Whether the system promises no more memory than it has.
    strict: bool,
}

impl Limits {
    fn now() -> Limits {
        Limits {
            space: limit(libc::RLIMIT_AS),
            data: limit(libc::RLIMIT_DATA),
            strict: number("/proc/sys/vm/overcommit_memory") == Some(2),
        }
    }

    fn any(&self) -> bool {
        self.space.is_some() || self.data.is_some() || self.strict
    }

    fn leave_headroom(&self, need: Need) -> bool {
        let fits = |used: Option<usize>, need: usize, limit: Option<usize>| match (used, limit) {
            (Some(used), Some(limit)) => {
                used.saturating_add(need).saturating_add(HEADROOM) <= limit
            }
            // Nobody knows.
            _ => true,
        };
        let (space, data) = used();
        fits(space, need.space, self.space)
            && fits(data, need.memory, self.data)
            && (!self.strict || {
                let (committed, limit) = committed();
                fits(committed, need.memory, limit)
            })
    }
}

#[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "uclibc")))]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(all(target_os = "linux", any(target_env = "gnu", target_env = "uclibc"))))]
type Resource = libc::c_int;

fn limit(what: Resource) -> Option<usize> {
    let mut limit = MaybeUninit::<libc::rlimit>::uninit();
    // SAFETY: `getrlimit` fills it in if it returns 0, and only then is it read.
    let limit = unsafe {
        (libc::getrlimit(what, limit.as_mut_ptr()) == 0).then(|| limit.assume_init().rlim_cur)
    };
    let limit = limit.filter(|limit| *limit != libc::RLIM_INFINITY);
    limit.and_then(|limit| usize::try_from(limit).ok())
}

fn number(file: &str) -> Option<usize> {
    read_to_string(file).ok()?.trim().parse().ok()
}

/// The address space of the process, and how much of it could be written to.
fn used() -> (Option<usize>, Option<usize>) {
    let pages = read_to_string("/proc/self/statm").unwrap_or_default();
    let mut pages = pages.split(' ').map(|pages| pages.trim().parse::<usize>());
    let bytes = |pages: Option<_>| -> Option<usize> {
        let pages: usize = Result::ok(pages?)?;
        pages.checked_mul(super::memory::page())
    };
    (bytes(pages.next()), bytes(pages.nth(4)))
}

/// What the system has promised, and how much it would.
fn committed() -> (Option<usize>, Option<usize>) {
    let all = read_to_string("/proc/meminfo").unwrap_or_default();
    let value = |name: &str| -> Option<usize> {
        let line = all.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: usize = line.split_whitespace().next()?.parse().ok()?;
        kib.checked_mul(1024)
    };
    (value("Committed_AS:"), value("CommitLimit:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Need = Need {
        space: 0,
        memory: 0,
    };

    #[test]
    fn what_is_left_to_others_is_not_taken() {
        let (space, data) = used();
        let (space, data) = (space.unwrap(), data.unwrap());
        assert!(space > data && data > 0);
        // Others of this test's process take some meanwhile.
        let little = HEADROOM / 2;
        for (limits, enough) in [
            ((None, None), true),
            (
                (Some(space + 100 * HEADROOM), Some(data + 100 * HEADROOM)),
                true,
            ),
            ((Some(space + little), None), false),
            ((None, Some(data + little)), false),
        ] {
            let limits = Limits {
                space: limits.0,
                data: limits.1,
                strict: false,
            };
            assert_eq!(limits.leave_headroom(NOTHING), enough);
        }
        let limits = Limits {
            space: Some(space + 1000 * HEADROOM),
            data: Some(data + 1000 * HEADROOM),
            strict: true,
        };
        let (committed, limit) = committed();
        let free = limit.unwrap().saturating_sub(committed.unwrap());
        for (space, memory, enough) in [
            (500 * HEADROOM, 0, free > HEADROOM),
            (2000 * HEADROOM, 0, false),
            (0, 2000 * HEADROOM, false),
        ] {
            assert_eq!(limits.leave_headroom(Need { space, memory }), enough);
        }
    }
}
