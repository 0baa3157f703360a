//! What is sent in pieces, all at once, or wrong.

mod common;

use common::{Client, Reply, Server, bulk, error, ok, request, simple};

const ONE: &[&str] = &["SET", "a", "1"];

fn pipeline() -> (Vec<u8>, Vec<Reply>) {
    let requests = [
        request(ONE),
        request(&["GET", "a"]),
        b"PING\r\n".to_vec(),
        request(&["INCR", "a"]),
        request(&["INCR", "a"]),
        request(&["MGET", "a", "b"]),
        b"*0\r\n\r\n".to_vec(),
        b"set b \"x y\\x21\"\n".to_vec(),
        request(&["GET", "b"]),
        request(&["GET"]),
        request(&["DEL", "a", "b"]),
    ];
    let replies = vec![
        ok(),
        bulk("1"),
        simple("PONG"),
        Reply::Integer(2),
        Reply::Integer(3),
        Reply::Array(vec![bulk("3"), Reply::Nil]),
        ok(),
        bulk("x y!"),
        error("ERR wrong number of arguments for 'get' command"),
        Reply::Integer(2),
    ];
    (requests.concat(), replies)
}

fn replies(client: &mut Client, count: usize) -> Vec<Reply> {
    (0..count).map(|_| client.reply().unwrap()).collect()
}

#[test]
fn a_pipeline_is_answered_in_order_wherever_it_is_cut() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    let (requests, expected) = pipeline();
    for cut in 0..=requests.len() {
        let (one, two) = requests.split_at(cut);
        client.put(one).unwrap();
        // What is complete is answered before the rest is there; at least that there is no answer to the rest yet.
        client.put(two).unwrap();
        assert_eq!(
            replies(&mut client, expected.len()),
            expected,
            "cut at {cut}"
        );
    }
    for byte in requests.chunks(1) {
        client.put(byte).unwrap();
    }
    assert_eq!(replies(&mut client, expected.len()), expected);
}

#[test]
fn what_is_complete_is_answered_while_the_rest_is_missing() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    let half = request(&["GET", "a"]);
    client
        .put(&[request(ONE), half[..half.len() - 3].to_vec()].concat())
        .unwrap();
    assert_eq!(client.reply().unwrap(), ok());
    client.put(&half[half.len() - 3..]).unwrap();
    assert_eq!(client.reply().unwrap(), bulk("1"));
}

#[test]
fn a_long_pipeline_is_answered_whole() {
    let server = Server::start(&[]);
    let mut client = server.connect();
    let mut sender = client.stream.try_clone().unwrap();
    let sending = std::thread::spawn(move || {
        use std::io::Write;
        for _ in 0..5000 {
            let turn = [
                request(&["INCR", "a"]),
                request(&["GET", "a"]),
                request(&["PING"]),
            ];
            sender.write_all(&turn.concat()).unwrap();
        }
    });
    for number in 1..=5000 {
        let expected = [
            Reply::Integer(number),
            bulk(&number.to_string()),
            simple("PONG"),
        ];
        assert_eq!(replies(&mut client, 3), expected);
    }
    sending.join().unwrap();
}

#[test]
fn what_is_no_request_is_an_error_and_the_end() {
    let server = Server::start(&[]);
    let long = "x".repeat(70_000);
    for (wrong, said) in [
        ("*1000000000\r\n", "invalid multibulk length"),
        ("*x\r\n", "invalid multibulk length"),
        ("*2\r\n$3\r\nGET\r\n$536870912\r\n", "invalid bulk length"),
        ("*2\r\n$3\r\nGET\r\n$-1\r\n", "invalid bulk length"),
        (
            "*2\r\n$3\r\nGET\r\n*1\r\n$1\r\na\r\n",
            "expected '$', got '*'",
        ),
        ("*2\r\n:3\r\n", "expected '$', got ':'"),
        ("*1\r\n$4\r\nPINGPONG", "expected CRLF behind a bulk"),
        ("get \"a\r\n", "unbalanced quotes in request"),
        (&long, "too big inline request"),
        (&format!("*{long}"), "too big mbulk count string"),
    ] {
        let mut client = server.connect();
        // What came before is answered.
        client
            .put(&[&request(ONE), wrong.as_bytes()].concat())
            .unwrap();
        let replies = client.rest();
        let said = error(&format!("ERR Protocol error: {said}"));
        assert_eq!(replies, [ok(), said], "{}", &wrong[..wrong.len().min(40)]);
    }
    assert_eq!(server.connect().ask(&["GET", "a"]), bulk("1"));
}

#[test]
fn requests_and_replies_have_limits() {
    let server = Server::start(&[
        "--proto-max-bulk-len",
        "1mb",
        "--client-query-buffer-limit",
        "2mb",
        "--client-output-buffer-limit",
        "3mb",
    ]);
    let value = "v".repeat(1 << 20);
    let mut client = server.connect();
    assert_eq!(client.ask(&["SET", "a", &value]), ok());
    assert_eq!(
        client.ask(&["MGET", "a", "a", "a"]),
        error("ERR the reply is larger than client-output-buffer-limit, 3145728 bytes"),
    );
    assert!(client.ask(&["MGET", "a", "a"]) == Reply::Array(vec![bulk(&value), bulk(&value)]));
    client
        .put(&request(&["MSET", "b", &value, "c", &value, "d", &value]))
        .unwrap();
    let said =
        "ERR Protocol error: the request is larger than client-query-buffer-limit, 2097152 bytes";
    assert_eq!(client.rest(), [error(said)]);
    assert_eq!(
        server.connect().ask(&["EXISTS", "b", "c", "d"]),
        Reply::Integer(0)
    );
    let mut client = server.connect();
    client
        .put(b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1048577\r\n")
        .unwrap();
    assert_eq!(
        client.rest(),
        [error("ERR Protocol error: invalid bulk length")]
    );
}

#[test]
fn a_browser_that_posts_commands_is_not_obeyed() {
    let server = Server::start(&[]);
    for (text, replies) in [
        ("POST / HTTP/1.1\r\nSET a 1\r\n", 0),
        ("GET / HTTP/1.1\r\nHost: x\r\nSET a 1\r\n", 1),
    ] {
        let mut client = server.connect();
        client.put(text.as_bytes()).unwrap();
        assert_eq!(client.rest().len(), replies, "{text}");
    }
    assert_eq!(server.connect().ask(&["GET", "a"]), Reply::Nil);
}
