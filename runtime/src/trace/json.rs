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
        let mut line = String::new();
        micros(&mut line, self.0);
        f.write_str(&line)
    }
}

/// A number, at the end of a line. There are some in each slice, and formatting machinery would be most of what they cost.
fn number(line: &mut String, number: u64) {
    let (mut digits, mut rest) = ([0; 20], number);
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    line.extend(digits[at..].iter().copied().map(char::from));
}

/// The same of a text.
fn text(line: &mut String, text: &str) {
    if text.bytes().any(|c| matches!(c, b'"' | b'\\' | ..b' ')) {
        // Writing to a text does not fail.
        let _ = write!(line, "{}", Text(text));
    } else {
        line.push('"');
        line.push_str(text);
        line.push('"');
    }
}

/// The same of nanoseconds, as microseconds with three digits behind the point.
fn micros(line: &mut String, nanoseconds: u64) {
    number(line, nanoseconds / 1000);
    let below = 1000 + nanoseconds % 1000;
    let point = line.len();
    number(line, below);
    line.replace_range(point..=point, ".");
}

impl Row {
    /// No thread has that number.
    pub(super) const LEFT_OUT: Row = Row::Thread(0);

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
        self.begin();
        // Writing to a text does not fail.
        let _ = self.line.write_fmt(line);
        self.end();
    }

    fn begin(&mut self) {
        self.line.clear();
        self.line
            .push_str(if self.written == 0 { "[\n" } else { ",\n" });
    }

    fn end(&mut self) {
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
        self.begin();
        let line = &mut self.line;
        line.push_str(r#"{"ph":"X","pid":"#);
        number(line, u64::from(pid));
        line.push_str(r#","tid":"#);
        number(line, tid);
        line.push_str(r#","ts":"#);
        micros(line, from);
        line.push_str(r#","dur":"#);
        micros(line, to.saturating_sub(from));
        line.push_str(r#","cat":""#);
        line.push_str(category);
        line.push_str(r#"","name":"#);
        text(line, name);
        if let Some((key, value)) = about {
            line.push_str(r#","args":{"#);
            text(line, key);
            line.push(':');
            text(line, value);
            line.push('}');
        }
        line.push('}');
        self.end();
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
    fn times_have_three_digits_behind_the_point() {
        for (nanoseconds, shown) in [(0, "0.000"), (7, "0.007"), (1_234_567, "1234.567")] {
            assert_eq!(Micros(nanoseconds).to_string(), shown);
        }
        assert!(Micros(u64::MAX).to_string().ends_with("551.615"));
    }

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
