//! `INFO`: what there is to tell about the server, for people and for their programs.

use crate::ffi::sqlite3_libversion;
use crate::server::Server;
use std::fmt::Write;
use std::process;
use std::sync::atomic::Ordering::Relaxed;

/// The sections that are asked for; all of them if none is.
pub fn info<'a>(server: &Server, sections: impl Iterator<Item = &'a [u8]>) -> String {
    let asked: Vec<_> = sections.map(<[u8]>::to_ascii_lowercase).collect();
    let all = asked.is_empty()
        || ["all", "default", "everything"]
            .iter()
            .any(|all| asked.iter().any(|asked| asked == all.as_bytes()));
    let mut text = String::new();
    for (name, tell) in SECTIONS {
        if all
            || asked
                .iter()
                .any(|asked| asked == name.to_lowercase().as_bytes())
        {
            let separator = if text.is_empty() { "" } else { "\r\n" };
            write!(text, "{separator}# {name}\r\n").unwrap();
            for (name, value) in tell(server) {
                write!(text, "{name}:{value}\r\n").unwrap();
            }
        }
    }
    text
}

type Lines = Vec<(&'static str, String)>;
type Tell = fn(&Server) -> Lines;

const SECTIONS: &[(&str, Tell)] = &[
    ("Server", about_server),
    ("Clients", clients),
    ("Memory", memory),
    ("Stats", stats),
    ("Runtime", |server| (server.runtime)()),
    ("Keyspace", keyspace),
];

fn about_server(server: &Server) -> Lines {
    vec![
        ("server_name", "kvd".to_owned()),
        ("kvd_version", env!("CARGO_PKG_VERSION").to_owned()),
        ("sqlite_version", sqlite3_libversion().to_owned()),
        ("process_id", process::id().to_string()),
        ("tcp_port", server.options.port.to_string()),
        (
            "uptime_in_seconds",
            server.stats.began.elapsed().as_secs().to_string(),
        ),
    ]
}

fn clients(server: &Server) -> Lines {
    vec![
        ("connected_clients", server.clients.count().to_string()),
        (
            "maxclients",
            server.options.maxclients.unwrap_or(0).to_string(),
        ),
    ]
}

fn memory(server: &Server) -> Lines {
    vec![
        ("mem_clients_normal", server.clients.memory().to_string()),
        (
            "maxmemory_clients",
            server.options.maxmemory_clients.to_string(),
        ),
    ]
}

fn stats(server: &Server) -> Lines {
    let stats = &server.stats;
    let of = |counter: &std::sync::atomic::AtomicU64| counter.load(Relaxed).to_string();
    vec![
        ("total_connections_received", of(&stats.connections)),
        ("total_commands_processed", of(&stats.commands)),
        ("rejected_connections", of(&stats.rejected)),
        ("evicted_clients", of(&stats.evicted)),
        ("expired_keys", of(&stats.expired)),
        ("transactions", of(&stats.transactions)),
        ("jobs_in_transactions", of(&stats.jobs)),
    ]
}

fn keyspace(server: &Server) -> Lines {
    match server.store.keys() {
        0 => Vec::new(),
        keys => vec![("db0", format!("keys={keys}"))],
    }
}
