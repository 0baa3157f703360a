//! Compression: zlib, a whole text at once.

use crate::ffi::zlib;
use std::ffi::{c_int, c_ulong};

/// zlib's own default: source code shrinks to a quarter.
const LEVEL: c_int = 6;

/// zlib makes no text shorter than this: a row that claims so is damaged, and may not claim memory.
const HIGHEST_RATIO: usize = 1100;

/// zlib's version.
pub fn version() -> &'static str {
    zlib::zlibVersion().to_str().unwrap_or("?")
}

/// The CRC-32 of `data`.
pub fn checksum(data: &[u8]) -> u32 {
    u32::try_from(zlib::crc32_z(0, data)).expect("a CRC-32 has 32 bits")
}

/// `data`, compressed.
pub fn compress(data: &[u8]) -> Vec<u8> {
    let mut len = zlib::compressBound(data.len() as c_ulong);
    let mut packed = Vec::with_capacity(len as usize);
    // SAFETY: `packed` has room for `len` bytes.
    let code = unsafe { zlib::compress2(packed.as_mut_ptr(), &mut len, data, LEVEL) };
    assert_eq!(code, zlib::Z_OK, "zlib has no memory left");
    // SAFETY: `compress2` has written `len` bytes and said so with `Z_OK`.
    unsafe { packed.set_len(len as usize) };
    packed.shrink_to_fit();
    packed
}

/// The `len` bytes that [`compress`] made `packed` of; `None` if it did not, or if they were damaged since.
pub fn decompress(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    if len / HIGHEST_RATIO > packed.len() {
        return None;
    }
    let mut data = Vec::with_capacity(len);
    let mut written = len as c_ulong;
    // SAFETY: `data` has room for `written` bytes.
    let code = unsafe { zlib::uncompress(data.as_mut_ptr(), &mut written, packed) };
    if code != zlib::Z_OK || written as usize != len {
        return None;
    }
    // SAFETY: `uncompress` has written these bytes and said so with `Z_OK`.
    unsafe { data.set_len(len) };
    Some(data)
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
