//! Our own.

mod blocking;
mod call;
mod callback;
mod database;
mod ffi;
mod goroutine;
mod handle;
mod latency;
mod library;
mod many;
pub mod migrating;
mod parked;
pub mod server;

use crate::peer::serve;

#[cgocall::main]
pub fn main() {
    let works = [
        call::WORKS,
        callback::WORKS,
        goroutine::WORKS,
        handle::WORKS,
        blocking::WORKS,
        latency::WORKS,
        library::WORKS,
        many::WORKS,
        parked::WORKS,
        database::WORKS,
    ];
    serve(&works.concat());
}
