//! The line of a file that shows best why it was found.

use crate::query::{Match, Query};
use std::ops::Range;

/// Characters of a line that are shown.
const WIDTH: usize = 120;
/// Of these, the ones before the first match, where the line has to be cut.
const LEAD: usize = 30;

/// A line, with what matches in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Counted from 1.
    pub line: usize,
    /// Safe to print: no control characters.
    pub text: String,
    /// In bytes of `text`, in order, apart from each other.
    pub highlights: Vec<Range<usize>>,
}

/// The line of `text` with most of the query's words, and of these the first.
pub fn best(text: &str, query: &Query) -> Option<Snippet> {
    let matches = query.matches(text);
    let line_of = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        start
            ..text[at..]
                .find('\n')
                .map_or(text.len(), |length| at + length)
    };
    let mut best: Option<(usize, Range<usize>, &[Match])> = None;
    let mut rest = &matches[..];
    while let Some(first) = rest.first() {
        let line = line_of(first.range.start);
        let here = rest.partition_point(|found| found.range.start < line.end);
        let mut words = vec![false; query.words()];
        rest[..here]
            .iter()
            .for_each(|found| words[found.word] = true);
        let score = words.iter().filter(|&&found| found).count();
        if best.as_ref().is_none_or(|(most, ..)| score > *most) {
            best = Some((score, line, &rest[..here]));
        }
        rest = &rest[here..];
    }
    let (_, line, matches) = best?;
    let number = 1 + text[..line.start]
        .bytes()
        .filter(|&byte| byte == b'\n')
        .count();
    Some(shown(number, text, line, matches))
}

/// A line as it is shown: without its indent, cut around the first match if it is long.
fn shown(number: usize, text: &str, line: Range<usize>, matches: &[Match]) -> Snippet {
    let indent = text[line.clone()].len() - text[line.clone()].trim_start().len();
    let mut start = line.start + indent;
    let first = matches[0].range.start;
    let mut shown = String::new();
    if text[start..line.end].chars().nth(WIDTH).is_some()
        && let Some((lead, _)) = text[start..first].char_indices().rev().nth(LEAD)
    {
        start += lead;
        shown.push('…');
    }
    let mut highlights: Vec<Range<usize>> = Vec::new();
    for (count, (at, c)) in text[start..line.end].trim_end().char_indices().enumerate() {
        if count == WIDTH {
            shown.push('…');
            break;
        }
        let (at, begin) = (start + at, shown.len());
        match c {
            '\t' => shown.push(' '),
            c if c.is_control() => shown.push(char::REPLACEMENT_CHARACTER),
            c => shown.push(c),
        }
        if matches.iter().any(|found| found.range.contains(&at)) {
            match highlights.last_mut() {
                Some(last) if last.end == begin => last.end = shown.len(),
                _ => highlights.push(begin..shown.len()),
            }
        }
    }
    Snippet {
        line: number,
        text: shown,
        highlights,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Mode;

    fn snippet(text: &str, words: &[&str]) -> Snippet {
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        best(text, &Query::new(&words, Mode::Exact).unwrap()).unwrap()
    }

    fn highlighted(snippet: &Snippet) -> Vec<&str> {
        snippet
            .highlights
            .iter()
            .map(|range| &snippet.text[range.clone()])
            .collect()
    }

    #[test]
    fn the_line_with_most_words_is_shown() {
        let text = "fn swap() {}\n\t\tlet mem = 1;\n    mem::swap(größe);\r\nswap mem\n";
        let found = snippet(text, &["mem", "swap"]);
        assert_eq!((found.line, &*found.text), (3, "mem::swap(größe);"));
        assert_eq!(highlighted(&found), ["mem", "swap"]);
    }

    #[test]
    fn a_long_line_is_cut_around_the_match() {
        let text = format!("{}needle{}", "ä ".repeat(500), " ö".repeat(500));
        let found = snippet(&text, &["needle"]);
        assert_eq!(highlighted(&found), ["needle"]);
        assert_eq!(found.text.chars().count(), WIDTH + 2);
        assert!(found.text.starts_with('…') && found.text.ends_with('…'));
    }

    #[test]
    fn the_terminal_is_not_told_to_do_things() {
        let found = snippet("needle \u{1b}[2J\tx", &["needle"]);
        assert_eq!(found.text, "needle \u{fffd}[2J x");
    }

    #[test]
    fn a_match_over_lines_is_shown_where_it_begins() {
        let found = snippet("a\nmem::\n  swap", &["mem::swap"]);
        assert_eq!((found.line, &*found.text), (2, "mem::"));
        assert_eq!(highlighted(&found), ["mem::"]);
    }
}
