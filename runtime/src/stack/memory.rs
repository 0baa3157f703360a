//! What the system is asked for: address space, memory in it, and guards that end it.
//!
//! Address space is reserved in large mappings that nothing can be written to, and made usable from their beginning on,
//! some stacks at a time. So it counts as memory (`vm.overcommit_memory=2`, `RLIMIT_DATA`) only as far as it is used, and
//! a mapping is split in two at most.
//!
//! A guard is 64 KiB that nobody can touch, at the lower end of each stack. C compiled without stack probes, as parts of
//! libc are, would jump over a single page. Linux 6.13 marks them in the page tables (`MADV_GUARD_INSTALL`): a million
//! guards take no mapping of their own, and `MADV_DONTNEED` leaves them where they are. Elsewhere a guard is memory
//! without access (`mprotect`), which splits the mapping: each stack takes two, and there are 65,530 in a process
//! (`vm.max_map_count`).

#[cfg(any(target_os = "linux", target_os = "android"))]
use super::batch;
use crate::config;
use std::io::Error;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};

pub(crate) const GUARD: usize = 64 << 10;

/// So many mappings are left to the rest of the program.
const HEADROOM_MAPPINGS: usize = 1024;

/// Where nobody says how many mappings there can be.
const MAX_MAP_COUNT: usize = 65_530;

/// The size of a page.
pub(crate) fn page() -> usize {
    // SAFETY: asks for a number.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(page).unwrap_or(4096)
}

/// Reserves address space, which is nobody else's then.
pub(crate) fn reserve(len: usize) -> Result<usize, Error> {
    // Where there is no such flag, memory without access does not count.
    #[cfg(not(any(target_os = "freebsd", target_os = "dragonfly", target_os = "openbsd")))]
    const UNCOUNTED: libc::c_int = libc::MAP_NORESERVE;
    #[cfg(any(target_os = "freebsd", target_os = "dragonfly", target_os = "openbsd"))]
    const UNCOUNTED: libc::c_int = 0;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | UNCOUNTED;
    // SAFETY: a new mapping, wherever there is room.
    let start = unsafe { libc::mmap(null_mut(), len, libc::PROT_NONE, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return Err(Error::last_os_error());
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    // SAFETY: of the mapping that was just made. A goroutine that touches one page would else be given 512; if the kernel
    // has no such pages it refuses, and nothing is lost.
    unsafe {
        libc::madvise(start, len, libc::MADV_NOHUGEPAGE)
    };
    Ok(start as usize)
}

/// Whether there is room for a stack of `size` bytes.
pub(crate) fn try_out(size: usize) -> Result<(), Error> {
    let len = size.next_multiple_of(page());
    let start = reserve(len)?;
    // SAFETY: the mapping is this function's.
    unsafe {
        let usable = commit(start, len);
        release(start, len);
        usable
    }
}

/// Gives address space back that nothing was carved from.
///
/// # Safety
/// The whole of what `reserve` gave, and nobody uses it.
pub(super) unsafe fn release(start: usize, len: usize) {
    // SAFETY: the caller's promise.
    unsafe { libc::munmap(start as *mut _, len) };
}

/// Makes reserved address space usable.
///
/// # Safety
/// It was reserved, and is nobody's yet.
pub(super) unsafe fn commit(start: usize, len: usize) -> Result<(), Error> {
    // SAFETY: the caller's promise.
    unsafe { protect(start, len, libc::PROT_READ | libc::PROT_WRITE) }
}

/// Takes it back.
///
/// # Safety
/// As `commit`.
pub(super) unsafe fn decommit(start: usize, len: usize) {
    // SAFETY: the caller's promise. If there are too many mappings for it, it stays usable, and unused.
    let _ = unsafe { protect(start, len, libc::PROT_NONE) };
}

/// # Safety
/// Nobody uses it.
unsafe fn protect(start: usize, len: usize, access: libc::c_int) -> Result<(), Error> {
    // SAFETY: the caller's promise.
    match unsafe { libc::mprotect(start as *mut _, len, access) } {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    }
}

/// Whether it may do better another time, and is known all the same.
pub(super) fn lacks_memory(error: &Error) -> bool {
    let memory = [libc::ENOMEM, libc::EAGAIN, libc::EFAULT];
    error
        .raw_os_error()
        .is_some_and(|code| memory.contains(&code))
}

/// Whether guards are marked in the page tables, as far as is known.
static MARKS: AtomicBool = AtomicBool::new(cfg!(any(target_os = "linux", target_os = "android")));

/// How many guards are mappings of their own.
static MAPPED: AtomicUsize = AtomicUsize::new(0);

/// Whether each guard takes a mapping.
pub(crate) fn guards_are_mappings() -> bool {
    MAPPED.load(Relaxed) != 0
}

/// Makes the lower end of `count` slots untouchable. If it cannot, what it has done so far is undone by `decommit`.
///
/// # Safety
/// They were committed, and are nobody's yet.
pub(super) unsafe fn guard(start: usize, slot: usize, count: usize) -> Result<(), Error> {
    let guards = || (0..count).map(|i| start + i * slot);
    if MARKS.load(Relaxed) && config::get().guard_install {
        // SAFETY: the caller's promise.
        match unsafe { mark(guards()) } {
            Ok(()) => return Ok(()),
            Err(error) if lacks_memory(&error) => return Err(error),
            // The kernel does not know it, cannot do it here, in memory that is locked, or is not let by a filter of system
            // calls.
            Err(_) => MARKS.store(false, Relaxed),
        }
    }
    let most = max_map_count().saturating_sub(HEADROOM_MAPPINGS) / 2;
    if MAPPED.fetch_add(count, Relaxed) + count > most {
        MAPPED.fetch_sub(count, Relaxed);
        return Err(Error::from_raw_os_error(libc::ENOMEM));
    }
    // SAFETY: the caller's promise.
    let guarded = guards().try_for_each(|guard| unsafe { protect(guard, GUARD, libc::PROT_NONE) });
    if guarded.is_err() {
        MAPPED.fetch_sub(count, Relaxed);
    }
    guarded
}

/// # Safety
/// As `guard`.
#[cfg(any(target_os = "linux", target_os = "android"))]
unsafe fn mark(mut guards: impl ExactSizeIterator<Item = usize> + Clone) -> Result<(), Error> {
    const MADV_GUARD_INSTALL: libc::c_int = 102;
    /// Fewer are no matter, and valgrind, for one, says that it does not know the system call.
    const MANY: usize = 64;
    // SAFETY: the caller's promise.
    unsafe {
        if guards.len() >= MANY && batch::advise(guards.clone(), GUARD, MADV_GUARD_INSTALL) {
            return Ok(());
        }
        // From the beginning: one that is marked may be marked again.
        guards.try_for_each(|guard| {
            match libc::madvise(guard as *mut _, GUARD, MADV_GUARD_INSTALL) {
                0 => Ok(()),
                _ => Err(Error::last_os_error()),
            }
        })
    }
}

/// # Safety
/// None: never called.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
unsafe fn mark(_: impl ExactSizeIterator<Item = usize>) -> Result<(), Error> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// How many mappings the process may have.
pub(crate) fn max_map_count() -> usize {
    std::fs::read_to_string("/proc/sys/vm/max_map_count")
        .ok()
        .and_then(|count| count.trim().parse().ok())
        .unwrap_or(MAX_MAP_COUNT)
}

/// The lowest address from `bottom` to `top` on a page that the system has given memory for. It may be asked of any
/// address: where there is nothing, there is no memory.
pub(super) fn lowest_touched(bottom: usize, top: usize) -> Option<usize> {
    /// Small enough for a goroutine's stack.
    const PAGES: usize = 256;
    let page = page();
    let mut touched = [0_u8; PAGES];
    let mut is_touched = |start: usize, pages: usize| {
        // SAFETY: the system writes a byte for each page, and `touched` has as many.
        let result =
            unsafe { libc::mincore(start as *mut _, pages * page, touched.as_mut_ptr().cast()) };
        // An error: there is none at all, or not everywhere.
        let known = (result == 0).then_some(&touched[..pages]);
        known.map(|pages| pages.iter().position(|page| page & 1 != 0))
    };
    let bottom = bottom.next_multiple_of(page);
    for start in (bottom..top).step_by(PAGES * page) {
        let pages = PAGES.min((top - start) / page);
        let first = match is_touched(start, pages) {
            Some(first) => first,
            None => (0..pages).find(|i| is_touched(start + i * page, 1) == Some(Some(0))),
        };
        if let Some(first) = first {
            return Some(start + first * page);
        }
    }
    None
}

/// Makes memory zeros again, as it was when it was new.
///
/// # Safety
/// Nobody uses it.
pub(super) unsafe fn empty(start: usize, len: usize) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    // SAFETY: the caller's promise. Fails where memory is locked.
    if unsafe { libc::madvise(start as *mut _, len, libc::MADV_DONTNEED) } == 0 {
        return;
    }
    // SAFETY: the caller's promise.
    unsafe { std::ptr::write_bytes(start as *mut u8, 0, len) };
}

/// Gives the memory of stacks back that nobody uses, and keeps their address space and their guards.
///
/// # Safety
/// Nobody uses them.
pub(super) unsafe fn trim(start: usize, len: usize) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let advice = libc::MADV_DONTNEED;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let advice = libc::MADV_FREE;
    // SAFETY: the caller's promise. If the system does not want it now, it is not given back.
    unsafe { libc::madvise(start as *mut _, len, advice) };
}

/// Gives stacks the memory that they begin in, all at once. Where the system cannot, each gets it when it is used.
///
/// # Safety
/// They are usable, and the caller's.
pub(super) unsafe fn populate(tops: &[usize]) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let page = page();
        let begin = tops.iter().map(|top| top - page);
        // SAFETY: the caller's promise. What is there already stays as it is.
        unsafe { batch::advise(begin, page, libc::MADV_POPULATE_WRITE) };
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = tops;
}
