//! Tokenizers of FTS5, in Rust.
//!
//! FTS5 asks for tokens from inside `sqlite3_step`, and takes each one through a C function of its own. So a step is
//! Rust -> C (`sqlite3_step`) -> Rust (`tokenize`) -> C (`xToken`), the last for every token.

use crate::ffi::constant::{
    FTS5_TOKEN_COLOCATED, FTS5_TOKENIZE_QUERY, SQLITE_ERROR, SQLITE_OK, SQLITE_RANGE,
};
use crate::ffi::{self, Methods, create_tokenizer};
use crate::{Connection, Result};
use cgocall::cgo_export;
use std::ffi::{c_char, c_int, c_void};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::str;

/// Splits texts into tokens.
pub trait Tokenizer: Send {
    /// Gives `sink` the tokens of `text`, until it fails.
    fn tokenize(&mut self, text: &str, purpose: Purpose, sink: &mut Sink<'_>) -> Result<()>;
}

/// Where FTS5 takes the tokens of a text.
pub struct Sink<'f> {
    token: ffi::Token,
    context: *mut c_void,
    /// How long the text is.
    end: usize,
    /// It waits for them: nobody can put this sink where it outlives the call.
    waits: PhantomData<&'f ()>,
}

/// What tokens are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The index.
    Index,
    /// A search in it.
    Query,
}

/// A word, as the index has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Token<'t> {
    /// As the index spells it.
    pub text: &'t str,
    /// The bytes of the source that it stands for.
    pub range: Range<usize>,
    /// It shares the position of the token before it.
    pub colocated: bool,
}

/// What makes tokenizers, one for each use of a table.
pub struct Factory(Box<dyn Fn() -> Box<dyn Tokenizer> + Send + Sync>);

/// What FTS5 holds of a tokenizer, in one thread at a time.
pub struct Instance(Box<dyn Tokenizer>);

impl Connection {
    /// Teaches FTS5 the tokenizer that `new` makes: `CREATE VIRTUAL TABLE .. USING fts5(.., tokenize = 'name')`.
    pub fn tokenizer<T: Tokenizer + 'static>(
        &self,
        name: &str,
        new: impl Fn() -> T + Send + Sync + 'static,
    ) -> Result<()> {
        let factory = Factory(Box::new(move || Box::new(new())));
        let methods = Methods {
            create: create::C,
            delete: delete::C,
            tokenize: tokenize::C,
            forget: forget::C,
        };
        create_tokenizer(self.db(), name, Box::new(factory), &methods)
            .map_err(|error| self.error(error))
    }
}

impl Sink<'_> {
    /// Takes one. What is no part of the text is an error: FTS5 would look there for it.
    #[inline]
    pub fn put(&mut self, token: Token<'_>) -> Result<()> {
        let Range { start, end } = token.range;
        let len = c_int::try_from(token.text.len());
        let (true, true, Ok(len)) = (start <= end, end <= self.end, len) else {
            return Err(SQLITE_RANGE.into());
        };
        let flags = match token.colocated {
            true => FTS5_TOKEN_COLOCATED,
            false => 0,
        };
        // The text's own length was one of C's.
        let (start, end) = (start as c_int, end as c_int);
        let text = token.text.as_ptr().cast();
        // SAFETY: FTS5 waits for the tokens of this text, with this context, and copies what it keeps.
        match unsafe { self.token.call(self.context, flags, text, len, start, end) } {
            SQLITE_OK => Ok(()),
            code => Err(code.into()),
        }
    }
}

#[cgo_export(private)]
fn forget(factory: Box<Factory>) {
    drop(factory);
}

#[cgo_export(private, on_panic = SQLITE_ERROR)]
fn create(
    factory: &Factory,
    _arguments: *mut *const c_char,
    _count: c_int,
    place: &mut MaybeUninit<Box<Instance>>,
) -> c_int {
    place.write(Box::new(Instance((factory.0)())));
    SQLITE_OK
}

#[cgo_export(private)]
fn delete(instance: Box<Instance>) {
    drop(instance);
}

/// A panic in here is an error to SQLite, which rolls the statement back, and goes on in whoever called `sqlite3_step`.
#[cgo_export(private, on_panic = SQLITE_ERROR)]
unsafe fn tokenize(
    instance: &mut Instance,
    context: *mut c_void,
    flags: c_int,
    text: *const c_char,
    len: c_int,
    token: ffi::Token,
) -> c_int {
    // SAFETY: FTS5 gives so many bytes, which stay as they are during this call.
    let text = unsafe { ffi::bytes(text.cast(), len) };
    let Ok(text) = str::from_utf8(text) else {
        return SQLITE_ERROR;
    };
    let purpose = match flags & FTS5_TOKENIZE_QUERY {
        0 => Purpose::Index,
        _ => Purpose::Query,
    };
    let mut sink = Sink {
        token,
        context,
        end: text.len(),
        waits: PhantomData,
    };
    let done = instance.0.tokenize(text, purpose, &mut sink);
    done.err().map_or(SQLITE_OK, |error| error.code)
}
