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

const CASES: [Case; 7] = [
    Case {
        work: "start_under_c",
        what: "a start, during a first 100 ms in C",
        afresh: true,
    },
    Case {
        work: "start_under_known_c",
        what: "the same, where C has been short before",
        afresh: true,
    },
    Case {
        work: "start_under_loop",
        what: "a start, during 100 ms of computing",
        afresh: false,
    },
    Case {
        work: "tick_alone",
        what: "a mate's longest wait, per 5 ms without a call",
        afresh: false,
    },
    Case {
        work: "tick_under_blocking",
        what: "the same, per 5 ms in a `blocking` call",
        afresh: false,
    },
    Case {
        work: "tick_under_c",
        what: "the same, per 5 ms in an undeclared one",
        afresh: false,
    },
    Case {
        work: "tick_under_first_c",
        what: "the same, per first 100 ms in C",
        afresh: true,
    },
];

const TRIES: u32 = 100;

pub fn measure(programs: &[Program]) -> io::Result<()> {
    table::latency_heading();
    for case in &CASES {
        let mut what = case.what;
        for program in programs {
            let mut peer = program.start_on_one_proc()?;
            if !peer.can(case.work) {
                continue;
            }
            let waits = if case.afresh {
                let mut waits = Vec::new();
                for _ in 0..TRIES {
                    waits.extend(program.start_on_one_proc()?.ask(case.work, 1)?);
                }
                waits
            } else {
                peer.ask(case.work, TRIES)?
            };
            table::latency(what, program.name, waits);
            what = "";
        }
    }
    Ok(())
}
