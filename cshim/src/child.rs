//! A compiler as a child process, which comes to an end in any case.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs};

/// The variable that changes the limit, in seconds.
pub(crate) const LIMIT: &str = "CGOCALL_CC_TIMEOUT";
const LIMIT_SECONDS: u64 = 120;
/// What is kept of what a child says. Answers are errors, many of them in a large package; this is more than any has.
const MOST_SAID: usize = 64 << 20;
/// How often a child is looked at that has closed its stderr: it ends at once, as a rule.
const LOOK: Duration = Duration::from_millis(1);

/// What became of a child.
pub(crate) struct Ended {
    /// `None`: it was stopped after the limit.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) stderr: Vec<u8>,
}

/// How long a child may take.
pub(crate) fn limit() -> Duration {
    parse_limit(env::var_os(LIMIT).as_deref())
}

fn parse_limit(value: Option<&OsStr>) -> Duration {
    let seconds = value
        .and_then(OsStr::to_str)
        .and_then(|text| text.trim().parse().ok());
    Duration::from_secs(
        seconds
            .filter(|seconds| *seconds > 0)
            .unwrap_or(LIMIT_SECONDS),
    )
}

/// Runs `command` without input, and with what it says on stderr. It is stopped after `limit`, and with it what it has
/// started: a compiler is a driver, and it is its child that hangs.
///
/// # Errors
/// When there is no such program.
pub(crate) fn run(command: &mut Command, limit: Duration) -> io::Result<Ended> {
    let end = Instant::now() + limit;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let said = Arc::new(Mutex::new(Vec::new()));
    let (sender, silence) = mpsc::channel::<()>();
    if let Some(mut pipe) = child.stderr.take() {
        let said = said.clone();
        // Not joined: what a child leaves running may keep the pipe open for ever.
        thread::spawn(move || {
            let mut chunk = vec![0; 1 << 16];
            while let Ok(count @ 1..) = pipe.read(&mut chunk) {
                let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                let room = MOST_SAID - said.len().min(MOST_SAID);
                said.extend_from_slice(&chunk[..count.min(room)]);
            }
            drop(sender);
        });
    }
    let left = || end.saturating_duration_since(Instant::now());
    // Closed by the last who has it, as a rule the child when it ends. If it leaves somebody behind, all that the child
    // itself has said is long there at the end of the time.
    let _ = silence.recv_timeout(left());
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if left().is_zero() {
            stop(&mut child)?;
            break None;
        }
        thread::sleep(LOOK);
    };
    let stderr = std::mem::take(&mut *said.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Ended { status, stderr })
}

/// Stops a child, and before it all that has come from it. None of them can have become somebody else: their parents
/// are there and have not waited for them.
fn stop(child: &mut Child) -> io::Result<()> {
    let offspring = descendants(child.id());
    if !offspring.is_empty() {
        let ids: Vec<String> = offspring.iter().map(u32::to_string).collect();
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -9 {}", ids.join(" "))])
            .stderr(Stdio::null())
            .status();
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// The children of a process, and theirs, where the system says it as Linux does.
fn descendants(of: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let parents: Vec<(u32, u32)> = entries
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // After the name, which may hold anything: state, parent.
            let parent = stat
                .rsplit_once(')')?
                .1
                .split_whitespace()
                .nth(1)?
                .parse()
                .ok()?;
            Some((id, parent))
        })
        .collect();
    let mut found = vec![of];
    let mut at = 0;
    while at < found.len() {
        let parent = found[at];
        found.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(id, _)| *id),
        );
        at += 1;
    }
    found.split_off(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_seconds_and_never_none() {
        let limit = |text: &str| parse_limit(Some(OsStr::new(text))).as_secs();
        assert_eq!((limit("5"), limit(" 7 ")), (5, 7));
        for nonsense in ["", "0", "-1", "ten"] {
            assert_eq!(limit(nonsense), LIMIT_SECONDS);
        }
        assert_eq!(parse_limit(None).as_secs(), LIMIT_SECONDS);
    }

    #[test]
    fn all_that_is_said_arrives_with_the_status() {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "head -c 3000000 /dev/zero >&2; echo heard >&2; exit 3",
        ]);
        let ended = run(&mut command, Duration::from_secs(60)).unwrap();
        assert_eq!(ended.status.unwrap().code(), Some(3));
        assert_eq!(ended.stderr.len(), 3_000_006);
        assert!(ended.stderr.ends_with(b"heard\n"));
    }

    #[test]
    fn nothing_is_lost_that_is_read_after_its_end() {
        let mut command = Command::new("sh");
        command.args(["-c", "(sleep 0.3; echo late >&2) & exit 3"]);
        let ended = run(&mut command, Duration::from_secs(60)).unwrap();
        assert_eq!(
            (ended.status.unwrap().code(), &ended.stderr[..]),
            (Some(3), &b"late\n"[..])
        );
    }

    #[test]
    fn what_it_leaves_running_is_not_waited_for_longer() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo $! >&2"]);
        let ended = run(&mut command, Duration::from_secs(1)).unwrap();
        let left: u32 = String::from_utf8(ended.stderr)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        assert!(ended.status.unwrap().success());
        assert!(
            Command::new("kill")
                .arg(left.to_string())
                .status()
                .unwrap()
                .success(),
            "it was running still"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_child_that_hangs_is_stopped_with_its_own_children() {
        let mut command = Command::new("sh");
        command.args(["-c", "sh -c 'sleep 600 & echo $! >&2; wait' & wait"]);
        let ended = run(&mut command, Duration::from_secs(1)).unwrap();
        assert!(ended.status.is_none());
        let sleeper: u32 = String::from_utf8(ended.stderr)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        // It has been killed; the kernel takes a moment to do it.
        let is_there = || {
            let stat = fs::read_to_string(format!("/proc/{sleeper}/stat")).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z")
        };
        let end = Instant::now() + Duration::from_secs(60);
        while is_there() && Instant::now() < end {
            thread::yield_now();
        }
        assert!(!is_there());
    }
}
