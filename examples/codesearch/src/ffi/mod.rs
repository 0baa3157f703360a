//! The C functions of this program, each declared once and checked against the header of the library that is linked.
//!
//! This folder is the root that `build.rs` names: an edit elsewhere in the program runs no C compiler.

pub mod sqlite;
pub mod zlib;
