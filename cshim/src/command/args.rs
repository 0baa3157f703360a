//! What is asked of the command.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;

pub(crate) const USAGE: &str = "\
C declarations for Rust, verified by the C compiler

usage:
  cgocall import HEADER.. NAME..   prints declarations of these names, to be pasted into a Rust file
  cgocall import HEADER.. --all    of all functions, types, variables and constants that HEADER itself declares
  cgocall check [ROOT..]           verifies the imports of the package in this folder, without building it;
                                   ROOT is a Rust file as in build.rs (which is asked if none is given)
  cgocall expand FILE -o DIR       writes what becomes of the imports and exports in a Rust file:
                                   the C stubs, the header, the Rust text, and what the macros make
                                   of it, for which cargo builds the package's dependencies
  cgocall top PID                  shows which C functions hold the threads of a program that runs, started with
                                   CGOCALL_TRACE=top; --once: one view, --every SECONDS (keys: h, c, n sort by what
                                   holds threads, by calls, by name; q ends)

options of `import`, as the keys of #[cgo_import(..)]; all but --sys may be repeated:
  --link NAME         a library
  --pkg-config QUERY  a library that pkg-config knows
  --define NAME[=X]   a definition before the header
  --cflags FLAGS      arguments of the C compiler
  --source FILE       a C file to compile, relative to the package
  --sys CRATE         a -sys crate that brings header and library; -I says where its headers are

options of all:
  -I DIR              a folder of headers, such as a -sys crate's
  --target TRIPLE     a target other than this machine
options of `check` and `expand`, as cargo's:
  --features LIST, --all-features, --no-default-features

-h, --help and -V, --version. Exit codes: 0, 1 (something is wrong with the input), 2 (with the arguments).
";

/// One call of the command.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Import(ImportWish),
    Check(CheckWish),
    Expand(ExpandWish),
    Top(TopWish),
    /// The command called itself, to be a build script.
    Script(Role),
}

/// What a build script is told that depends on nothing in the package.
#[derive(Debug, Default)]
pub(crate) struct Common {
    /// Folders of headers.
    pub(crate) includes: Vec<PathBuf>,
    pub(crate) target: Option<String>,
    pub(crate) features: Features,
}

#[derive(Debug, Default)]
pub(crate) struct Features {
    pub(crate) named: Vec<String>,
    pub(crate) all: bool,
    pub(crate) no_default: bool,
}

#[derive(Debug, Default)]
pub(crate) struct ImportWish {
    pub(crate) common: Common,
    pub(crate) headers: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) all: bool,
    /// Keys of the attribute with their values, in their order: `link`, `z`.
    pub(crate) keys: Vec<(&'static str, String)>,
    pub(crate) sys: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct CheckWish {
    pub(crate) common: Common,
    pub(crate) roots: Vec<PathBuf>,
}

#[derive(Debug)]
pub(crate) struct ExpandWish {
    pub(crate) common: Common,
    pub(crate) file: PathBuf,
    pub(crate) dir: PathBuf,
}

#[derive(Debug)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub(crate) struct TopWish {
    pub(crate) pid: u32,
    /// Between two views.
    pub(crate) every: Duration,
    /// One view, as text.
    pub(crate) once: bool,
}

/// A part that the command plays for itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A build script with these roots; `stubs`: that also compiles.
    Build { roots: Vec<PathBuf>, stubs: bool },
    /// Writes what the preprocessor makes of the imports of a file.
    Preprocess(PathBuf),
}

/// The first word of a call by the command itself.
pub(crate) const SCRIPT: &str = "--as-build-script";

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut args = lexopt::Parser::from_iter(args);
    let command = match args.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Short('V') | Long("version")) => return Ok(Command::Version),
        Some(Long("as-build-script")) => return script(&mut args).map(Command::Script),
        Some(Value(command)) => command.string()?,
        Some(other) => return Err(other.unexpected()),
    };
    match command.as_str() {
        "import" => import(&mut args),
        "check" => check(&mut args),
        "expand" => expand(&mut args),
        "top" => top(&mut args),
        "help" => Ok(Command::Help),
        _ => Err(format!("there is no command `{command}`").into()),
    }
}

impl Common {
    /// Takes an option that all have.
    fn take(&mut self, name: &str, args: &mut lexopt::Parser) -> Result<bool, lexopt::Error> {
        match name {
            "I" => self.includes.push(args.value()?.into()),
            "target" => self.target = Some(args.value()?.string()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes an option of commands that look at a package.
    fn take_any(&mut self, name: &str, args: &mut lexopt::Parser) -> Result<(), lexopt::Error> {
        match self.take(name, args)? || self.features.take(name, args)? {
            true => Ok(()),
            false => Err(unexpected(name)),
        }
    }
}

impl Features {
    fn take(&mut self, name: &str, args: &mut lexopt::Parser) -> Result<bool, lexopt::Error> {
        match name {
            "features" => {
                let list = args.value()?.string()?;
                let names = list.split([',', ' ']).filter(|name| !name.is_empty());
                self.named.extend(names.map(str::to_owned));
            }
            "all-features" => self.all = true,
            "no-default-features" => self.no_default = true,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A word of the command line.
enum Word {
    /// An option, without its dashes.
    Option(String),
    Plain(OsString),
}

fn next(args: &mut lexopt::Parser) -> Result<Option<Word>, lexopt::Error> {
    Ok(args.next()?.map(|arg| match arg {
        Short(c) => Word::Option(c.to_string()),
        Long(name) => Word::Option(name.to_owned()),
        Value(word) => Word::Plain(word),
    }))
}

fn unexpected(name: &str) -> lexopt::Error {
    let dashes = if name.chars().count() == 1 { "-" } else { "--" };
    format!("there is no option `{dashes}{name}` here").into()
}

fn import(args: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut wish = ImportWish::default();
    while let Some(word) = next(args)? {
        let name = match word {
            Word::Plain(word) => {
                let word = word.string()?;
                match is_name(&word) {
                    true => wish.names.push(word),
                    false => wish.headers.push(word),
                }
                continue;
            }
            Word::Option(name) => name,
        };
        match name.as_str() {
            "h" | "help" => return Ok(Command::Help),
            "all" => wish.all = true,
            "link" => wish.keys.push(("link", args.value()?.string()?)),
            "pkg-config" => wish.keys.push(("pkg_config", args.value()?.string()?)),
            "define" => wish.keys.push(("define", args.value()?.string()?)),
            "cflags" => wish.keys.push(("cflags", args.value()?.string()?)),
            "source" => wish.keys.push(("source", args.value()?.string()?)),
            "sys" => wish.sys = Some(args.value()?.string()?),
            _ if wish.common.take(&name, args)? => {}
            _ => return Err(unexpected(&name)),
        }
    }
    if wish.headers.is_empty() {
        return Err(match wish.names.first() {
            Some(name) => format!("`{name}` is no header; name one, such as `zlib.h`").into(),
            None => "no header is named; write `cgocall import zlib.h crc32`".into(),
        });
    }
    if wish.names.is_empty() && !wish.all {
        return Err("no name is wanted; name some, or write `--all`".into());
    }
    if !wish.names.is_empty() && wish.all {
        return Err("names beside `--all` would say nothing more".into());
    }
    Ok(Command::Import(wish))
}

/// A name of C; everything else is a header.
fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn check(args: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut wish = CheckWish::default();
    while let Some(word) = next(args)? {
        match word {
            Word::Plain(root) => wish.roots.push(root.into()),
            Word::Option(name) if is_help(&name) => return Ok(Command::Help),
            Word::Option(name) => wish.common.take_any(&name, args)?,
        }
    }
    Ok(Command::Check(wish))
}

fn expand(args: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut common = Common::default();
    let (mut file, mut dir) = (None, None);
    while let Some(word) = next(args)? {
        match word {
            Word::Plain(word) if file.is_none() => file = Some(PathBuf::from(word)),
            Word::Plain(_) => return Err("`expand` takes one file".into()),
            Word::Option(name) if is_help(&name) => return Ok(Command::Help),
            Word::Option(name) if name == "o" => dir = Some(PathBuf::from(args.value()?)),
            Word::Option(name) => common.take_any(&name, args)?,
        }
    }
    let (Some(file), Some(dir)) = (file, dir) else {
        return Err(
            "write the file and the folder: `cgocall expand src/ffi.rs -o expanded`".into(),
        );
    };
    Ok(Command::Expand(ExpandWish { common, file, dir }))
}

/// Of the pauses of `top`: nobody sees more, or waits longer.
const PAUSES: RangeInclusive<f64> = 0.05..=3600.0;

fn top(args: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let (mut pid, mut every, mut once) = (None, 1.0, false);
    while let Some(word) = next(args)? {
        match word {
            Word::Plain(word) if pid.is_none() => {
                let word = word.string()?;
                let number = word.parse::<u32>().ok().filter(|pid| *pid != 0);
                pid = Some(number.ok_or_else(|| format!("`{word}` is no process's number"))?);
            }
            Word::Plain(_) => return Err("`top` takes one process".into()),
            Word::Option(name) if is_help(&name) => return Ok(Command::Help),
            Word::Option(name) if name == "once" => once = true,
            Word::Option(name) if name == "every" => {
                every = args.value()?.parse::<f64>()?;
                if !PAUSES.contains(&every) {
                    return Err("`--every` takes seconds, from 0.05 to 3600".into());
                }
            }
            Word::Option(name) => return Err(unexpected(&name)),
        }
    }
    let Some(pid) = pid else {
        return Err("no process is named; write its number: `cgocall top 1234`".into());
    };
    let every = Duration::from_secs_f64(every);
    Ok(Command::Top(TopWish { pid, every, once }))
}

fn is_help(name: &str) -> bool {
    ["h", "help"].contains(&name)
}

fn script(args: &mut lexopt::Parser) -> Result<Role, lexopt::Error> {
    let role = args.value()?.string()?;
    let mut files = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Value(file) => files.push(PathBuf::from(file)),
            other => return Err(other.unexpected()),
        }
    }
    Ok(match role.as_str() {
        "preprocess" if files.len() == 1 => Role::Preprocess(files.remove(0)),
        "preprocess" => return Err("one file".into()),
        _ => Role::Build {
            roots: files,
            stubs: role == "stubs",
        },
    })
}
