//! Nothing that was acknowledged is lost.

mod common;

use common::{Client, Reply, Server, bulk, ok, request, until};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

const WRITERS: usize = 30;

/// What a connection was told.
struct Acknowledged {
    /// So many keys are set.
    keys: u64,
    /// The counter was last seen so high.
    counter: i64,
}

/// Writes until the server is no more: pipelines of a `SET`, an `INCR` and an `MSET` of two keys that are always the same.
fn write(
    mut client: Client,
    round: usize,
    writer: usize,
    from: i64,
    total: &AtomicU64,
) -> Acknowledged {
    let mut told = Acknowledged {
        keys: 0,
        counter: from,
    };
    for number in 0.. {
        let number = u64::to_string(&number);
        let key = format!("{round}:{writer}:{number}");
        let requests = [
            request(&["SET", &key, &format!("value of {key}")]),
            request(&["INCR", &format!("counter:{writer}")]),
            request(&[
                "MSET",
                &format!("left:{writer}"),
                &number,
                &format!("right:{writer}"),
                &number,
            ]),
        ];
        if client.put(&requests.concat()).is_err() {
            return told;
        }
        for at in 0..3 {
            match client.reply() {
                Ok(Reply::Simple(_)) if at == 0 => told.keys += 1,
                Ok(Reply::Integer(counter)) => told.counter = counter,
                Ok(reply) => assert_eq!(reply, ok()),
                Err(_) => return told,
            }
        }
        total.fetch_add(1, Relaxed);
    }
    unreachable!("it writes for ever")
}

#[test]
fn killed_at_any_moment_it_has_all_that_it_acknowledged() {
    let mut server = Server::start(&[]);
    let mut counters = [0; WRITERS];
    for (round, enough) in [40, 300, 1000].into_iter().enumerate() {
        let total = AtomicU64::new(0);
        let clients: Vec<_> = (0..WRITERS).map(|_| server.connect()).collect();
        let told: Vec<_> = thread::scope(|scope| {
            let total = &total;
            let writers: Vec<_> = clients
                .into_iter()
                .zip(counters)
                .enumerate()
                .map(|(writer, (client, from))| {
                    scope.spawn(move || write(client, round, writer, from, total))
                })
                .collect();
            until("they have written", || total.load(Relaxed) >= enough);
            server.send(common::SIGKILL);
            server.wait();
            writers
                .into_iter()
                .map(|writer| writer.join().unwrap())
                .collect()
        });
        server = server.kill_and_restart(&[]); // it is dead already
        let acknowledged: u64 = told.iter().map(|told| told.keys).sum();
        assert!(acknowledged >= enough);

        let mut client = server.connect();
        for (writer, told) in told.iter().enumerate() {
            for number in 0..told.keys {
                let key = format!("{round}:{writer}:{number}");
                assert_eq!(
                    client.ask(&["GET", &key]),
                    bulk(&format!("value of {key}")),
                    "{key}"
                );
            }
            let counter = client.ask(&["GET", &format!("counter:{writer}")]);
            let counter = match counter {
                Reply::Bulk(text) => String::from_utf8(text).unwrap().parse().unwrap(),
                Reply::Nil => 0, // the others were fast: it has had no turn yet
                reply => panic!("{reply:?}"),
            };
            // What was in the air may have been done, once.
            assert!(
                (told.counter..=told.counter + 1).contains(&counter),
                "{counter}, told {}",
                told.counter
            );
            counters[writer] = counter;
            let (left, right) = (format!("left:{writer}"), format!("right:{writer}"));
            assert_eq!(client.ask(&["GET", &left]), client.ask(&["GET", &right]));
        }
    }
}

#[test]
fn the_writes_of_many_are_few_transactions() {
    let server = Server::start(&[]);
    let clients: Vec<_> = (0..50).map(|_| server.connect()).collect();
    thread::scope(|scope| {
        for (number, mut client) in clients.into_iter().enumerate() {
            scope.spawn(move || {
                for turn in 0..40 {
                    let key = format!("{number}:{turn}");
                    assert_eq!(client.ask(&["SET", &key, "1"]), ok());
                }
            });
        }
    });
    let (jobs, transactions) = (
        server.info("jobs_in_transactions"),
        server.info("transactions"),
    );
    assert_eq!(jobs, 2000);
    assert!(
        transactions < jobs,
        "{transactions} transactions of {jobs} jobs"
    );
}

#[test]
fn increments_of_many_are_all_counted() {
    let server = Server::start(&[]);
    thread::scope(|scope| {
        for _ in 0..20 {
            let mut client = server.connect();
            scope.spawn(move || {
                for _ in 0..50 {
                    assert!(matches!(
                        client.ask(&["INCR", "counter"]),
                        Reply::Integer(_)
                    ));
                }
            });
        }
    });
    assert_eq!(server.connect().ask(&["GET", "counter"]), bulk("1000"));
}

#[test]
fn who_reads_sees_what_it_was_told_is_written() {
    let server = Server::start(&[]);
    let (mut one, mut two) = (server.connect(), server.connect());
    for number in 0..200 {
        let number = number.to_string();
        assert_eq!(one.ask(&["SET", "a", &number]), ok());
        assert_eq!(two.ask(&["GET", "a"]), bulk(&number));
    }
}

#[test]
fn a_full_disk_is_an_error_to_those_who_write_and_nothing_is_lost() {
    // Files may have 2 MiB, and who goes beyond is told so.
    let full = "ulimit -f 4096 && trap '' XFSZ && exec \"$0\" \"$@\"";
    let server = Server::start_by(tempfile::tempdir().unwrap(), &["sh", "-c", full], &[]);
    let mut clients: Vec<_> = (0..10).map(|_| server.connect()).collect();
    let (value, mut told, mut refused) = ("x".repeat(20_000), Vec::new(), 0);
    for turn in 0..60 {
        let key = |number| format!("{number}:{turn}");
        for (number, client) in clients.iter_mut().enumerate() {
            client
                .put(&request(&["SET", &key(number), &value]))
                .unwrap();
        }
        for (number, client) in clients.iter_mut().enumerate() {
            match client.reply().unwrap() {
                Reply::Error(said) => {
                    assert!(
                        said.starts_with("OOM ") || said.starts_with("ERR the store "),
                        "{said}"
                    );
                    refused += 1;
                }
                reply => {
                    assert_eq!(reply, ok());
                    told.push(key(number));
                }
            }
        }
    }
    assert!(
        refused > 0 && !told.is_empty(),
        "{refused} refused, {} not",
        told.len()
    );
    let all_there = |client: &mut Client| {
        for key in &told {
            assert!(client.ask(&["GET", key]) == bulk(&value), "{key}");
        }
    };
    all_there(&mut clients[0]);
    let server = server.kill_and_restart(&[]);
    all_there(&mut server.connect());
    assert_eq!(server.connect().ask(&["SET", "a", "1"]), ok());
}

/// C for a library that is loaded before the others. `fsync` fails while there is a file of that name.
#[cfg(target_os = "linux")]
const BROKEN_DISK: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static int flush(long call, int file) {
    if (access(getenv("BROKEN"), F_OK) == 0) { errno = EIO; return -1; }
    return syscall(call, file);
}
int fsync(int file) { return flush(SYS_fsync, file); }
int fdatasync(int file) { return flush(SYS_fdatasync, file); }
"#;

#[cfg(target_os = "linux")]
#[test]
fn what_the_disk_has_not_taken_is_not_acknowledged() {
    use std::fs;
    use std::process::Command;

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (library, broken) = (path("disk.so"), path("broken"));
    fs::write(path("disk.c"), BROKEN_DISK).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o", &library, &path("disk.c")]);
    assert!(compiler.status().unwrap().success());

    let preload = [format!("LD_PRELOAD={library}"), format!("BROKEN={broken}")];
    let by = ["env", &preload[0], &preload[1]];
    let server = Server::start_by(tempfile::tempdir().unwrap(), &by, &[]);
    let (mut one, mut two) = (server.connect(), server.connect());
    assert_eq!(one.ask(&["SET", "a", "1"]), ok());
    fs::write(&broken, "").unwrap();
    for client in [&mut one, &mut two] {
        let Reply::Error(said) = client.ask(&["SET", "a", "2"]) else {
            panic!("it was acknowledged");
        };
        assert!(said.starts_with("ERR the store failed: "), "{said}");
        assert!(matches!(client.ask(&["INCR", "counter"]), Reply::Error(_)));
        assert_eq!(client.ask(&["GET", "a"]), bulk("1"));
    }
    fs::remove_file(&broken).unwrap();
    assert_eq!(one.ask(&["INCR", "counter"]), Reply::Integer(1));
    assert_eq!(two.ask(&["GET", "counter"]), bulk("1"));
}
