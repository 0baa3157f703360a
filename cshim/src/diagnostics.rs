//! What a C compiler says, as data.
//!
//! Only what every compiler has in common is relied upon: lines of the form `file:line:col: error: text`.
//! The probes give themselves file names with `#line`, so that *where* an error is says what it means.

/// An error or a warning, with the notes that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    pub(crate) at: Location,
    pub(crate) text: String,
    pub(crate) notes: Vec<Note>,
    /// The files between the translation unit and the place of the error, innermost first.
    pub(crate) included_from: Vec<Location>,
}

impl Diagnostic {
    /// The text without the option that a compiler adds in brackets, and that option: `int-conversion`.
    pub(crate) fn option(&self) -> (&str, Option<&str>) {
        let bracket = self
            .text
            .strip_suffix(']')
            .and_then(|text| text.rsplit_once(" [-W"));
        match bracket {
            Some((text, option)) => {
                let option = option.strip_prefix("error=").unwrap_or(option);
                (text, Some(option.trim_end_matches('=')))
            }
            None => (&self.text, None),
        }
    }

    /// Whether a flag has made an error of a warning.
    pub(crate) fn is_promoted(&self) -> bool {
        self.text.ends_with(']') && self.text.contains(" [-Werror")
    }

    /// The line of `file` that is to blame. An error in the text of a macro is where the macro is defined,
    /// to gcc; the notes tell where it was used.
    pub(crate) fn line_of(&self, file: &str) -> Option<u32> {
        let used = self
            .notes
            .iter()
            .filter(|note| note.text.starts_with("in expansion of macro"));
        let places = [&self.at].into_iter().chain(used.map(|note| &note.at));
        places
            .filter(|at| at.file == file)
            .map(|at| at.line)
            .next_back()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) at: Location,
    pub(crate) text: String,
}

/// A file as the compiler spells it, and a line from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) file: String,
    pub(crate) line: u32,
}

/// What a compiler has said, each in order.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Reads a compiler's stderr.
pub(crate) fn parse(stderr: &str) -> Said {
    let mut said = Said::default();
    let mut stack: Vec<Location> = Vec::new();
    let mut stack_open = false;
    let mut last_file = None;
    // Notes belong to what was said before them.
    let mut after_error = false;
    for line in stderr.lines() {
        if let Some(from) = include_line(line) {
            if line.starts_with("In file included") {
                stack.clear();
            }
            stack.extend(from);
            stack_open = true;
            continue;
        }
        let Some((severity, at, text)) = message_line(line) else {
            continue;
        };
        if severity == Severity::Note {
            let list = match after_error {
                true => &mut said.errors,
                false => &mut said.warnings,
            };
            if let Some(last) = list.last_mut() {
                last.notes.push(Note { at, text });
            }
            stack_open = false;
            continue;
        }
        if !stack_open && last_file.is_some_and(|last| last != at.file) {
            // The compiler repeats the stack only when it changes; another file without one is on top.
            stack.clear();
        }
        stack_open = false;
        last_file = Some(at.file.clone());
        let diagnostic = Diagnostic {
            at,
            text,
            notes: Vec::new(),
            included_from: stack.clone(),
        };
        after_error = severity == Severity::Error;
        match after_error {
            true => said.errors.push(diagnostic),
            false => said.warnings.push(diagnostic),
        }
    }
    said
}

/// The compiler's own words, as long as a sentence bears. They may quote a header, and what a terminal would obey in it.
pub(crate) fn brief(text: &str) -> String {
    const MOST: usize = 300;
    let text = text.trim().replace(char::is_control, " ");
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Severity {
    Error,
    Warning,
    Note,
}

fn message_line(line: &str) -> Option<(Severity, Location, String)> {
    let kinds = [
        (": fatal error: ", Severity::Error),
        (": error: ", Severity::Error),
        (": warning: ", Severity::Warning),
        (": note: ", Severity::Note),
    ];
    let (place, text, severity) = kinds
        .into_iter()
        .filter_map(|(mark, severity)| {
            let at = line.find(mark)?;
            Some((&line[..at], &line[at + mark.len()..], severity))
        })
        .min_by_key(|(place, ..)| place.len())?;
    Some((severity, location(place)?, text.to_owned()))
}

/// `file:line` or `file:line:column`; the file may hold colons.
fn location(place: &str) -> Option<Location> {
    let (rest, last) = place.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    match rest
        .rsplit_once(':')
        .and_then(|(file, line)| Some((file, line.parse().ok()?)))
    {
        Some((file, line)) => Some(Location {
            file: file.to_owned(),
            line,
        }),
        None => Some(Location {
            file: rest.to_owned(),
            line: last,
        }),
    }
}

/// `In file included from a.h:3:` and the `                 from b.h:1,` lines after it.
fn include_line(line: &str) -> Option<Option<Location>> {
    let rest = line.strip_prefix("In file included from ").or_else(|| {
        line.starts_with(' ')
            .then(|| line.trim_start().strip_prefix("from "))
            .flatten()
    })?;
    Some(location(rest.trim_end_matches([',', ':'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GCC: &str = "\
cgo-probe: In function '_cgo_5':
cgo-probe:5:27: error: 'opq' defined as wrong kind of tag
In file included from /usr/include/features.h:489,
                 from b.c:1:
/usr/include/sys/stat.h:227:12: warning: w: error: no
/usr/include/sys/stat.h:227:12: note: of a warning
cgo-probe:1:23: error: conflicting types for 'crc32'; have 'int(int)'
In file included from b.c:1:
p.h:6:7: note: previous declaration of 'crc32' with type 'uLong(uLong)' {aka 'long(long)'}
In file included from x.h:2,
                 from cgo-include-1:1:
y.h:9:1: fatal error: z.h: No such file or directory
compilation terminated.
";

    #[test]
    fn errors_come_with_their_place_notes_and_includes() {
        let said = parse(GCC);
        let [tag, conflict, missing] = &said.errors[..] else {
            panic!("{said:?}")
        };
        assert_eq!((tag.at.file.as_str(), tag.at.line), ("cgo-probe", 5));
        assert!(tag.notes.is_empty(), "a warning's note is not an error's");
        assert_eq!(conflict.notes.len(), 1);
        assert_eq!(
            (
                conflict.notes[0].at.file.as_str(),
                conflict.notes[0].at.line
            ),
            ("p.h", 6)
        );
        assert!(conflict.notes[0].text.starts_with("previous declaration"));
        let [warning] = &said.warnings[..] else {
            panic!("{said:?}")
        };
        assert_eq!(
            (warning.text.as_str(), warning.notes.len()),
            ("w: error: no", 1)
        );
        assert_eq!(missing.text, "z.h: No such file or directory");
        let from: Vec<&str> = missing
            .included_from
            .iter()
            .map(|at| at.file.as_str())
            .collect();
        assert_eq!(from, ["x.h", "cgo-include-1"]);
    }

    #[test]
    fn an_error_in_a_macro_is_of_the_line_that_used_it() {
        let list = parse(
            "a.h:3:9: error: expected identifier\n\
             cgo-probe:7:5: note: in expansion of macro 'SEVEN'\n\
             a.h:9:1: error: conflict\n\
             cgo-probe:8:5: note: previous declaration of 'x'\n",
        )
        .errors;
        assert_eq!(list[0].line_of("cgo-probe"), Some(7));
        assert_eq!(list[1].line_of("cgo-probe"), None);
    }

    #[test]
    fn a_file_name_may_hold_colons_and_a_column_may_be_missing() {
        let list =
            parse("C:\\a b\\c.h:12:3: error: x: y\nc.h:7: error: z\ncc1: some remark\n").errors;
        assert_eq!(
            list[0].at,
            Location {
                file: "C:\\a b\\c.h".into(),
                line: 12
            }
        );
        assert_eq!(list[0].text, "x: y");
        assert_eq!(
            list[1].at,
            Location {
                file: "c.h".into(),
                line: 7
            }
        );
        assert_eq!(list.len(), 2);
    }
}
