//! What the kernel knows of a thread.

use std::time::Duration;

/// How a thread spends its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    /// It waits for something that may not come soon.
    Sleeps,
    /// It waits for a disk, or for another thread that changes the address space: the kernel's `D`.
    Faults,
    /// It runs, or waits for a processor, and has had one for so long in its life.
    Runs(Duration),
}

/// The calling thread.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn current_thread() -> i32 {
    // SAFETY: asks for a number. (`gettid` itself is missing in older C libraries.)
    let id = unsafe { libc::syscall(libc::SYS_gettid) };
    i32::try_from(id).expect("a thread's number")
}

/// What the thread does. None: not to be found out.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn activity(thread: i32) -> Option<Activity> {
    let read = |file| std::fs::read_to_string(format!("/proc/self/task/{thread}/{file}")).ok();
    // "number (name) S ...", where the name may hold anything.
    let stat = read("stat")?;
    let state = stat.rsplit(") ").next()?.chars().next()?;
    match state {
        'R' => {}
        'D' => return Some(Activity::Faults),
        _ => return Some(Activity::Sleeps),
    }
    // "nanoseconds on a processor, nanoseconds waiting for one, .."
    let schedstat = read("schedstat")?;
    let ran = schedstat.split(' ').next()?.parse().ok()?;
    Some(Activity::Runs(Duration::from_nanos(ran)))
}

/// Whether there is no such thread in this process any more.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn is_gone(thread: i32) -> bool {
    // Where `/proc` is not mounted nobody is known to be gone.
    let is_there = |path: &str| std::path::Path::new(path).exists();
    is_there("/proc/self/task") && !is_there(&format!("/proc/self/task/{thread}"))
}

/// The name of a thread of this process.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn name(thread: i32) -> Option<String> {
    let name = std::fs::read(format!("/proc/self/task/{thread}/comm")).ok()?;
    Some(String::from_utf8_lossy(&name).trim_end().to_owned())
}

/// The calling thread.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn current_thread() -> i32 {
    0
}

/// What the thread does. None: not to be found out.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn activity(_: i32) -> Option<Activity> {
    None
}

/// Whether there is no such thread in this process any more.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn is_gone(_: i32) -> bool {
    false
}

/// The name of a thread of this process.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn name(_: i32) -> Option<String> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Instant;

    #[test]
    fn a_thread_that_waits_sleeps_and_one_that_computes_runs() {
        let (tell, told) = channel();
        let (end, ended) = channel::<()>();
        let sleeper = std::thread::spawn(move || {
            tell.send(current_thread()).unwrap();
            let _ = ended.recv();
        });
        let thread = told.recv().unwrap();
        while activity(thread) != Some(Activity::Sleeps) {
            std::thread::yield_now();
        }
        drop(end);
        sleeper.join().unwrap();

        let Some(Activity::Runs(before)) = activity(current_thread()) else {
            panic!("this thread runs");
        };
        let start = Instant::now();
        while activity(current_thread()) == Some(Activity::Runs(before)) {
            assert!(start.elapsed() < Duration::from_secs(60));
        }
    }
}
