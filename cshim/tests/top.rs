//! `cgocall top`, in a terminal, as a person would use it. The program that it asks is this one: it answers as cgocall's runtime
//! does (what that answers has its own tests).

#![cfg(target_os = "linux")]

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What is waited for so long does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// There is one such socket for a process.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen() -> UnixListener {
    let name = format!("cgocall.top.{}", std::process::id());
    UnixListener::bind_addr(&SocketAddr::from_abstract_name(name).unwrap()).unwrap()
}

/// The answer for the nth time.
fn answer(n: u64) -> String {
    format!(
        "cgocall\t1\nsince\t{}\nprocs\t2\nidle\t1\nthreads\t3\nhelpers\t1\nattached\t0\ngoroutines\t7\nparked\t5\nwaiting\t0\n\
         stalls\t0\n\
         thread\t101\tcgocall-m\tC\t2500\t-\tsqlite3_step\tgoroutine 7 (spawned at src/main.rs:3:5)\n\
         thread\t102\tcgocall-m\tidle\t9\tP\t-\t-\n\
         site\tsqlite3_step\tsrc/db.rs:10\t0.900\t{}\t0\t1\t0\t0\n\
         site\tcrc32\tsrc/zip.rs:4\t0.100\t{}\t0\t0\t0\t0\n\n",
        n * 1000,
        n * 3,
        n * 1000,
    )
}

/// Answers so often, and ends.
fn answers(mut program: UnixStream, times: u64) {
    for n in 1..=times {
        if !matches!(program.read(&mut [0]), Ok(1)) {
            return;
        }
        if program.write_all(answer(n).as_bytes()).is_err() {
            return;
        }
    }
}

fn top(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cgocall"));
    command.arg("top").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    top(arguments).output().unwrap()
}

fn me() -> String {
    std::process::id().to_string()
}

#[test]
fn one_view_is_text_with_the_functions_that_hold_threads() {
    let _turn = turn();
    let listener = listen();
    let program = thread::spawn(move || answers(listener.accept().unwrap().0, u64::MAX));
    let output = run(&[&me(), "--once", "--every", "0.05"]);
    program.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!text.contains('\x1b'), "{text}");
    let line = |what: &str| {
        text.lines()
            .find(|line| line.contains(what))
            .unwrap_or_else(|| panic!("{what}: {text}"))
    };
    assert!(line("goroutine 7").contains("2.5 s - sqlite3_step"));
    assert!(line("src/db.rs:10").starts_with("sqlite3_step"));
    assert!(
        line("1 idle").trim_start().starts_with("1 idle") || line("procs 2").contains("1 idle")
    );
    let functions: Vec<_> = text
        .lines()
        .skip_while(|line| !line.starts_with("C FUNCTION"))
        .skip(1)
        .collect();
    assert!(functions[0].starts_with("sqlite3_step") && functions[1].starts_with("crc32"));
}

/// A terminal, and what was written to it.
struct Terminal {
    keys: File,
    side: OwnedFd,
    seen: String,
}

impl Terminal {
    fn new() -> Terminal {
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keys).unwrap();
        unlockpt(&keys).unwrap();
        let path = ptsname(&keys, Vec::new()).unwrap().into_bytes();
        let path = std::ffi::OsString::from_vec(path);
        let side = File::options().read(true).write(true).open(path).unwrap();
        let size = Winsize {
            ws_row: 20,
            ws_col: 110,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&keys, size).unwrap();
        Terminal {
            keys: keys.into(),
            side: side.into(),
            seen: String::new(),
        }
    }

    fn start(&self, mut command: Command) -> Child {
        let side = || Stdio::from(self.side.try_clone().unwrap());
        command
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .unwrap()
    }

    /// Reads until that has been written since the last time.
    fn wait_for(&mut self, what: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.seen.find(what) {
                self.seen.drain(..at + what.len());
                return;
            }
            let mut ready = [PollFd::new(&self.keys, PollFlags::IN)];
            let limit = Timespec::try_from(PATIENCE).ok();
            let is_there = poll(&mut ready, limit.as_ref()) != Ok(0) && Instant::now() < end;
            let last = self.seen.len().saturating_sub(2000);
            let last = self.seen.get(last..).unwrap_or_default();
            assert!(is_there, "no {what:?} in {last:?}");
            let mut chunk = [0; 4096];
            let count = self.keys.read(&mut chunk).unwrap();
            self.seen
                .push_str(&String::from_utf8_lossy(&chunk[..count]));
        }
    }

    fn press(&mut self, key: &str) {
        self.keys.write_all(key.as_bytes()).unwrap();
    }

    fn modes(&self) -> LocalModes {
        tcgetattr(&self.side).unwrap().local_modes
    }
}

#[test]
fn keys_sort_and_end_it_and_the_terminal_is_as_before() {
    let _turn = turn();
    for end in ["q", "\x03"] {
        let listener = listen();
        let program = thread::spawn(move || answers(listener.accept().unwrap().0, u64::MAX));
        let mut terminal = Terminal::new();
        let before = terminal.modes();
        let mut child = terminal.start(top(&[&me(), "--every", "0.05"]));
        // Another screen, and what holds threads first.
        terminal.wait_for("\x1b[?1049h");
        terminal.wait_for("C FUNCTION");
        terminal.wait_for("sqlite3_step");
        terminal.wait_for("crc32");
        assert_ne!(terminal.modes(), before);
        terminal.press("n");
        // By name: the other way round, in the view after the one that may be under way.
        terminal.wait_for("C FUNCTION");
        terminal.wait_for("IMPORTED AT\x1b[K\r\ncrc32");
        terminal.press("h");
        terminal.wait_for("IMPORTED AT\x1b[K\r\nsqlite3_step");
        terminal.press(end);
        terminal.wait_for("\x1b[?25h\x1b[?1049l");
        assert!(child.wait().unwrap().success());
        assert_eq!(terminal.modes(), before);
        program.join().unwrap();
    }
}

#[test]
fn a_program_that_ends_ends_it() {
    let _turn = turn();
    let listener = listen();
    let program = thread::spawn(move || answers(listener.accept().unwrap().0, 3));
    let mut terminal = Terminal::new();
    let mut child = terminal.start(top(&[&me(), "--every", "0.05"]));
    program.join().unwrap();
    terminal.wait_for("\x1b[?1049l");
    terminal.wait_for(&format!("process {} has ended", me()));
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_cannot_be_asked_is_told_with_the_cure() {
    let _turn = turn();
    let fails = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.stdout.is_empty());
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, said) = fails(&[&me()]);
    assert_eq!(code, 1);
    assert!(
        said.contains("it has to be started with CGOCALL_TRACE=top"),
        "{said}"
    );
    // More than Linux ever gives.
    let (code, said) = fails(&["4194305"]);
    assert_eq!(
        (code, &said[..]),
        (1, "error: there is no process 4194305\n")
    );
    for arguments in [
        &[][..],
        &["one"],
        &["1", "2"],
        &["1", "--every", "0"],
        &["1", "--target", "x"],
    ] {
        assert_eq!(fails(arguments).0, 2, "{arguments:?}");
    }
}

#[test]
fn an_answer_of_another_kind_is_told() {
    let _turn = turn();
    for (answer, told) in [
        ("cgocall\t2\n\n", "another version of cgocall"),
        ("hello\n\n", "does not answer as cgocall does"),
    ] {
        let listener = listen();
        let program = thread::spawn(move || {
            let mut program = listener.accept().unwrap().0;
            program.read_exact(&mut [0]).unwrap();
            program.write_all(answer.as_bytes()).unwrap();
        });
        let output = run(&[&me()]);
        program.join().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(told), "{said}");
    }
}
