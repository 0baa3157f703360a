//! `iconv`: texts from one encoding to another.

use cgocall::{Errno, cgo_import};
use std::error::Error;
use std::ffi::{c_char, c_int};
use std::fmt;

#[cgo_import(include = "errno.h")]
mod errors {
    use C::{E2BIG, EILSEQ};
}

#[cgo_import(include = "iconv.h")]
unsafe extern "C" {
    /// It has a state, which whoever has it may take along to another thread.
    #[cgo(c = "iconv_t", drop = iconv_close, send)]
    type Descriptor;

    fn iconv_close(descriptor: Descriptor) -> c_int;
    #[cgo(fails = -1)]
    safe fn iconv_open(to: &str, from: &str) -> Result<Descriptor, Errno>;
    #[cgo(fails = -1)]
    fn iconv(
        descriptor: &mut Descriptor,
        input: Option<&mut *mut c_char>,
        input_left: Option<&mut usize>,
        output: &mut *mut c_char,
        output_left: &mut usize,
    ) -> Result<usize, Errno>;
}

/// From one encoding to another.
#[derive(Debug)]
pub struct Converter(Descriptor);

/// Why a text cannot be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvertError {
    /// At this byte it is no text of its encoding, or one that the other has no letters for.
    Invalid(usize),
    /// A letter begins at this byte, and does not end.
    Cut(usize),
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConvertError::Invalid(at) => write!(f, "no such letter at byte {at}"),
            ConvertError::Cut(at) => write!(f, "the letter at byte {at} is cut off"),
        }
    }
}

impl Error for ConvertError {}

impl Converter {
    /// Of encodings that the C library has; `EINVAL` if it has them not.
    pub fn new(from: &str, to: &str) -> Result<Converter, Errno> {
        iconv_open(to, from).map(Converter)
    }

    /// A whole text.
    pub fn convert(&mut self, text: &[u8]) -> Result<Vec<u8>, ConvertError> {
        const INVALID: Errno = Errno(errors::EILSEQ as c_int);
        const FULL: Errno = Errno(errors::E2BIG as c_int);
        let (mut next, mut left) = (text.as_ptr().cast_mut().cast(), text.len());
        let mut output = Vec::with_capacity(text.len());
        let mut is_at_end = false;
        self.run(None, None, &mut Vec::with_capacity(16)).ok(); // whatever state another text has left
        loop {
            let done = match is_at_end {
                false => self.run(Some(&mut next), Some(&mut left), &mut output),
                true => self.run(None, None, &mut output),
            };
            match done {
                Ok(()) if is_at_end => return Ok(output),
                Ok(()) => is_at_end = true,
                Err(FULL) => output.reserve(output.capacity().max(16)),
                Err(INVALID) => return Err(ConvertError::Invalid(text.len() - left)),
                Err(_) => return Err(ConvertError::Cut(text.len() - left)),
            }
        }
    }

    /// Converts as much as `output` has room for; without input, what belongs to the end of a text.
    fn run(
        &mut self,
        input: Option<&mut *mut c_char>,
        input_left: Option<&mut usize>,
        output: &mut Vec<u8>,
    ) -> Result<(), Errno> {
        let room = output.spare_capacity_mut();
        let (mut next, mut left) = (room.as_mut_ptr().cast(), room.len());
        let all = left;
        // SAFETY: C reads what is left of the text, and writes at most what there is room for.
        let done = unsafe { iconv(&mut self.0, input, input_left, &mut next, &mut left) };
        let length = output.len() + all - left;
        // SAFETY: so many bytes are there now.
        unsafe { output.set_len(length) };
        done.map(drop)
    }
}
