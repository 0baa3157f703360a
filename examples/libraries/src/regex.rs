//! POSIX regular expressions of the C library.

use cgocall::cgo_import;
use std::error::Error;
use std::ffi::{CStr, c_char, c_int};
use std::fmt;
use std::mem::MaybeUninit;
use std::ops::Range;

#[cgo_import(include = "regex.h")]
mod types {
    use C::{REG_EXTENDED, regex_t, regmatch_t};
}

#[cgo_import(include = "regex.h")]
unsafe extern "C" {
    fn regcomp(regex: &mut MaybeUninit<types::regex_t>, pattern: &str, flags: c_int) -> c_int;
    fn regexec(
        regex: &types::regex_t,
        text: &CStr,
        count: usize,
        found: *mut types::regmatch_t,
        flags: c_int,
    ) -> c_int;
    fn regerror(
        code: c_int,
        regex: *const types::regex_t,
        text: &mut [MaybeUninit<c_char>],
    ) -> usize;
    fn regfree(regex: &mut types::regex_t);
}

/// An extended regular expression.
pub struct Pattern(types::regex_t);

/// Why a pattern is none.
#[derive(Debug, PartialEq, Eq)]
pub struct PatternError(String);

// SAFETY: C only reads it, but to free it.
unsafe impl Send for Pattern {}
// SAFETY: as above: `regexec` may be called by several threads, says POSIX.
unsafe impl Sync for Pattern {}

impl Pattern {
    /// Compiles `pattern`.
    pub fn new(pattern: &str) -> Result<Pattern, PatternError> {
        let mut regex = MaybeUninit::uninit();
        // SAFETY: C fills it in, or says that it has not.
        match unsafe { regcomp(&mut regex, pattern, types::REG_EXTENDED as c_int) } {
            // SAFETY: so it has.
            0 => Ok(Pattern(unsafe { regex.assume_init() })),
            code => Err(PatternError::of(code, regex.as_ptr())),
        }
    }

    /// Where `text` matches, and each group in it.
    pub fn find(&self, text: &CStr) -> Option<Vec<Option<Range<usize>>>> {
        let mut found = vec![types::regmatch_t::default(); self.0.re_nsub + 1];
        // SAFETY: it was compiled, and there is room for so many.
        let status = unsafe { regexec(&self.0, text, found.len(), found.as_mut_ptr(), 0) };
        let range = |at: &types::regmatch_t| {
            let range = usize::try_from(at.rm_so)..usize::try_from(at.rm_eo);
            Some(range.start.ok()?..range.end.ok()?)
        };
        (status == 0).then(|| found.iter().map(range).collect())
    }
}

impl Drop for Pattern {
    fn drop(&mut self) {
        // SAFETY: it was compiled, and is not used any more.
        unsafe { regfree(&mut self.0) }
    }
}

impl PatternError {
    fn of(code: c_int, regex: *const types::regex_t) -> PatternError {
        let mut text = [MaybeUninit::uninit(); 200];
        // SAFETY: C writes a text that ends in NUL, cut to fit.
        let text = unsafe {
            regerror(code, regex, &mut text);
            CStr::from_ptr(text.as_ptr().cast())
        };
        PatternError(text.to_string_lossy().into_owned())
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for PatternError {}
