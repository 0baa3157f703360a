//! Well-known C libraries, as one would wish to call them: each module declares what it uses of one, and the C compiler
//! compares that with the header.

#[cfg(has_archive)]
pub mod archive;
pub mod convert;
pub mod regex;
pub mod resolve;
pub mod sort;
#[cfg(has_expat)]
pub mod xml;
pub mod zlib;
