//! What is known of goals that a run may miss: the profile, what was tried, and the floor that was found. A remark is
//! on the page only where its goal is not reached.

pub const REMARKS: &[(&str, &str)] = &[
    (
        "blocking_2000",
        "a helper thread is started as long as it shortens the wait of the calls in line by a millisecond. That is \
         told by how many calls end, so where other programs have the processors calls look longer, and are given \
         more threads. They end when they have been idle for ten seconds, which Go's never do.",
    ),
    (
        "latency_under_c",
        "one that waits for its turn waits for the kernel too. On a machine with other programs than this one, what \
         they take is in `latency_alone` as well, where there is no call.",
    ),
];
