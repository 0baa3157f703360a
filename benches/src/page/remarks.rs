//! What is known of goals that a run may miss: the profile, what was tried, and the floor that was found. A remark is
//! on the page only where its goal is not reached.

use crate::figure::unit;

/// Works whose floor a run measures: `direct` does what is left of them without goroutines (`peers/direct/floors.rs`).
pub const FLOORS: &[(&str, &str)] = &[("parked_1m", unit::TIME), ("latency_under_c", unit::P99)];

pub const REMARKS: &[(&str, &str)] = &[
    (
        "call_add",
        "a call has 91 instructions with the loop around it, an empty one 71: the frame's arguments and result, and a \
         stub that keeps the frame's address, and a frame pointer where C is compiled with debug information. It does \
         not wait for instructions but for what goes through memory: the stack pointer and the registers that each of \
         two switches saves and loads, and what the M and the goroutine are told of the call. Tried: four to seven \
         instructions less for any call, which is 3% to 5% of the medians and nothing of the least; the whole of \
         `asmcgocall` in assembler, 36 instructions instead of 49, as a program of its own: 4.75 ns where the present \
         code takes 4.76 ns (4.49 and 4.72 ns without frame pointers). The floor in that program: 2.36 ns for the \
         frame, the switch and the stub alone, where the loop of C calls in it takes 0.57 ns; 3.94 ns with the \
         questions before the call and its record, while nothing is told to sysmon and nothing kept for callbacks.",
    ),
    (
        "call_errno",
        "a quarter of Go's call, give or take a hundredth from run to run. Of its 111 instructions, with the loop around \
         it, 94 are those of the same call whose errno nobody asks for (`call_fail`, which takes two thirds of the \
         time); errno adds 17: set to 0 before and read after, through the C library's function that tells where it \
         is, kept in the frame, and made a `Result`. Called directly errno adds 34 (std asks the library anew each \
         time), and more time than here. So the floor is that of a call: see `call_add`.",
    ),
    (
        "cthread_attach",
        "what an attached thread has of the runtime are two system calls: one gives it a stack for signals, so that \
         an overflow of its own stack can be told, and one takes that back before another thread has it. Where the \
         two take 266 ns, a C program that makes them, sets a key and counts itself takes 330 ns, and a thread of \
         ours 379 ns. Tried: the size of such a stack, which the C library looks up in a list, is asked for once and \
         not five times, 425 ns before. To leave the stack to the thread until that is gone would save one of the \
         calls, but a signal may come after our destructor, and nothing that costs less tells when none can. On an \
         idle machine each thread starts on a processor that slept, with nothing in its caches, and all take twice as \
         long, `direct` six times.",
    ),
    (
        "parked_1m",
        "70% of the time is the kernel's, half of that clears pages: a million stacks have a million pages, and 0.13 \
         million of page tables, since they are 256 KiB apart with their guards; Go's, which move when they grow, \
         have 0.69 million in all. Tried: memory for some dozens of stacks by one system call, and guards as well; no \
         huge pages; a guard in the page tables of the stack below; stacks fetched into the cache before their turn. \
         The floor is a program that makes as many stacks with guards, writes to a page of each, on all processors, \
         and does nothing else; what is above it are the goroutines themselves (spawned, queued, woken and joined on \
         two Ms) and what both processors wait for in the kernel.",
    ),
    (
        "blocking_2000",
        "a helper thread is started as long as it shortens the wait of the calls in line by a millisecond. That is \
         told by how many calls end, so where other programs have the processors calls look longer, and are given \
         more threads. They end when they have been idle for ten seconds, which Go's never do.",
    ),
    (
        "latency_under_c",
        "one that waits for its turn waits for the kernel too. A call costs its goroutine's thread one system call, \
         which wakes a helper; its end costs none, and sysmon looks every 10 ms: nothing else of ours could take the \
         processor. But the kernel's threads, other programs and the machine's host take it for some milliseconds, from \
         all alike: from who makes no call too (`latency_alone`), and for half a minute after a million have parked, \
         when their memory is given back. Twenty-four batches in turns, just then: 87 to 2,379 µs here, 82 to 1,950 µs \
         for tokio, 73 to 1,980 µs for a bare thread. Five when it was quiet: 93 µs at least and 103 µs in the middle, \
         tokio 91 and 95 µs, a bare thread 93 and 103 µs. Where no other program could interrupt (`chrt -r`): 82 µs to \
         99 µs. The floor is that thread, which only looks at the clock after it has woken another one.",
    ),
    (
        "build_cold_1",
        "an attribute macro of three lines that parses with `syn` takes 5.0 s of processor time, and 7.5 s with `cc` for \
         the C side: that is the floor of any such crate. Of the rest our parser takes 3.8 s, the macros 3.1 s, the \
         runtime 4.3 s, and what they depend on 4 s, on two processors. Tried: `syn` without its `extra-traits` and \
         `visit`, which made 22.0 s of processor time 20.6 s.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goal::GOALS;

    #[test]
    fn remarks_are_of_goals() {
        let remarks = REMARKS.iter().map(|(work, _)| work);
        for work in remarks.chain(FLOORS.iter().map(|(work, _)| work)) {
            assert!(GOALS.iter().any(|goal| goal.work == *work), "{work}");
        }
    }
}
