//! Redis's own programs are its clients.

mod common;

use common::Server;
use std::process::{Command, Output};

/// The program, if it is installed; else it is said which test does not run.
fn program(name: &str, test: &str, server: &Server) -> Option<Command> {
    if Command::new(name).arg("--version").output().is_err() {
        eprintln!("skipped: {test}: {name} is not installed (Debian: redis-tools)");
        return None;
    }
    let mut command = Command::new(name);
    let (host, port) = (
        server.address.ip().to_string(),
        server.address.port().to_string(),
    );
    command.args(["-h", &host, "-p", &port]);
    Some(command)
}

fn said(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn redis_cli_speaks_with_it() {
    let server = Server::start(&[]);
    let cli = |args: &[&str]| {
        let mut cli = program("redis-cli", "redis_cli_speaks_with_it", &server)?;
        Some(said(cli.args(args).output().unwrap()))
    };
    let Some(pong) = cli(&["PING"]) else {
        return;
    };
    assert_eq!(pong, "PONG\n");
    let cli = |args: &[&str]| cli(args).unwrap();
    assert_eq!(
        cli(&["SET", "greeting", "hello world", "EX", "100"]),
        "OK\n"
    );
    assert_eq!(cli(&["GET", "greeting"]), "hello world\n");
    assert_eq!(cli(&["--no-raw", "GET", "nothing"]), "(nil)\n");
    assert_eq!(cli(&["--no-raw", "INCRBY", "n", "5"]), "(integer) 5\n");
    assert_eq!(cli(&["--no-raw", "MGET", "n", "x"]), "1) \"5\"\n2) (nil)\n");
    let mut keys: Vec<_> = cli(&["--scan", "--pattern", "*"])
        .lines()
        .map(str::to_owned)
        .collect();
    keys.sort();
    assert_eq!(keys, ["greeting", "n"]);
    assert!(cli(&["INFO", "server"]).contains("sqlite_version:3."));
    assert!(cli(&["--bigkeys"]).contains("2 keys") || cli(&["DBSIZE"]) == "2\n");
    assert!(cli(&["NOPE"]).starts_with("ERR unknown command 'NOPE'"));
}

#[test]
fn redis_cli_pipes_many_into_it() {
    let server = Server::start(&[]);
    let Some(mut cli) = program("redis-cli", "redis_cli_pipes_many_into_it", &server) else {
        return;
    };
    let requests: Vec<u8> = (0..5000)
        .flat_map(|key| common::request(&["SET", &format!("key{key}"), "value"]))
        .collect();
    let file = server.folder.path().join("requests");
    std::fs::write(&file, requests).unwrap();
    let file = std::fs::File::open(file).unwrap();
    let printed = said(cli.arg("--pipe").stdin(file).output().unwrap());
    assert!(printed.contains("errors: 0, replies: 5000"), "{printed}");
    assert_eq!(
        server.connect().ask(&["DBSIZE"]),
        common::Reply::Integer(5000)
    );
}

#[test]
fn redis_benchmark_drives_it() {
    let server = Server::start(&[]);
    for pipeline in ["1", "16"] {
        let Some(mut benchmark) = program("redis-benchmark", "redis_benchmark_drives_it", &server)
        else {
            return;
        };
        let tests = "ping_inline,ping_mbulk,set,get,incr,mset";
        let args = [
            "-t", tests, "-n", "2000", "-c", "50", "-P", pipeline, "-r", "100", "--csv",
        ];
        let printed = said(benchmark.args(args).output().unwrap());
        for test in [
            "PING_INLINE",
            "PING_MBULK",
            "SET",
            "GET",
            "INCR",
            "MSET (10 keys)",
        ] {
            assert!(
                printed.contains(&format!("\"{test}\"")),
                "{test} in {printed}"
            );
        }
        assert!(!printed.contains("Error"), "{printed}");
    }
    let text = match server.connect().ask(&["GET", "counter:000000000001"]) {
        common::Reply::Bulk(text) => String::from_utf8(text).unwrap(),
        reply => panic!("{reply:?}"),
    };
    assert!(text.parse::<u64>().unwrap() > 0);
}
