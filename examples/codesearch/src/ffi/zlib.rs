//! zlib: a whole buffer compressed or decompressed at once.

use cgocall::cgo_import;
use std::ffi::{CStr, c_int, c_ulong};

pub const Z_OK: c_int = 0;

#[cgo_import(
    include = "zlib.h",
    sys = libz_sys,
    preamble = r#"_Static_assert(Z_OK == 0, "as in zlib.rs");"#,
)]
unsafe extern "C" {
    pub safe fn zlibVersion() -> &'static CStr;

    /// The CRC-32 of `buf`, continued from `crc`.
    pub safe fn crc32_z(crc: c_ulong, buf: &[u8]) -> c_ulong;

    /// The most bytes that `source_len` bytes can be compressed to.
    pub safe fn compressBound(source_len: c_ulong) -> c_ulong;

    /// Compresses `source` into the `*dest_len` bytes at `dest`, and makes `dest_len` what it took of them.
    pub fn compress2(dest: *mut u8, dest_len: &mut c_ulong, source: &[u8], level: c_int) -> c_int;

    /// Decompresses `source` into the `*dest_len` bytes at `dest`, and makes `dest_len` what it took of them.
    pub fn uncompress(dest: *mut u8, dest_len: &mut c_ulong, source: &[u8]) -> c_int;
}
