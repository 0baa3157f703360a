//! A server that speaks Redis's protocol and stores in SQLite: one goroutine per connection, each C call a
//! `#[cgo_import]`.

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
mod place;
mod plain;
mod read;
mod reader;
mod reply;
mod resp;
mod server;
mod session;
mod statement;
mod store;
mod write;
mod writer;
mod writes;

pub use options::{Asked, HELP, Options};
pub use server::serve;
