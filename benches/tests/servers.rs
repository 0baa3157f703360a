//! kvd and its counterparts: what they are compared by, they do alike.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cgocall-benches");
/// What no test waits longer for.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server, which ends with the test.
struct Server {
    address: SocketAddr,
    child: Child,
}

impl Server {
    /// None if there is no Go here.
    fn start(name: &str, folder: &Path) -> Option<Server> {
        let mut child = Command::new(PROGRAM)
            .args(["serve", name])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut line).expect("readable");
        match line
            .trim_end()
            .rsplit(' ')
            .next()
            .unwrap_or_default()
            .parse()
        {
            Ok(address) => Some(Server { address, child }),
            Err(_) => {
                let status = child.wait().expect("it has ended");
                assert!(name == "go" && !has_go(), "{name} ends: {status}");
                eprintln!("skipped: go's server: its toolchain cannot be had");
                None
            }
        }
    }

    fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        Client(BufReader::new(stream))
    }

    /// As a power cut would end it, but for the disk.
    fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it has ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it has ended already, both are errors.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether the toolchain is here: then nothing may fail for want of it.
fn has_go() -> bool {
    let peers = Path::new(PROGRAM)
        .ancestors()
        .nth(2)
        .map(|target| target.join("peers"));
    let files = peers.and_then(|peers| fs::read_dir(peers).ok());
    files.is_some_and(|files| {
        let mut folders = files.flatten().map(|file| file.path().join("bin/go"));
        folders.any(|go| go.exists())
    })
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Sends a pipeline, words of requests, and reads their replies.
    fn ask(&mut self, requests: &[&str]) -> Vec<String> {
        self.try_ask(requests)
            .unwrap_or_else(|error| panic!("{requests:?}: {error}"))
    }

    fn try_ask(&mut self, requests: &[&str]) -> io::Result<Vec<String>> {
        let bytes: Vec<u8> = requests.iter().flat_map(|words| request(words)).collect();
        self.put(&bytes)?;
        requests.iter().map(|_| self.reply()).collect()
    }

    /// Bulks without their lengths, arrays in brackets.
    fn reply(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let Some(line) = line.strip_suffix("\r\n") else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        match (&line[..1], &line[1..]) {
            ("$", "-1") => Ok("nil".to_owned()),
            ("$", length) => {
                let mut bytes = vec![0; length.parse::<usize>().expect("a length") + 2];
                self.0.read_exact(&mut bytes)?;
                let text = String::from_utf8(bytes).expect("what was sent");
                Ok(text.strip_suffix("\r\n").expect("an end").to_owned())
            }
            ("*", count) => {
                let count = 0..count.parse::<usize>().expect("a number");
                let replies: io::Result<Vec<_>> = count.map(|_| self.reply()).collect();
                Ok(format!("[{}]", replies?.join(" ")))
            }
            _ => Ok(line.to_owned()),
        }
    }
}

/// As programs send it.
fn request(words: &str) -> Vec<u8> {
    let words: Vec<_> = words.split(' ').collect();
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
    bytes
}

/// Whatever the comparison uses, one by one, at once, and cut anywhere.
fn speaks_the_protocol(name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(server) = Server::start(name, folder.path()) else {
        return;
    };
    let script = [
        ("PING", "+PONG"),
        ("ping hello", "hello"),
        ("GET nothing", "nil"),
        ("SET a 41", "+OK"),
        ("INCR a", ":42"),
        ("GET a", "42"),
        ("get a", "42"),
        ("INCR new", ":1"),
        ("SET text some-text", "+OK"),
        ("INCR text", "-ERR value is not an integer or out of range"),
        ("MGET a nothing text", "[42 nil some-text]"),
        ("SET a ", "+OK"),
        ("GET a", ""),
        ("INCR a", "-ERR value is not an integer or out of range"),
        ("SET most 9223372036854775807", "+OK"),
        ("INCR most", "-ERR increment or decrement would overflow"),
        ("SET text", "-ERR wrong number of arguments"),
        ("GET", "-ERR wrong number of arguments"),
        ("FLY away", "-ERR unknown command 'FLY'"),
        ("GET text", "some-text"),
    ];
    let requests: Vec<_> = script.iter().map(|(words, _)| *words).collect();
    let check = |replies: Vec<String>| {
        for ((words, expected), reply) in script.iter().zip(replies) {
            let is_error = expected.starts_with('-');
            let fits = reply == *expected || is_error && reply.starts_with(expected);
            assert!(fits, "{name}: {words} is answered with {reply:?}");
        }
    };
    check(
        requests
            .iter()
            .flat_map(|words| server.connect().ask(&[*words]))
            .collect(),
    );
    // The counter that was new is not any more.
    assert_eq!(server.connect().ask(&["SET new 0"]), ["+OK"]);
    check(server.connect().ask(&requests));
    assert_eq!(server.connect().ask(&["SET new 0"]), ["+OK"]);
    let mut client = server.connect();
    let bytes: Vec<u8> = requests.iter().flat_map(|words| request(words)).collect();
    for piece in bytes.chunks(7) {
        client.put(piece).expect("it reads");
    }
    check(
        requests
            .iter()
            .map(|_| client.reply().expect("a reply"))
            .collect(),
    );

    let large = "x".repeat(300_000);
    let set = format!("SET large {large}");
    assert_eq!(client.ask(&[&set, "GET large"]), ["+OK", &large]);
    for (wrong, said) in [
        ("*x\r\n", "invalid multibulk length"),
        ("*1\r\n$-5\r\n", "invalid bulk length"),
        ("*1\r\n$999999999999\r\n", "invalid bulk length"),
        ("*1\r\n:1\r\n", "expected '$', got ':'"),
    ] {
        let mut client = server.connect();
        client.put(b"PING\r\n").expect("it reads");
        client.put(wrong.as_bytes()).expect("it reads");
        assert_eq!(client.reply().expect("a reply"), "+PONG");
        let reply = client.reply().expect("a reply");
        assert_eq!(
            reply,
            format!("-ERR Protocol error: {said}"),
            "{name}: {wrong:?}"
        );
        client.reply().expect_err("the connection is closed");
    }
}

const WRITERS: usize = 20;

/// Writes until the server is no more: how many keys it was told are set, and how high its counter is.
fn write(client: &mut Client, round: usize, writer: usize, total: &AtomicU64) -> (u64, u64) {
    let mut keys = 0;
    let mut counter = 0;
    loop {
        let set = format!("SET {round}:{writer}:{keys} value-{keys}");
        let incr = format!("INCR counter:{round}:{writer}");
        match client.try_ask(&[&set, &incr]) {
            Ok(replies) => {
                assert_eq!(replies[0], "+OK");
                keys += 1;
                counter = replies[1][1..].parse().expect("a number");
                total.fetch_add(1, Relaxed);
            }
            Err(_) => return (keys, counter),
        }
    }
}

fn loses_nothing_that_it_acknowledged(name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mut server) = Server::start(name, folder.path()) else {
        return;
    };
    for (round, enough) in [30, 500].into_iter().enumerate() {
        let total = AtomicU64::new(0);
        let mut clients: Vec<_> = (0..WRITERS).map(|_| server.connect()).collect();
        let told: Vec<_> = thread::scope(|scope| {
            let total = &total;
            let each = clients.iter_mut().enumerate();
            let writers: Vec<_> = each
                .map(|(writer, client)| scope.spawn(move || write(client, round, writer, total)))
                .collect();
            while total.load(Relaxed) < enough && !writers.iter().any(|it| it.is_finished()) {
                thread::yield_now();
            }
            server.kill();
            writers
                .into_iter()
                .map(|writer| writer.join().expect("no panic"))
                .collect()
        });
        assert!(
            told.iter().map(|(keys, _)| keys).sum::<u64>() >= enough,
            "{name}"
        );
        server = Server::start(name, folder.path()).expect("it was there before");
        let mut client = server.connect();
        for (writer, (keys, counter)) in told.into_iter().enumerate() {
            for key in 0..keys {
                let get = format!("GET {round}:{writer}:{key}");
                assert_eq!(
                    client.ask(&[&get]),
                    [format!("value-{key}")],
                    "{name}: {get}"
                );
            }
            let got = client.ask(&[&format!("GET counter:{round}:{writer}")]);
            let got = got[0].parse().unwrap_or(0);
            // What was in the air may have been done, once.
            assert!(
                (counter..=counter + 1).contains(&got),
                "{name}: {got}, told {counter}"
            );
        }
    }
}

#[test]
fn kvd_speaks_the_protocol() {
    speaks_the_protocol("cgocall");
}

#[test]
fn go_speaks_the_protocol() {
    speaks_the_protocol("go");
}

#[test]
fn tokio_speaks_the_protocol() {
    speaks_the_protocol("tokio");
    speaks_the_protocol("tokio inline");
}

#[test]
fn kvd_loses_nothing_that_it_acknowledged() {
    loses_nothing_that_it_acknowledged("cgocall");
}

#[test]
fn go_loses_nothing_that_it_acknowledged() {
    loses_nothing_that_it_acknowledged("go");
}

#[test]
fn tokio_loses_nothing_that_it_acknowledged() {
    loses_nothing_that_it_acknowledged("tokio");
}

#[test]
fn what_one_has_stored_all_others_find() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut stored = Vec::new();
    for (key, name) in ["cgocall", "go", "tokio", "go", "cgocall", "tokio"]
        .iter()
        .enumerate()
    {
        let Some(server) = Server::start(name, folder.path()) else {
            continue;
        };
        let mut client = server.connect();
        for key in &stored {
            let got = client.ask(&[&format!("GET key:{key}")]);
            assert_eq!(got, [format!("value-{key}")], "{name}");
        }
        assert_eq!(
            client.ask(&[&format!("SET key:{key} value-{key}")]),
            ["+OK"]
        );
        stored.push(key);
    }
    assert!(stored.len() >= 4);
}

/// The folder of a page, with the figures of the repository's.
fn page() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let beside = folder.path().join("benchmarks");
    fs::create_dir(&beside).expect("a folder");
    for file in ["run.json", "figures.json"] {
        let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/benchmarks/");
        fs::copy(format!("{docs}{file}"), beside.join(file)).expect("it is there");
    }
    folder
}

#[test]
fn a_page_renews_the_servers_that_are_named_and_nothing_else() {
    if Command::new("redis-benchmark")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("skipped: redis-benchmark is not installed (Debian: redis-tools)");
        return;
    }
    let folder = page();
    let figures = || {
        let text = fs::read_to_string(folder.path().join("benchmarks/figures.json"));
        let figures: serde_json::Value =
            serde_json::from_str(&text.expect("figures")).expect("JSON");
        figures.as_array().expect("an array").clone()
    };
    let is_renewed = |figure: &serde_json::Value| figure["work"] == "kvd_get/50";
    let before: Vec<_> = figures()
        .into_iter()
        .filter(|figure| !is_renewed(figure))
        .collect();
    let run = Command::new(PROGRAM)
        .args(["--quick", "kvd_get/50", "--docs"])
        .arg(folder.path())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    let (renewed, rest): (Vec<_>, Vec<_>) = figures().into_iter().partition(is_renewed);
    assert!(rest == before, "other figures are not what they were");
    for who in [
        "cgocall",
        "cgocall again",
        "cgocall traced",
        "go",
        "tokio",
        "tokio inline",
    ] {
        for unit in ["ns", "ns p99", "ns cpu", "threads", "bytes"] {
            let its = |figure: &&serde_json::Value| figure["who"] == who && figure["unit"] == unit;
            let skipped = who == "go" && !has_go();
            assert_eq!(
                renewed.iter().filter(its).count(),
                usize::from(!skipped),
                "{who}, {unit}"
            );
        }
    }
    let page = fs::read_to_string(folder.path().join("benchmarks.md")).expect("a page");
    assert!(page.contains("| kvd_get/50 |") && page.contains("| pingpong |"));
}
