//! The options: Redis's, by Redis's names, where it has them.

use lexopt::{Arg, ValueExt};
use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

/// What `--help` prints.
pub const HELP: &str = "\
A server that speaks Redis's protocol and stores in SQLite.

kvd [OPTION VALUE]..
    --bind ADDRESS                    listen there [127.0.0.1]
    --port PORT                       and there; 0 takes a free one [6379]
    --tcp-backlog N                   so many may wait to be accepted, if the system lets them [4096]
    --dir FOLDER                      the database is in it [.]
    --maxclients N                    connections at a time [10000]
    --proto-max-bulk-len SIZE         the longest key or value [32mb]
    --client-query-buffer-limit SIZE  the longest request [64mb]
    --client-output-buffer-limit SIZE the longest reply [64mb]
    --maxmemory-clients SIZE          the memory of all connections; beyond it, the largest is closed [256mb]
    --timeout SECONDS                 a client that does nothing for so long is closed; 0: never [0]
    --hz N                            what has expired is looked for so often in a second [10]
    --shutdown-timeout SECONDS        clients may take so long for their replies when the server stops [10]
SIZE is in bytes, or has a unit, as in redis.conf: 1k is 1000 bytes, 1kb 1024, and so m, mb, g, gb.
";

/// What the server was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The address to listen on,
    pub bind: IpAddr,
    /// and the port; 0 is one that is free.
    pub port: u16,
    /// So many may wait to be accepted.
    pub tcp_backlog: i32,
    /// The folder of the database.
    pub dir: PathBuf,
    /// None: as many as there can be, up to the default.
    pub maxclients: Option<usize>,
    /// The longest argument, in bytes.
    pub proto_max_bulk_len: usize,
    /// The longest request, in bytes.
    pub client_query_buffer_limit: usize,
    /// The longest reply, in bytes.
    pub client_output_buffer_limit: usize,
    /// What all connections take together, in bytes.
    pub maxmemory_clients: usize,
    /// So many seconds a client may do nothing, if it is not 0.
    pub timeout: u64,
    /// So often in a second what has expired is looked for.
    pub hz: u64,
    /// So many seconds clients have for their replies when the server stops.
    pub shutdown_timeout: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            bind: IpAddr::from([127, 0, 0, 1]),
            port: 6379,
            tcp_backlog: 4096,
            dir: PathBuf::from("."),
            maxclients: None,
            proto_max_bulk_len: 32 << 20,
            client_query_buffer_limit: 64 << 20,
            client_output_buffer_limit: 64 << 20,
            maxmemory_clients: 256 << 20,
            timeout: 0,
            hz: 10,
            shutdown_timeout: 10,
        }
    }
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// To serve.
    Serve(Options),
    /// What the options are.
    Help,
    /// Which version this is.
    Version,
}

/// SQLite has no larger values.
const LARGEST: usize = 900 << 20;

impl Options {
    /// Reads a command line.
    ///
    /// # Errors
    /// With a sentence about what is wrong with it.
    pub fn parse(
        args: impl IntoIterator<Item = OsString, IntoIter: 'static>,
    ) -> Result<Asked, lexopt::Error> {
        let mut parser = lexopt::Parser::from_args(args);
        let mut options = Options::default();
        while let Some(arg) = parser.next()? {
            let Arg::Long(name) = arg else {
                return Err(arg.unexpected());
            };
            match name {
                "help" => return Ok(Asked::Help),
                "version" => return Ok(Asked::Version),
                "bind" => options.bind = parser.value()?.parse()?,
                "port" => options.port = parser.value()?.parse()?,
                "tcp-backlog" => {
                    let backlog = parser.value()?.parse_with(positive)?;
                    options.tcp_backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
                }
                "dir" => options.dir = parser.value()?.into(),
                "maxclients" => options.maxclients = Some(parser.value()?.parse_with(positive)?),
                "proto-max-bulk-len" => {
                    options.proto_max_bulk_len = parser.value()?.parse_with(size)?;
                }
                "client-query-buffer-limit" => {
                    options.client_query_buffer_limit = parser.value()?.parse_with(size)?;
                }
                "client-output-buffer-limit" => {
                    options.client_output_buffer_limit = parser.value()?.parse_with(size)?;
                }
                "maxmemory-clients" => {
                    options.maxmemory_clients = parser.value()?.parse_with(size)?;
                }
                "timeout" => options.timeout = parser.value()?.parse()?,
                "hz" => options.hz = parser.value()?.parse_with(positive)?.min(500) as u64,
                "shutdown-timeout" => options.shutdown_timeout = parser.value()?.parse()?,
                _ => return Err(Arg::Long(name).unexpected()),
            }
        }
        if options.proto_max_bulk_len > LARGEST {
            return Err("--proto-max-bulk-len is 900mb at most".into());
        }
        Ok(Asked::Serve(options))
    }

    /// By name, as `CONFIG GET` tells them.
    pub fn list(&self) -> Vec<(&'static str, String)> {
        vec![
            ("appendonly", "yes".to_owned()), // nothing is answered before it is on the disk
            ("bind", self.bind.to_string()),
            (
                "client-output-buffer-limit",
                self.client_output_buffer_limit.to_string(),
            ),
            (
                "client-query-buffer-limit",
                self.client_query_buffer_limit.to_string(),
            ),
            ("databases", "1".to_owned()),
            ("dir", self.dir.display().to_string()),
            ("hz", self.hz.to_string()),
            ("maxclients", self.maxclients.unwrap_or(0).to_string()),
            ("maxmemory-clients", self.maxmemory_clients.to_string()),
            ("port", self.port.to_string()),
            ("proto-max-bulk-len", self.proto_max_bulk_len.to_string()),
            ("save", String::new()),
            ("shutdown-timeout", self.shutdown_timeout.to_string()),
            ("tcp-backlog", self.tcp_backlog.to_string()),
            ("timeout", self.timeout.to_string()),
        ]
    }
}

fn positive(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| "a number from 1 on is wanted".to_owned())
}

fn size(text: &str) -> Result<usize, String> {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match &lower[digits.len()..] {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => 0,
    };
    let bytes = digits.parse::<usize>().ok();
    let bytes = bytes.and_then(|number| number.checked_mul(unit));
    bytes
        .filter(|&bytes| bytes > 0)
        .ok_or_else(|| "a size is wanted, such as 65536, 64kb or 1gb".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Asked, String> {
        let words: Vec<_> = line.split_whitespace().map(OsString::from).collect();
        Options::parse(words).map_err(|error| error.to_string())
    }

    #[test]
    fn options_are_redis_options() {
        let options = Options {
            port: 7000,
            proto_max_bulk_len: 1 << 20,
            maxmemory_clients: 2_000_000_000,
            maxclients: Some(5),
            ..Options::default()
        };
        let line = "--port 7000 --proto-max-bulk-len 1mb --maxmemory-clients=2G --maxclients 5";
        assert_eq!(parse(line), Ok(Asked::Serve(options)));
        assert_eq!(parse(""), Ok(Asked::Serve(Options::default())));
        assert_eq!(parse("--help"), Ok(Asked::Help));
    }

    #[test]
    fn what_is_no_option_is_said() {
        for (line, word) in [
            ("--prot 1", "--prot"),
            ("--port 65536", "65536"),
            ("--proto-max-bulk-len 1tb", "a size is wanted"),
            ("--proto-max-bulk-len 1gb", "900mb at most"),
            ("--maxclients 0", "from 1 on"),
            ("--bind localhost", "localhost"),
            ("here", "here"),
            ("--dir", "--dir"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(word), "{line}: {error}");
        }
    }
}
