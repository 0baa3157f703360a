//! What is known of goals that a run may miss: the profile, what was tried, and the floor that was found. A remark is
//! on the page only where its goal is not reached.

pub const REMARKS: &[(&str, &str)] = &[
    (
        "blocking_2000",
        "while calls stand in line, helper threads are woken or started, up to `max_threads`; so there are more of \
         them than Go starts for the same, and it is done sooner. They end when they have been idle for ten seconds, \
         which Go's never do.",
    ),
    (
        "latency_under_c",
        "one that waits for its turn waits for the kernel too. On a machine with other programs than this one, what \
         they take is in `latency_alone` as well, where there is no call.",
    ),
];
