//! How the runtime may call a C function: the words that `#[cgo(..)]` on an import may say about it.

use crate::entry::Entry;
use crate::error::Errors;
use proc_macro2::Ident;

/// One of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `blocking`: a park point; runs on a helper thread.
    Blocking,
    /// `parks`: tolerates other C calls of its thread while a callback is parked.
    Parks,
    /// `inline`: keeps its P always.
    Inline,
    /// `native_stack`: runs on its thread's native stack only.
    NativeStack,
}

impl Mode {
    pub(crate) const ALL: [Mode; 4] =
        [Mode::Blocking, Mode::Parks, Mode::Inline, Mode::NativeStack];

    /// As the attribute spells it, and the runtime's `Site` the method that says so.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Mode::Blocking => "blocking",
            Mode::Parks => "parks",
            Mode::Inline => "inline",
            Mode::NativeStack => "native_stack",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

/// What is said of one function: any of the words but `blocking`, or `blocking` alone.
#[derive(Clone, Debug, Default)]
pub struct Modes(Vec<(Mode, Ident)>);

impl Modes {
    /// Whether `mode` is said.
    #[must_use]
    pub fn contains(&self, mode: Mode) -> bool {
        self.iter().any(|said| said == mode)
    }

    /// In the order in which they are said.
    pub fn iter(&self) -> impl Iterator<Item = Mode> + '_ {
        self.0.iter().map(|(mode, _)| *mode)
    }

    /// Where they are said.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Ident> {
        self.0.iter().map(|(_, key)| key)
    }

    /// Whether the entry was a mode.
    pub(crate) fn take(&mut self, entry: &Entry, errors: &mut Errors) -> bool {
        let Some(mode) = Mode::of_word(&entry.key_name()) else {
            return false;
        };
        if entry.word(errors).is_some() {
            self.say(mode, entry.key.clone(), errors);
        }
        true
    }

    /// Adds what is said of the same function elsewhere.
    pub(crate) fn extend(&mut self, others: Modes, errors: &mut Errors) {
        for (mode, key) in others.0 {
            self.say(mode, key, errors);
        }
    }

    fn say(&mut self, mode: Mode, key: Ident, errors: &mut Errors) {
        if self.contains(mode) {
            errors.push(&key, format!("`{key}` is said twice"));
            return;
        }
        let is_blocking = |mode| mode == Mode::Blocking;
        match self.0.first() {
            Some((said, earlier)) if is_blocking(*said) != is_blocking(mode) => {
                let (wrong, right, cure) = match (*said, mode) {
                    (Mode::NativeStack, _) => (earlier, &key, HAS_NATIVE_STACK),
                    (_, Mode::NativeStack) => (&key, earlier, HAS_NATIVE_STACK),
                    (Mode::Inline, _) | (_, Mode::Inline) => (&key, earlier, INLINE_OR_BLOCKING),
                    _ => (&key, earlier, "keep one of them"),
                };
                errors.push(wrong, format!("`{wrong}` contradicts `{right}`: {cure}"));
            }
            _ => self.0.push((mode, key)),
        }
    }
}

const HAS_NATIVE_STACK: &str =
    "a `blocking` call runs on a helper thread's own native stack anyway; remove `native_stack`";
const INLINE_OR_BLOCKING: &str =
    "keep `inline` if the call is always over at once, or `blocking` if it may wait";
