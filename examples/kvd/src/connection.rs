//! One connection, on a goroutine of its own: plain code that waits where it has to.

use crate::clients::Client;
use crate::server::Server;
use crate::session::{Next, Session};
use crate::writes::{Back, Writes};
use async_io::Timer;
use cgocall::{Wait, yield_now};
use futures_lite::future::or;
use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::net::Shutdown;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// So long a client that is closed may go on sending.
const LINGER: Duration = Duration::from_secs(1);

/// Serves a client until one of the two has enough.
pub fn serve(server: &Server, client: &Client, writes: &Writes) -> io::Result<()> {
    let connection = Connection {
        server,
        client,
        last: Cell::new(false),
    };
    client.socket.set_nodelay()?;
    let mut session = server.sessions.take(server);
    let mut back = None; // of those who write
    loop {
        let next = session.next(server);
        connection.account(&session)?;
        match next {
            Next::Read => session.read(server),
            Next::Write => {
                let back = back.get_or_insert_with(Back::default);
                let written = writes.write(session, back);
                session = written.ok_or(ErrorKind::BrokenPipe)?;
            }
            Next::Pause => yield_now(),
            Next::Flush => connection.send(&mut session)?,
            Next::Close => {
                connection.send(&mut session)?;
                return connection.linger();
            }
            Next::Input => {
                connection.send(&mut session)?;
                match connection.receive(session)? {
                    Some(more) => session = more,
                    None => return Ok(()),
                }
            }
        }
    }
}

struct Connection<'s> {
    server: &'s Server,
    client: &'s Client,
    /// Whether what it has sent when the server was to stop has been read.
    last: Cell<bool>,
}

impl Connection<'_> {
    fn account(&self, session: &Session) -> io::Result<()> {
        let evicted = self.server.clients.account(self.client, session.memory())?;
        if evicted > 0 {
            self.server.stats.evicted.fetch_add(evicted, Relaxed);
        }
        Ok(())
    }

    /// Sends what there is to be sent.
    fn send(&self, session: &mut Session) -> io::Result<()> {
        let mut sent = 0;
        let socket = &self.client.socket;
        while sent < session.out().len() {
            match socket.write(&session.out()[sent..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(bytes) => sent += bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // It does not read now, and may not for long: this much is its own doing.
                    self.account(session)?;
                    self.in_time(socket.writable())?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        session.out().clear();
        Ok(())
    }

    /// Waits for what the client sends. None if that is the end.
    fn receive(&self, mut session: Box<Session>) -> io::Result<Option<Box<Session>>> {
        let (server, socket) = (self.server, &self.client.socket);
        if self.last.get() {
            return Ok(None);
        }
        loop {
            if session.is_idle() {
                // Whoever says nothing takes nothing.
                server.sessions.put(session);
                server.clients.account(self.client, 0)?;
                self.in_time(socket.readable())?;
                session = server.sessions.take(server);
            } else {
                session.shrink();
                self.account(&session)?;
                self.in_time(socket.readable())?;
            }
            self.last.set(server.stopping.load(Relaxed));
            let room = session.room();
            let most = room.len();
            match socket.read(room) {
                Ok(0) => return Ok(None),
                Ok(bytes) => {
                    session.received(bytes);
                    if bytes == most {
                        // There may be more, for which it need not wait. But those that are closed for taking too much
                        // give nothing back before their turn.
                        yield_now();
                    }
                    return Ok(Some(session));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads on for a moment, if the client still sends: else what it was sent last would be lost to it.
    fn linger(&self) -> io::Result<()> {
        let socket = &self.client.socket;
        socket.shutdown(Shutdown::Write)?;
        let (mut room, end) = ([0; 1024], Instant::now() + LINGER);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match socket.read(&mut room) {
                Ok(1..) if !left.is_zero() => yield_now(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if !is_in_time(socket.readable(), left) {
                        return Ok(());
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// Waits, but for no longer than a client may do nothing.
    fn in_time(&self, event: impl Future<Output = ()>) -> io::Result<()> {
        match self.server.options.timeout {
            0 => event.wait(),
            seconds if is_in_time(event, Duration::from_secs(seconds)) => {}
            _ => return Err(ErrorKind::TimedOut.into()),
        }
        Ok(())
    }
}

/// Waits for so long at most. Whether it was long enough.
fn is_in_time(event: impl Future<Output = ()>, most: Duration) -> bool {
    let event = async {
        event.await;
        true
    };
    let timeout = async {
        Timer::after(most).await;
        false
    };
    or(event, timeout).wait()
}
