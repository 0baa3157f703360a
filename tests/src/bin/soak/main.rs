//! Everything at once, by the dice: `soak [WORD ..] [SECONDS [SEED]]`. At the end the counts are exact, and there are no more
//! threads, files, children and no more memory than at the beginning.
//!
//! The words: `migrate`, which lets goroutines change threads, and what [disturbs](disturb) the work.

mod counts;
mod disturb;
mod flat;
mod forks;
mod jobs;
mod programs;
mod random;

use cgocall::Builder;
use cgocall_tests::step;
use disturb::{Disturbance, Disturbances};
use jobs::{job, spawn};
use random::Random;
use std::time::{Duration, Instant};

const WORKERS: u64 = 32;

/// So soon that all who have nothing to do are gone when that is looked at.
const IDLE: Duration = Duration::from_millis(500);

/// Keeps one goroutine alive at a time, each for a while.
fn work(mut random: Random, end: Instant) {
    while Instant::now() < end {
        let mut seeded = Random(random.next());
        let jobs = random.from(1..=40);
        let goroutine = spawn(move || (0..jobs).for_each(|_| job(&mut seeded)));
        goroutine.join().unwrap();
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if_eq(programs::WORD).is_some() {
        let seed = arguments.next().and_then(|seed| seed.parse().ok());
        return programs::run(seed.expect("a seed"));
    }
    let mut words = Vec::new();
    while let Some(word) = arguments.next_if(|word| word.starts_with(char::is_alphabetic)) {
        words.push(word);
    }
    let migrate = words.iter().any(|word| word == "migrate");
    let disturbances: Vec<_> = words
        .iter()
        .filter(|word| *word != "migrate")
        .map(|word| Disturbance::from_word(word))
        .collect();
    let builder = Builder::new().idle_time(IDLE);
    let builder = if migrate {
        // SAFETY: no goroutine here keeps a thread-local, a `std` guard or a state of C's across a park point.
        unsafe { builder.migrate() }
    } else {
        builder
    };
    disturb::before_the_start(&disturbances);
    let started = builder.run(|| soak(&words, &disturbances, arguments));
    started.expect("the runtime starts");
}

fn soak(
    words: &[String],
    disturbances: &[Disturbance],
    mut arguments: impl Iterator<Item = String>,
) {
    let seconds = arguments.next().map_or(2, |s| s.parse().expect("seconds"));
    let seed = arguments.next().map_or_else(
        || std::process::id().into(),
        |seed| seed.parse().expect("a seed"),
    );
    println!("soak {} {seconds} {seed}", words.join(" "));
    step("the start of the soak");
    let before = flat::Before::now();
    let time = Duration::from_secs(seconds);
    let end = Instant::now() + time;
    let mut random = Random(seed);
    let disturbances = Disturbances::begin(disturbances, time, &mut random);
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let seeded = Random(random.next());
            spawn(move || work(seeded, end))
        })
        .collect();
    let programs = programs::start_until(end, Random(random.next()));
    let tenths = flat::watch(time);
    step("the end of the last jobs");
    for worker in workers {
        worker.join().unwrap();
    }
    step("the end of what disturbs them");
    disturb::wait_for(programs);
    disturbances.end();
    counts::check();
    before.check(tenths);
}
