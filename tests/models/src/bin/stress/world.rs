//! Ms, Ps, a line and a sysmon, with nothing to run: what `sched/` does with `Hold`, and no more.

use crate::random::Random;
use crate::syscall::Hold;
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::fmt;
use std::hint::spin_loop;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

const MS: usize = 4;
const PS: usize = 2;
/// Neither an M nor a P.
const NONE: usize = usize::MAX;
/// sysmon, where an M could be.
const SYSMON: usize = MS;
/// A thread that has not ended so long after the others' time was over sleeps for ever.
const LOST: Duration = Duration::from_secs(30);

#[repr(align(128))]
struct M {
    hold: Hold,
    /// The P it was given last.
    p: AtomicUsize,
}

#[repr(align(128))]
struct P {
    /// The M that holds it.
    m: AtomicUsize,
    /// Who touched it last, and how often it was. Its owner's alone.
    touched: UnsafeCell<(usize, u64)>,
}

// SAFETY: `touched` is its owner's, which is what this program is about; it is only accessed as volatile.
unsafe impl Sync for P {}

#[derive(Default)]
struct Idle {
    ps: Vec<usize>,
    line: VecDeque<usize>,
}

struct World {
    ms: [M; MS],
    ps: [P; PS],
    idle: Mutex<Idle>,
    granted: Condvar,
    waiting: AtomicUsize,
    /// How many Ms have not ended.
    left: AtomicUsize,
    violated: AtomicBool,
}

/// How it went.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) touched: u64,
    /// Calls of C that have kept their P, and how often sysmon has taken one.
    pub(crate) kept: u64,
    pub(crate) taken: u64,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Done {
            touched,
            kept,
            taken,
        } = self;
        write!(
            f,
            "{touched} touches, exact; {kept} calls kept their P, {taken} times it was taken"
        )
    }
}

/// Runs it for so long.
pub(crate) fn run(time: Duration) -> Result<Done, String> {
    let world: &'static World = Box::leak(Box::new(World {
        ms: [NONE; MS].map(|p| M {
            hold: Hold::new(),
            p: AtomicUsize::new(p),
        }),
        ps: [NONE; PS].map(|m| P {
            m: AtomicUsize::new(m),
            touched: UnsafeCell::new((NONE, 0)),
        }),
        idle: Mutex::new(Idle {
            ps: (0..PS).collect(),
            line: VecDeque::new(),
        }),
        granted: Condvar::new(),
        waiting: AtomicUsize::new(0),
        left: AtomicUsize::new(MS),
        violated: AtomicBool::new(false),
    }));
    let (tell, told) = channel();
    let end = Instant::now() + time;
    for m in 0..MS {
        let tell = tell.clone();
        thread::spawn(move || tell.send(world.live(m, end)));
    }
    thread::spawn(move || tell.send(world.watch()));
    let mut sum = Done::default();
    let mut to_come = MS + 1;
    while to_come != 0 {
        // A broken one may come to nothing else.
        let step = Duration::from_millis(100);
        match told.recv_timeout(step) {
            Ok(done) => {
                sum.touched += done.touched;
                sum.kept += done.kept;
                sum.taken += done.taken;
                to_come -= 1;
            }
            Err(RecvTimeoutError::Timeout) if Instant::now() < end + LOST => {}
            Err(_) => return Err(format!("{to_come} threads have not come to their end")),
        }
        if world.violated.load(Relaxed) {
            return Err("a P had two owners at one time".into());
        }
    }
    if world.idle.lock().unwrap().ps.len() != PS {
        return Err("a P is lost".into());
    }
    let touched: u64 = world.ps.iter().map(|p| p.read().1).sum();
    if touched != sum.touched {
        return Err(format!("{} touches have left {touched}", sum.touched));
    }
    Ok(sum)
}

impl P {
    fn read(&self) -> (usize, u64) {
        // SAFETY: it is there as long as the world; volatile, because a broken protocol lets others write.
        unsafe { ptr::read_volatile(self.touched.get()) }
    }

    fn write(&self, touched: (usize, u64)) {
        // SAFETY: as in `read`.
        unsafe { ptr::write_volatile(self.touched.get(), touched) }
    }
}

impl World {
    /// By who owns the P.
    fn touch(&self, p: usize, me: usize) {
        let p = &self.ps[p];
        let (_, before) = p.read();
        p.write((me, before));
        for _ in 0..4 {
            spin_loop();
        }
        if p.read() != (me, before) {
            self.violated.store(true, Relaxed);
        }
        p.write((me, before + 1));
    }

    /// An M's life.
    fn live(&self, me: usize, end: Instant) -> Done {
        let m = &self.ms[me];
        let mut random = Random::new(me);
        let mut done = Done::default();
        self.acquire_p(me);
        m.hold.leave_rt();
        let mut touch = |p| {
            self.touch(p, me);
            done.touched += 1;
        };
        while Instant::now() < end {
            for _ in 0..100 {
                match random.below(16) {
                    // `go`, which does without a P too.
                    0..4 => {
                        if m.hold.enter_rt() || m.hold.settle() {
                            touch(m.p.load(Relaxed));
                        }
                        m.hold.leave_rt();
                    }
                    // The goroutine yields.
                    4..6 => {
                        if !(m.hold.enter_rt() || m.hold.settle()) {
                            self.acquire_p(me);
                        }
                        touch(m.p.load(Relaxed));
                        if self.waiting.load(Relaxed) != 0 {
                            self.release_p(me);
                            self.acquire_p(me);
                            touch(m.p.load(Relaxed));
                        }
                        m.hold.leave_rt();
                    }
                    // A long call.
                    6 => {
                        if m.hold.enter_rt() || m.hold.settle() {
                            self.release_p(me);
                        }
                        m.hold.leave_rt();
                        self.call(me, &mut random);
                    }
                    _ => done.kept += u64::from(self.call(me, &mut random)),
                }
            }
        }
        if m.hold.enter_rt() || m.hold.settle() {
            self.release_p(me);
        }
        self.left.fetch_sub(1, Relaxed);
        done
    }

    /// Calls C, for some nanoseconds or some microseconds. Whether it keeps its P.
    fn call(&self, me: usize, random: &mut Random) -> bool {
        let hold = &self.ms[me].hold;
        let most = 1 << random.below(10);
        let entered = hold.entersyscall();
        for _ in 0..random.below(most) {
            spin_loop();
        }
        if hold.exitsyscall(entered) || hold.settle() {
            return true;
        }
        if !(hold.enter_rt() || hold.settle()) {
            self.acquire_p(me);
        }
        hold.leave_rt();
        false
    }

    /// sysmon's life.
    fn watch(&self) -> Done {
        let mut done = Done::default();
        while self.left.load(Relaxed) != 0 {
            for p in &self.ps {
                let Some(m) = self.ms.get(p.m.load(Acquire)) else {
                    continue;
                };
                let stay = m.hold.stay();
                if stay.is_rt() {
                    continue;
                }
                if let Some(p) = m.hold.take(stay, || m.p.load(Acquire)) {
                    self.touch(p, SYSMON);
                    done.touched += 1;
                    done.taken += 1;
                    self.put_p(p);
                }
            }
        }
        done
    }

    fn acquire_p(&self, me: usize) {
        let m = &self.ms[me];
        let mut idle = self.idle.lock().unwrap();
        if let Some(p) = idle.ps.pop() {
            m.p.store(p, Relaxed);
        } else {
            m.p.store(NONE, Relaxed);
            idle.line.push_back(me);
            self.waiting.store(idle.line.len(), Relaxed);
            while m.p.load(Relaxed) == NONE {
                idle = self.granted.wait(idle).unwrap();
            }
        }
        drop(idle);
        let p = m.p.load(Relaxed);
        self.ps[p].m.store(me, Release);
        m.hold.regain();
    }

    fn release_p(&self, me: usize) {
        let m = &self.ms[me];
        let p = m.p.load(Relaxed);
        m.hold.give_up();
        m.p.store(NONE, Relaxed);
        self.put_p(p);
    }

    fn put_p(&self, p: usize) {
        let mut idle = self.idle.lock().unwrap();
        self.ps[p].m.store(NONE, Release);
        let Some(first) = idle.line.pop_front() else {
            return idle.ps.push(p);
        };
        self.waiting.store(idle.line.len(), Relaxed);
        self.ms[first].p.store(p, Relaxed);
        self.granted.notify_all();
    }
}
