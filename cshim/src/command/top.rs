//! `cgocall top PID`: which C functions hold the threads of a program that runs, live.
//!
//! The program tells it, where it was started with `CGOCALL_TRACE=top`: over a socket that goes by its number, to its user
//! alone. Here that is asked for every second, and drawn.

mod answer;
mod screen;
mod view;

use super::Failure;
use super::args::TopWish;
use answer::Answer;
use rustix::net::sockopt;
use screen::{Key, Screen};
use std::io::{self, BufRead, BufReader, ErrorKind, IsTerminal, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

/// So long a program may take to answer: it may have stopped.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a program that does not answer is like.
struct Program {
    pid: u32,
    answers: BufReader<UnixStream>,
}

impl Program {
    fn connect(pid: u32) -> Result<Program, String> {
        if !Path::new(&format!("/proc/{pid}")).exists() {
            return Err(format!("there is no process {pid}"));
        }
        let name = format!("cgocall.top.{pid}");
        let stream = SocketAddr::from_abstract_name(name)
            .and_then(|address| UnixStream::connect_addr(&address))
            .map_err(|error| match error.kind() {
                ErrorKind::ConnectionRefused => format!(
                    "process {pid} tells nothing: it has to be started with CGOCALL_TRACE=top, and to have begun to use \
                     cgocall; in a container it is asked from within"
                ),
                _ => format!("process {pid} cannot be asked: {error}"),
            })?;
        // Anybody may have taken the name.
        let peer = sockopt::socket_peercred(&stream)
            .map_err(|error| format!("process {pid} cannot be asked: {error}"))?;
        if peer.pid.as_raw_nonzero().get().unsigned_abs() != pid {
            return Err(format!("who answers for process {pid} is another one"));
        }
        let limits = stream
            .set_read_timeout(Some(PATIENCE))
            .and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
        limits.map_err(|error| format!("process {pid} cannot be asked: {error}"))?;
        let answers = BufReader::new(stream);
        Ok(Program { pid, answers })
    }

    /// What it tells now. Nothing: it has ended.
    fn ask(&mut self) -> Result<Option<Answer>, String> {
        let pid = self.pid;
        let asked = self.answers.get_mut().write_all(b"\n");
        let mut text = String::new();
        let read = asked.and_then(|()| {
            while !text.ends_with("\n\n") {
                if self.answers.read_line(&mut text)? == 0 {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
            Ok(())
        });
        match read {
            Ok(()) => Answer::parse(&text)
                .map(Some)
                .map_err(|what| format!("process {pid} {what}")),
            Err(error) => match error.kind() {
                ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
                    Ok(None)
                }
                // It answers nobody else meanwhile.
                ErrorKind::PermissionDenied => Err(format!("process {pid} is another user's")),
                ErrorKind::WouldBlock | ErrorKind::TimedOut => Err(format!(
                    "process {pid} has not answered for {} s: it is stopped, or answers somebody else",
                    PATIENCE.as_secs()
                )),
                _ => Err(format!("process {pid} cannot be asked: {error}")),
            },
        }
    }
}

/// Draws until the program ends, or whoever looks has seen enough.
pub(crate) fn top(wish: &TopWish) -> Result<(), Failure> {
    let mut program = Program::connect(wish.pid)?;
    let refused = || format!("process {} does not answer: it is another user's", wish.pid);
    let mut before = program.ask()?.ok_or_else(refused)?;
    let mut asked = Instant::now();
    let mut screen = match io::stdout().is_terminal() && !wish.once {
        true => {
            Screen::new().map_err(|error| format!("this terminal cannot be drawn on: {error}"))?
        }
        false => Screen::plain(),
    };
    let mut by = view::By::default();
    loop {
        let now = Instant::now();
        match screen.key(wish.every.saturating_sub(now - asked)) {
            Key::None => {}
            Key::Quit => return Ok(()),
            Key::By(new) => {
                by = new;
                continue;
            }
            Key::Other => continue,
        }
        if asked.elapsed() < wish.every {
            continue;
        }
        let Some(answer) = program.ask()? else {
            drop(screen);
            println!("process {} has ended", wish.pid);
            return Ok(());
        };
        let between = asked.elapsed();
        asked = Instant::now();
        let size = screen.size();
        let text = view::view(wish.pid, &before, &answer, between, by, size);
        // Whoever reads it has seen enough.
        if screen.show(&text).is_err() || wish.once {
            return Ok(());
        }
        before = answer;
    }
}
