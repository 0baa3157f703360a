//! The file: Chrome's trace event format, as an array of objects, a line each. Perfetto opens it, and speedscope.
//!
//! Such an array need not be closed: what a program has written that was killed can be looked at as well. Nothing in it is
//! later than it has to be: who reads sorts.
//!
//! The format: *Trace Event Format*, of the Chromium project.

use std::fmt::{self, Arguments, Display, Formatter, Write as _};
use std::io::{self, Write};

/// Whose row it is drawn in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Row {
    Thread(i32),
    Goroutine(usize),
}

/// What the rows of each kind stand below.
const THREADS: u32 = 1;
const GOROUTINES: u32 = 2;

pub(super) struct Json<W> {
    out: W,
    /// One line, which is made in one place.
    line: String,
    written: u64,
    failed: Option<io::Error>,
}

/// A text as JSON has it.
struct Text<'t>(&'t str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c < ' ' => write!(f, "\\u{:04x}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_str("\"")
    }
}

/// Nanoseconds as microseconds, which the format has.
struct Micros(u64);

impl Display for Micros {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

impl Row {
    fn ids(self) -> (u32, u64) {
        match self {
            Row::Thread(tid) => (THREADS, u64::from(tid.unsigned_abs())),
            Row::Goroutine(g) => (GOROUTINES, g as u64),
        }
    }
}

impl<W: Write> Json<W> {
    /// Begins the file, for a program of that name.
    pub(super) fn new(out: W, program: &str) -> Json<W> {
        let mut json = Json {
            out,
            line: String::new(),
            written: 0,
            failed: None,
        };
        for (pid, what) in [(THREADS, "threads"), (GOROUTINES, "goroutines")] {
            let name = format!("{program}: {what}");
            let name = Text(&name);
            json.line(format_args!(
                r#"{{"ph":"M","pid":{pid},"name":"process_name","args":{{"name":{name}}}}}"#
            ));
            json.line(format_args!(
                r#"{{"ph":"M","pid":{pid},"name":"process_sort_index","args":{{"sort_index":{pid}}}}}"#
            ));
        }
        json
    }

    fn line(&mut self, line: Arguments<'_>) {
        self.line.clear();
        self.line
            .push_str(if self.written == 0 { "[\n" } else { ",\n" });
        // Writing to a text does not fail.
        let _ = self.line.write_fmt(line);
        self.written += self.line.len() as u64;
        if let Err(error) = self.out.write_all(self.line.as_bytes()) {
            self.failed.get_or_insert(error);
        }
    }

    /// Names a row.
    pub(super) fn name(&mut self, row: Row, name: &str) {
        let ((pid, tid), name) = (row.ids(), Text(name));
        self.line(format_args!(
            r#"{{"ph":"M","pid":{pid},"tid":{tid},"name":"thread_name","args":{{"name":{name}}}}}"#
        ));
    }

    /// Something that took from `from` to `to`, in nanoseconds.
    pub(super) fn slice(
        &mut self,
        row: Row,
        category: &str,
        name: &str,
        (from, to): (u64, u64),
        about: Option<(&str, &str)>,
    ) {
        let (pid, tid) = row.ids();
        let (ts, dur, name) = (Micros(from), Micros(to.saturating_sub(from)), Text(name));
        match about {
            None => self.line(format_args!(
                r#"{{"ph":"X","pid":{pid},"tid":{tid},"ts":{ts},"dur":{dur},"cat":"{category}","name":{name}}}"#
            )),
            Some((key, value)) => {
                let (key, value) = (Text(key), Text(value));
                self.line(format_args!(
                    r#"{{"ph":"X","pid":{pid},"tid":{tid},"ts":{ts},"dur":{dur},"cat":"{category}","name":{name},"args":{{{key}:{value}}}}}"#
                ));
            }
        }
    }

    /// Something that happened at that moment.
    pub(super) fn instant(&mut self, row: Row, category: &str, name: &str, at: u64) {
        let ((pid, tid), ts, name) = (row.ids(), Micros(at), Text(name));
        self.line(format_args!(
            r#"{{"ph":"i","s":"t","pid":{pid},"tid":{tid},"ts":{ts},"cat":"{category}","name":{name}}}"#
        ));
    }

    /// How many there are at that moment, drawn as a curve for each.
    pub(super) fn counts(&mut self, name: &str, at: u64, counts: &[(&str, u64)]) {
        let all: Vec<_> = counts
            .iter()
            .map(|(what, n)| format!(r#""{what}":{n}"#))
            .collect();
        let (ts, name, all) = (Micros(at), Text(name), all.join(","));
        self.line(format_args!(
            r#"{{"ph":"C","pid":{THREADS},"ts":{ts},"name":{name},"args":{{{all}}}}}"#
        ));
    }

    /// Ends the file.
    pub(super) fn close(&mut self) {
        if let Err(error) = self.out.write_all(b"\n]\n") {
            self.failed.get_or_insert(error);
        }
        self.flush();
    }

    pub(super) fn flush(&mut self) {
        if let Err(error) = self.out.flush() {
            self.failed.get_or_insert(error);
        }
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        self.written
    }

    /// Why it could not be written.
    pub(super) fn failed(&mut self) -> Option<io::Error> {
        self.failed.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_name_is_it_is_one_text_in_one_line() {
        let mut out = Vec::new();
        let mut json = Json::new(&mut out, "a \"b\"\\");
        json.slice(
            Row::Goroutine(7),
            "c",
            "tab\tand\nline",
            (1_002_003, 1_002_004),
            Some(("for", "\u{1}")),
        );
        json.close();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "[");
        assert!(
            lines[1].contains(r#""name":"a \"b\"\\: threads""#),
            "{}",
            lines[1]
        );
        assert_eq!(
            lines[5],
            r#"{"ph":"X","pid":2,"tid":7,"ts":1002.003,"dur":0.001,"cat":"c","name":"tab\u0009and\u000aline","args":{"for":"\u0001"}}"#
        );
        assert_eq!(lines[6..], ["]"]);
    }
}
