//! The C side of [cgocall](https://docs.rs/cgocall), run from a build script.
//!
//! Imports with `include`, `preamble` or `source` are declared in Rust and exist in C; this crate has the C
//! compiler compare the two, and compiles the stubs between them. Exports get a C header, and are compared with
//! those that declare them already.
//!
//! ```no_run
//! // build.rs: all that `main` holds
//! cgocall_cshim::build("src/ffi.rs").compile();
//! ```
//!
//! # What happens
//!
//! 1. *Scan*: the root is followed as rustc would follow it, through `mod`, `#[path]`, `include!`, function
//!    bodies and the arms of `cfg_if!`. What no target of this build can compile is skipped; what only rustc
//!    knows (`cfg(test)`) is taken along.
//! 2. *Group*: imports with equal includes, defines, flags and preamble share a translation unit, and its
//!    fate: a broken preamble spoils no other group.
//! 3. *Discover*: what the names of a `mod z { use C::{..}; }` are, in Rust text that joins the rest.
//! 4. *Probe and verify*: two compiler runs for each group say what the names are, whether each declaration
//!    agrees with the header, and how its structs are laid out. Nothing is executed, so cross compiling works.
//!    A third run uses the macros, values and formats, if there are any, as their stubs will; a fourth tells a
//!    variadic function's parameters from the arguments of one use.
//! 5. *Explain*: what does not agree is compiled once more, for the compiler to say what the header has.
//! 6. *Exports*: those that a header declares too are compared with it, in the same way.
//! 7. *Stubs*: one C file, one object and one archive for each import that agrees.
//!
//! **A contradiction does not fail the build script.** It is left as a finding, and the macro reports it at
//! the very token:
//!
//! ```text
//! error: `len` is `uInt` (32-bit unsigned) in zlib.h:1773; declared here as `u64`; write `c_uint`
//!  --> src/ffi.rs:9:52
//! ```
//!
//! # What is where
//!
//! ```text
//! OUT_DIR
//! ├── cgo
//! │   ├── version            of this crate: what another has left goes before anything is read
//! │   ├── index              what was scanned, for which package
//! │   ├── last               the last run: while nothing it looked at has changed, it is repeated
//! │   ├── <hash>.rec         for the macro: findings, libraries, sizes and values of one import or export
//! │   ├── <package>.h        the exports, for C; a `source` or preamble may include it by this name
//! │   ├── group              for each group the questions last asked, and a stamp: while all that went
//! │   │   ├── <id>.kinds.c   in is unchanged, no compiler runs
//! │   │   ├── <id>.types.c
//! │   │   ├── <id>.agreed    what headers say of exports
//! │   │   └── <id>.stamp
//! │   └── stub
//! │       ├── <hash>.c       the stubs of one import, with `#line`s of the Rust file
//! │       └── <hash>.o
//! └── libcgo_<package>_<hash>.a
//! ```
//!
//! `<hash>` is of the package and of the import's meaning, not of its place: the macro computes the same, and
//! puts `#[link(name = "cgo_<package>_<hash>", kind = "static")]` on the import. A build script's own link
//! lines would reach the library alone, not the binaries, tests and examples beside it.
//!
//! # When it runs again
//!
//! When a Rust file under a root, a header, a `source` file, or a variable such as `CC` or
//! `PKG_CONFIG_PATH` changes; and, while something is wrong, every time, because the cure may be to install
//! a package. Cargo then recompiles the package, so name the file that holds the imports rather than the
//! whole program: `build("src/ffi.rs")`. On docs.rs declarations are verified and no stubs are made.
//!
//! # A compiler that does not work
//!
//! One that is missing, crashes, hangs, writes nothing or writes for another target is named in one sentence, and what
//! an earlier run has left is not used in its stead. A run of it may take two minutes; `CGOCALL_CC_TIMEOUT` says how
//! many seconds instead. It is then stopped with all that it has started.
//!
//! # The command
//!
//! `cargo install cgocall-cshim --features command` brings `cgocall`: `cgocall import zlib.h crc32` prints declarations
//! for pasting, `cgocall check` verifies a package without building it, and `cgocall expand` writes the stubs, the Rust
//! that the attributes expand to, and whatever else is in between. `cgocall --help` tells the rest.

#![forbid(unsafe_code)]

mod blocks;
mod build;
mod call;
mod callee;
mod cfg;
mod child;
#[cfg(feature = "command")]
#[doc(hidden)]
pub mod command;
mod compiler;
mod constant;
mod context;
mod ctext;
mod debug_info;
mod diagnostics;
mod discover;
mod dwarf;
mod explain;
mod export;
mod files;
mod fresh;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod group;
mod header;
mod last;
mod layout;
mod leftover;
mod length;
mod libs;
mod magic;
mod module;
#[cfg(test)]
mod mutants;
mod names;
mod out;
mod own;
mod packages;
mod part;
mod pc;
mod probe;
mod quote;
mod refuse;
mod rust_text;
mod scan;
mod spell;
mod stub;
mod symbol_name;

mod unit;
mod uses;
mod verify;

pub use build::{Build, build};
