//! `CGOCALL_TRACE=top`: tells `cgocall top`, live, which C functions hold threads.
//!
//! A thread of the runtime's listens on a socket of Linux's abstract names, `cgocall.top.` and the process's number: nothing is
//! left in a file system. It answers to processes of the same user, and of root, alone. Who connects gets an answer for each
//! byte that he sends (`answer.rs`), about all that was seen (`sample.rs`) since the one before; while nobody is
//! connected nothing is looked at.
//!
//! Without it nothing listens, and no call costs more. With it only `blocking` calls do: helpers say what they run.

mod answer;
mod sample;

use crate::g::G;
use crate::site::Site;
use crate::template::{self, Request, say};
use crate::{config, stack};
use sample::Sampler;
use std::io::{self, ErrorKind, Read, Write};
use std::mem::size_of;
use std::os::fd::AsRawFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// How often threads are looked at while somebody is connected.
const EVERY: Duration = Duration::from_millis(5);
/// So long an answer may wait to be read.
const PATIENCE: Duration = Duration::from_secs(5);

static ON: AtomicBool = AtomicBool::new(false);

/// When the runtime starts.
pub(crate) fn start() {
    if !config::get().trace.top {
        return;
    }
    answer::began();
    let name = format!("cgocall.top.{}", std::process::id());
    let listener =
        SocketAddr::from_abstract_name(name).and_then(|address| UnixListener::bind_addr(&address));
    match listener {
        Ok(listener) => {
            ON.store(true, Relaxed);
            template::request(Request {
                name: config::get().thread_name("top"),
                stack: stack::SCHEDULER,
                run: Box::new(move || listen(&listener)),
                failed: Box::new(|| {
                    say(format_args!(
                        "`cgocall top` has no thread to be answered by"
                    ))
                }),
            });
        }
        Err(error) => say(format_args!("`cgocall top` cannot be answered: {error}")),
    }
}

/// A helper runs a call, as long as this is there.
pub(crate) struct Serving(Option<i32>);

impl Serving {
    /// `site`, for `g`.
    pub(crate) fn new(g: &G, site: &'static Site) -> Serving {
        Serving(ON.load(Relaxed).then(|| sample::begin_serving(g, site)))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(tid) = self.0 {
            sample::end_serving(tid);
        }
    }
}

fn listen(listener: &UnixListener) {
    for connection in listener.incoming() {
        let Ok(mut connection) = connection else {
            // There are too many open files, perhaps.
            std::thread::sleep(PATIENCE);
            continue;
        };
        if is_ours(&connection) {
            // An end like any other: the next one may come.
            let _ = serve(&mut connection);
        }
    }
}

/// Whether it is the same user, or root.
fn is_ours(connection: &UnixStream) -> bool {
    let mut peer = libc::ucred {
        pid: 0,
        uid: u32::MAX,
        gid: u32::MAX,
    };
    let mut size = size_of::<libc::ucred>() as libc::socklen_t;
    // SAFETY: the socket is open, and both are written within their sizes.
    let asked = unsafe {
        libc::getsockopt(
            connection.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut peer).cast(),
            &raw mut size,
        )
    };
    // SAFETY: asks for a number.
    asked == 0 && [0, unsafe { libc::geteuid() }].contains(&peer.uid)
}

/// Answers until the other side ends. The next one waits meanwhile.
fn serve(connection: &mut UnixStream) -> io::Result<()> {
    connection.set_read_timeout(Some(EVERY))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    let mut sampler = Sampler::new();
    loop {
        let mut byte = [0];
        match connection.read(&mut byte) {
            Ok(0) => return Ok(()),
            Ok(_) => connection.write_all(answer::answer(&mut sampler).as_bytes())?,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                sampler.look();
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
