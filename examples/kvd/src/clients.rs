//! All clients, and the memory that they take together. Where that is more than it may be, the one that takes the most is
//! closed: who sends half of a huge value, or never reads what it has asked for, pays for it, and nobody else.

use crate::socket::Socket;
use std::collections::HashMap;
use std::io;
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

/// A client's connection.
pub struct Client {
    number: u64,
    pub socket: Socket,
    memory: AtomicUsize,
    evicted: AtomicBool,
}

/// All of them.
pub struct Clients {
    all: Mutex<HashMap<u64, Arc<Client>>>,
    /// Of all of them together, and how much it may be.
    memory: AtomicUsize,
    limit: usize,
}

impl Clients {
    pub fn new(limit: usize) -> Clients {
        Clients {
            all: Mutex::default(),
            memory: AtomicUsize::new(0),
            limit,
        }
    }

    pub fn count(&self) -> usize {
        self.all.lock().unwrap().len()
    }

    /// Bytes.
    pub fn memory(&self) -> usize {
        self.memory.load(Relaxed)
    }

    /// One more.
    pub fn add(&self, number: u64, socket: Socket) -> Arc<Client> {
        let client = Arc::new(Client {
            number,
            socket,
            memory: AtomicUsize::new(0),
            evicted: AtomicBool::new(false),
        });
        self.all.lock().unwrap().insert(number, Arc::clone(&client));
        client
    }

    /// One less.
    pub fn remove(&self, client: &Client) {
        self.all.lock().unwrap().remove(&client.number);
        self.memory
            .fetch_sub(client.memory.swap(0, Relaxed), Relaxed);
    }

    /// A client takes so much now. If that is too much for all, one is closed, which may be this: how many were.
    ///
    /// # Errors
    /// If this one was.
    pub fn account(&self, client: &Client, memory: usize) -> io::Result<u64> {
        if client.memory.load(Relaxed) != memory {
            // Whatever is taken out of one is taken out of the other, also where `evict` does it at the same time.
            let before = client.memory.swap(memory, Relaxed);
            let total = self.memory.fetch_add(memory, Relaxed) + memory;
            self.memory.fetch_sub(before, Relaxed);
            if memory > before && total.saturating_sub(before) > self.limit {
                return Ok(self.evict());
            }
        }
        match client.evicted.load(Relaxed) {
            true => Err(io::ErrorKind::ConnectionAborted.into()),
            false => Ok(0),
        }
    }

    fn evict(&self) -> u64 {
        let all = self.all.lock().unwrap();
        let mut evicted = 0;
        while self.memory.load(Relaxed) > self.limit {
            let left = all.values().filter(|client| !client.evicted.load(Relaxed));
            let Some(largest) = left.max_by_key(|client| client.memory.load(Relaxed)) else {
                break;
            };
            let memory = largest.memory.swap(0, Relaxed);
            // Its goroutine finds out where it waits, or when it accounts for what it takes the next time.
            largest.evicted.store(true, Relaxed);
            self.memory.fetch_sub(memory, Relaxed);
            largest.close(Shutdown::Both);
            evicted += 1;
        }
        evicted
    }

    /// Ends all conversations: in the direction from the clients, or in both.
    pub fn close(&self, how: Shutdown) {
        for client in self.all.lock().unwrap().values() {
            client.close(how);
        }
    }
}

impl Client {
    fn close(&self, how: Shutdown) {
        // A connection that is gone already needs no end.
        let _ = self.socket.shutdown(how);
    }
}
