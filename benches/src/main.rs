//! What a call costs, beside a direct C call, in one run: `cargo run --release -p cgocall-benches`.
//!
//! Each work is measured in rounds that take turns with all others, so that a machine whose speed drifts is the same for
//! everybody. Compare the ratios; the times are this machine's.

mod ffi;

use cgocall::{cgo_export, go, yield_now};
use std::ffi::c_int;
use std::hint::black_box;
use std::time::{Duration, Instant};

#[cgo_export(private)]
fn on_call(n: c_int) -> c_int {
    n + 1
}

extern "C" fn on_direct_call(n: c_int) -> c_int {
    black_box(n) + 1
}

/// One piece of work: its name, what it is compared with, and how to do it `n` times.
struct Work {
    name: &'static str,
    against: Option<&'static str>,
    run: fn(n: u32),
    /// Nanoseconds per piece, a round each.
    rounds: Vec<f64>,
}

const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(20);

fn times<R>(n: u32, mut f: impl FnMut() -> R) {
    for _ in 0..n {
        black_box(f());
    }
}

fn works() -> Vec<Work> {
    use ffi::{add, call_back, direct, empty, empty_offloaded};
    let work = |name, against, run| Work {
        name,
        against,
        run,
        rounds: Vec::new(),
    };
    let spawn_join = |n| times(n, || go(|| ()).join().expect("an empty goroutine"));
    vec![
        work("direct: empty", None, |n| times(n, || direct::empty())),
        work("call_empty", Some("direct: empty"), |n| times(n, empty)),
        work("direct: add", None, |n| {
            times(n, || direct::add(black_box(1), 2))
        }),
        work("call_add", Some("direct: add"), |n| {
            times(n, || add(black_box(1), 2))
        }),
        work("direct: callback", None, |n| {
            times(n, || direct::call_back(on_direct_call, black_box(1)))
        }),
        work("call_callback", Some("direct: callback"), |n| {
            times(n, || call_back(on_call::C, black_box(1)))
        }),
        work("yield", Some("direct: empty"), |n| times(n, yield_now)),
        work("spawn_join", Some("direct: empty"), spawn_join),
        work("call_offload", Some("direct: empty"), |n| {
            times(n, empty_offloaded)
        }),
    ]
}

impl Work {
    fn time(&self, n: u32) -> Duration {
        let start = Instant::now();
        (self.run)(n);
        start.elapsed()
    }

    /// How often to do it so that a round takes long enough to be timed.
    fn pieces(&self) -> u32 {
        let mut n = 1;
        loop {
            let took = self.time(n);
            if took * 8 > ROUND || n > u32::MAX / 16 {
                let per_piece = took.as_secs_f64() / f64::from(n);
                return (ROUND.as_secs_f64() / per_piece).max(1.0) as u32;
            }
            n *= 8;
        }
    }

    fn min_and_median(&self) -> (f64, f64) {
        let mut rounds = self.rounds.clone();
        rounds.sort_by(f64::total_cmp);
        (rounds[0], rounds[rounds.len() / 2])
    }
}

#[cgocall::main]
fn main() {
    let mut works = works();
    let pieces: Vec<u32> = works.iter().map(Work::pieces).collect();
    for _ in 0..ROUNDS {
        for (work, &n) in works.iter_mut().zip(&pieces) {
            let took = work.time(n);
            work.rounds.push(took.as_nanos() as f64 / f64::from(n));
        }
    }
    println!(
        "{:<26}{:>12}{:>12}{:>12}  (ns; ratio of the minima)",
        "work", "min", "median", "ratio"
    );
    for work in &works {
        let (min, median) = work.min_and_median();
        let ratio = work
            .against
            .and_then(|name| works.iter().find(|work| work.name == name))
            .map_or_else(String::new, |against| {
                format!("{:.1} x", min / against.min_and_median().0)
            });
        println!("{:<26}{min:>12.2}{median:>12.2}{ratio:>12}", work.name);
    }
}
