//! How the server begins and ends.

mod common;

use common::{Reply, SIGINT, SIGTERM, Server, bulk, command, ok, request};
use std::io::Read;
use std::net::TcpStream;
use std::process::Stdio;
use std::thread;

#[test]
fn asked_to_stop_it_finishes_what_has_arrived_and_says_all_is_well() {
    for signal in [SIGTERM, SIGINT] {
        let mut server = Server::start(&[]);
        let mut idle = server.connect();
        assert_eq!(idle.ask(&["PING"]), common::simple("PONG"));
        let clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
        let told: Vec<i64> = thread::scope(|scope| {
            let writers: Vec<_> = clients
                .into_iter()
                .enumerate()
                .map(|(number, mut client)| {
                    scope.spawn(move || {
                        let key = format!("counter:{number}");
                        let mut told = 0;
                        while let Ok(Reply::Integer(count)) = client.try_ask(&["INCR", &key]) {
                            told = count;
                        }
                        told
                    })
                })
                .collect();
            let mut client = server.connect();
            common::until("they write", || match client.ask(&["GET", "counter:7"]) {
                Reply::Bulk(count) => count.len() > 1,
                _ => false,
            });
            // It has arrived when the server stops.
            client
                .put(&request(&["SET", "last", "word"]).repeat(100))
                .unwrap();
            server.send(signal);
            assert_eq!(client.rest(), vec![ok(); 100]);
            writers
                .into_iter()
                .map(|writer| writer.join().unwrap())
                .collect()
        });
        assert_eq!(server.wait().code(), Some(0));
        assert!(idle.rest().is_empty());
        assert!(TcpStream::connect(server.address).is_err());

        let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
        // There is nothing left to be done by the next one.
        let log = folder.path().join("kvd.db-wal");
        assert!(log.metadata().map_or(true, |log| log.len() == 0));
        let server = Server::start_in(folder, &[]);
        let mut client = server.connect();
        assert_eq!(client.ask(&["GET", "last"]), bulk("word"));
        for (number, told) in told.into_iter().enumerate() {
            let Reply::Bulk(count) = client.ask(&["GET", &format!("counter:{number}")]) else {
                panic!("counter {number} is gone");
            };
            let count: i64 = String::from_utf8(count).unwrap().parse().unwrap();
            assert!((told..=told + 1).contains(&count), "{count}, told {told}");
        }
    }
}

#[test]
fn who_does_not_read_does_not_keep_it_from_ending() {
    let mut server = Server::start(&["--shutdown-timeout", "0"]);
    let mut client = server.connect();
    assert_eq!(client.ask(&["SET", "a", &"x".repeat(1 << 20)]), ok());
    client.put(&request(&["GET", "a"]).repeat(100)).unwrap();
    let mut byte = [0];
    client.stream.read_exact(&mut byte).unwrap(); // it has begun to answer
    server.send(SIGTERM);
    assert_eq!(server.wait().code(), Some(0));
}

/// What it says on stderr, and its exit code.
fn fails(
    options: &[&str],
    prepare: impl FnOnce(&mut std::process::Command),
) -> (String, Option<i32>) {
    let mut command = command(options);
    prepare(&mut command);
    let output = command.stdout(Stdio::null()).output().unwrap();
    (
        String::from_utf8(output.stderr).unwrap(),
        output.status.code(),
    )
}

#[test]
fn what_keeps_it_from_beginning_is_one_sentence() {
    let server = Server::start(&[]);
    let folder = server.folder.path().to_str().unwrap();
    let (said, code) = fails(&["--dir", folder, "--port", "0"], |_| ());
    assert!(
        said.ends_with("another kvd has it as its folder\n"),
        "{said}"
    );
    assert_eq!((said.lines().count(), code), (1, Some(1)));

    let other = tempfile::tempdir().unwrap();
    let other = other.path().to_str().unwrap();
    let port = server.address.port().to_string();
    let (said, code) = fails(&["--dir", other, "--port", &port], |_| ());
    assert!(
        said.starts_with("kvd: cannot listen on 127.0.0.1:"),
        "{said}"
    );
    assert_eq!((said.lines().count(), code), (1, Some(1)));

    let (said, code) = fails(&["--dir", "/dev/null/here"], |_| ());
    assert!(
        said.starts_with("kvd: cannot make the folder /dev/null/here: "),
        "{said}"
    );
    assert_eq!((said.lines().count(), code), (1, Some(1)));

    let (said, code) = fails(&["--prot", "1"], |_| ());
    assert!(said.contains("--prot") && said.contains("--help"), "{said}");
    assert_eq!((said.lines().count(), code), (1, Some(2)));
}

#[test]
fn too_few_open_files_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let few = |command: &mut std::process::Command| {
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        let program = command.get_program().to_owned();
        *command = std::process::Command::new("sh");
        command
            .args(["-c", "ulimit -n 256 && exec \"$0\" \"$@\""])
            .arg(program)
            .args(arguments);
    };
    let (said, code) = fails(&["--dir", dir, "--port", "0", "--maxclients", "1000"], few);
    let expected = "kvd: 1000 clients need 1096 open files, and the hard limit is 256: raise it (`ulimit -Hn`), or have \
                    fewer with --maxclients\n";
    assert_eq!((&*said, code), (expected, Some(1)));

    let mut server = command(&["--dir", dir, "--port", "0"]);
    few(&mut server);
    let mut server = server
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = std::io::BufReader::new(server.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    server.kill().unwrap();
    let output = server.wait_with_output().unwrap();
    assert!(line.contains("ready"), "{line}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there are 160 at most now"), "{said}");
}
