//! What becomes of the other goroutines when main ends: the first argument says which there are. `tests/end.rs` reads what
//! is said of it.

use cgocall::{Builder, GoBuilder, JoinHandle, Wait, go, lock_os_thread, metrics, yield_now};
use cgocall_tests::{
    Arrivals, Flag, call_back, call_back_blocking, call_back_reentrant, is_sanitized, mates, step,
    usleep,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

/// Counts what is not freed.
struct Counting;

static ALLOCATED: AtomicI64 = AtomicI64::new(0);

// SAFETY: the system's, with a counter beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size() as i64, SeqCst);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size() as i64, SeqCst);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static LIVE: AtomicI64 = AtomicI64::new(0);

/// A local variable, or a captured one, of 10 KB: what it is leaked with is not overlooked.
struct Counted(#[expect(dead_code, reason = "it takes memory")] Box<[u8; 10_000]>);

impl Counted {
    fn new() -> Counted {
        LIVE.fetch_add(1, SeqCst);
        Counted(Box::new([0; 10_000]))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, SeqCst);
    }
}

fn main() -> ExitCode {
    let scenario = std::env::args().nth(1).expect("the name of a scenario");
    let migrates = std::env::args().nth(2).is_some();
    step(&scenario[..]);
    let builder = if migrates {
        // SAFETY: no goroutine here has anything to do with its thread across a park point, but where it has locked it.
        unsafe { Builder::new().migrate() }
    } else {
        Builder::new()
    };
    let run = |f: fn()| {
        let result = catch_unwind(AssertUnwindSafe(|| builder.run(f).expect("a runtime")));
        println!("{} not dropped", LIVE.load(SeqCst));
        result
    };
    match &scenario[..] {
        "nothing" => run(|| ()).unwrap(),
        "ordinary" => run(ordinary).unwrap(),
        "many" => many(run),
        "spawning" => run(spawning).unwrap(),
        "in_c" => run(in_c).unwrap(),
        "computing" => run(computing).unwrap(),
        "no_end_of_spawning" => run(no_end_of_spawning).unwrap(),
        "many_in_callbacks" => run(many_in_callbacks).unwrap(),
        "catching" => run(catching).unwrap(),
        "back_in_c" => run(back_in_c).unwrap(),
        "behind_the_c_side" => run(behind_the_c_side).unwrap(),
        "panic" => {
            let panic = run(panics).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&"main's"));
            resume_unwind(panic);
        }
        "goes_on" => goes_on(run),
        "twice" => twice(run),
        "very_many" => run(very_many).unwrap(),
        "unwinding_for_ever" => run(unwinding_for_ever).unwrap(),
        "exit" => run(|| {
            ordinary();
            std::process::exit(7);
        })
        .unwrap(),
        _ => panic!("no such scenario: {scenario}"),
    }
    ExitCode::from(3)
}

/// Waits until a goroutine has begun, with a local variable, and goes on to what it does.
fn begin(builder: GoBuilder, f: impl FnOnce() + Send + 'static) {
    let begun = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&begun);
    let captured = Counted::new();
    builder.go(move || {
        let _both = (captured, Counted::new());
        begins.store(true, SeqCst);
        f();
    });
    while !begun.load(SeqCst) {
        yield_now();
    }
    (0..3).for_each(|_| yield_now());
}

/// Never drops the handle.
fn keep(handle: JoinHandle<()>) {
    static KEPT: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());
    KEPT.lock().unwrap().push(handle);
}

fn named(name: &str) -> GoBuilder {
    GoBuilder::new().name(name)
}

/// Parked, ready, and not started, in every way that has no C in it.
fn ordinary() {
    for _ in 0..5 {
        begin(named("waits"), || pending().wait());
        begin(named("joins"), || {
            go(|| pending::<()>().wait()).join().unwrap();
        });
        begin(named("yields"), || {
            loop {
                yield_now();
            }
        });
        begin(named("has called C"), || {
            assert_eq!(call_back(1, |n| n + 1), 2);
            pending().wait()
        });
        begin(named("locked"), || {
            let _locked = lock_os_thread();
            pending().wait()
        });
        begin(named("alone").own_thread(), || pending().wait());
        begin(named("large").stack_size(2 << 20), || pending().wait());
        begin(named("catches"), || {
            let _ = catch_unwind(|| pending::<()>().wait());
            let _ = catch_unwind(yield_now);
        });
        begin(named("will be done"), || {
            (0..10).for_each(|_| yield_now());
        });
        let captured = Counted::new();
        keep(go(move || {
            let _captured = captured;
            unstarted()
        }));
    }
    drop(go(unstarted));
}

fn unstarted() {
    pending().wait()
}

/// A sanitizer takes longer for each than the end waits for it, where others want the processors too.
fn so_many() -> i64 {
    if is_sanitized() { 500 } else { 2_000 }
}

/// Memory is back.
fn many(run: impl FnOnce(fn()) -> std::thread::Result<()>) {
    static BEFORE: AtomicI64 = AtomicI64::new(0);
    run(|| {
        let many = so_many();
        // What the runtime keeps for that many is there.
        mates(many, |_| yield_now())
            .into_iter()
            .for_each(|mate| mate.join().unwrap());
        while metrics().goroutines != 1 {
            yield_now();
        }
        BEFORE.store(ALLOCATED.load(SeqCst), SeqCst);
        let arrivals = Arc::new(Arrivals::of(many as i32));
        for i in 0..many {
            let captured = Counted::new();
            let arrivals = Arc::clone(&arrivals);
            keep(go(move || {
                let _both = (captured, Counted::new());
                arrivals.arrive();
                if i % 2 == 0 {
                    pending().wait()
                } else {
                    go(|| pending::<()>().wait()).join().unwrap();
                }
            }));
        }
        arrivals.wait();
    })
    .unwrap();
    // Main's own end is counted last, on another thread perhaps.
    while metrics().goroutines != 0 {
        std::thread::yield_now();
    }
    // Handles are kept: as many references, each to a goroutine of some hundred bytes.
    let leaked = ALLOCATED.load(SeqCst) - BEFORE.load(SeqCst);
    assert!(leaked < so_many() * 1000, "{leaked} bytes");
}

/// Each destructor spawns one that waits, and has such a destructor.
struct Spawns(u32, #[expect(dead_code, reason = "it counts")] Counted);

impl Drop for Spawns {
    fn drop(&mut self) {
        if self.0 > 0 {
            let next = Spawns(self.0 - 1, Counted::new());
            go(move || {
                let _next = next;
                pending::<()>().wait()
            });
        }
    }
}

fn spawning() {
    let spawns = Spawns(10, Counted::new());
    begin(named("spawns"), move || {
        let _spawns = spawns;
        pending().wait()
    });
}

fn no_end_of_spawning() {
    let spawns = Spawns(u32::MAX, Counted::new());
    begin(named("spawns"), move || {
        let _spawns = spawns;
        pending().wait()
    });
}

fn in_c() {
    ordinary();
    begin(named("called back").own_thread(), || {
        call_back(1, |_| pending().wait());
    });
    begin(named("called back, too"), || {
        call_back_reentrant(1, |_| pending().wait());
    });
    begin(named("blocking"), || {
        call_back_blocking(1, |_| pending().wait());
    });
    for name in ["in C", "in C, too"] {
        begin(named(name).own_thread(), || Flag::new().wait_here());
    }
}

fn many_in_callbacks() {
    for _ in 0..100 {
        begin(named("called back"), || {
            call_back_reentrant(1, |_| pending().wait());
        });
    }
}

fn computing() {
    ordinary();
    begin(named("computes").own_thread(), || {
        loop {
            std::hint::spin_loop();
        }
    });
    begin(named("computes for a while").own_thread(), || {
        // As a destructor might, with something to write.
        usleep(20_000);
        yield_now();
    });
}

/// Mates of main's, some of them, as servers may have.
fn catching() {
    ordinary();
    for _ in 0..10 {
        begin(named("catches"), || {
            loop {
                let _ = catch_unwind(|| pending::<()>().wait());
            }
        });
    }
}

/// A mate of main's, if there is but one P, which is ready in a callback. What it goes on to never ends.
fn back_in_c() {
    static ENDS: AtomicBool = AtomicBool::new(false);
    begin(named("back in C"), || {
        call_back(1, |_| {
            loop {
                yield_now();
                if ENDS.load(SeqCst) {
                    Flag::new().wait_here();
                }
            }
        });
    });
    ENDS.store(true, SeqCst);
}

/// Who may not unwind because a mate's callback is parked does not abort the process.
fn behind_the_c_side() {
    struct CallsC;
    impl Drop for CallsC {
        fn drop(&mut self) {
            assert_eq!(call_back(1, |n| n), 1);
        }
    }
    let held = Arc::new(AtomicBool::new(false));
    let holds = Arc::clone(&held);
    for mate in mates(20, move |i| {
        let _calls = CallsC;
        if i == 0 {
            call_back(1, |_| {
                holds.store(true, SeqCst);
                pending().wait()
            });
        }
        pending::<()>().wait()
    }) {
        keep(mate);
    }
    while !held.load(SeqCst) {
        yield_now();
    }
}

fn panics() {
    ordinary();
    resume_unwind(Box::new("main's"));
}

/// It is told again why.
fn twice(run: impl FnOnce(fn()) -> std::thread::Result<()>) {
    run(|| {
        begin(named("called back").own_thread(), || {
            call_back(1, |_| pending().wait());
        });
    })
    .unwrap();
    mod again {
        #[cgocall::main]
        pub fn main() {}
    }
    again::main();
}

/// More than can be unwound in a second.
fn very_many() {
    const MANY: i32 = 100_000;
    struct Slow;
    impl Drop for Slow {
        fn drop(&mut self) {
            let start = std::time::Instant::now();
            while start.elapsed() < std::time::Duration::from_micros(25) {
                std::hint::spin_loop();
            }
        }
    }
    let arrivals: &_ = Box::leak(Box::new(Arrivals::of(MANY)));
    for i in 0..MANY {
        if i % 100 == 0 {
            yield_now();
        }
        go(|| {
            let _slow = Slow;
            arrivals.arrive();
            pending::<()>().wait()
        });
    }
    arrivals.wait();
}

/// Though it is found again and again, since others spawn without end.
fn unwinding_for_ever() {
    struct Sleeps;
    impl Drop for Sleeps {
        fn drop(&mut self) {
            loop {
                std::thread::park();
            }
        }
    }
    begin(named("sleeps").own_thread(), || {
        let _sleeps = Sleeps;
        pending().wait()
    });
    no_end_of_spawning();
}

/// The runtime is there as before.
fn goes_on(run: impl FnOnce(fn()) -> std::thread::Result<()>) {
    run(ordinary).unwrap();
    let sum: i32 = (0..100)
        .map(|n| {
            go(move || {
                yield_now();
                n
            })
        })
        .map(|goroutine| goroutine.join().unwrap())
        .sum();
    assert_eq!(sum, 4950);
    mod again {
        #[cgocall::main]
        pub fn main() {
            super::ordinary();
        }
    }
    again::main();
    assert_eq!(LIVE.load(SeqCst), 0);
}
