//! Well-known C libraries, as one would wish to call them: each module declares what it uses of one, and the C compiler
//! compares that with the header.

pub mod regex;
pub mod resolve;
pub mod sort;
pub mod zlib;
