//! Counts words: a library for C programs, written in Rust.
//!
//! C sees `include/tally.h`, which the build script writes. A C program that links the library, or opens it with `dlopen`,
//! needs nothing else: the runtime starts with the first goroutine.

use std::collections::HashMap;
use std::ffi::CStr;
use std::ffi::c_char;
use std::{fs, io};

use cgocall::{cgo_export, go};

/// How often each word was in what was counted. Words are what is between spaces, in lower case.
pub struct Tally {
    counts: HashMap<String, u64>,
    words: u64,
    observer: Option<Box<dyn Observer>>,
}

/// Who is told what a tally counts.
#[cgo_export]
pub trait Observer: Send + Sync {
    /// There is a word that was not there before.
    fn new_word(&mut self, word: &str);
    /// A text has been counted, which had so many words.
    fn counted(&mut self, _words: u64) {}
}

/// Who is shown what a tally has counted.
#[cgo_export]
pub trait Visitor {
    /// A word, and how often it was there. Returns whether to go on.
    fn visit(&mut self, word: &str, count: u64) -> bool;
}

/// How words are put in order.
#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy)]
pub enum Order {
    /// The most frequent ones first.
    Frequent,
    /// As in a dictionary.
    Alphabetic,
}

#[cgo_export]
impl Tally {
    /// One that has counted nothing.
    #[expect(clippy::new_without_default, reason = "C makes it")]
    #[must_use]
    pub fn new() -> Tally {
        Tally {
            counts: HashMap::new(),
            words: 0,
            observer: None,
        }
    }

    /// From now on `observer` is told what is counted, instead of the one before.
    pub fn observe(&mut self, observer: Option<Box<dyn Observer>>) {
        self.observer = observer;
    }

    /// Counts the words of `text`, and returns how many there are.
    pub fn add(&mut self, text: &str) -> u64 {
        let before = self.words;
        for word in text.split_whitespace() {
            let word = word.to_lowercase();
            if let (Some(observer), false) = (&mut self.observer, self.counts.contains_key(&word)) {
                observer.new_word(&word);
            }
            *self.counts.entry(word).or_default() += 1;
            self.words += 1;
        }
        if let Some(observer) = &mut self.observer {
            observer.counted(self.words - before);
        }
        self.words - before
    }

    /// Counts the words of the file at `path`.
    ///
    /// # Errors
    /// Where it cannot be read, or is not UTF-8.
    pub fn add_file(&mut self, path: &str) -> Result<u64, io::Error> {
        Ok(self.add(&fs::read_to_string(path)?))
    }

    /// Counts the words of `count` files, each on a goroutine of its own, and returns how many there are.
    ///
    /// # Errors
    /// Where one of them cannot be read: then nothing is counted.
    ///
    /// # Safety
    /// There are `count` C strings at `paths`.
    pub unsafe fn add_files(
        &mut self,
        paths: *const *const c_char,
        count: usize,
    ) -> Result<u64, io::Error> {
        let paths = (0..count).map(|index| {
            // SAFETY: the caller's promise.
            let path = unsafe { CStr::from_ptr(*paths.add(index)) };
            path.to_string_lossy().into_owned()
        });
        let files: Vec<_> = paths
            .map(|path| {
                go(move || {
                    let mut tally = Tally::new();
                    tally
                        .add_file(&path)
                        .map_err(|error| io::Error::other(format!("{path}: {error}")))?;
                    Ok(tally)
                })
            })
            .collect();
        let files: Vec<io::Result<Tally>> =
            files.into_iter().map(|file| file.join().unwrap()).collect();
        let files: Vec<Tally> = files.into_iter().collect::<io::Result<_>>()?;
        let before = self.words;
        files.into_iter().for_each(|file| self.merge(file));
        Ok(self.words - before)
    }

    /// Adds what another has counted.
    pub fn merge(&mut self, other: Tally) {
        for (word, count) in other.counts {
            *self.counts.entry(word).or_default() += count;
        }
        self.words += other.words;
    }

    /// How often `word` was there, if it was.
    #[must_use]
    pub fn count(&self, word: &str) -> Option<u64> {
        self.counts.get(&word.to_lowercase()).copied()
    }

    /// How many words there were, and how many different ones.
    #[must_use]
    pub fn total(&self) -> (u64, usize) {
        (self.words, self.counts.len())
    }

    /// Shows all words to `visitor`, until it does not want any more, and returns how many it has seen.
    pub fn visit(&self, order: Order, visitor: &mut dyn Visitor) -> usize {
        let mut seen = 0;
        for (word, count) in self.in_order(order) {
            seen += 1;
            if !visitor.visit(word, *count) {
                break;
            }
        }
        seen
    }

    fn in_order(&self, order: Order) -> Vec<(&String, &u64)> {
        let mut words: Vec<(&String, &u64)> = self.counts.iter().collect();
        words.sort_by(|a, b| match order {
            Order::Frequent => b.1.cmp(a.1).then(a.0.cmp(b.0)),
            Order::Alphabetic => a.0.cmp(b.0),
        });
        words
    }

    /// A line for each of the first `count` words.
    #[must_use]
    pub fn report(&self, order: Order, count: usize) -> String {
        let words = self.in_order(order);
        let lines = words.iter().take(count);
        lines
            .map(|(word, count)| format!("{word} {count}\n"))
            .collect()
    }

    /// The counts alone, the largest first.
    #[must_use]
    pub fn counts(&self) -> Vec<u64> {
        let mut counts: Vec<u64> = self.counts.values().copied().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        counts
    }
}
