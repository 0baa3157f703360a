//! What calls and goroutines cost, beside C called directly, Go's cgo, tokio and may, in one run:
//! `cargo run --release -p cgocall-benches`.
//!
//! `--quick` measures less of each, latencies apart; names of works leave out the others. Compare the ratios; the times are this
//! machine's.

mod latency;
mod million;
mod peer;
mod peers;
mod rounds;
mod table;

use peer::{Peer, Program};
use rounds::{Contest, Effort};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, io};

const WORKS: [&str; 17] = [
    "call_empty",
    "call_add",
    "callback",
    "call_callback",
    "closure",
    "closure_kept",
    "closure_handle",
    "call_errno",
    "call_str",
    "cthread_callback",
    "attach_detach",
    "yield",
    "spawn_join",
    "pingpong",
    "call_offload",
    "blocking_2000",
    "handle_get",
];
const LATENCY: &str = "latency_under_c";
const MILLION: &str = "million";

fn main() -> ExitCode {
    let mut quick = false;
    let mut chosen: Vec<String> = Vec::new();
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => quick = true,
            "peer" => {
                let name = args.next().unwrap_or_default();
                let peer = peers::OWN.iter().find(|(own, _)| *own == name);
                let Some((_, main)) = peer else {
                    return usage();
                };
                main();
                return ExitCode::SUCCESS;
            }
            work if [LATENCY, MILLION].contains(&work) || WORKS.contains(&work) => chosen.push(arg),
            _ => return usage(),
        }
    }
    match compare(quick, &|work| {
        chosen.is_empty() || chosen.iter().any(|name| name == work)
    }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cgocall-benches: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "usage: cgocall-benches [--quick] [WORK..]\n       cgocall-benches peer NAME\nworks: {} {LATENCY} {MILLION}",
        WORKS.join(" ")
    );
    ExitCode::from(2)
}

fn compare(quick: bool, chosen: &dyn Fn(&str) -> bool) -> io::Result<()> {
    let effort = if quick { effort(5, 5) } else { effort(21, 20) };
    let go = peers::go::build().map(|path| Program::foreign("go", &path));
    let ours = Program::own("cgocall")?;

    let again = ours.renamed(table::AGAIN);
    let mut programs = vec![ours.clone(), again, Program::own("direct")?];
    programs.extend(go.clone());
    programs.extend([Program::own("tokio")?, Program::own("may")?]);

    let cores = std::thread::available_parallelism()?;
    println!("{} {}, {cores} cores", env::consts::OS, env::consts::ARCH);
    if let Err(why) = &go {
        println!("go is not compared: {why}");
    }
    let works: Vec<_> = WORKS.into_iter().filter(|work| chosen(work)).collect();
    if !works.is_empty() {
        measure(&works, &programs, &effort)?;
    }
    if chosen(MILLION) {
        let mut programs = vec![ours.clone()];
        programs.extend(go.clone().ok());
        million::measure(&programs, if quick { 2 } else { 6 })?;
    }
    if chosen(LATENCY) {
        let mut programs = vec![ours, Program::own(peers::MIGRATING)?];
        programs.extend(go);
        latency::measure(&programs)?;
    }
    Ok(())
}

fn effort(rounds: usize, round_ms: u64) -> Effort {
    let round = Duration::from_millis(round_ms);
    Effort { rounds, round }
}

fn measure(works: &[&'static str], programs: &[Program], effort: &Effort) -> io::Result<()> {
    let mut peers = programs
        .iter()
        .map(Program::start)
        .collect::<io::Result<Vec<Peer>>>()?;
    let mut contests = works
        .iter()
        .map(|work| Contest::new(work, &mut peers, effort))
        .collect::<io::Result<Vec<_>>>()?;
    for _ in 0..effort.rounds {
        for contest in &mut contests {
            contest.round(&mut peers)?;
        }
    }
    table::heading();
    let mut again = Vec::new();
    for contest in contests {
        let work = contest.work;
        let noise = table::work(work, &contest.figures(&peers));
        again.extend(noise.map(|ratio| (work, ratio)));
    }
    table::legend(&again);
    Ok(())
}
