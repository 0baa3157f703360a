//! A server: kvd's protocol, in a process of its own, with its database in a folder that it is told. It says on one line
//! where it listens, and serves until it is killed.

use crate::figure::TRACED;
use crate::peers;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};
use tempfile::TempDir;

/// How it has ended, with one sentence if it should not have.
pub type Served = Result<(), String>;

/// So many may wait to be accepted, if the system lets them: what Go asks for by itself.
pub const BACKLOG: u32 = 4096;
/// So many files a server has open that are no connections, at most.
const OTHERS: u64 = 256;
/// The sockets of a server that nobody is connected with, at most.
const OWN_SOCKETS: usize = 8;
/// No server takes longer, for whatever it is asked.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// The folder of this server's database.
pub fn folder() -> Result<PathBuf, String> {
    let folder = env::args_os().nth(3).ok_or("a folder is wanted")?;
    Ok(folder.into())
}

/// Lets this process, and those that it starts, have as many connections as the system lets them: how many that is.
pub fn raise_connections() -> io::Result<u64> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a `rlimit` of our own.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) } != 0 {
        return Err(io::Error::last_os_error());
    }
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: the same.
    if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(limit.rlim_max.saturating_sub(OTHERS))
}

/// One that runs. It ends with this, and leaves nothing.
pub struct Server {
    pub address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

/// What a process has used until now, as Linux tells it.
pub struct Use {
    /// Its own memory, in bytes: files that it has mapped are not.
    pub memory: f64,
    pub threads: f64,
    /// The processors' time.
    pub cpu: Duration,
}

impl Server {
    /// Starts the one of that name in this executable; ours may have to write a trace.
    pub fn start(who: &str, name: &str) -> io::Result<Server> {
        // On a disk, which the folder for temporary files may not be.
        let folder = tempfile::Builder::new()
            .prefix("kvd-")
            .tempdir_in(peers::place()?)?;
        let complaints = folder.path().join("stderr");
        let mut command = Command::new(env::current_exe()?);
        command
            .args(["serve", name])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&complaints)?);
        if who == TRACED {
            command.env("CGOCALL_TRACE", folder.path().join("trace.json"));
        }
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line)?;
        let address = line.trim_end().rsplit(' ').next().unwrap_or_default();
        let Ok(address) = address.parse() else {
            let _ = child.kill(); // an error if it has ended already
            let status = child.wait()?;
            let said = fs::read_to_string(complaints)?;
            let said = said.lines().next().unwrap_or_default();
            return Err(io::Error::other(format!("{who} ends ({status}): {said}")));
        };
        Ok(Server {
            address,
            child,
            _folder: folder,
        })
    }

    /// Has it store so many values of so many bytes, under the keys that `redis-benchmark -r` asks for.
    pub fn fill(&self, keys: u32, bytes: usize) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let value = "x".repeat(bytes);
        for first in (0..keys).step_by(500) {
            let mut requests = String::new();
            let some = first..keys.min(first + 500);
            for key in some.clone() {
                requests +=
                    &format!("*3\r\n$3\r\nSET\r\n$16\r\nkey:{key:012}\r\n${bytes}\r\n{value}\r\n");
            }
            stream.write_all(requests.as_bytes())?;
            let mut replies = vec![0; b"+OK\r\n".len() * some.len()];
            stream
                .read_exact(&mut replies)
                .map_err(|error| io::Error::other(format!("no answer to SET: {error}")))?;
            if replies.chunks(5).any(|reply| reply != b"+OK\r\n") {
                let said = String::from_utf8_lossy(&replies);
                let said = said.lines().find(|line| *line != "+OK");
                return Err(io::Error::other(format!("SET is answered with {said:?}")));
            }
        }
        Ok(())
    }

    /// What it has used until now.
    pub fn used(&self) -> io::Result<Use> {
        let status = self.of_system("status")?;
        let field = |name| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
            number.ok_or_else(|| io::Error::other(format!("Linux tells no {name}")))
        };
        let stat = self.of_system("stat")?;
        // Behind its name, which may be anything: the 14th and 15th of all.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.map(|ticks| ticks.parse().unwrap_or(0)).sum();
        Ok(Use {
            memory: field("RssAnon:")? * 1024.0,
            threads: field("Threads:")?,
            cpu: Duration::from_millis(ticks * 10), // a tick is that for all who ask
        })
    }

    fn of_system(&self, file: &str) -> io::Result<String> {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.id()))
    }

    /// Waits until it has found out that all clients have gone.
    pub fn settle(&self) -> io::Result<()> {
        let start = Instant::now();
        let files = format!("/proc/{}/fd", self.child.id());
        let is_socket = |file: &fs::DirEntry| {
            let target = fs::read_link(file.path()).unwrap_or_default();
            target.to_string_lossy().starts_with("socket:")
        };
        while fs::read_dir(&files)?.flatten().filter(is_socket).count() > OWN_SOCKETS {
            if start.elapsed() > PATIENCE {
                return Err(io::Error::other("the server keeps connections of nobody"));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has ended already, both are errors.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
