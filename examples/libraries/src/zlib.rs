//! zlib: a text that is compressed at once, and a stream that is piece by piece.

use cgocall::cgo_import;
use std::error::Error;
use std::ffi::{c_int, c_ulong};
use std::fmt;
use std::mem::MaybeUninit;

#[cgo_import(include = "zlib.h", sys = libz_sys)]
mod types {
    use C::{Z_FINISH, Z_NO_FLUSH, Z_STREAM_END, z_stream};
}

// zlib remembers the address of a stream: that is why each is in a box, and why `keeps` stands here.
#[cgo_import(include = "zlib.h", sys = libz_sys)]
unsafe extern "C" {
    fn deflateInit(
        #[cgo(keeps)] stream: &mut types::z_stream,
        level: c_int,
    ) -> Result<(), ZlibError>;
    #[cgo(fails = negative)]
    fn deflate(
        #[cgo(keeps)] stream: &mut types::z_stream,
        flush: c_int,
    ) -> Result<c_int, ZlibError>;
    fn deflateEnd(#[cgo(keeps)] stream: &mut types::z_stream) -> c_int;

    fn inflateInit(#[cgo(keeps)] stream: &mut types::z_stream) -> Result<(), ZlibError>;
    #[cgo(fails = negative)]
    fn inflate(
        #[cgo(keeps)] stream: &mut types::z_stream,
        flush: c_int,
    ) -> Result<c_int, ZlibError>;
    fn inflateEnd(#[cgo(keeps)] stream: &mut types::z_stream) -> c_int;

    safe fn compressBound(length: c_ulong) -> c_ulong;
    // `uLongf *destLen` is how much room there is, and then how much has been filled.
    safe fn compress2(
        #[cgo(filled)] dest: &mut [u8],
        source: &[u8],
        level: c_int,
    ) -> Result<(), ZlibError>;
    safe fn uncompress(#[cgo(filled)] dest: &mut [u8], source: &[u8]) -> Result<(), ZlibError>;
}

/// `data`, compressed at `level`, from 0 to 9.
pub fn compress(data: &[u8], level: u8) -> Result<Vec<u8>, ZlibError> {
    let mut packed = vec![0; compressBound(data.len() as c_ulong) as usize];
    let len = compress2(&mut packed, data, level.into())?;
    packed.truncate(len);
    Ok(packed)
}

/// Decompresses `data` into `room`, and returns what has been filled of it.
pub fn decompress<'r>(data: &[u8], room: &'r mut [u8]) -> Result<&'r [u8], ZlibError> {
    let len = uncompress(room, data)?;
    Ok(&room[..len])
}

/// What zlib says of a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZlibError(pub c_int);

impl From<c_int> for ZlibError {
    fn from(code: c_int) -> ZlibError {
        ZlibError(code)
    }
}

impl fmt::Display for ZlibError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "zlib: error {}", self.0)
    }
}

impl Error for ZlibError {}

type Step = unsafe fn(&mut types::z_stream, c_int) -> Result<c_int, ZlibError>;

/// One direction of it.
struct Stream {
    stream: Box<types::z_stream>,
    step: Step,
    end: unsafe fn(&mut types::z_stream) -> c_int,
}

// SAFETY: it points to nothing but its own state between calls.
unsafe impl Send for Stream {}

impl Stream {
    /// Has zlib work on `input`, and appends to `output` what comes of it. True at the end of the stream.
    fn run(&mut self, input: &[u8], output: &mut Vec<u8>, flush: c_int) -> Result<bool, ZlibError> {
        let mut rest = input;
        loop {
            let now = rest.len().min(c_int::MAX as usize);
            let mut piece = [MaybeUninit::<u8>::uninit(); 4096];
            self.stream.next_in = rest.as_ptr().cast_mut();
            self.stream.avail_in = now as _;
            self.stream.next_out = piece.as_mut_ptr().cast();
            self.stream.avail_out = piece.len() as _;
            let flush = if now == rest.len() {
                flush
            } else {
                types::Z_NO_FLUSH as c_int
            };
            // SAFETY: it was set up, and both buffers are there until it returns.
            let status = unsafe { (self.step)(&mut self.stream, flush) };
            rest = &rest[now - self.stream.avail_in as usize..];
            let made = piece.len() - self.stream.avail_out as usize;
            // SAFETY: so many bytes were written.
            let made = unsafe { std::slice::from_raw_parts(piece.as_ptr().cast::<u8>(), made) };
            output.extend_from_slice(made);
            const NO_PROGRESS: c_int = -5;
            match status {
                Ok(status) if status == types::Z_STREAM_END as c_int => return Ok(true),
                Ok(_) if !rest.is_empty() || made.len() == piece.len() => {}
                Ok(_) | Err(ZlibError(NO_PROGRESS)) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: it was set up, and is not used any more.
        unsafe { (self.end)(&mut self.stream) };
    }
}

/// Compresses a stream.
pub struct Deflater(Stream);

/// Decompresses one.
pub struct Inflater(Stream);

impl Deflater {
    /// A new stream, compressed at `level`, from 0 to 9.
    pub fn new(level: u8) -> Result<Deflater, ZlibError> {
        let mut stream = Box::<types::z_stream>::default();
        // SAFETY: zlib takes zeroes for its own allocator, and the box stays where it is.
        unsafe { deflateInit(&mut stream, level.into()) }?;
        let (step, end) = (deflate as Step, deflateEnd as _);
        Ok(Deflater(Stream { stream, step, end }))
    }

    /// Compresses `input`; what comes of it so far is appended to `output`.
    pub fn push(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), ZlibError> {
        self.0
            .run(input, output, types::Z_NO_FLUSH as c_int)
            .map(drop)
    }

    /// The rest of it.
    pub fn finish(mut self, output: &mut Vec<u8>) -> Result<(), ZlibError> {
        self.0.run(&[], output, types::Z_FINISH as c_int).map(drop)
    }
}

impl Inflater {
    /// A new stream.
    pub fn new() -> Result<Inflater, ZlibError> {
        let mut stream = Box::<types::z_stream>::default();
        // SAFETY: as above.
        unsafe { inflateInit(&mut stream) }?;
        let (step, end) = (inflate as Step, inflateEnd as _);
        Ok(Inflater(Stream { stream, step, end }))
    }

    /// Decompresses `input`, and appends to `output` what comes of it so far. True at the end of the stream.
    pub fn push(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<bool, ZlibError> {
        self.0.run(input, output, types::Z_NO_FLUSH as c_int)
    }
}
