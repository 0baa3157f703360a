//! The works: all that is measured, by name.

/// How a work is measured.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// In rounds, in which each peer takes its turn.
    Rounds,
    /// In a process of its own each time: that many goroutines, doing what the peers know by that name.
    Parked(&'static str, u32),
    /// With one proc, each wait by itself.
    Waits,
    /// The same, each in a process of its own: the call site is met for the first time, and there is one thread.
    FirstWaits,
    /// By servers, in rounds.
    Served(Load),
}

/// What a server is asked, and by how many at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// As `redis-benchmark` calls it.
    pub command: &'static str,
    pub connections: u32,
    /// So many requests are sent before a reply is waited for.
    pub pipeline: u32,
}

/// A chart each.
#[derive(Clone, Copy, PartialEq)]
pub enum Group {
    Calls,
    Callbacks,
    Goroutines,
    Blocking,
    Libraries,
    Parked,
    Latency,
    Server,
}

/// In the order of the page.
pub const GROUPS: &[(Group, &str)] = &[
    (Group::Calls, "Calls"),
    (Group::Callbacks, "Callbacks"),
    (Group::Goroutines, "Goroutines"),
    (Group::Blocking, "Blocking calls"),
    (Group::Libraries, "Libraries"),
    (Group::Parked, "Parked"),
    (Group::Latency, "Waits"),
    (Group::Server, "A server"),
];

pub struct Work {
    pub name: &'static str,
    pub group: Group,
    pub way: Way,
    pub what: &'static str,
}

const fn work(name: &'static str, group: Group, what: &'static str) -> Work {
    let way = match group {
        Group::Latency => Way::Waits,
        _ => Way::Rounds,
    };
    Work {
        name,
        group,
        way,
        what,
    }
}

impl Work {
    const fn by(self, way: Way) -> Work {
        Work { way, ..self }
    }

    const fn served(self, command: &'static str, connections: u32, pipeline: u32) -> Work {
        self.by(Way::Served(Load {
            command,
            connections,
            pipeline,
        }))
    }

    /// Whether it takes so long that it is a part of a run by itself.
    pub fn part(&self) -> Option<&'static str> {
        matches!(self.way, Way::Served(_)).then_some("kvd")
    }

    /// Whether it goes by that name: `sqlite_insert/10` by `sqlite_insert` too.
    pub fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.name.split('/').next() == Some(name)
    }
}

use Group::*;

pub const WORKS: &[Work] = &[
    work(
        "call_empty",
        Calls,
        "a C function that does nothing; tokio: one that may block, `block_in_place` and a yield",
    ),
    work("call_add", Calls, "two arguments and a result"),
    work("call_errno", Calls, "a call that fails, and its errno"),
    work(
        "call_fail",
        Calls,
        "the same call, whose errno nobody asks for",
    ),
    work("call_str", Calls, "an 11-byte string, made one of C's"),
    work("callback", Callbacks, "from C to the host and back"),
    work("call_callback", Callbacks, "a call that calls back once"),
    work(
        "callback_cthread",
        Callbacks,
        "a callback on a thread of C's, after its first",
    ),
    work(
        "cthread_attach",
        Callbacks,
        "a new thread of C's: its first callback, and its end",
    ),
    work(
        "closure",
        Callbacks,
        "a callback that is a closure, lent for the call",
    ),
    work("closure_kept", Callbacks, "the same, kept by C"),
    work(
        "closure_handle",
        Callbacks,
        "the same, held by a `Callback`",
    ),
    work(
        "spawn_join",
        Goroutines,
        "a goroutine or task that does nothing, waited for",
    ),
    work("yield", Goroutines, "let others run, where there are none"),
    work(
        "pingpong",
        Goroutines,
        "to another one and back, over channels",
    ),
    work(
        "handle_get",
        Goroutines,
        "a value by its handle, one of 100,000, two goroutines at once",
    ),
    work(
        "call_offload",
        Blocking,
        "a call that may block, moved off the thread",
    ),
    work(
        "blocking_2000",
        Blocking,
        "2,000 at once, each 1 ms in a blocking call",
    ),
    work(
        "qsort_1000",
        Libraries,
        "the C library's qsort of 1,000 ints, compared by the host",
    ),
    work(
        "read_write_8b",
        Libraries,
        "8 bytes into a pipe and out again; go alone: without C",
    ),
    work(
        "sqlite_insert/1",
        Libraries,
        "SQLite: a row inserted, by one goroutine or task",
    ),
    work("sqlite_insert/10", Libraries, "the same, among 10"),
    work("sqlite_insert/1000", Libraries, "the same, among 1,000"),
    work(
        "sqlite_point_read/1",
        Libraries,
        "SQLite: a row read by its key, by one",
    ),
    work("sqlite_point_read/10", Libraries, "the same, among 10"),
    work("sqlite_point_read/1000", Libraries, "the same, among 1,000"),
    work(
        "parked_1m",
        Parked,
        "a million wait on a channel at once: until all are done again, and memory of each; direct: the stacks alone",
    )
    .by(Way::Parked("park_many", 1_000_000)),
    work(
        "parked_in_callback_100k",
        Parked,
        "100,000 wait in a callback, with C between",
    )
    .by(Way::Parked("parked_in_callback", 100_000)),
    work(
        "latency_under_c",
        Latency,
        "another one's longest wait, per 5 ms blocking call; go: any call; direct: a thread's",
    ),
    work(
        "latency_alone",
        Latency,
        "the same, per 5 ms without a call",
    ),
    work(
        "latency_under_undeclared",
        Latency,
        "the same, per 5 ms call that nobody declared to block",
    ),
    work(
        "latency_under_first_c",
        Latency,
        "the same, per 100 ms call, met for the first time",
    )
    .by(Way::FirstWaits),
    work(
        "start_under_first_c",
        Latency,
        "until another one starts, during a first 100 ms call",
    )
    .by(Way::FirstWaits),
    work(
        "start_under_known_c",
        Latency,
        "the same, where the call has been short before",
    )
    .by(Way::FirstWaits),
    work(
        "start_under_loop",
        Latency,
        "until another one starts, during 100 ms of computing",
    ),
    work("kvd_get/1", Server, "`GET`, one connection").served("get", 1, 1),
    work("kvd_get/50", Server, "the same, 50 connections").served("get", 50, 1),
    work("kvd_get/10000", Server, "the same, 10,000").served("get", 10_000, 1),
    work(
        "kvd_set/1",
        Server,
        "`SET`, answered when it is on the disk, one connection",
    )
    .served("set", 1, 1),
    work("kvd_set/50", Server, "the same, 50 connections").served("set", 50, 1),
    work("kvd_set/10000", Server, "the same, 10,000").served("set", 10_000, 1),
    work(
        "kvd_get_p16/50",
        Server,
        "`GET`, 50 connections that send 16 at a time",
    )
    .served("get", 50, 16),
    work("kvd_set_p16/50", Server, "the same of `SET`").served("set", 50, 16),
];

pub fn find(name: &str) -> Option<&'static Work> {
    WORKS.iter().find(|work| work.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_works_have_one_name() {
        for (at, work) in WORKS.iter().enumerate() {
            assert!(WORKS[..at].iter().all(|other| other.name != work.name));
        }
    }

    #[test]
    fn a_work_among_many_goes_by_its_first_name_too() {
        let work = find("sqlite_insert/10").unwrap();
        assert!(work.answers_to("sqlite_insert") && work.answers_to("sqlite_insert/10"));
        assert!(!work.answers_to("sqlite"));
    }
}
