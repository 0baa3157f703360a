//! The end of a thread's own stack, as the kernel's list of mappings tells it.
//!
//! The C library knows the bounds, but tells them with the allocator's help only, which neither this handler may ask
//! nor a thread that is attached by a signal handler. Read when a fault may well be an overflow, and not before.

use super::REACH;
use std::ffi::CStr;

/// A mapping, with or without access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mapping {
    start: usize,
    end: usize,
    is_accessible: bool,
}

/// Finds out whether a fault at `address` is one at the end of the stack that `stands` is an address of.
#[derive(Debug)]
struct Search {
    stands: usize,
    address: usize,
    /// Nothing between a fault and the stack below which it lies can be accessed.
    unmapped: bool,
    /// Where the last mapping ended that can be accessed.
    accessible: usize,
    found: Option<bool>,
}

impl Search {
    fn see(&mut self, mapping: Mapping) {
        let Mapping { start, end, .. } = mapping;
        if (start..end).contains(&self.stands) {
            // A guard that is a mapping of its own, or nothing.
            let below = (self.accessible..start).contains(&self.address);
            // One that is marked in the page tables: what else could be missing there?
            let within = self.unmapped && (start..self.stands).contains(&self.address);
            self.found = Some(below && start - self.address < REACH || within);
        } else if mapping.is_accessible {
            self.accessible = end;
        }
    }
}

/// A line of the list: "7f00-7f10 rw-p ..".
fn parse(line: &[u8]) -> Option<Mapping> {
    let line = std::str::from_utf8(line.get(..line.len().min(64))?).ok()?;
    let (start, rest) = line.split_once('-')?;
    let (end, rest) = rest.split_once(' ')?;
    Some(Mapping {
        start: usize::from_str_radix(start, 16).ok()?,
        end: usize::from_str_radix(end, 16).ok()?,
        is_accessible: !rest.starts_with("---"),
    })
}

/// Whether the fault is one at the end of the stack that `stands` is an address of. None: it is not to be found out.
pub(super) fn end_there(stands: usize, address: usize, unmapped: bool) -> Option<bool> {
    let mut search = Search {
        stands,
        address,
        unmapped,
        accessible: 0,
        found: None,
    };
    each_line(c"/proc/self/maps", |line| {
        if let Some(mapping) = parse(line) {
            search.see(mapping);
        }
        search.found.is_none()
    });
    search.found
}

/// Has `f` see each line, or what of it fits, until it has seen enough.
fn each_line(file: &CStr, mut f: impl FnMut(&[u8]) -> bool) {
    // SAFETY: a path that ends in a NUL.
    let fd = unsafe { libc::open(file.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC) };
    if fd < 0 {
        return;
    }
    let mut buffer = [0; 4096];
    let mut len = 0;
    let mut goes_on = true;
    while goes_on {
        let free = &mut buffer[len..];
        // SAFETY: into what is free of the buffer.
        let read = unsafe { libc::read(fd, free.as_mut_ptr().cast(), free.len()) };
        let Ok(read @ 1..) = usize::try_from(read) else {
            break;
        };
        len += read;
        let mut start = 0;
        while let Some(line) = buffer[start..len].iter().position(|byte| *byte == b'\n') {
            goes_on = goes_on && f(&buffer[start..start + line]);
            start += line + 1;
        }
        buffer.copy_within(start..len, 0);
        len -= start;
        if len == buffer.len() {
            // The longest path has no more than that.
            break;
        }
    }
    // SAFETY: opened above.
    unsafe { libc::close(fd) };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_end(stands: usize, address: usize, unmapped: bool, list: &str) -> Option<bool> {
        let mut search = Search {
            stands,
            address,
            unmapped,
            accessible: 0,
            found: None,
        };
        for line in list.lines() {
            if search.found.is_none() {
                search.see(parse(line.as_bytes()).unwrap());
            }
        }
        search.found
    }

    #[test]
    fn an_overflow_lies_below_the_stack_with_nothing_in_between() {
        let list = "\
1000-2000 r-xp 00000000 08:01 12345 /usr/bin/something with spaces
5000-6000 rw-p 00000000 00:00 0
7000-8000 ---p 00000000 00:00 0
8000-10000 rw-p 00000000 00:00 0 [stack]
";
        let below = |address| is_end(0xf000, address, false, list);
        // In the guard, and in what is unmapped below.
        assert_eq!(below(0x7ff8), Some(true));
        assert_eq!(below(0x7000), Some(true));
        assert_eq!(below(0x6000), Some(true));
        // In another mapping, in the stack, above it.
        assert_eq!(below(0x5ff8), Some(false));
        assert_eq!(below(0x8000), Some(false));
        assert_eq!(below(0x10000), Some(false));
        // A guard that is marked is not seen in the list.
        assert_eq!(is_end(0xf000, 0x8000, true, list), Some(true));
        assert_eq!(is_end(0xf000, 0xfff8, true, list), Some(false));
        // On another stack.
        assert_eq!(is_end(0x5800, 0x7ff8, false, list), Some(false));
        assert_eq!(is_end(0x20000, 0x7ff8, false, list), None);
    }

    #[test]
    fn lines_are_seen_whole_and_in_order() {
        let mut last = 0;
        let mut lines = 0;
        each_line(c"/proc/self/maps", |line| {
            let mapping = parse(line).expect("a mapping");
            assert!(mapping.start >= last && mapping.end > mapping.start);
            last = mapping.end;
            lines += 1;
            true
        });
        assert!(lines > 20, "{lines}");
        let here = (&raw const lines) as usize;
        assert_eq!(end_there(here, here, false), Some(false));
    }
}
