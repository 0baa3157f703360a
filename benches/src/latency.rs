//! `latency_under_c`: what a goroutine waits for while another one is in C, or computes. With one P.

use crate::peer::Program;
use crate::table;
use std::io;

struct Case {
    work: &'static str,
    what: &'static str,
    /// Each time in a new process: the call site is met for the first time, and there is one thread.
    afresh: bool,
}

const CASES: [Case; 3] = [
    Case {
        work: "start_under_c",
        what: "a start, during a first 100 ms in C",
        afresh: true,
    },
    Case {
        work: "tick_under_blocking",
        what: "a mate's longest wait, per 5 ms `blocking`",
        afresh: false,
    },
    Case {
        work: "start_under_loop",
        what: "a start, during 100 ms of computing",
        afresh: false,
    },
];

pub fn measure(programs: &[Program], tries: u32) -> io::Result<()> {
    table::latency_heading();
    for case in &CASES {
        let mut what = case.what;
        for program in programs {
            let mut waits = Vec::new();
            if case.afresh {
                for _ in 0..tries {
                    waits.extend(program.start_on_one_proc()?.ask(case.work, 1)?);
                }
            } else {
                waits = program.start_on_one_proc()?.ask(case.work, tries)?;
            }
            table::latency(what, program.name, waits);
            what = "";
        }
    }
    Ok(())
}
