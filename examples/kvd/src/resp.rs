//! Requests, as RESP2 has them: an array of bulk strings, or a line that a person types. Whatever has arrived is parsed at
//! once, and a request that has arrived in part is gone on with, never begun again.

use std::fmt;
use std::ops::Range;

/// The longest line: an inline request, or what stands before a bulk. Redis's own.
const LINE: usize = 64 << 10;
/// The most arguments of a request. Redis's own, until version 6.
const ARGS: i64 = 1 << 20;
/// The most requests that are parsed ahead.
const AHEAD: usize = 1024;

/// What is wrong with what a client sends. It cannot be gone on with: nobody knows where the next request begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolError(String);

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Protocol error: {}", self.0)
    }
}

/// The arguments of a request; the first is the command's name.
#[derive(Clone, Copy)]
pub struct Args<'r> {
    input: &'r [u8],
    args: &'r [Range<usize>],
}

impl<'r> Args<'r> {
    /// How many there are, the name included.
    pub fn count(&self) -> usize {
        self.args.len()
    }

    /// The argument at `index`, which has to be one.
    pub fn at(&self, index: usize) -> &'r [u8] {
        &self.input[self.args[index].clone()]
    }

    /// The arguments from `index` on.
    pub fn from(&self, index: usize) -> impl ExactSizeIterator<Item = &'r [u8]> + use<'r> {
        let input = self.input;
        self.args[index..]
            .iter()
            .map(move |range| &input[range.clone()])
    }
}

/// Finds the requests in what a client has sent so far.
pub struct Parser {
    max_bulk: usize,
    /// Up to here the input is parsed.
    at: usize,
    /// Up to here there is no end of the line that begins at `at`.
    searched: usize,
    /// Up to here it is complete requests.
    complete: usize,
    /// The arguments of all requests, and of the one that has arrived in part.
    args: Vec<Range<usize>>,
    /// Where in `args` each complete request ends.
    ends: Vec<usize>,
    /// So many arguments are still to come, and the one that is coming is so long.
    missing: usize,
    bulk: Option<usize>,
}

impl Parser {
    /// One that lets no argument be longer than `max_bulk`.
    pub fn new(max_bulk: usize) -> Parser {
        Parser {
            max_bulk,
            at: 0,
            searched: 0,
            complete: 0,
            args: Vec::new(),
            ends: Vec::new(),
            missing: 0,
            bulk: None,
        }
    }

    /// Parses what has been added to `input`, which begins as it did the last time. (An inline request is replaced by what
    /// its quotes mean.) The requests before an error are there all the same.
    pub fn parse(&mut self, input: &mut [u8]) -> Result<(), ProtocolError> {
        while self.ends.len() < AHEAD {
            let Some(&first) = input.get(self.at) else {
                break;
            };
            match (self.missing, self.bulk) {
                (0, _) if first == b'*' => {
                    let Some(line) = self.line(input, "mbulk count string")? else {
                        break;
                    };
                    let count = integer(&input[line.start + 1..line.end]);
                    let count = count.filter(|&count| count <= ARGS);
                    let count = count.ok_or_else(|| error("invalid multibulk length"))?;
                    match usize::try_from(count) {
                        Ok(count) if count > 0 => self.missing = count,
                        _ => self.complete = self.at, // nothing, and no answer to it
                    }
                }
                (0, _) => {
                    let Some(line) = self.line(input, "inline request")? else {
                        break;
                    };
                    let before = self.args.len();
                    split(input, line, &mut self.args)?;
                    if self.args.len() > before {
                        self.ends.push(self.args.len());
                    }
                    self.complete = self.at;
                }
                (_, None) => {
                    if first != b'$' {
                        let got = first.escape_ascii();
                        return Err(ProtocolError(format!("expected '$', got '{got}'")));
                    }
                    let Some(line) = self.line(input, "bulk count string")? else {
                        break;
                    };
                    let length = integer(&input[line.start + 1..line.end]);
                    let length = length.and_then(|length| usize::try_from(length).ok());
                    let length = length.filter(|&length| length <= self.max_bulk);
                    self.bulk = Some(length.ok_or_else(|| error("invalid bulk length"))?);
                }
                (_, Some(length)) => {
                    let end = self.at + length;
                    let Some(behind) = input.get(end..end + 2) else {
                        break;
                    };
                    if behind != b"\r\n" {
                        return Err(error("expected CRLF behind a bulk"));
                    }
                    self.args.push(self.at..end);
                    self.at = end + 2;
                    self.searched = self.at;
                    self.bulk = None;
                    self.missing -= 1;
                    if self.missing == 0 {
                        self.ends.push(self.args.len());
                        self.complete = self.at;
                    }
                }
            }
        }
        Ok(())
    }

    /// The line at `at`, without its end; it is passed over.
    fn line(&mut self, input: &[u8], what: &str) -> Result<Option<Range<usize>>, ProtocolError> {
        let newline = input[self.searched..].iter().position(|&b| b == b'\n');
        let end = newline.map_or(input.len(), |newline| self.searched + newline);
        if end - self.at > LINE {
            return Err(ProtocolError(format!("too big {what}")));
        }
        self.searched = end;
        if newline.is_none() {
            return Ok(None);
        }
        let start = self.at;
        self.at = end + 1;
        self.searched = self.at;
        let end = match input[start..end].last() {
            Some(b'\r') => end - 1,
            _ => end,
        };
        Ok(Some(start..end))
    }

    /// How many requests are complete.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The request at `index` of `input`, which was parsed.
    pub fn request<'r>(&'r self, input: &'r [u8], index: usize) -> Args<'r> {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        let args = &self.args[start..self.ends[index]];
        Args { input, args }
    }

    /// Forgets the complete requests, and says how many bytes they are: the input has to begin behind them from now on.
    pub fn forget(&mut self) -> usize {
        let bytes = std::mem::take(&mut self.complete);
        self.args.drain(..self.ends.last().copied().unwrap_or(0));
        self.ends.clear();
        for arg in &mut self.args {
            *arg = arg.start - bytes..arg.end - bytes;
        }
        self.at -= bytes;
        self.searched -= bytes;
        if self.args.is_empty() && self.args.capacity() > AHEAD {
            self.args = Vec::new();
        }
        bytes
    }

    /// How long the input will be when the argument that is coming is complete, if its length is known.
    pub fn wants(&self) -> Option<usize> {
        self.bulk.map(|length| self.at + length + 2)
    }

    /// Bytes of memory.
    pub fn memory(&self) -> usize {
        self.args.capacity() * size_of::<Range<usize>>() + self.ends.capacity() * size_of::<usize>()
    }
}

fn error(message: &str) -> ProtocolError {
    ProtocolError(message.to_owned())
}

/// A number as Redis reads it: no plus, no space, no zeros before it.
pub fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let canonical = match digits {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', ..] => true,
        _ => false,
    };
    let text = str::from_utf8(text).ok().filter(|_| canonical)?;
    text.parse().ok()
}

/// Splits a line at its spaces, and replaces quotes and escapes by what they mean: that is never longer.
fn split(
    input: &mut [u8],
    line: Range<usize>,
    args: &mut Vec<Range<usize>>,
) -> Result<(), ProtocolError> {
    let unbalanced = || error("unbalanced quotes in request");
    let hex = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (mut at, mut to) = (line.start, line.start);
    loop {
        while at < line.end && input[at].is_ascii_whitespace() {
            at += 1;
        }
        if at == line.end {
            return Ok(());
        }
        let start = to;
        let mut quote = None;
        while at < line.end {
            let byte = input[at];
            at += 1;
            let byte = match (quote, byte) {
                (None, b'"' | b'\'') => {
                    quote = Some(byte);
                    continue;
                }
                (None, byte) if byte.is_ascii_whitespace() => break,
                (Some(b'\''), b'\\') if at < line.end && input[at] == b'\'' => {
                    at += 1;
                    b'\''
                }
                (Some(b'"'), b'\\') if at < line.end => {
                    let escaped = input[at];
                    at += 1;
                    match escaped {
                        b'x' if at + 2 <= line.end => match (hex(input[at]), hex(input[at + 1])) {
                            (Some(high), Some(low)) => {
                                at += 2;
                                high << 4 | low
                            }
                            _ => b'x',
                        },
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'a' => 7,
                        other => other,
                    }
                }
                (Some(open), byte) if byte == open => {
                    quote = None;
                    if at < line.end && !input[at].is_ascii_whitespace() {
                        return Err(unbalanced());
                    }
                    continue;
                }
                (_, byte) => byte,
            };
            input[to] = byte;
            to += 1;
        }
        if quote.is_some() {
            return Err(unbalanced());
        }
        args.push(start..to);
    }
}

#[cfg(test)]
mod tests {
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
}
