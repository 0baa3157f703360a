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
mod tests;
