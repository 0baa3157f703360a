//! How many files the process may have open: a connection is one.

use crate::ffi::resource::rlimit;
use crate::ffi::{open_files, set_open_files};
use crate::options::Options;

/// Beside connections: the database and its log, for each who reads, and what the program itself has.
const OTHERS: usize = 96;
/// Redis's default.
const CLIENTS: usize = 10_000;

/// Raises the limit as far as it is needed. Where it cannot be raised so far, there are fewer clients, if nobody has said how
/// many there have to be.
///
/// # Errors
/// If somebody has.
pub fn raise_open_files(options: &mut Options) -> Result<(), String> {
    let cannot = |error| format!("cannot find out how many files may be open: {error}");
    let mut limit = rlimit::default();
    open_files(&mut limit).map_err(cannot)?;
    let clients = options.maxclients.unwrap_or(CLIENTS);
    let wanted = (clients + OTHERS) as u64;
    let clients = match limit.rlim_max < wanted {
        false => clients,
        true => {
            let hard = limit.rlim_max;
            let fewer = usize::try_from(hard)
                .ok()
                .and_then(|hard| hard.checked_sub(OTHERS));
            let fewer = fewer
                .filter(|_| options.maxclients.is_none())
                .filter(|&fewer| fewer > 0);
            let said = format!(
                "{clients} clients need {wanted} open files, and the hard limit is {hard}: raise it (`ulimit -Hn`), or have \
                 fewer with --maxclients"
            );
            let fewer = fewer.ok_or_else(|| said.clone())?;
            eprintln!("kvd: {said}; there are {fewer} at most now");
            fewer
        }
    };
    options.maxclients = Some(clients);
    if limit.rlim_cur < wanted.min(limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        set_open_files(&limit).map_err(|error| format!("cannot open more files: {error}"))?;
    }
    Ok(())
}
