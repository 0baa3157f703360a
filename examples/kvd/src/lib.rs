//! A server that speaks Redis's protocol and stores in SQLite: one goroutine per connection, each C call a
//! `#[cgo_import]`.
//!
//! What knows neither goroutines nor C is public: the benchmarks compare it with servers of other runtimes, which parse,
//! answer and store as it does.

mod clients;
mod command;
mod connection;
mod error;
mod failure;
mod ffi;
mod glob;
mod info;
mod limits;
mod options;
pub mod place;
mod plain;
mod read;
mod reader;
pub mod reply;
pub mod resp;
mod server;
mod session;
mod socket;
mod statement;
mod store;
mod write;
mod writer;
mod writes;

pub use options::{Asked, HELP, Options};
pub use server::serve;
pub use store::SCHEMA;
