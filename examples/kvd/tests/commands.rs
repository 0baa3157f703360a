//! Each command does what Redis's does, and says it in the same words.

mod common;

use common::{Client, Reply, Server, bulk, error, ok, request, simple, until};
use std::collections::BTreeSet;

fn check(client: &mut Client, asked: &[(&str, Reply)]) {
    for (line, reply) in asked {
        let args: Vec<_> = line.split(' ').collect();
        assert_eq!(client.ask(&args), *reply, "{line}");
    }
}

fn int(number: i64) -> Reply {
    Reply::Integer(number)
}

fn texts(reply: Reply) -> BTreeSet<String> {
    let Reply::Array(replies) = reply else {
        panic!("{reply:?} is no array");
    };
    let count = replies.len();
    let text = |reply| match reply {
        Reply::Bulk(bytes) => String::from_utf8(bytes).unwrap(),
        other => panic!("{other:?} is no text"),
    };
    let texts: BTreeSet<_> = replies.into_iter().map(text).collect();
    assert_eq!(texts.len(), count, "each once");
    texts
}

#[test]
fn values_are_set_read_counted_and_removed() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    let not_integer = || error("ERR value is not an integer or out of range");
    check(
        &mut client,
        &[
            ("GET a", Reply::Nil),
            ("SET a 1", ok()),
            ("set a 2 NX", Reply::Nil),
            ("SET b 2 XX", Reply::Nil),
            ("SET b 2 NX", ok()),
            ("SET b 3 XX", ok()),
            ("SET b 4 GET", bulk("3")),
            ("SET c 4 NX GET", Reply::Nil),
            ("SET c 5 NX GET", bulk("4")),
            (
                "MGET a b x c",
                Reply::Array(vec![bulk("1"), bulk("4"), Reply::Nil, bulk("4")]),
            ),
            ("EXISTS a b x a", int(3)),
            ("INCR a", int(2)),
            ("INCRBY a 40", int(42)),
            ("DECR a", int(41)),
            ("DECRBY a 42", int(-1)),
            ("INCR new", int(1)),
            ("SET text x", ok()),
            ("INCR text", not_integer()),
            ("INCRBY a x", not_integer()),
            ("SET large 9223372036854775807", ok()),
            (
                "INCR large",
                error("ERR increment or decrement would overflow"),
            ),
            (
                "DECRBY a -9223372036854775808",
                error("ERR decrement would overflow"),
            ),
            ("DBSIZE", int(6)),
            ("TYPE a", simple("string")),
            ("TYPE x", simple("none")),
            ("DEL a b x a", int(2)),
            ("UNLINK c", int(1)),
            ("DBSIZE", int(3)),
            ("MSET a 1 b 2 a 3", ok()),
            ("GET a", bulk("3")),
            (
                "MSET a 1 b",
                error("ERR wrong number of arguments for 'mset' command"),
            ),
            ("FLUSHDB", ok()),
            ("DBSIZE", int(0)),
            ("GET a", Reply::Nil),
            ("SET a 1", ok()),
            ("DBSIZE", int(1)),
        ],
    );
}

#[test]
fn what_needs_no_store_is_answered() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    check(
        &mut client,
        &[
            ("PING", simple("PONG")),
            ("PING hello", bulk("hello")),
            ("ECHO hello", bulk("hello")),
            ("SELECT 0", ok()),
            ("SELECT 1", error("ERR DB index is out of range")),
            (
                "CONFIG GET save",
                Reply::Array(vec![bulk("save"), bulk("")]),
            ),
            ("CONFIG GET x", Reply::Array(vec![])),
            ("COMMAND COUNT", int(29)),
            (
                "nope a b",
                error("ERR unknown command 'nope', with args beginning with: 'a' 'b' "),
            ),
            (
                "GET",
                error("ERR wrong number of arguments for 'get' command"),
            ),
            (
                "GET a b",
                error("ERR wrong number of arguments for 'get' command"),
            ),
            ("SET a 1 EX", error("ERR syntax error")),
            ("SET a 1 NX XX", error("ERR syntax error")),
            (
                "SET a 1 EX 0",
                error("ERR invalid expire time in 'set' command"),
            ),
            (
                "SET a 1 EX 9223372036854775807",
                error("ERR invalid expire time in 'set' command"),
            ),
            ("SET a 1 EX 1 PX 1", error("ERR syntax error")),
            ("SCAN x", error("ERR invalid cursor")),
            ("SCAN 0 COUNT 0", error("ERR syntax error")),
        ],
    );
    assert!(matches!(client.ask(&["COMMAND"]), Reply::Array(all) if all.len() == 29));
    client.put(&request(&["QUIT"])).unwrap();
    client.put(&request(&["PING"])).unwrap();
    assert_eq!(client.rest(), [ok()]);
}

#[test]
fn a_value_that_expires_is_gone() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    check(
        &mut client,
        &[
            ("SET a 1 EX 1000", ok()),
            ("TTL a", int(1000)),
            ("SET a 2 KEEPTTL", ok()),
            ("TTL a", int(1000)),
            ("INCR a", int(3)),
            ("TTL a", int(1000)),
            ("PERSIST a", int(1)),
            ("PERSIST a", int(0)),
            ("TTL a", int(-1)),
            ("TTL x", int(-2)),
            ("EXPIRE x 10", int(0)),
            ("EXPIRE a 100 XX", int(0)),
            ("EXPIRE a 100 NX", int(1)),
            ("EXPIRE a 50 GT", int(0)),
            ("EXPIRE a 50 LT", int(1)),
            ("TTL a", int(50)),
            ("SET a 4", ok()),
            ("TTL a", int(-1)),
            ("EXPIRE a 0", int(1)),
            ("EXISTS a", int(0)),
            ("SET a 1 PXAT 1", ok()),
            ("GET a", Reply::Nil),
            ("SET b 1 PX 20", ok()),
        ],
    );
    until("b expires", || client.ask(&["GET", "b"]) == Reply::Nil);
    check(
        &mut client,
        &[
            ("TTL b", int(-2)),
            ("EXISTS b", int(0)),
            ("SET b 2 NX", ok()),
            ("TTL b", int(-1)),
        ],
    );
}

#[test]
fn what_has_expired_is_removed_though_nobody_asks_for_it() {
    let server = Server::start(&["--hz", "100"]);
    let mut client = server.connect();
    for key in 0..2500 {
        let key = format!("key{key}");
        client
            .put(&request(&["SET", &key, "1", "PX", "1"]))
            .unwrap();
    }
    for _ in 0..2500 {
        assert_eq!(client.reply().unwrap(), ok());
    }
    client.ask(&["SET", "stays", "1"]);
    until("they are removed", || client.ask(&["DBSIZE"]) == int(1));
    assert_eq!(server.info("expired_keys"), 2500);
}

#[test]
fn what_has_expired_stays_so_over_a_restart() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    check(
        &mut client,
        &[
            ("SET a 1 PX 1", ok()),
            ("SET b 1 EX 1000", ok()),
            ("SET c 1", ok()),
        ],
    );
    let server = server.kill_and_restart(&[]);
    let mut client = server.connect();
    check(
        &mut client,
        &[
            ("GET a", Reply::Nil),
            ("TTL c", int(-1)),
            ("GET b", bulk("1")),
        ],
    );
    assert!(matches!(
        client.ask(&["TTL", "b"]),
        Reply::Integer(1..=1000)
    ));
}

#[test]
fn keys_and_scan_find_each_key_once() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    let keys: BTreeSet<_> = (0..3000).map(|key| format!("user:{key}")).collect();
    let mut all = vec!["MSET"];
    all.extend(keys.iter().flat_map(|key| [key.as_str(), "1"]));
    all.extend(["other", "1"]);
    assert_eq!(client.ask(&all), ok());

    assert_eq!(texts(client.ask(&["KEYS", "user:*"])), keys);
    assert_eq!(texts(client.ask(&["KEYS", "o[st]her"])).len(), 1);
    assert!(texts(client.ask(&["KEYS", "x*"])).is_empty());

    for count in ["1", "10", "100", "1000000"] {
        let (mut cursor, mut found, mut turns) = ("0".to_owned(), BTreeSet::new(), 0);
        loop {
            let reply = client.ask(&["SCAN", &cursor, "MATCH", "user:*", "COUNT", count]);
            let Reply::Array(mut parts) = reply else {
                panic!("{reply:?}");
            };
            for key in texts(parts.pop().unwrap()) {
                assert!(found.insert(key), "each once");
            }
            let Some(Reply::Bulk(next)) = parts.pop() else {
                panic!("no cursor");
            };
            cursor = String::from_utf8(next).unwrap();
            turns += 1;
            if cursor == "0" {
                break;
            }
        }
        assert_eq!(found, keys);
        assert!(
            turns >= 3001 / count.parse::<usize>().unwrap().min(1000),
            "{turns}"
        );
    }
    check(
        &mut client,
        &[(
            "SCAN 18446744073709551615",
            Reply::Array(vec![bulk("0"), Reply::Array(vec![])]),
        )],
    );
}

#[test]
fn keys_and_values_are_any_bytes_of_any_length() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    let bytes: Vec<u8> = (0..=255).collect();
    let long = vec![b'x'; 3 << 20];
    let pairs = [
        (&b""[..], &b""[..]),
        (&bytes, &long),
        (&long, &bytes),
        (b"\0", b"\r\n"),
    ];
    for (key, value) in pairs {
        client.put(&request(&[b"SET", key, value])).unwrap();
        assert_eq!(client.reply().unwrap(), ok());
    }
    let server = server.kill_and_restart(&[]);
    let mut client = server.connect();
    for (key, value) in pairs {
        client.put(&request(&[b"GET", key])).unwrap();
        assert!(client.reply().unwrap() == Reply::Bulk(value.to_vec()));
    }
    // More than is done in one turn.
    let mut many = vec!["MGET"];
    many.resize(2501, "");
    assert!(client.ask(&many) == Reply::Array(vec![bulk(""); 2500]));
    many[0] = "EXISTS";
    assert_eq!(client.ask(&many), int(2500));
}
