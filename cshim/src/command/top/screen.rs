//! The terminal: a screen that is drawn over, and keys. What is no terminal gets one text after the other.

use super::view::By;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{self, OptionalActions, SpecialCodeIndex, Termios};
use std::io::{self, Write};
use std::thread;
use std::time::Duration;

/// What there is room for where nobody says.
const SIZE: (usize, usize) = (100, 50);

#[derive(Debug, PartialEq)]
pub(super) enum Key {
    None,
    Quit,
    By(By),
    Other,
}

pub(super) struct Screen {
    /// How the terminal was before. None: it is none.
    before: Option<Termios>,
}

impl Screen {
    /// Takes the terminal over, until it is dropped.
    pub(super) fn new() -> io::Result<Screen> {
        let input = io::stdin();
        let before = termios::tcgetattr(&input)?;
        let mut raw = before.clone();
        // Keys as they come, Ctrl-C among them, so that the terminal is given back as it was.
        raw.local_modes.remove(
            termios::LocalModes::ICANON | termios::LocalModes::ECHO | termios::LocalModes::ISIG,
        );
        raw.special_codes[SpecialCodeIndex::VMIN] = 0;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        termios::tcsetattr(&input, OptionalActions::Now, &raw)?;
        let screen = Screen {
            before: Some(before),
        };
        // Another screen, without a cursor.
        write(b"\x1b[?1049h\x1b[?25l")?;
        Ok(screen)
    }

    pub(super) fn plain() -> Screen {
        Screen { before: None }
    }

    /// Columns and lines.
    pub(super) fn size(&self) -> (usize, usize) {
        let size = self
            .before
            .as_ref()
            .and_then(|_| termios::tcgetwinsize(io::stdout()).ok());
        size.filter(|size| size.ws_col != 0 && size.ws_row != 0)
            .map_or(SIZE, |size| (size.ws_col.into(), size.ws_row.into()))
    }

    /// Waits so long for a key.
    pub(super) fn key(&self, wait: Duration) -> Key {
        if self.before.is_none() {
            thread::sleep(wait);
            return Key::None;
        }
        let input = io::stdin();
        let mut ready = [PollFd::new(&input, PollFlags::IN)];
        let wait = Timespec::try_from(wait).ok();
        if !matches!(poll(&mut ready, wait.as_ref()), Ok(1..)) {
            return Key::None;
        }
        let mut byte = [0];
        match rustix::io::read(&input, &mut byte) {
            // The terminal is gone.
            Ok(0) | Err(_) => Key::Quit,
            Ok(_) => key(byte[0]),
        }
    }

    /// Draws a text over what was there.
    pub(super) fn show(&mut self, text: &str) -> io::Result<()> {
        match self.before {
            None => write(format!("{text}\n").as_bytes()),
            Some(_) => {
                // Each line to its end, and nothing below the last: no line goes dark in between.
                let lines: Vec<_> = text.lines().map(|line| format!("{line}\x1b[K")).collect();
                write(format!("\x1b[H{}\x1b[J", lines.join("\n")).as_bytes())
            }
        }
    }
}

fn key(byte: u8) -> Key {
    const CTRL_C: u8 = 3;
    match byte {
        b'q' | b'Q' | CTRL_C => Key::Quit,
        b'h' => Key::By(By::Holds),
        b'c' => Key::By(By::Calls),
        b'n' => Key::By(By::Name),
        _ => Key::Other,
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = write(b"\x1b[?25h\x1b[?1049l");
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

fn write(text: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()
}
