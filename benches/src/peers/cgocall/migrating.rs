//! The same program where goroutines that have started may change threads.

use super::latency::MIGRATING;
use crate::peer::serve;

// SAFETY: the works hold nothing of a thread's across a park: what their goroutines share is in `Arc`s, and what they
// wait on belongs to no thread.
#[cgocall::main(unsafe(migrate))]
pub fn main() {
    serve(MIGRATING);
}
