//! An M's hold on its P: `entersyscall`, `exitsyscall`, and how sysmon takes a P away.
//!
//! A C call, and Rust code that never parks, keep the P that they started with, so that a short call costs nothing. Who
//! keeps it too long loses it to sysmon, without being asked: it may be deep in C. Two words of the M decide who owns
//! the P at any moment:
//!
//! ```text
//! run    written by the M alone:   RT    in the runtime: may touch what belongs to the P
//!                                  USER  in Rust code of a goroutine's
//!                                  C     in C
//!        with a number that grows each time, but for the return from a C call: that goes on from the number which the
//!        call was made with, whatever its callbacks have counted. So a value means one stay as a rule, and no more
//!        is needed: who is in a stay, and has not looked at `claim` since it was WANT, has the P that it had then
//!
//! claim  FREE                      the M owns its P
//!        WANT                      sysmon is about to take it
//!        TAKEN                     the M has no P: sysmon has taken it, or the M has given it up; sticky, until the M
//!                                  itself has got another one
//! ```
//!
//! The M's side costs plain stores and one load:
//!
//! ```text
//! entersyscall   USER -> C    run = C
//! exitsyscall    C -> USER    run = USER; light fence; claim: FREE: go on
//! enter RT       USER -> RT   run = RT;   light fence; claim:   WANT: exchange it for FREE, and look again
//! leave RT       RT -> USER   run = USER                        TAKEN: stand in line for a P, then claim = FREE
//! ```
//!
//! sysmon, the only one who claims, pays for both:
//!
//! ```text
//! s = run                     in C for 20 us, or in USER for 10 ms
//! claim: FREE -> WANT         else skip
//! heavy fence                 with the light fence of whoever leaves C or enters RT
//! p = m.p; run still s?       no: claim: WANT -> FREE
//! claim: WANT -> TAKEN        failed: the M has it back.  done: p is sysmon's, to hand on
//! ```
//!
//! The fences are Dekker's: the M stores `run` and then loads `claim`, sysmon stores `claim` and then loads `run`; one
//! of them sees the other. If the M comes first, sysmon finds another `run` and lets go. If sysmon does, the M finds
//! WANT or TAKEN, and one exchange on `claim` decides. A P that the M gives up itself is given up in RT, by setting
//! TAKEN before it is passed on under the scheduler's lock: so a claim that is under way fails, and a C call made
//! without a P (`run` is C, as always) cannot be claimed.
//!
//! The heavy fence is `membarrier(2)`. Where the kernel has none, the light one is not enough: there a free claim is
//! FENCED instead of FREE, which sends the M the slow way, to a full fence and a second look. Where it begins to refuse
//! (a seccomp filter), each M goes that way from when it gets its next P; until then its P is not to be had.
//!
//! The source is Go's `entersyscall`, `exitsyscall` and `retake`, which cost two compare-and-swaps a call; that sysmon
//! can pay instead is folly's and Java's asymmetric fence. The crate `tests/models` checks all this with loom, and runs
//! it against real processors.

use crate::sync::atomic::{
    AtomicU64,
    Ordering::{self, *},
    fence,
};
use crate::sync::{heavy_fence, is_asymmetric, light_fence};

const USER: u64 = 0;
const C: u64 = 1;
const RT: u64 = 2;
const STATE: u64 = 3;
/// One in the number that `run` carries beside the state.
const NEXT: u64 = STATE + 1;

const FREE: u64 = 0;
const WANT: u64 = 1;
const TAKEN: u64 = 2;
const FENCED: u64 = 3;

/// What a claim is that nobody has made.
fn free() -> u64 {
    if is_asymmetric() { FREE } else { FENCED }
}

/// The two words.
pub(crate) struct Hold {
    run: AtomicU64,
    claim: AtomicU64,
}

/// The stay in Rust from which a C call was made.
#[derive(Clone, Copy)]
pub(crate) struct Entered(u64);

/// What sysmon saw an M do: one stay in C, or in Rust code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay(u64);

impl Stay {
    /// In C, as opposed to Rust.
    pub(crate) fn is_c(self) -> bool {
        self.0 & STATE == C
    }

    /// In the runtime, which keeps no P for long.
    pub(crate) fn is_rt(self) -> bool {
        self.0 & STATE == RT
    }
}

impl Hold {
    /// In RT, without a P.
    pub(crate) fn new() -> Hold {
        Hold {
            run: AtomicU64::new(RT),
            claim: AtomicU64::new(TAKEN),
        }
    }

    /// To `state`. The M's.
    #[inline(always)]
    fn go(&self, state: u64, order: Ordering) {
        // Its own thread alone writes it: no read-modify-write.
        let run = self.run.load(Relaxed);
        self.run.store((run | STATE) + 1 + state, order);
    }

    /// Whether nobody claims the P. After `go`.
    #[inline(always)]
    fn is_free(&self) -> bool {
        // With the heavy fence in `take`.
        light_fence();
        self.claim.load(Acquire) == FREE
    }

    /// USER -> C. The M's.
    #[inline(always)]
    pub(crate) fn entersyscall(&self) -> Entered {
        let user = self.run.load(Relaxed);
        // Release: what was done to the P comes before whoever sees the M in C and takes it.
        self.run.store(user + NEXT + C, Release);
        Entered(user)
    }

    /// C -> USER, from the call that was `entered`. False: ask `settle`. The M's.
    #[inline(always)]
    #[must_use]
    pub(crate) fn exitsyscall(&self, entered: Entered) -> bool {
        // Whatever state a `longjmp` of C's has left: this is a later stay than the one that the call was made in.
        // Release: as in `entersyscall`; sysmon may take the P next that it finds in this stay.
        self.run.store(entered.0 + 2 * NEXT, Release);
        self.is_free()
    }

    /// C -> USER, for a callback. False: ask `settle`. The M's.
    #[inline(always)]
    #[must_use]
    pub(crate) fn entercallback(&self) -> bool {
        let user = self.run.load(Relaxed) + NEXT + USER - C;
        // Release: as in `exitsyscall`.
        self.run.store(user, Release);
        self.is_free()
    }

    /// USER -> C, at the end of a callback. The M's.
    #[inline(always)]
    pub(crate) fn exitcallback(&self) {
        let user = self.run.load(Relaxed);
        // Release: as in `entersyscall`.
        self.run.store(user + C + NEXT, Release);
    }

    /// USER -> RT. False: ask `settle`. The M's.
    #[inline(always)]
    #[must_use]
    pub(crate) fn enter_rt(&self) -> bool {
        self.go(RT, Relaxed);
        self.is_free()
    }

    /// RT -> USER. The M's.
    #[inline(always)]
    pub(crate) fn leave_rt(&self) {
        // Release: as in `entersyscall`.
        self.go(USER, Release);
    }

    /// Settles a claim that is not plainly free. Whether the M has its P. The M's, not in C.
    #[cold]
    pub(crate) fn settle(&self) -> bool {
        loop {
            // With the heavy fence in `take`, where that is an ordinary one.
            fence(SeqCst);
            let claim = self.claim.load(Acquire);
            match claim & STATE {
                TAKEN => return false,
                WANT => {
                    let _ = self.claim.compare_exchange(claim, free(), AcqRel, Relaxed);
                }
                _ => return true,
            }
        }
    }

    /// Whether the P was taken during the stay in C that the M has just left: only such a claim has a number, and the M
    /// gets another P before its next stay in C. After `settle` has said that the P is gone. The M's.
    pub(crate) fn was_taken_in_c(&self) -> bool {
        self.claim.load(Relaxed) != TAKEN
    }

    /// The M gives its P up, which it may pass on after this. The M's, in RT, with a P.
    pub(crate) fn give_up(&self) {
        debug_assert_eq!(self.run.load(Relaxed) & STATE, RT);
        // A claim that is under way finds its WANT gone.
        let claim = self.claim.swap(TAKEN, AcqRel);
        debug_assert_ne!(claim & STATE, TAKEN, "it has a P to give up");
    }

    /// The M has got a P again. The M's, in RT, without a P until now.
    pub(crate) fn regain(&self) {
        debug_assert_eq!(self.run.load(Relaxed) & STATE, RT);
        // sysmon leaves a TAKEN claim alone. Release: sysmon takes the P that this is about.
        self.claim.store(free(), Release);
    }

    /// Whether the M runs Rust code of a goroutine's. The M's.
    #[inline]
    pub(crate) fn is_user(&self) -> bool {
        self.run.load(Relaxed) & STATE == USER
    }

    /// Whether the M is in C. The M's.
    #[inline]
    pub(crate) fn is_c(&self) -> bool {
        self.run.load(Relaxed) & STATE == C
    }

    /// Whether the M has a P, as far as it knows: sysmon may take it at any time outside RT.
    #[inline]
    pub(crate) fn has_p(&self) -> bool {
        self.claim.load(Relaxed) & STATE != TAKEN
    }

    /// What the M is doing. Anybody's.
    pub(crate) fn stay(&self) -> Stay {
        // Acquire: with the Release that began the stay.
        Stay(self.run.load(Acquire))
    }

    /// Takes the P of an M that is still in the same stay. sysmon's. `p` is called when the M can no longer change its
    /// P unseen; what it returns is the caller's, if there is a result.
    pub(crate) fn take<T>(&self, stay: Stay, p: impl FnOnce() -> T) -> Option<T> {
        debug_assert!(!stay.is_rt());
        let number = stay.0 & !STATE;
        let unclaimed = free();
        self.claim
            .compare_exchange(unclaimed, number | WANT, AcqRel, Relaxed)
            .ok()?;
        // With the light fence in `is_free`, or the full one in `settle`.
        let fenced = heavy_fence();
        let p = p();
        let taken = fenced && self.run.load(Acquire) == stay.0;
        let taken_in = if stay.is_c() { number | TAKEN } else { TAKEN };
        let verdict = if taken { taken_in } else { unclaimed };
        // Failed: the M has exchanged WANT itself, and keeps its P or has given it up.
        let decided = self
            .claim
            .compare_exchange(number | WANT, verdict, AcqRel, Relaxed);
        (taken && decided.is_ok()).then_some(p)
    }
}
