//! A peer: a process that does work when it is told to, so that runtimes which would be in each other's way take turns.
//!
//! It first says, on one line, which works it can do. Then it is told `<work> <times>`, a line each, on its standard
//! input, and answers each with a line of nanoseconds: one figure for all the times together, or, where a work observes
//! each of them (a latency), one for each. It ends when its input does. We are such a process ourselves, as all others.

use std::env;
use std::ffi::OsStr;
use std::hint::black_box;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{self, Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// One that can be started any number of times.
#[derive(Clone)]
pub struct Program {
    pub name: &'static str,
    path: PathBuf,
    args: Vec<&'static str>,
}

impl Program {
    /// The peer of that name in this executable.
    pub fn own(name: &'static str) -> io::Result<Program> {
        let path = env::current_exe()?;
        let args = vec!["peer", name];
        Ok(Program { name, path, args })
    }

    /// A program of its own.
    pub fn foreign(name: &'static str, path: &Path, args: &[&'static str]) -> Program {
        let path = path.to_owned();
        let args = args.to_vec();
        Program { name, path, args }
    }

    /// The same under another name.
    pub fn renamed(&self, name: &'static str) -> Program {
        Program {
            name,
            ..self.clone()
        }
    }

    /// Starts it on all cores.
    pub fn start(&self) -> io::Result<Peer> {
        self.start_on(thread::available_parallelism()?.get())
    }

    /// Starts it with so many goroutines or tasks at a time.
    pub fn start_on(&self, procs: usize) -> io::Result<Peer> {
        Peer::start(self.name, &mut self.command(&[], procs))
    }

    /// The command that starts it, beneath another one.
    pub fn command(&self, beneath: &[&str], procs: usize) -> Command {
        let beneath = beneath.iter().map(OsStr::new);
        let own = self.args.iter().map(OsStr::new);
        let mut words = beneath.chain([self.path.as_os_str()]).chain(own);
        let mut command = Command::new(words.next().expect("a path"));
        command.args(words);
        for variable in PROCS {
            command.env(variable, procs.to_string());
        }
        // Who dies says why, and not what a hundred thousand goroutines were doing.
        command.env("GOTRACEBACK", "none");
        command
    }
}

/// What tells each of them how many threads to run on.
const PROCS: [&str; 5] = [
    "CGOCALL_PROCS",
    "GOMAXPROCS",
    "MAY_WORKERS",
    "SMOL_THREADS",
    "TOKIO_WORKER_THREADS",
];

/// A peer that parks a million of whatever it has is not done soon; one that is not done by then is stuck.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running one.
pub struct Peer {
    pub name: &'static str,
    works: Vec<String>,
    id: u32,
    child: Arc<Mutex<Child>>,
    /// Taken when the peer is told that there is no more to do.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// The first that it said went wrong.
    complaint: Option<JoinHandle<String>>,
}

impl Peer {
    fn start(name: &'static str, command: &mut Command) -> io::Result<Peer> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let complaints = child.stderr.take().expect("a pipe");
        let mut peer = Peer {
            name,
            works: Vec::new(),
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().expect("a pipe")),
            id: child.id(),
            child: Arc::new(Mutex::new(child)),
            complaint: Some(thread::spawn(|| first_line(complaints))),
        };
        let works = peer.line()?;
        peer.works = works.split(' ').map(str::to_owned).collect();
        Ok(peer)
    }

    /// The most memory that it has had in use, in bytes.
    pub fn most_memory(&self) -> io::Result<usize> {
        Ok(status(self.id, "VmHWM:")? * 1024)
    }

    pub fn threads(&self) -> io::Result<usize> {
        status(self.id, "Threads:")
    }

    pub fn can(&self, work: &str) -> bool {
        self.works.iter().any(|known| known == work)
    }

    /// Has the work done so many times.
    pub fn ask(&mut self, work: &str, times: u32) -> io::Result<Vec<Duration>> {
        let input = self.input.as_mut().expect("not told to end");
        writeln!(input, "{work} {times}")?;
        let line = self.line()?;
        line.split(' ')
            .map(|ns| ns.parse().map(Duration::from_nanos))
            .collect::<Result<_, _>>()
            .map_err(|_| io::Error::other(format!("{} answers {line:?} to {work}", self.name)))
    }

    /// The same, and the most threads that it was seen to have meanwhile. Who takes too long is stopped.
    pub fn ask_watched(&mut self, work: &str, times: u32) -> io::Result<(Vec<Duration>, usize)> {
        let (id, name) = (self.id, self.name);
        let child = Arc::clone(&self.child);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                let start = Instant::now();
                let mut most = 0;
                while !done.load(Relaxed) {
                    most = most.max(status(id, "Threads:").unwrap_or(0));
                    if start.elapsed() > PATIENCE {
                        // It is about to end by itself, if this fails.
                        let _ = locked(&child).kill();
                        return Err(io::Error::other(format!(
                            "{name} is not done in {PATIENCE:?}"
                        )));
                    }
                    thread::sleep(Duration::from_millis(1));
                }
                Ok(most)
            });
            let took = self.ask(work, times);
            done.store(true, Relaxed);
            let threads = watcher.join().expect("no panic")?;
            Ok((took?, threads))
        })
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            let status = locked(&self.child).wait()?;
            let complaint = self.complaint.take().and_then(|said| said.join().ok());
            let complaint = complaint.unwrap_or_default();
            let name = self.name;
            return Err(io::Error::other(format!(
                "{name} ends ({status}): {complaint}"
            )));
        }
        Ok(line.trim_end().to_owned())
    }
}

fn locked(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Of what a process says, to the end: it must not wait for a reader.
fn first_line(stream: impl Read) -> String {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.find(|line| !line.trim().is_empty());
    lines.for_each(drop);
    first.unwrap_or_default()
}

/// A number that Linux has of a process.
fn status(id: u32, field: &str) -> io::Result<usize> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| io::Error::other(format!("Linux tells no {field}")))
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.input.take());
        // How it ends is no figure of the table's.
        let _ = locked(&self.child).wait();
    }
}

/// How a peer written in Rust does a work so many times, and how long that took.
pub type Work = fn(times: u32) -> Vec<Duration>;

/// A peer's life, where a work is a function.
pub fn serve(works: &[(&str, Work)]) {
    let names: Vec<&str> = works.iter().map(|(name, _)| *name).collect();
    for (work, times) in told(&names) {
        let (_, run) = works.iter().find(|(name, _)| *name == work).expect("named");
        answer(&run(times));
    }
}

/// What a peer is told to do.
pub fn told(works: &[&str]) -> impl Iterator<Item = (String, u32)> {
    // One thread's panic is the end: who waits for it would wait for ever.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().expect("it has one");
        let payload = panic.payload();
        let literal = payload.downcast_ref::<&str>().copied();
        let what = payload
            .downcast_ref::<String>()
            .map_or(literal, |said| Some(said));
        let what = what.unwrap_or("a panic");
        let file = Path::new(place.file()).file_name().unwrap_or_default();
        eprintln!("{what} ({}:{})", file.display(), place.line());
        process::exit(101);
    }));
    println!("{}", works.join(" "));
    std::iter::from_fn(|| {
        // Line by line: the input's lock is not held while the work is done.
        let mut line = String::new();
        io::stdin().read_line(&mut line).expect("readable");
        let (work, times) = line.trim_end().split_once(' ')?;
        Some((work.to_owned(), times.parse().expect("a number")))
    })
}

pub fn answer(took: &[Duration]) {
    let line: Vec<_> = took.iter().map(|t| t.as_nanos().to_string()).collect();
    println!("{}", line.join(" "));
}

/// Does `f` so many times.
#[inline(always)]
pub fn repeat<R>(times: u32, mut f: impl FnMut() -> R) -> Vec<Duration> {
    timed(|| {
        for _ in 0..times {
            black_box(f());
        }
    })
}

/// Does `f` once.
#[inline(always)]
pub fn timed(f: impl FnOnce()) -> Vec<Duration> {
    let start = Instant::now();
    f();
    vec![start.elapsed()]
}
