//! Whose stack has overflowed, or which C function has made another fault, and what is said about it.

use super::{ACCERR, Fault, MAPERR, mappings};
use crate::callback::Called;
use crate::check::Lent;
use crate::g::G;
use crate::site::Site;
use crate::stack::{self, GUARD, LARGEST};
use crate::thread::Thread;
use crate::{attach::Standing, config};
use std::ffi::c_int;
use std::fmt::{self, Display, Write as _};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Which kind of stack it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Goroutine,
    /// Made for C calls that cannot have the thread's own.
    C,
    Scheduler,
    /// The thread's own.
    Native,
}

/// Tells of the fault if it is an overflow, and of which stack.
pub(super) fn tell(fault: &Fault<'_>) -> Option<Kind> {
    /// Where the stack pointer was when one was told last. Whoever it is handed on to may return, and meet it again.
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let thread = fault.thread;
    let (kind, size) = find(fault)?;
    if TOLD.swap(fault.stack_pointer, Relaxed) == fault.stack_pointer {
        return Some(kind);
    }
    let mut line = Line::new();
    let _ = match (kind, thread.g()) {
        (Kind::Goroutine, Some(g)) => goroutine(&mut line, g, size),
        (Kind::Scheduler, _) => scheduler(&mut line, size),
        _ => c(&mut line, thread, kind, size),
    };
    line.say();
    Some(kind)
}

/// Tells of memory that was lent to C.
pub(super) fn tell_loan(lent: &Lent) {
    let mut line = Line::new();
    let _ = write!(line, "{lent}");
    line.say();
}

/// What else a fault is.
pub(super) struct Cause {
    pub(super) signal: c_int,
    pub(super) code: c_int,
    pub(super) address: usize,
}

impl Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MISALIGNED: c_int = 1;
        const NO_MEMORY: c_int = 2;
        let address = self.address;
        match (self.signal, self.code) {
            (libc::SIGSEGV, MAPERR) => write!(f, "at address {address:#x}, where there is nothing"),
            (libc::SIGSEGV, ACCERR) => {
                write!(f, "at address {address:#x}, which is not to be used so")
            }
            (libc::SIGBUS, MISALIGNED) => write!(f, "at the misaligned address {address:#x}"),
            (libc::SIGBUS, NO_MEMORY) => {
                write!(
                    f,
                    "at address {address:#x}, beyond the end of what is mapped there"
                )
            }
            // An address that cannot be, or the end of a stack that a signal's frame does not fit on.
            _ => write!(f, "at an address that is not known"),
        }
    }
}

/// Which import's C runs on the thread, if it does, and not what C has called back.
pub(super) fn c_of(thread: &Thread, stack_pointer: usize) -> Option<&'static Site> {
    if thread.c.in_c.get() {
        return thread.c.sites().next();
    }
    let (g, m) = (thread.g()?, thread.m()?);
    let in_c = m.hold.is_c() && g.c.system().contains(stack_pointer);
    in_c.then(|| g.c.sites().next())?
}

/// Tells of a fault in C that is no overflow.
pub(super) fn tell_c(thread: &Thread, site: &'static Site, cause: &Cause) {
    let signal = if cause.signal == libc::SIGBUS {
        "SIGBUS"
    } else {
        "SIGSEGV"
    };
    let mut line = Line::new();
    let _ = write!(line, "{signal} in {}, ", Import(site));
    let _ = match thread.g().or_else(|| thread.serves()) {
        Some(g) => write!(line, "called by {g}, "),
        None => write!(line, "on {Name}, "),
    };
    let _ = write!(
        line,
        "{cause}. A debugger shows the place in C; where C has kept a pointer that was lent to it, CGOCALL_CHECK=2 in a \
         debug build names that"
    );
    line.say();
}

/// On which stack it is an overflow, and that one's size: at least, where it is another's.
fn find(fault: &Fault<'_>) -> Option<(Kind, usize)> {
    let thread = fault.thread;
    let Some(place) = stack::find(fault.address) else {
        let at_end = matches!(thread.standing.get(), Standing::Own | Standing::Attached)
            && stack::find(fault.stack_pointer).is_none()
            && mappings::end_there(thread.stands.get(), fault.address, fault.unmapped)?;
        return at_end.then(|| (Kind::Native, thread.stands.get() - fault.address));
    };
    if !place.in_guard {
        return None;
    }
    let slot = place.top - place.limit;
    let is_there = stack::find(fault.stack_pointer).is_some_and(|on| on.limit == place.limit);
    // A frame of C's that is larger than the guard may have begun in it, and end in the stack below.
    let jumps = (place.limit.saturating_sub(slot)..place.limit).contains(&fault.stack_pointer);
    let in_c = thread.m().is_some_and(|m| m.hold.is_c());
    let kind = match thread.g() {
        Some(g) if g.stack().limit == place.limit && (is_there || jumps && !in_c) => {
            Kind::Goroutine
        }
        Some(g) if g.c.system().limit == place.limit && (is_there || jumps && in_c) => Kind::C,
        // What the scheduler calls touches each page.
        _ if is_there => Kind::Scheduler,
        // Somebody on another stack has hit the guard by mistake.
        _ => return None,
    };
    let size = slot - GUARD;
    Some((kind, size))
}

fn goroutine(line: &mut Line, g: &G, size: usize) -> fmt::Result {
    write!(line, "{g} has overflowed its stack of {}", Size(size))?;
    if let Some(site) = g.c.sites().next() {
        write!(line, ", in a callback of {}", Import(site))?;
    }
    write!(
        line,
        ". It recurses without end, or needs a larger one: `GoBuilder::stack_size` says it for one goroutine"
    )?;
    let usual = config::get().stack_size.next_multiple_of(stack::page());
    if size == usual {
        let more = Setting(2 * size);
        write!(
            line,
            ", `Builder::stack_size` or CGOCALL_STACK_SIZE={more} for all"
        )?;
    }
    Ok(())
}

fn scheduler(line: &mut Line, size: usize) -> fmt::Result {
    write!(
        line,
        "a scheduler has overflowed its stack of {}. Nobody's code runs there but a signal handler's that was installed \
         without SA_ONSTACK: install it with that. If there is none, it is a mistake of cgocall's: please report it",
        Size(size)
    )
}

/// C, or what it has called back on its own stack.
fn c(line: &mut Line, thread: &Thread, kind: Kind, size: usize) -> fmt::Result {
    let owner = Owner::of(thread, kind);
    let g = thread.g().or_else(|| thread.serves());
    let in_place = thread.c.sites().next();
    match (thread.g(), thread.export()) {
        // What C has called back here is not on the goroutine's stack, for once.
        (Some(g), _) => match g.c.sites().next() {
            Some(site) => write!(line, "{}", Import(site))?,
            None => write!(line, "C")?,
        },
        (None, Some(export)) if !thread.c.in_c.get() => {
            write!(line, "{}", Called(export))?;
            if let Some(site) = in_place {
                write!(line, ", a callback of {}", Import(site))?;
            }
        }
        (None, _) => match in_place {
            Some(site) => write!(line, "{}", Import(site))?,
            None => write!(line, "C")?,
        },
    }
    match g {
        Some(g) => write!(line, ", called by {g},")?,
        None => write!(line, " on {}", Name)?,
    }
    let (size, exact) = owner.size(size);
    let at_least = if exact { "" } else { "at least " };
    let size = Size(size);
    match (&owner, g) {
        (Owner::Main, _) => {
            write!(
                line,
                " has overflowed the main thread's stack of {at_least}{size}"
            )?;
        }
        (Owner::Program, Some(_)) => write!(
            line,
            " has overflowed the stack of {at_least}{size} of {Name}"
        )?,
        (Owner::Program, None) => write!(
            line,
            " has overflowed that thread's stack of {at_least}{size}"
        )?,
        (Owner::Runtime, _) => write!(line, " has overflowed the stack of {size} that C runs on")?,
    }
    write!(line, ". It recurses without end, or needs a larger one: ")?;
    match owner {
        Owner::Runtime => write!(
            line,
            "`Builder::system_stack_size` or CGOCALL_SYSTEM_STACK_SIZE={}",
            Setting(2 * size.0)
        ),
        Owner::Main => write!(line, "`ulimit -s` says it"),
        Owner::Program => write!(
            line,
            "who makes the thread says it, with `pthread_attr_setstacksize` or `std::thread::Builder::stack_size`"
        ),
    }
}

/// Who says how large a stack is that C runs on.
enum Owner {
    Runtime,
    Main,
    Program,
}

impl Owner {
    fn of(thread: &Thread, kind: Kind) -> Owner {
        if kind == Kind::C || thread.is_ours.get() {
            return Owner::Runtime;
        }
        // SAFETY: asks for numbers.
        let is_main = unsafe { libc::syscall(libc::SYS_gettid) == libc::getpid().into() };
        if is_main { Owner::Main } else { Owner::Program }
    }

    /// The size, and whether it is known: else so much has been used.
    fn size(&self, used: usize) -> (usize, bool) {
        match self {
            Owner::Runtime => (config::get().system_stack_size, true),
            Owner::Main => {
                let mut limit = MaybeUninit::<libc::rlimit>::uninit();
                // SAFETY: it is filled in if 0 is returned, and only then read.
                let limit = unsafe {
                    (libc::getrlimit(libc::RLIMIT_STACK, limit.as_mut_ptr()) == 0)
                        .then(|| limit.assume_init().rlim_cur as usize)
                };
                // It may have been another one when the program was started.
                match limit.filter(|limit| (used..=used.saturating_mul(2)).contains(limit)) {
                    Some(limit) => (limit, true),
                    None => (used, false),
                }
            }
            Owner::Program => (used, false),
        }
    }
}

/// The name of the C function, and where it is imported.
struct Import(&'static Site);

impl Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_bare() {
            return f.write_str("a C function that was called without an import");
        }
        write!(
            f,
            "`{}` (imported at {})",
            self.0.name(),
            self.0.imported_at()
        )
    }
}

/// The current thread's name and number.
struct Name;

impl Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut name = [0u8; 16];
        // SAFETY: writes 16 bytes, with a NUL at the end. The other asks for a number.
        let id = unsafe {
            libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr());
            libc::syscall(libc::SYS_gettid)
        };
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        write!(f, "thread `{}` ({id})", name.escape_ascii())
    }
}

/// For people.
#[derive(Clone, Copy)]
struct Size(usize);

impl Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes.is_multiple_of(1 << 20) && bytes != 0 => {
                write!(f, "{} MiB", bytes >> 20)
            }
            bytes => write!(f, "{} KiB", bytes >> 10),
        }
    }
}

/// As a variable would say it.
struct Setting(usize);

impl Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.min(LARGEST) {
            bytes if bytes.is_multiple_of(1 << 20) => write!(f, "{}M", bytes >> 20),
            bytes => write!(f, "{}K", bytes >> 10),
        }
    }
}

/// A line that is said in one piece: as long as a pipe takes in one.
struct Line {
    bytes: [u8; 4096],
    len: usize,
}

impl Line {
    fn new() -> Line {
        let mut line = Line {
            bytes: [0; 4096],
            len: 0,
        };
        let _ = line.write_str("cgocall: ");
        line
    }

    fn say(mut self) {
        self.bytes[self.len] = b'\n';
        // SAFETY: writing to a descriptor that is closed, or is not what it was, does no more than fail or be read there.
        let _ = unsafe {
            libc::write(
                libc::STDERR_FILENO,
                self.bytes.as_ptr().cast(),
                self.len + 1,
            )
        };
    }
}

impl fmt::Write for Line {
    /// What does not fit is left out, but for the newline.
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let free = self.bytes.len() - 1 - self.len;
        let fits = text.len().min(free);
        self.bytes[self.len..self.len + fits].copy_from_slice(&text.as_bytes()[..fits]);
        self.len += fits;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_as_people_and_variables_say_them() {
        let told = |bytes| (Size(bytes).to_string(), Setting(2 * bytes).to_string());
        assert_eq!(told(192 << 10), ("192 KiB".into(), "384K".into()));
        assert_eq!(told(8 << 20), ("8 MiB".into(), "16M".into()));
        // There are no larger ones.
        assert_eq!(told(1 << 30), ("1024 MiB".into(), "1024M".into()));
    }

    #[test]
    fn what_is_too_long_for_a_line_is_cut() {
        let mut line = Line::new();
        (0..1000).for_each(|i| write!(line, "{i} and ").unwrap());
        assert_eq!(line.len, 4095);
        assert!(line.bytes.starts_with(b"cgocall: 0 and 1 and 2"));
    }
}
