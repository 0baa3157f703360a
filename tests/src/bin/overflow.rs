//! Stacks that overflow, and other faults: the argument says which. `tests/overflow.rs` runs them.

use cgocall::{Builder, GoBuilder, Wait, go, metrics, yield_now};
use cgocall_tests::overflows::{
    descend, descend_blocking, descend_on_signal, handle_faults, handle_faults_simply,
    handle_one_fault, keeps_alternate_stack, on_marked_stack, on_small_thread, poke, poke_blocking,
    poke_on_native_stack, replaces_alternate_stack, send_fault,
};
use cgocall_tests::{
    Arrivals, call_back, call_back_blocking, call_back_reentrant, happens_on_thread_stack, procs,
    step, thread_id,
};
use std::ffi::{c_char, c_int};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};

fn main() {
    let mut args = std::env::args().skip(1);
    let scenario = args.next().expect("the name of a scenario");
    step(&scenario[..]);
    match args.next().as_deref() {
        None => {}
        Some("nobody") => default(libc::SIG_DFL),
        Some("ignored") => default(libc::SIG_IGN),
        Some("c") => handle_faults(),
        Some("once") => handle_one_fault(),
        Some("simply") => handle_faults_simply(),
        Some(handler) => panic!("no such handler: {handler}"),
    }
    match &scenario[..] {
        "in_rust" => drop(small("deep", || deep(1)).join()),
        "in_rust_by_a_signal" => {
            handle_on_the_spot();
            drop(small("deep", || deep_in_signals(1)).join());
        }
        "in_rust_on_the_usual_stack" => drop(go(|| deep(1)).join()),
        "in_a_callback" => drop(small("called back", || call_back(1, deep)).join()),
        "in_c" => drop(small("calls", || descend(-1)).join()),
        "in_c_beside_a_parked_callback" => drop(go(beside_a_parked_callback).join()),
        "in_c_without_an_import" => drop(small("bare", || bare(-1)).join()),
        "on_a_helper" => drop(small("asks", || descend_blocking(-1)).join()),
        "in_a_callback_on_a_helper" => {
            drop(small("asks", || call_back_blocking(1, deep)).join());
        }
        "in_main" => drop(Builder::new().run(|| deep(1)).unwrap()),
        "in_c_of_main" => drop(Builder::new().run(|| descend(-1)).unwrap()),
        "in_c_of_a_thread_that_runs" => {
            let run = || Builder::new().run(|| descend(-1)).unwrap();
            let thread = std::thread::Builder::new().name("runs".into());
            drop(thread.stack_size(512 << 10).spawn(run).unwrap().join());
        }
        "on_a_c_thread" => on_a_c_thread(deep),
        "in_c_on_a_c_thread" => on_a_c_thread(descend),
        "in_c_without_an_import_on_a_c_thread" => on_a_c_thread(bare),
        "on_a_c_thread_with_an_alternate_stack" => {
            Builder::new().start().unwrap();
            keeps_alternate_stack(1, deep);
        }
        "on_a_c_thread_with_a_marked_guard" => {
            Builder::new().start().unwrap();
            on_marked_stack(1, deep);
        }
        "on_a_scheduler" => on_a_scheduler(),
        "two_at_once" => two_at_once(),
        "null" => small("null", || write(8)).join().unwrap(),
        "null_on_a_c_thread" => on_a_c_thread(|_| {
            write(8);
            0
        }),
        "null_in_c" => small("pokes", || poke_at(8)).join().unwrap(),
        // SAFETY: none.
        "null_in_c_on_a_helper" => small("pokes", || unsafe { poke_blocking(no_pointer(8)) })
            .join()
            .unwrap(),
        "null_in_c_on_the_native_stack" => {
            // SAFETY: none.
            small("pokes", || unsafe { poke_on_native_stack(no_pointer(8)) })
                .join()
                .unwrap();
        }
        "null_in_c_of_main" => Builder::new().run(|| poke_at(8)).unwrap(),
        "null_in_c_below_a_callback" => {
            let called = small("pokes", || {
                call_back(8, |n| {
                    poke_at(n as usize);
                    n
                })
            });
            drop(called.join());
        }
        "null_in_c_on_a_c_thread" => on_a_c_thread(|n| {
            poke_at(8);
            n
        }),
        "null_in_c_after_c" => small("pokes", || {
            descend(1);
            write(8);
        })
        .join()
        .unwrap(),
        "null_in_a_callback" => drop(
            small("called back", || {
                call_back(8, |n| {
                    write(n as usize);
                    n
                })
            })
            .join(),
        ),
        "no_address_in_c" => small("pokes", || poke_at(1 << 63 | 8)).join().unwrap(),
        "constant_in_c" => small("pokes", || poke_at((&raw const CONSTANT).addr()))
            .join()
            .unwrap(),
        "file_in_c" => small("pokes", || poke_at(beyond_a_file())).join().unwrap(),
        "anothers_guard" => anothers_guard(),
        "own_guard" => small("own", || write(here() - (96 << 10))).join().unwrap(),
        "own_guard_from_c" => small("own", guard_from_c).join().unwrap(),
        "sent" => {
            go(|| send_fault(5)).join().unwrap();
            println!("done");
        }
        "misaligned" => on_a_c_thread(misaligned),
        "alternate_stacks" => alternate_stacks(),
        "after" => {
            Builder::new().start().unwrap();
            handle_faults();
            drop(small("deep", || deep(1)).join());
        }
        _ => panic!("no such scenario: {scenario}"),
    }
}

fn default(handler: usize) {
    for signal in [libc::SIGSEGV, libc::SIGBUS] {
        // SAFETY: it is no function.
        unsafe { libc::signal(signal, handler) };
    }
}

/// A goroutine with 64 KiB of stack.
#[track_caller]
fn small<T: Send + 'static>(
    name: &str,
    f: impl FnOnce() -> T + Send + 'static,
) -> cgocall::JoinHandle<T> {
    GoBuilder::new().name(name).stack_size(64 << 10).go(f)
}

#[inline(never)]
fn deep(n: i64) -> i64 {
    // As far as the compiler knows.
    if black_box(n) == i64::MIN {
        return 0;
    }
    black_box(deep(n + 1)) + n
}

/// On whichever stack that is.
fn handle_on_the_spot() {
    extern "C" fn handler(_: c_int) {}
    // SAFETY: the handler does nothing.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        libc::sigaction(libc::SIGURG, &raw const action, std::ptr::null_mut());
    }
}

/// A signal's frame is larger than that of a call: it is what finds no room.
#[inline(never)]
fn deep_in_signals(n: i64) -> i64 {
    // As in `deep`.
    if black_box(n) == i64::MIN {
        return 0;
    }
    // SAFETY: it is handled.
    unsafe { libc::raise(libc::SIGURG) };
    black_box(deep_in_signals(n + 1)) + n
}

fn bare(n: i64) -> i64 {
    unsafe extern "C" {
        #[link_name = "descend"]
        safe fn bare(n: std::ffi::c_long) -> std::ffi::c_long;
    }
    bare(n)
}

/// Its own frame's address.
#[inline(never)]
fn here() -> usize {
    let local = 0u8;
    black_box(&raw const local) as usize
}

static CONSTANT: u8 = 1;

fn no_pointer(address: usize) -> *mut c_char {
    std::ptr::without_provenance_mut(address)
}

fn poke_at(address: usize) {
    // SAFETY: there is none.
    unsafe { poke(no_pointer(address)) };
}

/// An address that is mapped, of a file that is empty.
fn beyond_a_file() -> usize {
    // SAFETY: the mapping is nobody else's; the name is a C string.
    let at = unsafe {
        let file = libc::memfd_create(c"empty".as_ptr(), 0);
        let prot = libc::PROT_READ | libc::PROT_WRITE;
        libc::mmap(std::ptr::null_mut(), 4096, prot, libc::MAP_SHARED, file, 0)
    };
    at.addr() + 8
}

/// A wild pointer.
fn write(address: usize) {
    eprintln!("writes to {address:x}");
    // SAFETY: there is none.
    unsafe { (address as *mut u8).write_volatile(1) };
}

/// The thread is told of a misaligned access to its own stack, as some processors do.
fn misaligned(_: i64) -> i64 {
    const ADRALN: i32 = 1;
    // SAFETY: numbers, of which the first three and the address, behind them in a word of its own, are set; the thread
    // sends the signal to itself.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        info.si_signo = libc::SIGBUS;
        info.si_code = ADRALN;
        (&raw mut info).cast::<usize>().add(2).write(here());
        let call = libc::SYS_rt_tgsigqueueinfo;
        libc::syscall(
            call,
            libc::getpid(),
            thread_id(),
            libc::SIGBUS,
            &raw const info,
        )
    }
}

fn beside_a_parked_callback() {
    loop {
        let thread = Arc::new(AtomicI64::new(0));
        let his = Arc::clone(&thread);
        drop(go(move || {
            his.store(thread_id(), SeqCst);
            call_back_reentrant(1, |_| std::future::pending().wait())
        }));
        while thread.load(SeqCst) == 0 {
            yield_now();
        }
        yield_now();
        // Else that one has started elsewhere.
        if thread.load(SeqCst) == thread_id() && happens_on_thread_stack() == 0 {
            descend(-1);
        }
    }
}

/// From a goroutine, as most things.
fn on_a_c_thread(f: fn(i64) -> i64) {
    drop(go(move || on_small_thread(-1, f)).join());
}

fn on_a_scheduler() {
    let m = go(thread_id).join().unwrap();
    // It has given its P up, so it is there.
    while metrics().idle_procs < procs() {
        std::thread::yield_now();
    }
    descend_on_signal(i32::try_from(m).unwrap());
    loop {
        std::thread::yield_now();
    }
}

fn two_at_once() {
    let arrivals = Arc::new(Arrivals::of(2));
    let overflow = |_| {
        let arrivals = Arc::clone(&arrivals);
        GoBuilder::new().own_thread().go(move || {
            arrivals.arrive();
            arrivals.wait();
            deep(1)
        })
    };
    let both = [1, 2].map(overflow);
    both.into_iter().for_each(|one| drop(one.join()));
}

/// Of a goroutine whose stack lies right above that of who writes there.
fn anothers_guard() {
    const SLOT: usize = 128 << 10;
    const N: usize = 8;
    static STANDS: [AtomicUsize; N] = [const { AtomicUsize::new(0) }; N];
    static PLACES: AtomicUsize = AtomicUsize::new(0);
    let goroutines = [(); N].map(|()| {
        small("neighbour", || {
            let mine = here();
            let all = || STANDS.iter().map(|stands| stands.load(SeqCst));
            STANDS[PLACES.fetch_add(1, SeqCst)].store(mine, SeqCst);
            while all().any(|stands| stands == 0) {
                yield_now();
            }
            // The lowest has somebody above.
            if all().min() == Some(mine) && all().any(|stands| stands == mine + SLOT) {
                write(mine + SLOT - (96 << 10));
            }
            yield_now();
        })
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

/// C writes there, on the stack that lies nearest.
fn guard_from_c() {
    let guard = here() - (96 << 10);
    eprintln!("writes to {guard:x}");
    // SAFETY: there is none.
    unsafe { poke(guard as *mut _) };
}

fn alternate_stacks() {
    Builder::new().start().unwrap();
    for _ in 0..100 {
        assert_eq!(keeps_alternate_stack(1, |n| n), 2);
        assert_eq!(replaces_alternate_stack(1, |n| n), 2);
        assert_eq!(on_small_thread(1, |n| n), 1);
    }
    println!("done");
}
