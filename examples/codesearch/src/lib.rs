//! Full-text search over source code: SQLite's FTS5 with a tokenizer in Rust, files compressed by zlib, both called
//! through cgocall. The program is `main.rs`; this is what it is made of.

pub mod deflate;
pub mod error;
mod fts;
pub mod index;
pub mod interrupt;
mod progress;
pub mod query;
mod room;
pub mod search;
pub mod snippet;
pub mod source;
pub mod stats;
pub mod store;
pub mod tokenizer;
mod walk;
pub mod writer;
