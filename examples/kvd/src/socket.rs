//! Sockets that goroutines wait for. One thread watches all of them, and each is registered once, for *edges*: that it has
//! become ready, not that it is. So a request costs the system calls that read it and answer it, and no other.
//!
//! Who finds a socket not ready waits for the next edge. It is asked for an edge since before it was found so: none that comes
//! in between is lost, and one that came too early costs another try.

use atomic_waker::AtomicWaker;
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Registry, Token};
use std::collections::HashMap;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex};
use std::{process, task, thread};

/// Watches sockets.
pub struct Poller {
    registry: Registry,
    watched: Mutex<HashMap<Token, Arc<Edges>>>,
    next: AtomicUsize,
}

/// A socket that is watched.
pub struct Socket {
    stream: TcpStream,
    token: Token,
    edges: Arc<Edges>,
    poller: Arc<Poller>,
}

/// What a socket was seen to become, and who waits for that.
#[derive(Default)]
struct Edges {
    read: Edge,
    write: Edge,
}

#[derive(Default)]
struct Edge {
    /// Since it was asked last.
    seen: AtomicBool,
    /// There will be no other: it is ready for good.
    last: AtomicBool,
    waiting: AtomicWaker,
}

impl Poller {
    /// With its thread, which is there as long as the process.
    pub fn start() -> io::Result<Arc<Poller>> {
        let poll = Poll::new()?;
        let poller = Arc::new(Poller {
            registry: poll.registry().try_clone()?,
            watched: Mutex::default(),
            next: AtomicUsize::new(0),
        });
        let thread = thread::Builder::new().name("kvd-poller".to_owned());
        let watching = Arc::clone(&poller);
        thread.spawn(move || watching.watch(poll))?;
        Ok(poller)
    }

    fn watch(&self, mut poll: Poll) {
        let mut events = Events::with_capacity(1024);
        loop {
            match poll.poll(&mut events, None) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    // Nobody would be answered any more.
                    eprintln!("kvd: cannot wait for clients: {error}");
                    process::abort();
                }
            }
            let watched = self.watched.lock().unwrap();
            for event in &events {
                // It may have gone since.
                if let Some(edges) = watched.get(&event.token()) {
                    edges.saw(event);
                }
            }
        }
    }

    /// A stream that does not block is watched from now on.
    pub fn watch_over(self: &Arc<Self>, stream: std::net::TcpStream) -> io::Result<Socket> {
        let mut socket = Socket {
            stream: TcpStream::from_std(stream),
            token: Token(self.next.fetch_add(1, Relaxed)),
            edges: Arc::default(),
            poller: Arc::clone(self),
        };
        // First: what it is at the beginning is an edge as well.
        let mut watched = self.watched.lock().unwrap();
        watched.insert(socket.token, Arc::clone(&socket.edges));
        drop(watched);
        let both = Interest::READABLE | Interest::WRITABLE;
        self.registry
            .register(&mut socket.stream, socket.token, both)?;
        Ok(socket)
    }
}

impl Edges {
    fn saw(&self, event: &Event) {
        if event.is_readable() || event.is_read_closed() || event.is_error() {
            self.read.saw(event.is_read_closed() || event.is_error());
        }
        if event.is_writable() || event.is_write_closed() || event.is_error() {
            self.write.saw(event.is_write_closed() || event.is_error());
        }
    }
}

impl Edge {
    fn saw(&self, last: bool) {
        if last {
            self.last.store(true, Release);
        }
        self.seen.store(true, Release);
        self.waiting.wake();
    }

    /// An edge from now on is one since this.
    fn forget(&self) {
        self.seen.store(false, Relaxed);
    }

    /// Waits until there is one, or was.
    async fn seen(&self) {
        let seen = || self.last.load(Acquire) || self.seen.swap(false, Acquire);
        poll_fn(|context| {
            if seen() {
                return task::Poll::Ready(());
            }
            // Then once more: who saw one before this has woken nobody.
            self.waiting.register(context.waker());
            match seen() {
                true => task::Poll::Ready(()),
                false => task::Poll::Pending,
            }
        })
        .await
    }
}

impl Socket {
    pub fn set_nodelay(&self) -> io::Result<()> {
        self.stream.set_nodelay(true)
    }

    /// Who waits for what is no more goes on at once.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let result = self.stream.shutdown(how);
        if how != Shutdown::Write {
            self.edges.read.saw(true);
        }
        if how != Shutdown::Read {
            self.edges.write.saw(true);
        }
        result
    }

    /// Reads what there is, if there is any.
    pub fn read(&self, room: &mut [u8]) -> io::Result<usize> {
        let edge = &self.edges.read;
        edge.forget();
        let result = (&self.stream).read(room);
        match &result {
            // That was all: what comes after it is an edge. (Whether the end has come is the last one.)
            Ok(bytes) if (1..room.len()).contains(bytes) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            _ => edge.seen.store(true, Relaxed),
        }
        result
    }

    /// Writes what there is room for, if there is any.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.edges.write.forget();
        (&self.stream).write(bytes)
    }

    /// Waits until there may be something to read, or the end of it.
    pub async fn readable(&self) {
        self.edges.read.seen().await;
    }

    /// Waits until it may take something, after it took nothing.
    pub async fn writable(&self) {
        self.edges.write.seen().await;
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // If it was never registered, which is no matter.
        let _ = self.poller.registry.deregister(&mut self.stream);
        self.poller.watched.lock().unwrap().remove(&self.token);
    }
}
