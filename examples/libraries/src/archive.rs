//! libarchive: whatever is in an archive of any format, read from anything that Rust can read.

use cgocall::{Callback, UserData, cgo_import};
use std::error::Error;
use std::ffi::{CStr, c_int, c_void};
use std::fmt;
use std::io::{self, Read};
use std::ptr::NonNull;

#[cgo_import(include = "archive.h")]
mod types {
    use C::{ARCHIVE_EOF, ARCHIVE_FATAL, ARCHIVE_WARN};
}

#[cgo_import(include = "archive.h", include = "archive_entry.h", link = "archive")]
unsafe extern "C" {
    #[cgo(c = "struct archive", drop = archive_read_free, send)]
    type Reader;
    /// The same in its callback.
    #[cgo(c = "struct archive")]
    type Reading;
    #[cgo(c = "struct archive_entry")]
    type Header;

    fn archive_read_free(reader: Reader) -> c_int;
    safe fn archive_read_new() -> Reader;
    safe fn archive_read_support_filter_all(reader: &mut Reader) -> c_int;
    safe fn archive_read_support_format_all(reader: &mut Reader) -> c_int;
    // What `read` says is there stays there until it is called again.
    safe fn archive_read_open(
        reader: &mut Reader,
        _: UserData,
        open: Option<extern "C" fn(*mut Reading, *mut c_void) -> c_int>,
        read: &Callback<dyn FnMut(NonNull<Reading>, UserData, &mut *const c_void) -> isize + Send>,
        close: Option<extern "C" fn(*mut Reading, *mut c_void) -> c_int>,
    ) -> c_int;
    safe fn archive_read_next_header(
        reader: &mut Reader,
        #[cgo(out)] header: Option<NonNull<Header>>,
    ) -> c_int;
    safe fn archive_read_data(reader: &mut Reader, buffer: &mut [u8]) -> isize;
    safe fn archive_error_string(reader: &Reader) -> Option<&CStr>;
    #[cgo(format = c"%s")]
    fn archive_set_error(reader: NonNull<Reading>, code: c_int, text: &str);

    safe fn archive_entry_pathname_utf8(header: &mut Header) -> Option<&str>;
    safe fn archive_entry_size(header: &mut Header) -> i64;
}

/// Says where the next block is, and how long.
type Blocks = dyn FnMut(NonNull<Reading>, &mut *const c_void) -> isize + Send;

/// An archive that is being read.
pub struct Archive {
    reader: Reader,
    /// Closed after that.
    _read: Callback<Blocks>,
}

/// What is in it, at the place where it is read.
pub struct Entry<'a> {
    archive: &'a mut Archive,
    header: NonNull<Header>,
}

/// What libarchive says of one that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveError(String);

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ArchiveError {}

impl Archive {
    /// Begins to read `source`, of any format and compression that libarchive knows.
    pub fn open(source: impl Read + Send + 'static) -> Result<Archive, ArchiveError> {
        let read = Callback::new(blocks(source));
        let mut reader = archive_read_new();
        archive_read_support_filter_all(&mut reader);
        archive_read_support_format_all(&mut reader);
        let status = archive_read_open(&mut reader, None, &read, None);
        let archive = Archive {
            reader,
            _read: read,
        };
        archive.judge(status)?;
        Ok(archive)
    }

    /// The next entry. What has not been read of the last one is passed over.
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_>>, ArchiveError> {
        let (status, header) = archive_read_next_header(&mut self.reader);
        if status == types::ARCHIVE_EOF as c_int {
            return Ok(None);
        }
        self.judge(status)?;
        let archive = self;
        Ok(header.map(|header| Entry { archive, header }))
    }

    fn judge(&self, status: c_int) -> Result<(), ArchiveError> {
        match status >= types::ARCHIVE_WARN as c_int {
            true => Ok(()),
            false => Err(self.error()),
        }
    }

    fn error(&self) -> ArchiveError {
        let text = archive_error_string(&self.reader).unwrap_or(c"unknown error");
        ArchiveError(text.to_string_lossy().into_owned())
    }
}

/// The callback that gives libarchive `source`, block by block.
fn blocks(mut source: impl Read + Send + 'static) -> Box<Blocks> {
    let mut block = vec![0; 10240];
    Box::new(move |reader, place| match source.read(&mut block) {
        Ok(length) => {
            *place = block.as_ptr().cast();
            // Whatever a reader says, there is no more than that.
            length.min(block.len()) as isize
        }
        Err(error) => {
            let code = error.raw_os_error().unwrap_or(-1);
            // SAFETY: libarchive has called with it.
            unsafe { archive_set_error(reader, code, &error.to_string()) };
            types::ARCHIVE_FATAL as isize
        }
    })
}

impl Entry<'_> {
    /// Its path, if it is text.
    pub fn path(&mut self) -> Option<&str> {
        archive_entry_pathname_utf8(self.header())
    }

    /// How many bytes it has.
    pub fn size(&mut self) -> u64 {
        archive_entry_size(self.header()).try_into().unwrap_or(0)
    }

    fn header(&mut self) -> &mut Header {
        // SAFETY: it is there until the next one is read, for which the archive has to be borrowed again.
        unsafe { self.header.as_mut() }
    }
}

impl Read for Entry<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = archive_read_data(&mut self.archive.reader, buffer);
        usize::try_from(length).map_err(|_| io::Error::other(self.archive.error()))
    }
}
