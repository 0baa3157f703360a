//! expat: XML as it comes, piece by piece.

use cgocall::{UserData, cgo_import};
use std::cell::RefCell;
use std::error::Error;
use std::ffi::{CStr, c_char, c_uint, c_ulong};
use std::fmt;

// Expat takes its handlers one by one, and keeps them. Here they are set for each piece, so that they may borrow.
#[cgo_import(
    include = "expat.h",
    link = "expat",
    preamble = r#"
    static _Bool feed(XML_Parser parser, const char *piece, int length, _Bool is_last,
                      void (*start)(void *, const char *, const char **), void (*end)(void *, const char *),
                      void (*text)(void *, const char *, int), void *user_data) {
        XML_SetUserData(parser, user_data);
        XML_SetElementHandler(parser, start, end);
        XML_SetCharacterDataHandler(parser, text);
        return XML_Parse(parser, piece, length, is_last) == XML_STATUS_OK;
    }
"#
)]
unsafe extern "C" {
    /// A pointer by name, to a struct that is nobody's business.
    #[cgo(c = "XML_Parser", drop = XML_ParserFree, send)]
    type Handle;

    fn XML_ParserFree(parser: Handle);
    safe fn XML_ParserCreate(encoding: Option<&CStr>) -> Handle;
    safe fn feed(
        parser: &mut Handle,
        piece: &[u8],
        is_last: bool,
        start: impl FnMut(UserData, &CStr, *mut *const c_char),
        end: impl FnMut(UserData, &CStr),
        text: impl FnMut(UserData, &str),
        _: UserData,
    ) -> bool;
    safe fn XML_GetErrorCode(parser: &Handle) -> c_uint;
    safe fn XML_ErrorString(code: c_uint) -> Option<&'static CStr>;
    safe fn XML_GetCurrentLineNumber(parser: &Handle) -> c_ulong;
    safe fn XML_GetCurrentColumnNumber(parser: &Handle) -> c_ulong;
}

/// What comes, in the order of the text.
#[derive(Debug)]
pub enum Event<'a> {
    /// An element begins.
    Start {
        /// Its name.
        name: &'a str,
        /// Names and values.
        attributes: &'a [(&'a str, &'a str)],
    },
    /// An element of this name ends.
    End(&'a str),
    /// A part of a text: it may come in several.
    Text(&'a str),
}

/// A document that is being read.
#[derive(Debug)]
pub struct Parser(Handle);

/// Why a document is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlError {
    /// What expat says.
    pub message: String,
    /// The line, from 1.
    pub line: u64,
    /// The byte in that line, from 0.
    pub column: u64,
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl Error for XmlError {}

impl Default for Parser {
    fn default() -> Parser {
        Parser::new()
    }
}

impl Parser {
    /// Before the beginning of a document, in the encoding that this says.
    #[must_use]
    pub fn new() -> Parser {
        Parser(XML_ParserCreate(None))
    }

    /// The next piece of it, which may end anywhere; `on` gets what has come to an end there.
    pub fn push(&mut self, piece: &[u8], on: impl FnMut(Event<'_>)) -> Result<(), XmlError> {
        let on = RefCell::new(on);
        // C counts in `int`.
        let mut parts = piece.chunks(1 << 20);
        parts.try_for_each(|part| self.feed(part, false, &on))
    }

    /// There are no more.
    pub fn finish(mut self, on: impl FnMut(Event<'_>)) -> Result<(), XmlError> {
        self.feed(&[], true, &RefCell::new(on))
    }

    fn feed(
        &mut self,
        piece: &[u8],
        is_last: bool,
        on: &RefCell<impl FnMut(Event<'_>)>,
    ) -> Result<(), XmlError> {
        let tell = |event: Event<'_>| (*on.borrow_mut())(event);
        let is_good = feed(
            &mut self.0,
            piece,
            is_last,
            |name, attributes| {
                // SAFETY: expat's list of them, which is there for this call.
                let attributes = unsafe { pairs(attributes) };
                tell(Event::Start {
                    name: text(name),
                    attributes: &attributes,
                });
            },
            |name| tell(Event::End(text(name))),
            |text| tell(Event::Text(text)),
        );
        match is_good {
            true => Ok(()),
            false => Err(self.error()),
        }
    }

    fn error(&self) -> XmlError {
        let message = XML_ErrorString(XML_GetErrorCode(&self.0)).unwrap_or_default();
        XmlError {
            message: text(message).to_owned(),
            line: XML_GetCurrentLineNumber(&self.0),
            column: XML_GetCurrentColumnNumber(&self.0),
        }
    }
}

/// Whatever the encoding of the document, expat writes UTF-8.
fn text(text: &CStr) -> &str {
    text.to_str().expect("expat writes UTF-8")
}

/// Names and values, by turns.
///
/// # Safety
/// `list` is of texts that stay while `'a` lasts, and ends with null.
unsafe fn pairs<'a>(mut list: *mut *const c_char) -> Vec<(&'a str, &'a str)> {
    let mut next = || {
        // SAFETY: the caller's; after null there is nothing more to read.
        unsafe {
            let found = (!(*list).is_null()).then(|| text(CStr::from_ptr(*list)))?;
            list = list.add(1);
            Some(found)
        }
    };
    std::iter::from_fn(|| next().and_then(|name| Some((name, next()?)))).collect()
}
