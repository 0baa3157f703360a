//! Compression: zlib, a whole text at once.

use cgocall::cgo_import;
use std::ffi::{c_int, c_ulong};

#[cgo_import(include = "zlib.h", sys = libz_sys)]
unsafe extern "C" {
    safe fn zlibVersion() -> &'static str;
    safe fn crc32_z(crc: c_ulong, data: &[u8]) -> c_ulong;
    safe fn compressBound(length: c_ulong) -> c_ulong;
    safe fn compress2(
        #[cgo(filled)] to: &mut [u8],
        from: &[u8],
        level: c_int,
    ) -> Result<(), Status>;
    safe fn uncompress(#[cgo(filled)] to: &mut [u8], from: &[u8]) -> Result<(), Status>;
}

/// What zlib says of a call that has failed.
#[derive(Debug)]
struct Status(#[expect(dead_code, reason = "to be seen where it is none of the expected")] c_int);

impl From<c_int> for Status {
    fn from(status: c_int) -> Status {
        Status(status)
    }
}

/// zlib's own default: source code shrinks to a quarter.
const LEVEL: c_int = 6;

/// zlib makes no text shorter than this: a row that claims so is damaged, and may not claim memory.
const HIGHEST_RATIO: usize = 1100;

/// zlib's version.
pub fn version() -> &'static str {
    zlibVersion()
}

/// The CRC-32 of `data`.
pub fn checksum(data: &[u8]) -> u32 {
    u32::try_from(crc32_z(0, data)).expect("a CRC-32 has 32 bits")
}

/// `data`, compressed.
pub fn compress(data: &[u8]) -> Vec<u8> {
    let mut packed = vec![0; compressBound(data.len() as c_ulong) as usize];
    let len = compress2(&mut packed, data, LEVEL).expect("there is memory");
    packed.truncate(len);
    packed.shrink_to_fit();
    packed
}

/// The `len` bytes that [`compress`] made `packed` of; `None` if it did not, or if they were damaged since.
pub fn decompress(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    if len / HIGHEST_RATIO > packed.len() {
        return None;
    }
    let mut data = vec![0; len];
    let written = uncompress(&mut data, packed).ok()?;
    (written == len).then_some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        for text in [
            "".to_owned(),
            "x".to_owned(),
            "fn main() {}\n".repeat(10_000),
        ] {
            let packed = compress(text.as_bytes());
            let back = decompress(&packed, text.len());
            assert_eq!(back.as_deref(), Some(text.as_bytes()));
        }
    }

    #[test]
    fn damage_is_noticed() {
        let text = "pub fn parse(input: &str)".repeat(100);
        let mut packed = compress(text.as_bytes());
        assert_eq!(decompress(&packed, text.len() - 1), None, "another length");
        assert_eq!(decompress(&packed, usize::MAX), None, "more than there is");
        let middle = packed.len() / 2;
        packed[middle] ^= 0x40;
        assert_eq!(decompress(&packed, text.len()), None);
    }

    #[test]
    fn the_checksum_is_crc_32() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }
}
