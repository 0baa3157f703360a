//! What to search for, from the words of the command line.
//!
//! A word is a whole identifier, as it is written; one with signs between identifiers, `mem::swap`, is all of these in
//! a row. With `--parts` it is made of parts of identifiers, in any case: `http2` finds `parse_Http_2`. All words must
//! be in a file.

use crate::error::{Error, Result};
use crate::tokenizer::{self, PART, lowercase};
use std::ops::Range;

/// FTS5 compares this much of a token.
const LONGEST: usize = 32768;

/// How words match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Whole identifiers, as written: what `grep -w` finds.
    #[default]
    Exact,
    /// Parts of identifiers, in any case.
    Parts,
}

/// A search.
#[derive(Debug)]
pub struct Query {
    mode: Mode,
    words: Vec<Word>,
}

/// One word of the command line.
#[derive(Debug)]
struct Word {
    /// Identifiers, or parts in lowercase.
    tokens: Vec<String>,
    /// How many identifiers it was written with.
    identifiers: usize,
}

/// A place in a text that matches.
#[derive(Debug, PartialEq, Eq)]
pub struct Match {
    /// In bytes.
    pub range: Range<usize>,
    /// Of the query, counted from 0.
    pub word: usize,
}

impl Query {
    /// A search for all of `words`.
    pub fn new(words: &[String], mode: Mode) -> Result<Query> {
        let words = words.iter().map(|word| Word::new(word, mode));
        Ok(Query {
            mode,
            words: words.collect::<Result<_>>()?,
        })
    }

    /// The query in FTS5's language, in the tokens of the index. Nothing in it needs escaping: tokens are letters,
    /// digits, `_` and the mark of a part.
    pub fn expression(&self) -> String {
        let words: Vec<_> = self
            .words
            .iter()
            .map(|word| word.expression(self.mode))
            .collect();
        words.join(" AND ")
    }

    /// How many words there are.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// The places in `text` that match, in order.
    pub fn matches(&self, text: &str) -> Vec<Match> {
        let identifiers: Vec<_> = tokenizer::identifiers(text).collect();
        let mut matches = Vec::new();
        for at in 0..identifiers.len() {
            for (word, wanted) in self.words.iter().enumerate() {
                let found = |range| Match { range, word };
                match self.mode {
                    Mode::Exact => {
                        let row = identifiers.get(at..at + wanted.tokens.len());
                        let row = row.filter(|row| {
                            row.iter()
                                .zip(&wanted.tokens)
                                .all(|(range, token)| text[range.clone()] == **token)
                        });
                        matches.extend(row.map(|row| found(row[0].start..row[row.len() - 1].end)));
                    }
                    Mode::Parts => {
                        let identifier = &identifiers[at];
                        for part in tokenizer::parts(&text[identifier.clone()]) {
                            let range = identifier.start + part.start..identifier.start + part.end;
                            if wanted.has(&text[range.clone()]) {
                                matches.push(found(range));
                            }
                        }
                    }
                }
            }
        }
        matches.sort_by_key(|found| (found.range.start, found.range.end));
        matches
    }
}

impl Word {
    fn new(word: &str, mode: Mode) -> Result<Word> {
        let identifiers: Vec<_> = tokenizer::identifiers(word)
            .map(|range| &word[range])
            .collect();
        let mut tokens = Vec::new();
        for &identifier in &identifiers {
            match mode {
                Mode::Exact => tokens.push(identifier.to_owned()),
                Mode::Parts => tokens.extend(
                    tokenizer::parts(identifier).map(|part| lowercase(&identifier[part]).collect()),
                ),
            }
        }
        if tokens.is_empty() {
            return Err(Error::Other(format!(
                "`{word}` holds no letter or digit to search for"
            )));
        }
        if word.len() > LONGEST {
            return Err(Error::Other(format!(
                "a word may have up to {LONGEST} bytes"
            )));
        }
        Ok(Word {
            tokens,
            identifiers: identifiers.len(),
        })
    }

    /// Whether `part`, in any case, is one of the tokens.
    fn has(&self, part: &str) -> bool {
        self.tokens
            .iter()
            .any(|token| lowercase(part).eq(token.chars()))
    }

    fn expression(&self, mode: Mode) -> String {
        match (mode, &self.tokens[..]) {
            (Mode::Exact, tokens) => format!("\"{}\"", tokens.join(" ")),
            (Mode::Parts, [part]) => format!("\"{PART}{part}\""),
            // All parts of an identifier stand at its position.
            (Mode::Parts, parts) => {
                let parts: Vec<_> = parts
                    .iter()
                    .map(|part| format!("\"{PART}{part}\""))
                    .collect();
                format!("NEAR({}, {})", parts.join(" "), self.identifiers - 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(words: &[&str], mode: Mode) -> Query {
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        Query::new(&words, mode).unwrap()
    }

    fn matched<'t>(query: &Query, text: &'t str) -> Vec<(&'t str, usize)> {
        let matches = query.matches(text).into_iter();
        matches
            .map(|found| (&text[found.range], found.word))
            .collect()
    }

    #[test]
    fn words_become_expressions() {
        let exact = query(&["parse_Http2", "mem::swap"], Mode::Exact);
        assert_eq!(exact.expression(), "\"parse_Http2\" AND \"mem swap\"");
        let parts = query(&["Header", "parseHTTP2", "mem::swap"], Mode::Parts);
        assert_eq!(
            parts.expression(),
            "\"~header\" AND NEAR(\"~parse\" \"~http\" \"~2\", 0) AND NEAR(\"~mem\" \"~swap\", 1)"
        );
    }

    #[test]
    fn what_cannot_be_searched_for_is_said() {
        for (word, mode) in [("->", Mode::Exact), ("", Mode::Exact), ("__", Mode::Parts)] {
            let error = Query::new(&[word.to_owned()], mode).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("`{word}` holds no letter or digit to search for")
            );
        }
        assert_eq!(query(&["__"], Mode::Exact).expression(), "\"__\"");
    }

    #[test]
    fn matches_are_where_the_index_says() {
        let text = "use std::mem; mem::swap(a, mem_swap); Mem.swap";
        assert_eq!(
            matched(&query(&["mem"], Mode::Exact), text),
            [("mem", 0), ("mem", 0)]
        );
        let two = query(&["swap", "mem::swap"], Mode::Exact);
        assert_eq!(
            matched(&two, text),
            [("mem::swap", 1), ("swap", 0), ("swap", 0)]
        );
        let parts = matched(&query(&["MEM"], Mode::Parts), text);
        assert_eq!(parts, [("mem", 0), ("mem", 0), ("mem", 0), ("Mem", 0)]);
    }
}
