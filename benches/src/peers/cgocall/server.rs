//! kvd as it is.

use crate::server::{self, Served, raise_connections};
use kvd::Options;

#[cgocall::main]
pub fn main() -> Served {
    let most = raise_connections().map_err(|error| error.to_string())?;
    kvd::serve(Options {
        dir: server::folder()?,
        port: 0,
        tcp_backlog: server::BACKLOG.cast_signed(),
        // One that comes may be there before another one that has gone is.
        maxclients: Some(most.min(20_000) as usize),
        ..Options::default()
    })
}
