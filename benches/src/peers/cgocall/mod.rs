//! Our own.

mod blocking;
mod call;
mod callback;
mod ffi;
mod goroutine;
mod handle;
mod latency;
pub mod migrating;

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
    ];
    serve(&works.concat());
}
