//! The commands: what there is, and who runs it.

/// What a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It needs no store.
    Plain,
    /// It reads, where the connection's goroutine runs.
    Read,
    /// It goes to the writer, and is answered when it is on the disk.
    Write,
}

/// A command, as `COMMAND` tells of it.
#[derive(Debug)]
pub struct Command {
    /// In lower case.
    pub name: &'static str,
    pub kind: Kind,
    /// How many arguments it has, the name included; at least so many if it is negative.
    pub arity: i64,
    /// The first key, the last (from behind if it is negative), and the step.
    pub keys: (i64, i64, i64),
}

const fn command(name: &'static str, kind: Kind, arity: i64, keys: (i64, i64, i64)) -> Command {
    Command {
        name,
        kind,
        arity,
        keys,
    }
}

const NO_KEY: (i64, i64, i64) = (0, 0, 0);
const ONE_KEY: (i64, i64, i64) = (1, 1, 1);
const ALL_KEYS: (i64, i64, i64) = (1, -1, 1);

/// All commands, by name.
pub const COMMANDS: &[Command] = &[
    command("command", Kind::Plain, -1, NO_KEY),
    command("config", Kind::Plain, -2, NO_KEY),
    command("dbsize", Kind::Plain, 1, NO_KEY),
    command("decr", Kind::Write, 2, ONE_KEY),
    command("decrby", Kind::Write, 3, ONE_KEY),
    command("del", Kind::Write, -2, ALL_KEYS),
    command("echo", Kind::Plain, 2, NO_KEY),
    command("exists", Kind::Read, -2, ALL_KEYS),
    command("expire", Kind::Write, -3, ONE_KEY),
    command("flushall", Kind::Write, -1, NO_KEY),
    command("flushdb", Kind::Write, -1, NO_KEY),
    command("get", Kind::Read, 2, ONE_KEY),
    command("incr", Kind::Write, 2, ONE_KEY),
    command("incrby", Kind::Write, 3, ONE_KEY),
    command("info", Kind::Plain, -1, NO_KEY),
    command("keys", Kind::Read, 2, NO_KEY),
    command("mget", Kind::Read, -2, ALL_KEYS),
    command("mset", Kind::Write, -3, (1, -1, 2)),
    command("persist", Kind::Write, 2, ONE_KEY),
    command("pexpire", Kind::Write, -3, ONE_KEY),
    command("ping", Kind::Plain, -1, NO_KEY),
    command("pttl", Kind::Read, 2, ONE_KEY),
    command("quit", Kind::Plain, -1, NO_KEY),
    command("scan", Kind::Read, -2, NO_KEY),
    command("select", Kind::Plain, 2, NO_KEY),
    command("set", Kind::Write, -3, ONE_KEY),
    command("ttl", Kind::Read, 2, ONE_KEY),
    command("type", Kind::Read, 2, ONE_KEY),
    command("unlink", Kind::Write, -2, ALL_KEYS),
];

/// The command of that name, in any case.
pub fn find(name: &[u8]) -> Option<&'static Command> {
    let mut lower = [0; 16];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    let at = COMMANDS.binary_search_by(|command| command.name.as_bytes().cmp(lower));
    at.ok().map(|at| &COMMANDS[at])
}

impl Command {
    /// Whether it may have `count` arguments, the name included.
    pub fn takes(&self, count: usize) -> bool {
        let count = count as i64;
        match self.arity {
            at_least if at_least < 0 => count >= -at_least,
            exactly => count == exactly,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_is_found_in_any_case() {
        for command in COMMANDS {
            for name in [command.name.to_owned(), command.name.to_uppercase()] {
                assert_eq!(find(name.as_bytes()).unwrap().name, command.name);
            }
        }
        for name in ["", "gett", "ge", "a name that is far too long to be one"] {
            assert!(find(name.as_bytes()).is_none());
        }
    }
}
