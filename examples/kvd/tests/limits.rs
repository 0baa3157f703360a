//! Clients that do harm, or would like to, and so many that they are one: the server's memory has a bound, and the others
//! do not notice.

mod common;

use cgocall::{Errno, cgo_import};
use common::{Client, Reply, Server, bulk, error, ok, request, simple, until};
use std::ffi::{c_int, c_ulong};
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

const MIB: usize = 1 << 20;

/// What a server takes without clients, in any build: each core has somebody who reads the database.
fn base() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    48 * MIB + cores.saturating_sub(2) * 3 * MIB
}

/// What an idle connection takes at most: the stack of its goroutine, in pages that it has used, and the socket.
const IDLE: usize = 24 << 10;

#[repr(C)]
#[derive(Default)]
struct Limit {
    now: c_ulong,
    most: c_ulong,
}

const OPEN_FILES: c_int = 7;

#[cgo_import]
unsafe extern "C" {
    safe fn getrlimit(which: c_int, limit: &mut Limit) -> Result<c_int, Errno>;
    safe fn setrlimit(which: c_int, limit: &Limit) -> Result<c_int, Errno>;
}

/// How many connections a test can have, of those that it would like; and its turn, since the tests are one process.
fn connections(wanted: usize) -> (usize, MutexGuard<'static, ()>) {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut limit = Limit::default();
    getrlimit(OPEN_FILES, &mut limit).unwrap();
    limit.now = limit.most;
    setrlimit(OPEN_FILES, &limit).unwrap();
    // A client here has two files, and the server needs some of its own.
    let most = limit.most.saturating_sub(200) as usize / 2;
    if most < wanted {
        eprintln!(
            "{most} connections instead of {wanted}: `ulimit -Hn` is {}",
            limit.most
        );
    }
    (most.min(wanted), turn)
}

/// Somebody else is served as ever.
fn others_are_served(server: &Server) {
    let mut other = server.connect();
    assert_eq!(other.ask(&["SET", "other", "1"]), ok());
    assert_eq!(other.ask(&["GET", "other"]), bulk("1"));
}

#[test]
fn idle_connections_take_little() {
    let server = Server::start(&[]);
    let (count, _turn) = connections(9_900);
    let before = server.memory();
    let mut clients: Vec<_> = (0..count).map(|_| server.connect()).collect();
    // Each has been served, and says nothing more.
    for client in &mut clients {
        client.put(&request(&["SET", "a", "1"])).unwrap();
        client.put(&request(&["GET", "a"])).unwrap();
    }
    for client in &mut clients {
        assert_eq!(client.reply().unwrap(), ok());
        assert_eq!(client.reply().unwrap(), bulk("1"));
    }
    let after = server.memory();
    println!(
        "{count} connections: {} bytes each",
        after.saturating_sub(before) / count
    );
    assert!(before <= base(), "{before} bytes without clients");
    assert!(
        after <= base() + count * IDLE,
        "{after} bytes with {count} clients"
    );
    others_are_served(&server);
    drop(clients);
    until("they are gone", || server.info("connected_clients") == 1);
}

#[test]
fn half_a_command_takes_no_more_than_what_was_sent() {
    let server = Server::start(&["--proto-max-bulk-len", "512mb"]);
    let (count, _turn) = connections(2_000);
    let claim = b"*1000000\r\n$3\r\nSET\r\n$536870912\r\nabc";
    let mut clients: Vec<_> = (0..count).map(|_| server.connect()).collect();
    for client in &mut clients {
        client.put(claim).unwrap();
    }
    // What the server has read it accounts for.
    until("it has read them", || {
        server.info("mem_clients_normal") >= 100 * count as u64
    });
    let memory = server.memory();
    assert!(memory <= base() + count * (IDLE + 2048), "{memory} bytes");
    others_are_served(&server);
}

#[test]
fn who_takes_too_much_is_closed_and_nobody_else() {
    let options = ["--maxmemory-clients", "16mb", "--proto-max-bulk-len", "4mb"];
    let server = Server::start(&options);
    let mut small = server.connect();
    small.put(b"*2\r\n$4\r\nECHO\r\n$5\r\nhe").unwrap();
    // Together they would be 100 MB.
    let mut large: Vec<_> = (0..100).map(|_| server.connect()).collect();
    for client in &mut large {
        client
            .put(b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2000000\r\n")
            .unwrap();
        // It may be closed while it sends.
        let _ = client.put(&vec![b'x'; MIB]);
    }
    until("some are closed", || server.info("evicted_clients") >= 80);
    assert!(server.info("mem_clients_normal") <= 16 * MIB as u64);
    let memory = server.memory();
    assert!(memory <= base() + 2 * 16 * MIB, "{memory} bytes");
    small.put(b"llo\r\n").unwrap();
    assert_eq!(small.reply().unwrap(), bulk("hello"));
    others_are_served(&server);
}

#[test]
fn who_never_reads_its_replies_is_alone_with_them() {
    let server = Server::start(&["--maxmemory-clients", "32mb"]);
    let mut other = server.connect();
    assert_eq!(other.ask(&["SET", "large", &"x".repeat(MIB)]), ok());
    let clients: Vec<_> = (0..60).map(|_| server.connect()).collect();
    let mut senders: Vec<_> = clients
        .iter()
        .map(|client| client.stream.try_clone().unwrap())
        .collect();
    for sender in &mut senders {
        sender.set_nonblocking(true).unwrap();
        for _ in 0..1000 {
            if sender.write(&request(&["GET", "large"])).is_err() {
                break; // the server reads no more of it, or has closed it
            }
        }
    }
    until("some are closed", || server.info("evicted_clients") >= 20);
    for turn in 0..100 {
        assert_eq!(other.ask(&["SET", "turn", &turn.to_string()]), ok());
        assert_eq!(other.ask(&["GET", "turn"]), bulk(&turn.to_string()));
    }
    let memory = server.memory();
    assert!(memory <= base() + 2 * 32 * MIB, "{memory} bytes");
}

#[test]
fn one_who_never_reads_keeps_nothing_but_its_own_replies() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    assert_eq!(client.ask(&["SET", "a", &"x".repeat(10_000)]), ok());
    // More replies than sockets have room for.
    let requests = request(&["GET", "a"]).repeat(3000);
    let mut sender = client.stream.try_clone().unwrap();
    let sending = std::thread::spawn(move || sender.write_all(&requests).unwrap());
    others_are_served(&server);
    let memory = server.memory();
    assert!(memory <= base(), "{memory} bytes");
    for _ in 0..3000 {
        assert!(client.reply().unwrap() == bulk(&"x".repeat(10_000)));
    }
    sending.join().unwrap();
}

#[test]
fn keys_that_are_very_many_do_not_stop_others() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    for part in 0..20 {
        let keys: Vec<_> = (0..5000).map(|key| format!("{part}:{key}")).collect();
        let mut all = vec!["MSET"];
        all.extend(keys.iter().flat_map(|key| [key.as_str(), ""]));
        assert_eq!(client.ask(&all), ok());
    }
    client.put(&request(&["KEYS", "*"])).unwrap();
    others_are_served(&server);
    assert!(matches!(client.reply().unwrap(), Reply::Array(keys) if keys.len() >= 100_000));
    let memory = server.memory();
    assert!(memory <= base(), "{memory} bytes");
}

#[test]
fn there_are_no_more_clients_than_there_may_be() {
    let server = Server::start(&["--maxclients", "2"]);
    let mut clients = [server.connect(), server.connect()];
    for client in &mut clients {
        assert_eq!(client.ask(&["PING"]), simple("PONG"));
    }
    assert_eq!(
        server.connect().rest(),
        [error("ERR max number of clients reached")]
    );
    assert_eq!(clients[0].ask(&["PING"]), simple("PONG"));
    drop(clients);
    until("there is room", || {
        let client = Client::connect(server.address).unwrap().try_ask(&["PING"]);
        client.is_ok_and(|reply| reply == simple("PONG"))
    });
}

#[test]
fn who_does_nothing_for_too_long_is_closed() {
    let server = Server::start(&["--timeout", "1"]);
    let (idle, mut half) = (server.connect(), server.connect());
    half.put(b"*2\r\n$3\r\nGET\r\n").unwrap();
    assert!(idle.rest().is_empty());
    assert!(half.rest().is_empty());
}
