//! What is going on with one client: what it has sent, what it is to be sent, and what comes next. It knows no sockets, no
//! goroutines and no threads; [`connection`](crate::connection) has them.

use crate::command::{self, Command, Kind};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::read::{self, Progress};
use crate::reader::Reader;
use crate::resp::{Parser, ProtocolError};
use crate::server::Server;
use crate::writer::Writer;
use crate::{plain, reply, store, write};
use std::ops::{ControlFlow, Range};
use std::sync::Mutex;
use std::sync::atomic::Ordering::Relaxed;

/// So much is read at a time, at least.
const INPUT: usize = 16 << 10;
/// When replies have this size they are sent before anything else is done.
const OUTPUT: usize = 64 << 10;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The replies are to be sent, and then the client has the word.
    Input,
    /// [`Session::read`].
    Read,
    /// The writer is to have it: [`Session::write`].
    Write,
    /// The replies are to be sent.
    Flush,
    /// It has taken long enough: others first.
    Pause,
    /// The replies are to be sent, and that was it.
    Close,
}

/// What is going on with one client.
pub struct Session {
    /// As much of it as is `filled` is what the client has sent and what is not done yet.
    input: Vec<u8>,
    filled: usize,
    /// Whether there is some that was not parsed.
    fresh: bool,
    parser: Parser,
    wrong: Option<ProtocolError>,
    /// The request that comes next.
    at: usize,
    /// What has come of it, where its reply begins, and whether others go first now.
    progress: Option<(Progress, usize, bool)>,
    /// Requests that the writer is to have, and where their replies begin.
    writes: Range<usize>,
    replies: usize,
    out: Vec<u8>,
    over: bool,
}

impl Session {
    fn new(server: &Server) -> Session {
        Session {
            input: Vec::new(),
            filled: 0,
            fresh: false,
            parser: Parser::new(server.options.proto_max_bulk_len),
            wrong: None,
            at: 0,
            progress: None,
            writes: 0..0,
            replies: 0,
            out: Vec::new(),
            over: false,
        }
    }

    /// Where what the client sends is to be put.
    pub fn room(&mut self) -> &mut [u8] {
        if self.filled == self.input.len() {
            // No more than as much again as has been sent: a claim is only a claim.
            let enough = self.parser.wants().unwrap_or(0).max(INPUT);
            let more = (2 * self.filled).clamp(INPUT, enough.max(self.filled + INPUT));
            self.input.reserve_exact(more - self.filled);
            self.input.resize(more, 0);
        }
        &mut self.input[self.filled..]
    }

    /// So much has been put there.
    pub fn received(&mut self, bytes: usize) {
        self.filled += bytes;
        self.fresh = true;
    }

    /// What the client is to be sent.
    pub fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// Whether it is as if it were new.
    pub fn is_idle(&self) -> bool {
        self.filled == 0 && self.out.is_empty() && self.wrong.is_none() && !self.over
    }

    /// Gives back what is not needed while others have the word, and may have it for long.
    pub fn shrink(&mut self) {
        let enough = (2 * self.filled).max(256);
        if self.input.len() > 2 * enough {
            self.input.truncate(enough);
            self.input.shrink_to_fit();
        }
        self.out.shrink_to_fit();
    }

    /// Bytes of memory.
    pub fn memory(&self) -> usize {
        self.input.capacity() + self.out.capacity() + self.parser.memory()
    }

    /// What comes next.
    pub fn next(&mut self, server: &Server) -> Next {
        loop {
            if let Some((_, _, pause)) = &mut self.progress {
                return match std::mem::take(pause) {
                    true => Next::Pause,
                    false => Next::Read,
                };
            }
            if self.over {
                return Next::Close;
            }
            if self.out.len() >= OUTPUT {
                return Next::Flush;
            }
            if self.at == self.parser.count() && !self.parse(server) {
                return match self.over {
                    true => Next::Close,
                    false => Next::Input,
                };
            }
            let name = self.parser.request(&self.input, self.at).at(0);
            if name.eq_ignore_ascii_case(b"host:") || name.eq_ignore_ascii_case(b"post") {
                return Next::Close; // a browser that was made to speak with us: nothing of the rest is meant
            }
            server.stats.commands.fetch_add(1, Relaxed);
            match self.command(self.at) {
                Err(failure) => {
                    reply::error(&mut self.out, &failure.reply());
                    self.at += 1;
                }
                Ok(command) => match command.kind {
                    Kind::Plain => {
                        let args = self.parser.request(&self.input, self.at);
                        let done = plain::plain(command.name, args, server, &mut self.out);
                        match done {
                            Ok(ControlFlow::Continue(())) => {}
                            Ok(ControlFlow::Break(())) => self.over = true,
                            Err(failure) => reply::error(&mut self.out, &failure.reply()),
                        }
                        self.at += 1;
                    }
                    Kind::Read => {
                        self.progress = Some((Progress::default(), self.out.len(), false));
                    }
                    Kind::Write => {
                        let is_write = |at| matches!(self.command(at), Ok(command) if command.kind == Kind::Write);
                        let rest = self.at + 1..self.parser.count();
                        let more = rest.take_while(|&at| is_write(at)).count();
                        server.stats.commands.fetch_add(more as u64, Relaxed);
                        self.writes = self.at..self.at + 1 + more;
                        self.replies = self.out.len();
                        return Next::Write;
                    }
                },
            }
        }
    }

    /// Forgets what is done, and parses what came after it. Whether there is a request.
    fn parse(&mut self, server: &Server) -> bool {
        let full = self.at > 0; // there may be more than were parsed ahead
        let done = self.parser.forget();
        self.input.copy_within(done..self.filled, 0);
        self.filled -= done;
        self.at = 0;
        if self.wrong.is_none() && (self.fresh || full) {
            self.fresh = false;
            self.wrong = self.parser.parse(&mut self.input[..self.filled]).err();
        }
        if self.parser.count() > 0 {
            return true;
        }
        if let Some(wrong) = self.wrong.take() {
            reply::error(&mut self.out, &format!("ERR {wrong}"));
            self.over = true;
        } else if self.filled >= server.options.client_query_buffer_limit {
            let limit = server.options.client_query_buffer_limit;
            let said = format!(
                "ERR Protocol error: the request is larger than client-query-buffer-limit, {limit} bytes"
            );
            reply::error(&mut self.out, &said);
            self.over = true;
        }
        false
    }

    /// The command of the request at `index`, if there is such a one and it can have so many arguments.
    fn command(&self, index: usize) -> Result<&'static Command, Failure> {
        let args = self.parser.request(&self.input, index);
        let name = args.at(0);
        let command = command::find(name).ok_or_else(|| {
            let text = |bytes: &[u8]| bytes[..bytes.len().min(128)].escape_ascii().to_string();
            let mut said = format!(
                "ERR unknown command '{}', with args beginning with: ",
                text(name)
            );
            for arg in args.from(1).take(8) {
                said += &format!("'{}' ", text(arg));
            }
            Failure::said(said)
        })?;
        match command.takes(args.count()) {
            true => Ok(command),
            false => Err(Failure::arity(command.name)),
        }
    }

    /// Runs the commands that read and come next, until something else does.
    pub fn read(&mut self, server: &Server) {
        let store = &server.store;
        let read = store.read(|reader| {
            // Several at once are of one moment, and cost less.
            let several = self.at + 1 < self.parser.count();
            if several {
                reader.begin()?;
            }
            while self.progress.is_some() {
                self.read_turn(server, reader)?;
                let goes_on = self.progress.is_none()
                    && self.out.len() < OUTPUT
                    && self.at < self.parser.count()
                    && matches!(self.command(self.at), Ok(command) if command.kind == Kind::Read);
                if !goes_on {
                    break;
                }
                server.stats.commands.fetch_add(1, Relaxed);
                self.progress = Some((Progress::default(), self.out.len(), false));
            }
            if several {
                reader.end()?;
            }
            Ok(())
        });
        if let Err(error) = read
            && let Some((_, start, _)) = self.progress.take()
        {
            self.answer_failed(start, &Failure::Store(error));
        }
    }

    fn read_turn(&mut self, server: &Server, reader: &mut Reader) -> Result<()> {
        let (progress, start, pause) = self.progress.as_mut().expect("a command that reads");
        let start = *start;
        let args = self.parser.request(&self.input, self.at);
        let name = command::find(args.at(0)).map_or("", |command| command.name);
        let turn = read::read(
            name,
            args,
            reader,
            store::now(),
            progress,
            (&mut self.out, start),
        );
        let limit = server.options.client_output_buffer_limit;
        match turn {
            Err(Failure::Store(error)) => return Err(error),
            Err(failure) => self.answer_failed(start, &failure),
            Ok(_) if self.out.len() - start > limit => {
                let said = format!(
                    "ERR the reply is larger than client-output-buffer-limit, {limit} bytes"
                );
                self.answer_failed(start, &Failure::said(said));
            }
            Ok(ControlFlow::Continue(())) => {
                *pause = true;
                return Ok(());
            }
            Ok(ControlFlow::Break(())) => self.at += 1,
        }
        self.progress = None;
        Ok(())
    }

    /// The request that came next is answered with an error.
    fn answer_failed(&mut self, start: usize, failure: &Failure) {
        self.out.truncate(start);
        reply::error(&mut self.out, &failure.reply());
        self.at += 1;
    }

    /// Runs the commands that write, in the writer's transaction. It may be called again if that has failed.
    pub fn write(&mut self, server: &Server, writer: &mut Writer, now: i64) -> Result<()> {
        self.out.truncate(self.replies);
        for at in self.writes.clone() {
            let args = self.parser.request(&self.input, at);
            let name = command::find(args.at(0)).map_or("", |command| command.name);
            let done = write::write(name, args, &server.store, writer, now, &mut self.out);
            match done {
                Ok(()) => {}
                Err(Failure::Store(error)) => return Err(error),
                Err(failure) => reply::error(&mut self.out, &failure.reply()),
            }
        }
        Ok(())
    }

    /// The transaction is on the disk, or it has failed and nothing of it is.
    pub fn written(&mut self, result: Result<(), &Error>) {
        if let Err(error) = result {
            self.out.truncate(self.replies);
            for _ in self.writes.clone() {
                reply::error(&mut self.out, &error.reply());
            }
        }
        self.at = self.writes.end;
    }

    /// How much the writer has to do.
    pub fn weight(&self) -> usize {
        self.filled
    }
}

/// Sessions of nobody: a client that says nothing has none.
#[derive(Default)]
#[allow(
    clippy::vec_box,
    reason = "a session goes to the writer and back in its box"
)]
pub struct Sessions(Mutex<Vec<Box<Session>>>);

impl Sessions {
    /// So many, and each of so much memory, are kept.
    const MOST: usize = 64;
    const MEMORY: usize = 2 * (INPUT + OUTPUT);

    /// One that is as if it were new.
    pub fn take(&self, server: &Server) -> Box<Session> {
        let session = self.0.lock().unwrap().pop();
        session.unwrap_or_else(|| Box::new(Session::new(server)))
    }

    /// Takes one back that [is idle](Session::is_idle).
    pub fn put(&self, session: Box<Session>) {
        if session.memory() <= Self::MEMORY {
            let mut sessions = self.0.lock().unwrap();
            if sessions.len() < Self::MOST {
                sessions.push(session);
            }
        }
    }
}
