//! sysmon, the thread that watches: it takes Ps away from Ms that have kept them too long, and says who makes others
//! wait (`stall.rs`).
//!
//! # Pace
//!
//! It looks every 20 us while there are Ps to take of Ms in C; after a millisecond in which there was none, it doubles its
//! naps, up to 10 ms, or 1 ms while unstarted goroutines wait, or 250 us while `blocking` calls wait that no thread is
//! started for; and none goes on when a goroutine that others wait for has run for 10 ms. When every P is idle, and no
//! such call waits, it sleeps until one is not: an idle process does not wake up. Who queues a goroutine that only the
//! spawner's own P can run wakes it from a long nap, for a few short looks. (The pace is that of Go's `sysmon`.)
//!
//! # What it takes
//!
//! * From an M in C, after 20 us: if something waits for a P, or no other P is idle.
//! * From an M in Rust, after 10 ms: the same. After 20 us, if the goroutine it has spawned waits in `P::next` while
//!   another P is idle.
//! * From a goroutine that has run for 10 ms in stays too short for that, in and out of C: it is asked, and gives its P up
//!   where it meets the claim.
//! * From either, after 100 ms: so that one goroutine which blocks its thread lets the process sleep. From one in C after
//!   20 ms, where there is a trace: so that it is in there.
//!
//! The M goes on without a P, and stands in line for one when it returns from C, parks or yields. How a P is taken is told
//! in [`crate::syscall`].
//!
//! # When it has a thread started
//!
//! Goroutines wait to be started, a P is idle, and every M that could take both is without a P, in C or in Rust. Most are
//! back in no time, so it asks the kernel: C that sleeps has blocked, a thread that has got a millisecond of a processor
//! computes, and one that only waits for a processor is not stuck. Whatever the kernel says, goroutines that nobody has
//! started for 50 ms, and in 50 looks, get one more thread. Both take longer while all processors are at work.

use crate::kernel::{self, Activity};
use crate::m::{self, M};
use crate::metrics::Tracer;
use crate::p::P;
use crate::sched::{Sched, sched};
use crate::site::SHORT;
use crate::stack::Trimmer;
use crate::stall::Stalls;
use crate::syscall::Stay;
use crate::template::{self, Request};
use crate::{config, offload, stack, sweep, sync, trace};
use crossbeam_utils::sync::{Parker, Unparker};
use std::collections::HashMap;
use std::collections::hash_map::Entry::Occupied;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::*, fence};
use std::time::{Duration, Instant};

/// So long Rust code may keep a P that others want.
const HOG: Duration = Duration::from_millis(10);
/// C that has slept so long is not about to return.
const SLEEP: Duration = Duration::from_micros(50);
/// Who has computed so long without a P is not about to return either.
const COMPUTES: Duration = Duration::from_millis(1);
/// Goroutines that nobody has started for so long need another thread, whatever the others do.
const NOBODY: Duration = Duration::from_millis(50);
/// And after so many looks: where sysmon itself gets no processor, the others get none to start them either.
const LOOKS: u32 = 50;
/// See `Sysmon::doubt`.
const DOUBT: u32 = 50;
/// A nap that was so much too long, and how long it is remembered.
const LATE: Duration = Duration::from_millis(2);
const CROWDED: Duration = Duration::from_secs(1);
/// So long anybody may keep one.
const FOR_NOTHING: Duration = Duration::from_millis(100);
/// How often main is to look.
const REMIND: Duration = Duration::from_millis(5);
/// The shortest nap.
const NAP: Duration = Duration::from_micros(20);
/// So many looks in vain until naps get longer.
const PATIENCE: u32 = 50;
/// And after it was woken for a goroutine that only its spawner's P can run: it looks whether that waits, not for others.
const BRIEF_PATIENCE: u32 = 4;
/// The longest nap, and the longest while goroutines wait to be started.
const LONG_NAP: Duration = Duration::from_millis(10);
const BUSY_NAP: Duration = Duration::from_millis(1);
/// And while `blocking` calls stand in line that no thread is started for.
const LINE_NAP: Duration = Duration::from_micros(250);
/// Naps as long as this are cut short by who has something for it.
const POKED: Duration = Duration::from_micros(500);

/// It looks at things, or will soon.
const AWAKE: u8 = 0;
/// It takes a long nap.
const NAPS: u8 = 1;
/// It sleeps until it is woken.
const SLEEPS: u8 = 2;
/// It was woken from a nap, and looks for a while, with less patience.
const GLANCES: u8 = 3;

static STATE: AtomicU8 = AtomicU8::new(AWAKE);
static UNPARKER: OnceLock<Unparker> = OnceLock::new();

/// How many Ps it has taken.
pub(crate) static RETAKEN: AtomicU64 = AtomicU64::new(0);

/// Wakes it, unless it is about to look anyway.
#[inline]
pub(crate) fn poke() {
    if STATE.load(SeqCst) != AWAKE {
        wake(AWAKE);
    }
}

/// The same, for a goroutine that runs when its spawner parks, and is forgotten when that has been.
#[inline]
pub(crate) fn glance() {
    if matches!(STATE.load(SeqCst), NAPS | SLEEPS) {
        wake(GLANCES);
    }
}

/// Wakes it if it sleeps.
#[inline]
pub(crate) fn rouse() {
    if STATE.load(SeqCst) == SLEEPS {
        wake(AWAKE);
    }
}

#[cold]
fn wake(to: u8) {
    let woken = STATE.fetch_update(SeqCst, SeqCst, |state| {
        (state == NAPS || state == SLEEPS || state == GLANCES && to == AWAKE).then_some(to)
    });
    if matches!(woken, Ok(NAPS | SLEEPS))
        && !template::is_child()
        && let Some(unparker) = UNPARKER.get()
    {
        unparker.unpark();
    }
}

/// Starts it.
pub(crate) fn start() {
    template::request(Request {
        name: config::get().thread_name("sysmon"),
        stack: stack::SCHEDULER,
        run: Box::new(run),
        failed: Box::new(|| {
            config::give_up(&"the runtime cannot start: there is no thread to watch the others");
        }),
    });
}

fn run() {
    template::is_another();
    let parker = Parker::new();
    let _ = UNPARKER.set(parker.unparker().clone());
    let mut sysmon = Sysmon::new(sched());
    let mut is_asymmetric = sync::is_asymmetric();
    loop {
        sysmon.nap(&parker);
        let now = Instant::now();
        let any = sysmon.retake(now);
        if is_asymmetric && !sync::is_asymmetric() {
            is_asymmetric = false;
            template::say(format_args!(
                "the kernel has begun to refuse membarrier(2), as a seccomp filter does: goroutines that run now may keep \
                 others waiting. With CGOCALL_MEMBARRIER=off the runtime does without it from the start"
            ));
        }
        if any {
            sysmon.in_vain = 0;
        } else {
            sysmon.in_vain = sysmon.in_vain.saturating_add(1);
        }
        sysmon.make_up(now);
        sysmon.reinforce(now);
        if offload::is_held_back() {
            offload::look(now);
        }
        sysmon.trimmer.trim(now);
        sysmon.tracer.tell(now, &config::get().trace);
        sysmon.stalls.look(now);
        sysmon.remind(now);
    }
}

struct Sysmon {
    sched: &'static Sched,
    /// What the holder of each P was seen doing, and since when.
    seen: Box<[Option<Turn>]>,
    /// How many looks in a row found nothing to take.
    in_vain: u32,
    /// After its last look: how soon somebody will have run for too long, if nobody stops before.
    due: Duration,
    stalls: Stalls,
    processors: usize,
    /// Until when it takes the processors to be busy with others.
    crowded_until: Option<Instant>,
    tracer: Tracer,
    trimmer: Trimmer,
    reminded: Instant,
    /// What Ms without a P were seen doing, and how much they had computed by then, while threads are lacking.
    lost: HashMap<*const M, (Seen, Option<Duration>)>,
    /// Goroutines that wait to be started, if there are any.
    unstarted: Option<Unstarted>,
}

/// Goroutines that wait to be started.
struct Unstarted {
    since: Instant,
    looks: u32,
    /// How many had been started by then.
    started: u64,
}

/// What the holder of a P was seen doing.
struct Turn {
    m: *const M,
    /// The round of its scheduler: since it `began` it has run the same goroutine.
    tick: u32,
    began: Instant,
    /// What that does, and since when.
    stay: Stay,
    since: Instant,
}

#[derive(Clone, Copy)]
struct Seen {
    m: *const M,
    /// The round of its scheduler: the number of a stay alone may be that of another one, of another goroutine.
    tick: u32,
    stay: Stay,
    since: Instant,
}

impl Seen {
    /// The same stay goes on, or another one has begun.
    fn again(self, m: &M, tick: u32, stay: Stay) -> Option<Seen> {
        (std::ptr::eq(self.m, m) && self.tick == tick && self.stay == stay).then_some(self)
    }
}

impl Sysmon {
    fn new(sched: &'static Sched) -> Sysmon {
        Sysmon {
            sched,
            seen: sched.ps().map(|_| None).collect(),
            in_vain: 0,
            due: Duration::MAX,
            stalls: Stalls::new(sched),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            crowded_until: None,
            tracer: Tracer::new(),
            trimmer: Trimmer::new(),
            reminded: Instant::now(),
            lost: HashMap::new(),
            unstarted: None,
        }
    }

    fn nap(&mut self, parker: &Parker) {
        let doublings = self.in_vain.saturating_sub(PATIENCE).min(16);
        let longest = if offload::is_held_back() {
            LINE_NAP
        } else if self.sched.anything_waits() {
            BUSY_NAP
        } else {
            LONG_NAP
        };
        let nap = (NAP * (1 << doublings)).min(longest).min(self.due.max(NAP));
        let start = Instant::now();
        if nap < POKED {
            std::thread::sleep(nap);
            return self.woke(start + nap);
        }
        // Stalls are looked for while there may be any, even when all Ps are idle.
        let may_sleep = self.stalls.is_empty() && self.has_nothing_to_do();
        STATE.store(if may_sleep { SLEEPS } else { NAPS }, SeqCst);
        // With the fences of whoever makes a P busy, queues a goroutine behind one that has none, or holds a line back.
        fence(SeqCst);
        let sleeps = may_sleep && self.has_nothing_to_do();
        if sleeps {
            let trim = self.trimmer.due(Instant::now());
            match config::get().trace.pace().into_iter().chain(trim).min() {
                Some(time) => parker.park_timeout(time),
                None => parker.park(),
            }
        } else if !may_sleep && !offload::is_held_back() {
            parker.park_timeout(nap);
            self.woke(start + nap);
        }
        match STATE.swap(AWAKE, SeqCst) {
            // Somebody has something for it.
            AWAKE => self.in_vain = 0,
            GLANCES => self.in_vain = PATIENCE - BRIEF_PATIENCE,
            _ => {}
        }
    }

    /// It has woken from a nap that was to be over by `end`. If that is long ago, other threads have had the processors.
    fn woke(&mut self, end: Instant) {
        let now = Instant::now();
        if now > end + LATE {
            self.crowded_until = Some(now + CROWDED);
        }
    }

    /// Has main look for those that it waits for, when the runtime ends: some change without telling anybody.
    fn remind(&mut self, now: Instant) {
        if now - self.reminded >= REMIND && sweep::is_on() {
            self.reminded = now;
            sweep::remind();
        }
    }

    /// Whether nobody has a P, or waits.
    fn has_nothing_to_do(&self) -> bool {
        let held_back = offload::is_held_back();
        !sweep::is_on()
            && !held_back
            && self.sched.all_idle()
            && !self.sched.lacks_ms()
            && !anybody_is_behind()
    }

    /// Takes the Ps that were kept too long. Whether there were any of Ms in C: where one was, others may be, any moment.
    fn retake(&mut self, now: Instant) -> bool {
        let mut any = false;
        self.due = Duration::MAX;
        for (p, seen) in self.sched.ps().zip(&mut self.seen) {
            let Some(m) = p.m() else {
                *seen = None;
                continue;
            };
            let (stay, tick) = (m.hold.stay(), m.tick.load(Relaxed));
            let turn = match seen {
                Some(turn) if std::ptr::eq(turn.m, m) && turn.tick == tick => turn,
                _ => seen.insert(Turn {
                    m,
                    tick,
                    began: now,
                    stay,
                    since: now,
                }),
            };
            if turn.stay != stay {
                turn.stay = stay;
                turn.since = now;
            }
            let wanted = self.sched.others_want(p) && !is_inline(m, stay);
            let hogs = wanted && now - turn.began >= HOG;
            if wanted && !hogs {
                self.due = self.due.min(turn.began + HOG - now);
            }
            if stay.is_rt() {
                continue;
            }
            if hogs {
                // If it goes in and out of C too fast to be caught, it meets the claim when it comes out.
                m.ask(tick);
            }
            let since = turn.since;
            if (hogs || is_too_long(self.sched, p, m, stay, now - since))
                && let Some(p) = m.hold.take(stay, || {
                    if trace::is_on() {
                        trace::about_to_retake(m, now - since);
                    }
                    m.granted()
                })
            {
                *seen = None;
                self.lost.insert(
                    m,
                    (
                        Seen {
                            m,
                            tick,
                            stay,
                            since,
                        },
                        None,
                    ),
                );
                // Who computes is the next to be looked at when it has done so for long again.
                any |= stay.is_c();
                RETAKEN.fetch_add(1, Relaxed);
                if trace::is_on() {
                    trace::retaken(m, stay.is_c());
                }
                self.sched
                    .handoffp(p.expect("an M whose P is taken had one"));
            }
        }
        any
    }

    /// Has a thread started, where goroutines wait to be and those that could do it are stuck without a P.
    fn make_up(&mut self, now: Instant) {
        if !self.sched.lacks_ms() {
            return self.lost.clear();
        }
        let (doubt, doubt_of_runners) = (self.doubt(), self.doubt_of_runners(now));
        let mut stuck = 0;
        for m in m::all() {
            let (stay, tick) = (m.hold.stay(), m.tick.load(Relaxed));
            let is_lost = || !stay.is_rt() && !m.hold.has_p();
            let activity = is_lost().then(|| kernel::activity(m.tid.load(Relaxed)));
            // Once more: it may have gone on, to wait for a P, before the kernel was asked.
            let Some(activity) = activity.filter(|_| m.hold.stay() == stay && is_lost()) else {
                self.lost.remove(&std::ptr::from_ref(m));
                continue;
            };
            let lost = match self.lost.entry(m) {
                Occupied(known) if known.get().0.again(m, tick, stay).is_some() => known.into_mut(),
                entry => {
                    let seen = Seen {
                        m,
                        tick,
                        stay,
                        since: now,
                    };
                    entry.insert_entry((seen, None)).into_mut()
                }
            };
            let time = now - lost.0.since;
            let sure = time / doubt;
            let is_stuck = match activity {
                Some(Activity::Runs(ran)) => {
                    let computed = ran.saturating_sub(*lost.1.get_or_insert(ran));
                    computed / doubt_of_runners >= COMPUTES
                }
                Some(Activity::Sleeps) if stay.is_c() => sure >= SLEEP,
                // Rust code that waits for a disk, or for a change of the address space, has no part in what it waits for.
                Some(Activity::Faults) => stay.is_c() && sure >= FOR_NOTHING,
                Some(Activity::Sleeps) => sure >= FOR_NOTHING,
                None => sure >= HOG,
            };
            // Who is held starts none in any case.
            stuck += usize::from(is_stuck && !m.counted_held.load(Relaxed));
        }
        // Where there was no thread for an M, nobody but this one asks for it again.
        if stuck != 0 || self.sched.is_full() {
            self.sched.reinforce(stuck);
        }
    }

    /// How many times as long as else it waits before it has a thread started: where the Ms have all processors at work one
    /// more makes nothing faster.
    fn doubt(&self) -> u32 {
        if self.sched.busy() >= self.processors {
            DOUBT
        } else {
            1
        }
    }

    /// The same for Ms that may only wait for a processor: where others have them.
    fn doubt_of_runners(&self, now: Instant) -> u32 {
        let crowded = self.crowded_until.is_some_and(|end| now < end);
        if crowded { DOUBT } else { self.doubt() }
    }

    /// Has a thread started where goroutines wait to be, and for a while none has been: however those that could do it
    /// spend their time.
    fn reinforce(&mut self, now: Instant) {
        if !self.sched.has_any_unstarted() {
            self.unstarted = None;
            return;
        }
        let doubt = self.doubt_of_runners(now);
        if let Some(wait) = &mut self.unstarted {
            wait.looks += 1;
            if wait.looks < LOOKS || (now - wait.since) / doubt < NOBODY {
                return;
            }
        }
        let started = m::all().iter().map(|m| m.tally.taken_in.get()).sum();
        let new = Unstarted {
            since: now,
            looks: 0,
            started,
        };
        if self
            .unstarted
            .replace(new)
            .is_some_and(|wait| wait.started == started)
        {
            self.sched.reinforce(usize::MAX);
        }
    }
}

/// Whether an M has kept a P too long.
fn is_too_long(sched: &Sched, p: &P, m: &M, stay: Stay, time: Duration) -> bool {
    if is_inline(m, stay) {
        return false;
    }
    let limit = if stay.is_c() { SHORT } else { HOG };
    let others = sched.others_want(p);
    let idle = sched.any_idle();
    // Who has its P is not seen by a trace that has a pause.
    let for_nothing = match stay.is_c() && trace::is_on() {
        true => trace::ROUND,
        false => FOR_NOTHING,
    };
    time >= for_nothing || time >= limit && (others || !idle) || time >= NAP && p.has_next() && idle
}

/// Whether an M is in a C function that keeps its P always.
fn is_inline(m: &M, stay: Stay) -> bool {
    let site = stay.is_c().then(|| m.site.load(Relaxed));
    // SAFETY: null or a `&'static Site`.
    let site = site.and_then(|site| unsafe { site.as_ref() });
    site.is_some_and(|site| site.is_inline())
}

/// Whether goroutines of the M are ready and wait for it.
pub(crate) fn is_behind(m: &M) -> bool {
    m.behind.load(Relaxed) != 0 || m.inbox.has_any()
}

/// Whether goroutines wait for any M, for one in the runtime too, which may be about to leave it without a P; or for C, and
/// nobody has told of that. For an M that has left they wait for ever.
fn anybody_is_behind() -> bool {
    let waits = |m: &M| !m.has_left() && (is_behind(m) || m.cside.watch.is_untold());
    m::all().into_iter().any(waits)
}
