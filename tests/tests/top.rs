//! `CGOCALL_TRACE=top`: what a program tells of its threads while it runs.

#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::process::{Child, Command, Stdio};

fn start(trace: &str, procs: usize) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_watched"))
        .env("CGOCALL_TRACE", trace)
        .env("CGOCALL_PROCS", procs.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the scenario starts");
    let mut ready = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut ready)
        .unwrap();
    assert_eq!(ready, "ready\n");
    child
}

fn end(mut child: Child) {
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

fn connect(child: &Child) -> std::io::Result<BufReader<UnixStream>> {
    let name = format!("cgocall.top.{}", child.id());
    let address = SocketAddr::from_abstract_name(name).unwrap();
    UnixStream::connect_addr(&address).map(BufReader::new)
}

/// The lines of one answer, in words.
fn ask(program: &mut BufReader<UnixStream>) -> Vec<Vec<String>> {
    program.get_mut().write_all(b"\n").unwrap();
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        assert_ne!(program.read_line(&mut line).unwrap(), 0, "it goes on");
        match line.trim_end_matches('\n') {
            "" => return lines,
            line => lines.push(line.split('\t').map(str::to_owned).collect()),
        }
    }
}

/// The threads that are in that function.
fn threads_in<'a>(answer: &'a [Vec<String>], function: &str) -> Vec<&'a Vec<String>> {
    let is_in = |line: &&Vec<String>| line[0] == "thread" && line[3] == "C" && line[6] == function;
    answer.iter().filter(is_in).collect()
}

#[test]
fn who_asks_is_told_which_c_functions_hold_threads_and_for_whom() {
    for procs in [1, 2, 16] {
        let child = start("top", procs);
        // One after the other.
        for _ in 0..2 {
            let mut program = connect(&child).unwrap();
            // Until they have been seen for a while: then it is known by whom the functions were called.
            while {
                let answer = ask(&mut program);
                let is_known = |function| {
                    let threads = threads_in(&answer, function);
                    threads
                        .iter()
                        .any(|thread| thread[7].starts_with("goroutine "))
                };
                !is_known("wait_for") || !is_known("wait_around")
            } {}
            // They hold their threads for all the time that this one is about.
            let answer = ask(&mut program);
            assert_eq!(answer[0], ["cgocall", "1"]);
            let [waits] = threads_in(&answer, "wait_around")[..] else {
                panic!("one thread waits: {answer:?}");
            };
            assert_eq!(waits[5], "-", "it has given its P up, or lost it");
            assert!(
                waits[7].contains("spawned at tests/src/bin/watched.rs:"),
                "{waits:?}"
            );
            let [helper] = threads_in(&answer, "wait_for")[..] else {
                panic!("one helper waits too: {answer:?}");
            };
            assert_eq!(helper[2], "cgocall-helper");
            for function in ["wait_around", "wait_for"] {
                let is_it = |line: &&Vec<String>| line[0] == "site" && line[1] == function;
                // Also if it has never returned yet.
                let site = answer.iter().find(is_it).expect(function);
                let holds: f64 = site[3].parse().unwrap();
                assert!((0.5..=1.0).contains(&holds), "{site:?}");
            }
            assert!(answer.contains(&vec!["procs".to_owned(), procs.to_string()]));
        }
        end(child);
    }
}

#[test]
fn who_has_not_asked_for_it_tells_nothing() {
    let child = start("stacks", 1);
    assert!(connect(&child).is_err());
    end(child);
}

#[test]
fn who_breaks_off_is_no_reason_to_stop() {
    let child = start("top", 2);
    for _ in 0..20 {
        let mut program = connect(&child).unwrap();
        program.get_mut().write_all(b"\n\n\n").unwrap();
    }
    assert!(!ask(&mut connect(&child).unwrap()).is_empty());
    end(child);
}
