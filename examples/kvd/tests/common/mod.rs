//! A server of its own for each test, and clients that know the protocol.

#![allow(dead_code, reason = "each test file uses some of it")]

use cgocall::{Errno, cgo_import};
use std::ffi::c_int;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const SIGKILL: c_int = 9;
pub const SIGTERM: c_int = 15;
pub const SIGINT: c_int = 2;

/// What no test waits longer for.
pub const PATIENCE: Duration = Duration::from_secs(120);

#[cgo_import]
unsafe extern "C" {
    safe fn kill(pid: c_int, signal: c_int) -> Result<c_int, Errno>;
}

/// A folder, and the server that has its database there. It ends with the test.
pub struct Server {
    pub folder: TempDir,
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    pub fn start(options: &[&str]) -> Server {
        Server::start_in(tempfile::tempdir().unwrap(), options)
    }

    pub fn start_in(folder: TempDir, options: &[&str]) -> Server {
        Server::start_by(folder, &[], options)
    }

    /// Starts it by the words of another command, if there are any.
    pub fn start_by(folder: TempDir, starter: &[&str], options: &[&str]) -> Server {
        let mut words = [starter, &[env!("CARGO_BIN_EXE_kvd")], options]
            .concat()
            .into_iter();
        let mut child = Command::new(words.next().unwrap())
            .args(words)
            .stdin(Stdio::null())
            .arg("--dir")
            .arg(folder.path())
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.trim_end().rsplit(' ').next().unwrap();
        let address = address.parse();
        let address = address.unwrap_or_else(|_| panic!("not ready: {line:?}"));
        Server {
            folder,
            address,
            child,
        }
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address).unwrap()
    }

    pub fn send(&self, signal: c_int) {
        kill(self.child.id().cast_signed(), signal).unwrap();
    }

    pub fn wait(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "the server does not end");
            thread::yield_now();
        }
    }

    /// Ends it as a power cut would, but for the disk, and starts it again.
    pub fn kill_and_restart(mut self, options: &[&str]) -> Server {
        let _ = self.child.kill(); // an error if it has ended already
        self.wait();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Server::start_in(folder, options)
    }

    /// Bytes of its own memory: files that it has mapped are not.
    pub fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"));
        let line = line.unwrap().trim().strip_suffix(" kB").unwrap();
        line.parse::<usize>().unwrap() << 10
    }

    /// A figure of `INFO`.
    pub fn info(&self, name: &str) -> u64 {
        let Reply::Bulk(text) = self.connect().ask(&["INFO"]) else {
            panic!("INFO is a text");
        };
        let text = String::from_utf8(text).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_else(|| panic!("{name} in {text}"))
            .parse()
            .unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has ended already, both are errors.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kvd"));
    command.args(options).stdin(Stdio::null());
    command
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Simple(String),
    Error(String),
    Integer(i64),
    Bulk(Vec<u8>),
    Nil,
    Array(Vec<Reply>),
}

pub fn simple(text: &str) -> Reply {
    Reply::Simple(text.to_owned())
}

pub fn error(text: &str) -> Reply {
    Reply::Error(text.to_owned())
}

pub fn bulk(text: &str) -> Reply {
    Reply::Bulk(text.as_bytes().to_vec())
}

pub fn ok() -> Reply {
    simple("OK")
}

/// A client that waits for each reply.
pub struct Client {
    pub stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> io::Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let reader = BufReader::with_capacity(1 << 16, stream.try_clone()?);
        Ok(Client { stream, reader })
    }

    pub fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    pub fn try_ask(&mut self, args: &[&str]) -> io::Result<Reply> {
        self.put(&request(args))?;
        self.reply()
    }

    pub fn ask(&mut self, args: &[&str]) -> Reply {
        self.try_ask(args)
            .unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }

    pub fn reply(&mut self) -> io::Result<Reply> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line)?;
        let line = String::from_utf8(line).unwrap();
        let Some(line) = line.strip_suffix("\r\n") else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let (kind, rest) = line.split_at(1);
        Ok(match kind {
            "+" => simple(rest),
            "-" => error(rest),
            ":" => Reply::Integer(rest.parse().unwrap()),
            "$" if rest == "-1" => Reply::Nil,
            "$" => {
                let mut bytes = vec![0; rest.parse::<usize>().unwrap() + 2];
                self.reader.read_exact(&mut bytes)?;
                assert_eq!(bytes.split_off(bytes.len() - 2), b"\r\n");
                Reply::Bulk(bytes)
            }
            "*" => {
                let count = rest.parse().unwrap();
                let replies: io::Result<_> = (0..count).map(|_| self.reply()).collect();
                Reply::Array(replies?)
            }
            _ => panic!("no reply: {line:?}"),
        })
    }

    /// All replies until the server closes the connection.
    pub fn rest(mut self) -> Vec<Reply> {
        std::iter::from_fn(|| self.reply().ok()).collect()
    }
}

/// A request, as programs send it.
pub fn request<T: AsRef<[u8]>>(args: &[T]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", args.len()).into_bytes();
    for arg in args {
        let arg = arg.as_ref();
        bytes.extend_from_slice(format!("${}\r\n", arg.len()).as_bytes());
        bytes.extend_from_slice(arg);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Asks until it is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        thread::yield_now();
    }
}
