//! However it is cut, and however wrong it is.

use super::*;

type Requests = Vec<Vec<Vec<u8>>>;

/// What arrives in `pieces` is parsed, and forgotten, piece by piece.
fn parse(pieces: &[&[u8]]) -> (Requests, Result<(), ProtocolError>) {
    let (mut parser, mut input, mut requests) = (Parser::new(100), Vec::new(), Vec::new());
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            let parsed = parser.parse(&mut input);
            for index in 0..parser.count() {
                let args = parser.request(&input, index);
                requests.push(args.from(0).map(<[u8]>::to_vec).collect());
            }
            if parsed.is_err() {
                return (requests, parsed);
            }
            let all = parser.count() < AHEAD;
            input.drain(..parser.forget());
            if all {
                break;
            }
        }
    }
    (requests, Ok(()))
}

fn wrong(input: &[u8]) -> String {
    parse(&[input]).1.unwrap_err().to_string()
}

const PIPELINE: &[u8] = b"*2\r\n$3\r\nGET\r\n$3\r\na\r\n\r\n*0\r\n*-1\r\nPING\r\n\r\n\
    *3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\n$*\r\n\r\nset \"a b\\x41\\n\"  'it\\'s'\n*1\r\n$4\r\nQUIT\r\n";

fn pipeline() -> Requests {
    let request = |args: &[&[u8]]| args.iter().map(|arg| arg.to_vec()).collect();
    vec![
        request(&[b"GET", b"a\r\n"]),
        request(&[b"PING"]),
        request(&[b"SET", b"", b"$*\r\n"]),
        request(&[b"set", b"a bA\n", b"it's"]),
        request(&[b"QUIT"]),
    ]
}

#[test]
fn wherever_the_input_is_cut_it_has_the_same_requests() {
    assert_eq!(parse(&[PIPELINE]), (pipeline(), Ok(())));
    for one in 0..=PIPELINE.len() {
        for two in one..=PIPELINE.len() {
            let pieces = [&PIPELINE[..one], &PIPELINE[one..two], &PIPELINE[two..]];
            assert_eq!(
                parse(&pieces),
                (pipeline(), Ok(())),
                "cut at {one} and {two}"
            );
        }
    }
    let bytes: Vec<_> = PIPELINE.chunks(1).collect();
    assert_eq!(parse(&bytes), (pipeline(), Ok(())));
}

#[test]
fn wherever_the_input_is_cut_it_has_the_same_error() {
    for end in [
        &b"*1\r\n:5\r\n"[..],
        b"*x\r\n",
        b"*1\r\n$101\r\n",
        b"a \"b\r\n",
    ] {
        let input = [PIPELINE, end].concat();
        let whole = parse(&[&input]);
        assert_eq!(whole.0, pipeline());
        assert!(whole.1.is_err());
        for cut in 0..=input.len() {
            assert_eq!(
                parse(&[&input[..cut], &input[cut..]]),
                whole,
                "cut at {cut}"
            );
        }
    }
}

#[test]
fn however_wrong_the_input_is_it_means_the_same_wherever_it_is_cut() {
    const PARTS: &[&[u8]] = &[
        b"*1\r\n",
        b"*2\r\n",
        b"*0\r\n",
        b"*-1\r\n",
        b"*x\r\n",
        b"$0\r\n",
        b"$3\r\n",
        b"$101\r\n",
        b"$-1\r\n",
        b"abc\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b"PING\r\n",
        b"\"a b\"",
        b"'",
        b"\"",
        b"\\x4",
        b" ",
        b"*",
        b"$",
        b"\0\xff",
    ];
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    let (mut requests, mut errors) = (0, 0);
    for _ in 0..20_000 {
        let parts: Vec<_> = (0..random(12))
            .map(|_| PARTS[random(PARTS.len())])
            .collect();
        let input = parts.concat();
        let whole = parse(&[&input]);
        let cut = random(input.len() + 1);
        assert_eq!(
            parse(&[&input[..cut], &input[cut..]]),
            whole,
            "{parts:?} cut at {cut}"
        );
        let bytes: Vec<_> = input.chunks(1).collect();
        assert_eq!(parse(&bytes), whole, "{parts:?}");
        requests += whole.0.len();
        errors += usize::from(whole.1.is_err());
    }
    assert!(
        requests > 1000 && errors > 1000,
        "{requests} requests, {errors} errors"
    );
}

#[test]
fn more_requests_than_are_parsed_ahead_are_all_there() {
    let input = b"*1\r\n$4\r\nPING\r\n".repeat(3 * AHEAD + 1);
    let (requests, end) = parse(&[&input]);
    assert_eq!((requests.len(), end), (3 * AHEAD + 1, Ok(())));
}

#[test]
fn what_is_no_request_is_an_error_in_redis_words() {
    let said = [
        (&b"*1000000000\r\n"[..], "invalid multibulk length"),
        (b"*x\r\n", "invalid multibulk length"),
        (b"*01\r\n", "invalid multibulk length"),
        (b"*\r\n", "invalid multibulk length"),
        (b"*99999999999999999999\r\n", "invalid multibulk length"),
        (b"*1\r\n$101\r\n", "invalid bulk length"),
        (b"*1\r\n$-1\r\n", "invalid bulk length"),
        (b"*1\r\n$536870912\r\n", "invalid bulk length"),
        (b"*1\r\n*1\r\n", "expected '$', got '*'"),
        (b"*1\r\n\0", "expected '$', got '\\x00'"),
        (b"*1\r\n$1\r\nab\r\n", "expected CRLF behind a bulk"),
        (b"get \"a\r\n", "unbalanced quotes in request"),
        (b"get 'a'b\r\n", "unbalanced quotes in request"),
    ];
    for (input, message) in said {
        assert_eq!(
            wrong(input),
            format!("Protocol error: {message}"),
            "{input:?}"
        );
    }
    for (begin, what) in [
        ("*", "mbulk count string"),
        ("*1\r\n$", "bulk count string"),
        ("G", "inline request"),
    ] {
        let long = begin.to_owned() + &"1".repeat(LINE + 1);
        assert_eq!(
            wrong(long.as_bytes()),
            format!("Protocol error: too big {what}")
        );
    }
}

#[test]
fn numbers_are_redis_numbers() {
    for (text, number) in [
        ("0", 0),
        ("-1", -1),
        ("42", 42),
        ("9223372036854775807", i64::MAX),
    ] {
        assert_eq!(integer(text.as_bytes()), Some(number));
    }
    for text in [
        "",
        "-",
        "+1",
        "01",
        "-0",
        " 1",
        "1 ",
        "1.0",
        "9223372036854775808",
        "a",
    ] {
        assert_eq!(integer(text.as_bytes()), None, "{text:?}");
    }
}

#[test]
fn a_claim_takes_no_memory_and_says_what_it_wants() {
    let mut parser = Parser::new(512 << 20);
    let mut input = b"*1000000\r\n$536870912\r\nabc".to_vec();
    parser.parse(&mut input).unwrap();
    assert_eq!(parser.wants(), Some(22 + (512 << 20) + 2));
    assert!(parser.memory() < 1024);
}
