//! What a client has sent and is to be sent. It goes to the thread that reads or writes for it, and comes back.

use kvd::reply;
use kvd::resp::{Args, Parser, ProtocolError};
use std::ops::Range;

/// So much is read at a time, at least.
const INPUT: usize = 4 << 10;
/// The longest key or value: kvd's own default.
const LONGEST: usize = 32 << 20;

pub struct Batch {
    input: Vec<u8>,
    parser: Parser,
    /// The request that comes next.
    at: usize,
    pub out: Vec<u8>,
}

/// Who runs a command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It needs no store, or is wrong.
    Plain,
    Read,
    Write,
}

impl Default for Batch {
    fn default() -> Batch {
        Batch {
            input: Vec::new(),
            parser: Parser::new(LONGEST),
            at: 0,
            out: Vec::new(),
        }
    }
}

impl Batch {
    /// Where what the client sends is to be put.
    pub fn room(&mut self) -> &mut Vec<u8> {
        self.input.reserve(INPUT);
        &mut self.input
    }

    pub fn parse(&mut self) -> Result<(), ProtocolError> {
        self.parser.parse(&mut self.input)
    }

    /// The requests that come next and are of one kind.
    pub fn next(&mut self) -> Option<(Kind, Range<usize>)> {
        let first = self.at;
        if first == self.parser.count() {
            return None;
        }
        let kind = |at| kind(self.parser.request(&self.input, at));
        let first_kind = kind(first);
        let rest = first + 1..self.parser.count();
        self.at += 1 + rest.take_while(|&at| kind(at) == first_kind).count();
        Some((first_kind, first..self.at))
    }

    /// A request, and where its reply is to be put.
    pub fn request(&mut self, index: usize) -> (Args<'_>, &mut Vec<u8>) {
        (self.parser.request(&self.input, index), &mut self.out)
    }

    /// Answers what needs no store.
    pub fn answer(&mut self, requests: Range<usize>) {
        for at in requests {
            let (args, out) = self.request(at);
            match (command(args), args.count()) {
                (Some(Command::Ping), 1) => reply::simple(out, "PONG"),
                (Some(Command::Ping), 2) => reply::bulk(out, args.at(1)),
                (Some(_), _) => reply::error(out, "ERR wrong number of arguments"),
                (None, _) => {
                    let name = args.at(0)[..args.at(0).len().min(128)].escape_ascii();
                    reply::error(out, &format!("ERR unknown command '{name}'"));
                }
            }
        }
    }

    /// Answers what is no request.
    pub fn refuse(&mut self, wrong: &ProtocolError) {
        reply::error(&mut self.out, &format!("ERR {wrong}"));
    }

    /// Forgets what is done and sent. Whether there is more that was sent and not parsed.
    pub fn forget(&mut self) -> bool {
        self.out.clear();
        self.at = 0;
        let done = self.parser.count() > 0;
        self.input.drain(..self.parser.forget());
        done && !self.input.is_empty()
    }
}

/// The commands that the comparison uses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Ping,
    Get,
    Mget,
    Set,
    Incr,
}

/// The command of a request, whether or not it can have so many arguments.
pub fn command(args: Args<'_>) -> Option<Command> {
    let commands: [(&[u8], Command); 5] = [
        (b"ping", Command::Ping),
        (b"get", Command::Get),
        (b"mget", Command::Mget),
        (b"set", Command::Set),
        (b"incr", Command::Incr),
    ];
    let named = commands
        .iter()
        .find(|(name, _)| args.at(0).eq_ignore_ascii_case(name));
    named.map(|(_, command)| *command)
}

fn kind(args: Args<'_>) -> Kind {
    match (command(args), args.count()) {
        (Some(Command::Get), 2) | (Some(Command::Mget), 2..) => Kind::Read,
        (Some(Command::Set), 3) | (Some(Command::Incr), 2) => Kind::Write,
        _ => Kind::Plain,
    }
}
