//! The server: what all connections share, how they come, and how it ends.

use crate::clients::Clients;
use crate::ffi::listen;
use crate::options::Options;
use crate::session::Sessions;
use crate::socket::Poller;
use crate::store::{self, Store};
use crate::writer::Writer;
use crate::writes::{self, Writes};
use crate::{connection, limits};
use async_io::{Async, Timer};
use cgocall::{GoBuilder, JoinHandle, Wait};
use futures_lite::future::or;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// What has happened so far.
pub struct Stats {
    pub began: Instant,
    pub connections: AtomicU64,
    pub commands: AtomicU64,
    pub rejected: AtomicU64,
    pub evicted: AtomicU64,
    pub expired: AtomicU64,
    pub transactions: AtomicU64,
    pub jobs: AtomicU64,
}

/// What all connections share.
pub struct Server {
    pub options: Options,
    pub store: Store,
    pub clients: Clients,
    pub sessions: Sessions,
    pub stats: Stats,
    /// What `INFO` tells of what the server runs on.
    pub runtime: fn() -> Vec<(&'static str, String)>,
    /// No client has the word any more.
    pub stopping: AtomicBool,
}

impl Server {
    pub fn new(options: Options, store: Store) -> Server {
        Server {
            clients: Clients::new(options.maxmemory_clients),
            options,
            store,
            sessions: Sessions::default(),
            stats: Stats {
                began: Instant::now(),
                connections: AtomicU64::new(0),
                commands: AtomicU64::new(0),
                rejected: AtomicU64::new(0),
                evicted: AtomicU64::new(0),
                expired: AtomicU64::new(0),
                transactions: AtomicU64::new(0),
                jobs: AtomicU64::new(0),
            },
            runtime: about_runtime,
            stopping: AtomicBool::new(false),
        }
    }
}

fn about_runtime() -> Vec<(&'static str, String)> {
    let metrics = cgocall::metrics();
    vec![
        ("goroutines", metrics.goroutines.to_string()),
        ("threads", metrics.threads.to_string()),
    ]
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// With one sentence.
pub fn serve(mut options: Options) -> Result<(), String> {
    // Before anything else: from now on it ends as it should.
    let signals = signals().map_err(|error| format!("cannot listen to signals: {error}"))?;
    limits::raise_open_files(&mut options)?;
    let (store, writer) = Store::open(&options.dir)?;

    let address = SocketAddr::from((options.bind, options.port));
    let listening = Async::<TcpListener>::bind(address).and_then(|listener| {
        // That of `std` is 128: of a thousand who come at once most would try again a second later.
        listen(listener.as_raw_fd(), options.tcp_backlog)?;
        Ok((listener.get_ref().local_addr()?, listener))
    });
    let (address, listener) =
        listening.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    options.port = address.port();

    let poller = Poller::start().map_err(|error| format!("cannot wait for clients: {error}"))?;
    let server = Arc::new(Server::new(options, store));
    let (writes, writing) = start_writer(&server, writer);
    let sweeping = start_sweeper(&server, &writes);
    let _ = writeln!(
        io::stdout(),
        "kvd: ready to accept connections on {address}"
    );

    let ended = accept(&server, &poller, &listener, &signals, &writes);
    drop(listener);
    server.stopping.store(true, Relaxed);
    sweeping.cancel();
    let _ = sweeping.join(); // it was cancelled, which is an error to it
    // What has arrived is still read, and then there is the end of the input.
    server.clients.close(Shutdown::Read);
    let patience = Duration::from_secs(server.options.shutdown_timeout);
    let all_ended = async { ended.recv().await.is_err() };
    let timeout = async {
        Timer::after(patience).await;
        false
    };
    if !or(all_ended, timeout).wait() {
        server.clients.close(Shutdown::Both);
        let _ = ended.recv().wait();
    }
    drop(writes);
    let writer = writing.join().map_err(|_| "the writer has panicked")?;
    writer.map_err(|error| format!("cannot end the database's log: {error}"))
}

/// A socket that becomes readable when the program is to end. A second signal ends it at once.
fn signals() -> io::Result<Async<UnixStream>> {
    let (read, write) = UnixStream::pair()?;
    for signal in [SIGTERM, SIGINT] {
        let asked = Arc::new(AtomicBool::new(false));
        // In this order: what the first signal sets, the second one finds.
        signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked))?;
        signal_hook::flag::register(signal, asked)?;
        signal_hook::low_level::pipe::register(signal, write.try_clone()?)?;
    }
    Async::new(read)
}

fn start_writer(
    server: &Arc<Server>,
    mut writer: Writer,
) -> (Writes, JoinHandle<crate::error::Result<()>>) {
    let (writes, jobs) = writes::channel();
    let server = Arc::clone(server);
    // It computes for long, and waits for the disk: no other goroutine is to be where it is.
    let writing = GoBuilder::new().name("writer").own_thread().go(move || {
        let _end = EndsAll;
        writes::run(&server, &mut writer, &jobs);
        writer.checkpoint()
    });
    (writes, writing)
}

/// Without a writer nobody would be answered any more: if it panics the server ends, as with `kill -9`.
struct EndsAll;

impl Drop for EndsAll {
    fn drop(&mut self) {
        if std::thread::panicking() {
            process::abort();
        }
    }
}

/// Has the writer remove what has expired. (Nobody is shown it anyway.)
fn start_sweeper(server: &Arc<Server>, writes: &Writes) -> JoinHandle<()> {
    let (server, writes) = (Arc::clone(server), writes.clone());
    let pause = Duration::from_millis(1000 / server.options.hz);
    GoBuilder::new().name("sweeper").go(move || {
        loop {
            Timer::after(pause).wait();
            // If the store fails, who writes is told.
            while server.store.read(|reader| reader.has_due(store::now())) == Ok(true)
                && writes.sweep()
            {}
        }
    })
}

/// Takes connections until there is a signal. What it returns is closed when the last of them has ended.
fn accept(
    server: &Arc<Server>,
    poller: &Arc<Poller>,
    listener: &Async<TcpListener>,
    signals: &Async<UnixStream>,
    writes: &Writes,
) -> async_channel::Receiver<()> {
    let (alive, ended) = async_channel::bounded(1);
    for number in 0.. {
        let accepted = async { Some(listener.accept().await) };
        let signal = async {
            let _ = signals.readable().await;
            None
        };
        let stream = match or(signal, accepted).wait() {
            None => break,
            Some(Ok((stream, _))) => stream,
            Some(Err(_)) => {
                // The client has gone already; or there are no more files, until somebody else goes.
                Timer::after(Duration::from_millis(10)).wait();
                continue;
            }
        };
        server.stats.connections.fetch_add(1, Relaxed);
        let most = server.options.maxclients.unwrap_or(usize::MAX);
        if server.clients.count() >= most {
            reject(server, &stream);
            continue;
        }
        let watched = stream
            .into_inner()
            .and_then(|stream| poller.watch_over(stream));
        let Ok(socket) = watched else {
            continue; // the system watches no more: it is closed
        };
        let client = server.clients.add(number, socket);
        let (server, writes, alive) = (Arc::clone(server), writes.clone(), alive.clone());
        let place = Gone {
            server,
            client,
            _alive: alive,
        };
        let spawned = GoBuilder::new().try_go(move || {
            // A client that goes away without a word does what it may.
            let _ = connection::serve(&place.server, &place.client, &writes);
        });
        drop(spawned); // without a stack to run on, it is closed, and gone
    }
    ended
}

/// When it is dropped, the client is gone, however its goroutine has ended.
struct Gone {
    server: Arc<Server>,
    client: Arc<crate::clients::Client>,
    _alive: async_channel::Sender<()>,
}

impl Drop for Gone {
    fn drop(&mut self) {
        self.server.clients.remove(&self.client);
    }
}

fn reject(server: &Server, stream: &Async<TcpStream>) {
    server.stats.rejected.fetch_add(1, Relaxed);
    // It has room for that, or the client does not hear of it.
    let _ = stream
        .get_ref()
        .write(b"-ERR max number of clients reached\r\n");
}
