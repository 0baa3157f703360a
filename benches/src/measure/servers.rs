//! Servers under `redis-benchmark`: how many requests they answer, how long one waits, and what they use for it.

use crate::figure::{AGAIN, Figure, OURS, TRACED, unit};
use crate::measure::rounds::Effort;
use crate::peers::go;
use crate::server::{PATIENCE, Server, raise_connections};
use crate::work::{Load, Way, Work};
use std::io;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What it is that is stored: so many keys, and bytes of each value.
pub const KEYS: u32 = 10_000;
pub const BYTES: usize = 100;
/// So often a server is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// A connection asks so often at least: else its beginning and its end are what is measured.
const EACH: u32 = 10;
/// So many connections take `redis-benchmark` seconds to make, which it does not count, but the run has to wait for.
const CROWD: u32 = 1000;

/// Who is compared, and by what name it is started.
const ALL: [(&str, &str); 6] = [
    (OURS, "cgocall"),
    (AGAIN, "cgocall"),
    (TRACED, "cgocall"),
    ("go", "go"),
    ("tokio", "tokio"),
    ("tokio inline", "tokio inline"),
];

/// What one had in one round.
struct Round {
    ns: f64,
    p99: f64,
    cpu: f64,
    threads: f64,
    memory: f64,
}

type Value = fn(&Round) -> f64;

struct Entrant {
    /// Its place among all.
    at: usize,
    who: &'static str,
    /// Until it fails.
    server: Option<Server>,
    requests: u32,
    rounds: Vec<Round>,
}

/// All of these works. What cannot be done here is noted.
pub fn measure(
    works: &[&Work],
    effort: &Effort,
    notes: &mut Vec<String>,
) -> io::Result<Vec<Figure>> {
    if Command::new(BENCHMARK).arg("--version").output().is_err() {
        notes.push(format!(
            "servers are not compared: {BENCHMARK} is not installed (Debian: redis-tools)"
        ));
        return Ok(Vec::new());
    }
    let mut all = ALL.to_vec();
    if let Err(why) = go::build(go::KVD) {
        notes.push(format!("go's server is not compared: {why}"));
        all.retain(|(who, _)| *who != "go");
    }
    let most = raise_connections()?;
    let mut figures = Vec::new();
    for work in works {
        let Way::Served(load) = work.way else {
            continue;
        };
        if u64::from(load.connections) > most {
            notes.push(format!(
                "`{}` is left out: a process may have {most} connections here (`ulimit -Hn`)",
                work.name
            ));
            continue;
        }
        eprintln!("measuring: {}", work.name);
        // What a trace costs is asked where a server is busy, and each request is one of its own.
        let traced = load.connections == 50;
        let who = all.iter().filter(|(who, _)| *who != TRACED || traced);
        figures.extend(compare(work.name, load, who, effort, notes)?);
    }
    Ok(figures)
}

/// New servers, in rounds, in which another one begins each time. Who fails has the rounds until then, and is noted.
fn compare<'a>(
    work: &str,
    load: Load,
    who: impl Iterator<Item = &'a (&'static str, &'static str)>,
    effort: &Effort,
    notes: &mut Vec<String>,
) -> io::Result<Vec<Figure>> {
    let mut fails = |who: &str, error| notes.push(format!("`{work}`: {who}: {error}"));
    let mut entrants = Vec::new();
    for (at, (who, name)) in who.enumerate() {
        match ready(who, name, load, effort) {
            Ok((server, requests)) => entrants.push(Entrant {
                at,
                who,
                server: Some(server),
                requests,
                rounds: Vec::new(),
            }),
            Err(error) => fails(who, error),
        }
    }
    let rounds = match load.connections {
        CROWD.. => effort.rounds.div_ceil(2),
        _ => effort.rounds,
    };
    for _ in 0..rounds {
        for entrant in &mut entrants {
            let Some(server) = &entrant.server else {
                continue;
            };
            match round(server, load, entrant.requests) {
                Ok(round) => entrant.rounds.push(round),
                Err(error) => {
                    entrant.server = None;
                    fails(entrant.who, error);
                }
            }
        }
        if !entrants.is_empty() {
            entrants.rotate_left(1);
        }
    }
    entrants.retain(|entrant| !entrant.rounds.is_empty());
    entrants.sort_by_key(|entrant| entrant.at);
    let units: [(&str, Value); 5] = [
        (unit::TIME, |round| round.ns),
        (unit::P99, |round| round.p99),
        (unit::CPU, |round| round.cpu),
        (unit::THREADS, |round| round.threads),
        (unit::MEMORY, |round| round.memory),
    ];
    let figures = units.iter().flat_map(|(unit, value)| {
        entrants.iter().map(move |entrant| {
            let rounds = entrant.rounds.iter().map(value).collect();
            Figure::new(work, entrant.who, unit, rounds)
        })
    });
    Ok(figures.collect())
}

/// A server with its keys, and how many requests take a round's time.
fn ready(who: &str, name: &str, load: Load, effort: &Effort) -> io::Result<(Server, u32)> {
    let server = Server::start(who, name)?;
    server.fill(KEYS, BYTES)?;
    let requests = requests(&server, load, effort.round)?;
    Ok((server, requests))
}

/// How many requests take a round's time. Of many connections each asks so often at least, which takes longer.
fn requests(server: &Server, load: Load, time: Duration) -> io::Result<u32> {
    let fewest = EACH * load.connections * load.pipeline;
    if load.connections >= CROWD {
        return Ok(fewest);
    }
    let mut requests = fewest.max(200);
    loop {
        let took = round(server, load, requests)?.ns * f64::from(requests);
        let enough = time.as_nanos() as f64;
        if took * 8.0 > enough {
            let share = enough / took;
            return Ok((f64::from(requests) * share).max(f64::from(fewest)) as u32);
        }
        requests *= 8;
    }
}

const BENCHMARK: &str = "redis-benchmark";

fn round(server: &Server, load: Load, requests: u32) -> io::Result<Round> {
    let before = server.used()?;
    let mut benchmark = Command::new(BENCHMARK);
    let address = server.address;
    let options = [
        ("-h", address.ip().to_string()),
        ("-p", address.port().to_string()),
        ("-t", load.command.to_owned()),
        ("-c", load.connections.to_string()),
        ("-P", load.pipeline.to_string()),
        ("-n", requests.to_string()),
        ("-r", KEYS.to_string()),
        ("-d", BYTES.to_string()),
    ];
    for (option, value) in options {
        benchmark.args([option, &value]);
    }
    let mut benchmark = benchmark
        .arg("--csv")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let watched = watch(server, &mut benchmark);
    if watched.is_err() {
        benchmark.kill()?;
    }
    let output = benchmark.wait_with_output()?;
    let (threads, memory) = watched?;
    let after = server.used()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let (rate, p99) = told(&said).ok_or_else(|| {
        let error = String::from_utf8_lossy(&output.stderr);
        let error = error.lines().chain(said.lines()).last().unwrap_or_default();
        io::Error::other(format!("{BENCHMARK} ends ({}): {error}", output.status))
    })?;
    server.settle()?;
    Ok(Round {
        ns: 1e9 / rate,
        p99: p99 * 1e6,
        cpu: (after.cpu - before.cpu).as_nanos() as f64 / f64::from(requests),
        threads,
        memory,
    })
}

/// The most threads, and memory, that the server was seen to have until the end of the benchmark, whose pipes hold all
/// that it says.
fn watch(server: &Server, benchmark: &mut Child) -> io::Result<(f64, f64)> {
    let start = Instant::now();
    let (mut threads, mut memory) = (0.0_f64, 0.0_f64);
    while benchmark.try_wait()?.is_none() {
        let now = server.used()?;
        threads = threads.max(now.threads);
        memory = memory.max(now.memory);
        if start.elapsed() > PATIENCE {
            let said = format!("{BENCHMARK} is not done in {PATIENCE:?}");
            return Err(io::Error::other(said));
        }
        thread::sleep(LOOK);
    }
    let now = server.used()?;
    Ok((threads.max(now.threads), memory.max(now.memory)))
}

/// Requests per second, and the milliseconds that 99 of 100 do not exceed.
fn told(csv: &str) -> Option<(f64, f64)> {
    let mut lines = csv.lines().map(|line| {
        let cells = line.split(',').map(|cell| cell.trim_matches('"'));
        cells.collect::<Vec<_>>()
    });
    let head = lines.find(|cells| cells.contains(&"rps"))?;
    let cells = lines.next()?;
    let cell = |name| {
        let at = head.iter().position(|head| *head == name)?;
        cells.get(at)?.parse::<f64>().ok()
    };
    let rate = cell("rps").filter(|rate| *rate > 0.0)?;
    Some((rate, cell("p99_latency_ms")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_by_name() {
        let said = "WARNING: Could not fetch server CONFIG\n\
            \"test\",\"rps\",\"avg_latency_ms\",\"p99_latency_ms\"\n\
            \"GET\",\"40000.00\",\"0.5\",\"1.207\"\n";
        assert_eq!(told(said), Some((40_000.0, 1.207)));
        assert_eq!(told("\"GET\",\"40000.00\"\n"), None);
        assert_eq!(told("Error from server: ERR no"), None);
    }
}
