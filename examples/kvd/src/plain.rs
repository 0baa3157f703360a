//! The commands that need no store.

use crate::command::{self, COMMANDS, Command, Kind};
use crate::failure::Failure;
use crate::resp::{Args, integer};
use crate::server::Server;
use crate::{glob, info, reply};
use std::ops::ControlFlow::{self, Break, Continue};

/// Runs a command of [`Kind::Plain`], whose number of arguments is right. It breaks if the connection is over with it.
pub fn plain(
    name: &str,
    args: Args<'_>,
    server: &Server,
    out: &mut Vec<u8>,
) -> Result<ControlFlow<()>, Failure> {
    match (name, args.count()) {
        ("ping", 1) => reply::simple(out, "PONG"),
        ("ping", 2) | ("echo", _) => reply::bulk(out, args.at(1)),
        ("ping", _) => return Err(Failure::arity(name)),
        ("quit", _) => {
            reply::simple(out, "OK");
            return Ok(Break(()));
        }
        ("select", _) => match integer(args.at(1)) {
            Some(0) => reply::simple(out, "OK"),
            Some(_) => return Err(Failure::said("ERR DB index is out of range")),
            None => return Err(Failure::not_an_integer()),
        },
        ("dbsize", _) => reply::integer(out, server.store.keys()),
        ("info", _) => {
            let text = info::info(server, args.from(1));
            reply::bulk(out, text.as_bytes());
        }
        ("config", _) => config(args, server, out)?,
        ("command", _) => commands(args, out)?,
        _ => unreachable!("{name} is no plain command"),
    }
    Ok(Continue(()))
}

fn config(args: Args<'_>, server: &Server, out: &mut Vec<u8>) -> Result<(), Failure> {
    if !args.at(1).eq_ignore_ascii_case(b"get") {
        return Err(unknown_subcommand("CONFIG", args.at(1)));
    }
    if args.count() < 3 {
        return Err(Failure::arity("config|get"));
    }
    let mut found = server.options.list();
    found.retain(|(name, _)| {
        args.from(2)
            .any(|pattern| glob::matches(&pattern.to_ascii_lowercase(), name.as_bytes()))
    });
    reply::array(out, 2 * found.len());
    for (name, value) in found {
        reply::bulk(out, name.as_bytes());
        reply::bulk(out, value.as_bytes());
    }
    Ok(())
}

fn commands(args: Args<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
    if args.count() == 1 {
        reply::array(out, COMMANDS.len());
        COMMANDS.iter().for_each(|command| describe(command, out));
        return Ok(());
    }
    match &args.at(1).to_ascii_lowercase()[..] {
        b"count" => reply::integer(out, COMMANDS.len() as i64),
        b"docs" => reply::array(out, 0), // there is none
        b"list" => {
            reply::array(out, COMMANDS.len());
            for command in COMMANDS {
                reply::bulk(out, command.name.as_bytes());
            }
        }
        b"info" => {
            reply::array(out, args.count() - 2);
            for name in args.from(2) {
                match command::find(name) {
                    Some(command) => describe(command, out),
                    None => out.extend_from_slice(b"*-1\r\n"),
                }
            }
        }
        _ => return Err(unknown_subcommand("COMMAND", args.at(1))),
    }
    Ok(())
}

fn describe(command: &Command, out: &mut Vec<u8>) {
    reply::array(out, 6);
    reply::bulk(out, command.name.as_bytes());
    reply::integer(out, command.arity);
    reply::array(out, 1);
    reply::simple(
        out,
        match command.kind {
            Kind::Plain => "fast",
            Kind::Read => "readonly",
            Kind::Write => "write",
        },
    );
    let (first, last, step) = command.keys;
    for number in [first, last, step] {
        reply::integer(out, number);
    }
}

fn unknown_subcommand(command: &str, name: &[u8]) -> Failure {
    let name = name[..name.len().min(128)].escape_ascii();
    Failure::said(format!("ERR unknown subcommand '{name}' of {command}"))
}
