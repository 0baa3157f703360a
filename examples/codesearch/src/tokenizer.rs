//! What a source text is made of: identifiers, and the parts they are put together from.
//!
//! An *identifier* is a longest run of letters, digits and `_`: exactly what `grep -w` takes for a word, so the two
//! find the same files. Its *parts* are what a person reads in it: `parse_http2Header` is parse, http, 2 and header.
//!
//! The index holds both, in one vocabulary. An identifier stands there as it is written; a part is lowercased and
//! marked with `~`, so that a search for the identifier `header` does not find `parse_http2Header`, and a search for
//! the part does:
//!
//! | in the text | in the index, all at one position |
//! |---|---|
//! | `parse_http2Header` | `parse_http2Header` `~parse` `~http` `~2` `~header` |
//! | `Header` | `Header` `~header` |
//! | `header` | `header`, which is its own only part: a search for the part looks for both |
//!
//! Nothing in this file knows of SQLite but what it calls a token; `fts.rs` hands it over.

use sqlite::Token;
use std::ops::Range;

/// Stands before a part in the index. No identifier contains it.
pub const PART: char = '~';

/// Identifiers longer than this, base64 and hex data mostly, are indexed as a whole only: nobody looks for their parts.
const LONGEST_SPLIT: usize = 128;

/// Whether `c` belongs to identifiers.
///
/// Beyond ASCII these are the letters alone: `x²` is the identifier `x` and a sign, for people and for grep.
fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphabetic())
}

/// The identifiers of `text`, as byte ranges, in order.
pub fn identifiers(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_word)?;
        at = text[start..]
            .find(|c| !is_word(c))
            .map_or(text.len(), |length| start + length);
        Some(start..at)
    })
}

/// The parts of an identifier, as byte ranges, in order.
///
/// A part ends at `_`, where digits begin or end, before an uppercase letter that follows a lowercase one, and before
/// the last letter of a row of uppercase ones when a lowercase one follows it: `HTTPServer` is http and server.
pub fn parts(identifier: &str) -> impl Iterator<Item = Range<usize>> {
    let mut chars = identifier.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.find(|&(_, c)| c != '_')?;
        let mut end = start + first.len_utf8();
        let mut last = Kind::of(first);
        while let Some(&(at, c)) = chars.peek() {
            let kind = Kind::of(c);
            let ends = match (last, kind) {
                (_, Kind::Underscore) => true,
                (Kind::Digit, kind) => kind != Kind::Digit,
                (_, Kind::Digit) => true,
                (Kind::Upper, Kind::Upper) => {
                    let next = identifier[at + c.len_utf8()..].chars().next();
                    next.is_some_and(|next| Kind::of(next) == Kind::Lower)
                }
                (_, Kind::Upper) => true,
                (_, Kind::Lower) => false,
            };
            if ends {
                break;
            }
            chars.next();
            end = at + c.len_utf8();
            last = kind;
        }
        Some(start..end)
    })
}

/// A part as it is compared: letter by letter, so that its neighbours do not matter (as they would to a Greek Σ).
pub fn lowercase(part: &str) -> impl Iterator<Item = char> {
    part.chars().flat_map(char::to_lowercase)
}

/// What decides where a part ends.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Underscore,
    Digit,
    Upper,
    /// Also the letters of scripts without case.
    Lower,
}

impl Kind {
    fn of(c: char) -> Kind {
        match c {
            '_' => Kind::Underscore,
            '0'..='9' => Kind::Digit,
            c if c.is_uppercase() => Kind::Upper,
            _ => Kind::Lower,
        }
    }
}

/// Splits texts into tokens. Keeps its buffer from one to the next.
#[derive(Debug, Default)]
pub struct Tokenizer {
    part: String,
}

impl Tokenizer {
    /// Gives `sink` the tokens of a source text, until it returns an error.
    pub fn source<E>(
        &mut self,
        text: &str,
        mut sink: impl FnMut(Token<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for range in identifiers(text) {
            let identifier = &text[range.clone()];
            sink(Token {
                text: identifier,
                range: range.clone(),
                colocated: false,
            })?;
            if identifier.len() > LONGEST_SPLIT {
                continue;
            }
            for part in parts(identifier) {
                let spelled = self.mark(&identifier[part.clone()]);
                if spelled[PART.len_utf8()..] == *identifier {
                    break;
                }
                sink(Token {
                    text: spelled,
                    range: range.start + part.start..range.start + part.end,
                    colocated: true,
                })?;
            }
        }
        Ok(())
    }

    /// Gives `sink` the tokens that a search expression looks for. `query.rs` has spelled them as the index does;
    /// what is left is that a part may stand there alone, as an identifier.
    pub fn query<E>(
        &mut self,
        text: &str,
        mut sink: impl FnMut(Token<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut end = 0;
        for word in text.split_ascii_whitespace() {
            let start = end + text[end..].find(word).expect("it was split off there");
            end = start + word.len();
            sink(Token {
                text: word,
                range: start..end,
                colocated: false,
            })?;
            if let Some(alone) = word.strip_prefix(PART) {
                sink(Token {
                    text: alone,
                    range: start..end,
                    colocated: true,
                })?;
            }
        }
        Ok(())
    }

    fn mark(&mut self, part: &str) -> &str {
        self.part.clear();
        self.part.push(PART);
        if part.is_ascii() {
            self.part.push_str(part);
            self.part.make_ascii_lowercase();
        } else {
            self.part.extend(lowercase(part));
        }
        &self.part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(identifier: &str) -> Vec<String> {
        parts(identifier)
            .map(|part| identifier[part].to_lowercase())
            .collect()
    }

    fn index(text: &str) -> Vec<(String, Range<usize>, bool)> {
        let mut tokens = Vec::new();
        let all = Tokenizer::default().source(text, |token| {
            tokens.push((token.text.to_owned(), token.range, token.colocated));
            Ok::<(), ()>(())
        });
        assert_eq!(all, Ok(()));
        tokens
    }

    fn spelled(text: &str) -> Vec<String> {
        index(text).into_iter().map(|(text, ..)| text).collect()
    }

    #[test]
    fn identifiers_are_the_words_of_grep() {
        let text = "let x²=r#type+_a1(b.c)->naïve_größe;\u{feff}données調べる 'x'";
        let found: Vec<_> = identifiers(text).map(|range| &text[range]).collect();
        let words = [
            "let",
            "x",
            "r",
            "type",
            "_a1",
            "b",
            "c",
            "naïve_größe",
            "données調べる",
            "x",
        ];
        assert_eq!(found, words);
        assert_eq!(identifiers("").count(), 0);
        assert_eq!(identifiers(" +\n").count(), 0);
    }

    #[test]
    fn parts_are_what_a_person_reads() {
        assert_eq!(split("parse_http2Header"), ["parse", "http", "2", "header"]);
        assert_eq!(split("HTTPServer"), ["http", "server"]);
        assert_eq!(split("getHTTPResponse2"), ["get", "http", "response", "2"]);
        assert_eq!(split("MAX_FRAME_SIZE"), ["max", "frame", "size"]);
        assert_eq!(split("__init__"), ["init"]);
        assert_eq!(split("x86_64"), ["x", "86", "64"]);
        assert_eq!(split("utf8"), ["utf", "8"]);
        assert_eq!(split("0xFF"), ["0", "x", "ff"]);
        assert_eq!(split("JSON"), ["json"]);
        assert_eq!(split("aB"), ["a", "b"]);
        assert_eq!(split("A"), ["a"]);
        assert!(split("___").is_empty());
        assert!(split("").is_empty());
    }

    #[test]
    fn parts_follow_the_case_of_every_script() {
        assert_eq!(split("ÜberGröße"), ["über", "größe"]);
        assert_eq!(split("ЧитатьФайл"), ["читать", "файл"]);
        assert_eq!(split("調べる"), ["調べる"]);
    }

    #[test]
    fn an_identifier_and_its_parts_share_a_position() {
        let tokens = index("  parse_http2Header()");
        let expected = [
            ("parse_http2Header", 2..19, false),
            ("~parse", 2..7, true),
            ("~http", 8..12, true),
            ("~2", 12..13, true),
            ("~header", 13..19, true),
        ];
        let expected = expected.map(|(text, range, colocated)| (text.to_owned(), range, colocated));
        assert_eq!(tokens, expected);
    }

    #[test]
    fn a_word_that_is_its_own_part_is_indexed_once() {
        assert_eq!(spelled("header"), ["header"]);
        assert_eq!(spelled("Header"), ["Header", "~header"]);
        assert_eq!(spelled("_header"), ["_header", "~header"]);
        assert_eq!(spelled("64"), ["64"]);
        assert_eq!(spelled("_"), ["_"]);
    }

    #[test]
    fn ranges_are_bytes_of_the_source_also_where_lowercase_is_longer() {
        let text = "a İstanbulKart";
        assert_eq!("İ".to_lowercase().len(), 3, "one byte more than İ");
        let tokens = index(text);
        let kart = tokens.iter().find(|(text, ..)| text == "~kart").unwrap();
        assert_eq!(&text[kart.1.clone()], "Kart");
    }

    #[test]
    fn data_is_not_split() {
        let data = "aB3_".repeat(64);
        assert_eq!(spelled(&data), [data]);
    }

    #[test]
    fn a_query_looks_for_a_part_marked_or_alone() {
        let mut tokens = Vec::new();
        let all = Tokenizer::default().query("std ~mem", |token| {
            tokens.push((token.text.to_owned(), token.range, token.colocated));
            Ok::<(), ()>(())
        });
        assert_eq!(all, Ok(()));
        let expected = [
            ("std", 0..3, false),
            ("~mem", 4..8, false),
            ("mem", 4..8, true),
        ];
        let expected = expected.map(|(text, range, colocated)| (text.to_owned(), range, colocated));
        assert_eq!(tokens, expected);
    }

    #[test]
    fn a_sink_that_fails_is_not_called_again() {
        let mut calls = 0;
        let stopped = Tokenizer::default().source("oneTwo three", |_| {
            calls += 1;
            if calls == 2 { Err("enough") } else { Ok(()) }
        });
        assert_eq!((stopped, calls), (Err("enough"), 2));
    }
}
