//! An error in rustc's manner: the message, the place, and the line with the very token marked.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::Span;

/// An error at a place of a Rust file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mistake {
    /// Relative to the package.
    pub(super) file: PathBuf,
    /// From 1.
    pub(super) line: usize,
    /// From 0, in characters.
    from: usize,
    /// On the same line; the line's end if the token goes on.
    to: Option<usize>,
    pub(super) message: String,
}

impl Mistake {
    pub(super) fn new(file: &Path, span: Span, message: &str) -> Mistake {
        let (start, end) = (span.start(), span.end());
        Mistake {
            file: file.to_path_buf(),
            line: start.line,
            from: start.column,
            to: (end.line == start.line).then_some(end.column),
            message: message.to_owned(),
        }
    }

    /// On a whole line.
    pub(super) fn on_line(file: &Path, line: usize, message: &str) -> Mistake {
        Mistake {
            file: file.to_path_buf(),
            line,
            from: 0,
            to: None,
            message: message.to_owned(),
        }
    }
}

/// The files that are shown, each read once.
pub(super) struct Files<'a> {
    dir: &'a Path,
    lines: HashMap<PathBuf, Vec<String>>,
}

impl<'a> Files<'a> {
    /// Of the package in `dir`.
    pub(super) fn of(dir: &'a Path) -> Files<'a> {
        Files {
            dir,
            lines: HashMap::new(),
        }
    }

    /// The error as it is printed.
    pub(super) fn show(&mut self, mistake: &Mistake) -> String {
        let path = self.dir.join(&mistake.file);
        let lines = self.lines.entry(path).or_insert_with_key(|path| {
            let bytes = fs::read(path).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            text.lines().map(str::to_owned).collect()
        });
        let line = mistake
            .line
            .checked_sub(1)
            .and_then(|index| lines.get(index));
        show(mistake, line.map_or("", String::as_str))
    }
}

fn show(mistake: &Mistake, line: &str) -> String {
    let number = mistake.line.to_string();
    let gutter = " ".repeat(number.len());
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    let from = mistake.from.max(indent);
    let length = line.trim_end().chars().count();
    let to = mistake.to.unwrap_or(length).max(from + 1);
    // As wide as they are printed.
    let width = |c: char| if c == '\t' { 4 } else { 1 };
    let before: usize = line.chars().take(from).map(width).sum();
    let marked: usize = line.chars().skip(from).take(to - from).map(width).sum();
    // The lines of a longer message stand below its first.
    let message = mistake.message.replace('\n', "\n       ");
    format!(
        "error: {message}\n{gutter}--> {file}:{number}:{column}\n{gutter} |\n{number} | {line}\n{gutter} | {blank}{carets}\n",
        file = mistake.file.display(),
        column = mistake.from + 1,
        line = line.replace('\t', "    ").trim_end(),
        blank = " ".repeat(before),
        carets = "^".repeat(marked.max(1)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(from: usize, to: Option<usize>) -> Mistake {
        Mistake {
            file: "src/ffi.rs".into(),
            line: 10,
            from,
            to,
            message: "one\ntwo".to_owned(),
        }
    }

    #[test]
    fn carets_stand_below_the_token_also_behind_tabs_and_umlauts() {
        assert_eq!(
            show(&mistake(6, Some(9)), "\tf(\u{e4}, u64);"),
            "error: one\n       two\n  --> src/ffi.rs:10:7\n   |\n10 |     f(\u{e4}, u64);\n   |          ^^^\n"
        );
    }

    #[test]
    fn what_goes_on_is_marked_to_the_end_of_its_line_and_a_lost_line_does_no_harm() {
        assert!(show(&mistake(0, None), "  ab  ").ends_with("10 |   ab\n   |   ^^\n"));
        assert!(show(&mistake(7, Some(9)), "").ends_with("^\n"));
    }
}
