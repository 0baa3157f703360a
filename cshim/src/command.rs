//! The command `cgocall`: what a build script does, asked for by a person; and a look at a program that runs.
//!
//! It plays cargo's part: it finds out what a build script would be told (`script.rs`), runs itself as one, and reads
//! what that has left. So nothing is verified here otherwise than in a build.

mod args;
mod check;
mod expand;
mod gotypes;
mod import;
mod names;
mod package;
mod paste;
mod rustc;
mod script;
mod snippet;
#[cfg(target_os = "linux")]
mod top;
mod unexpand;

use std::env;
use std::ffi::OsString;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::thread;

use args::{Command, USAGE};
use cgocall_syntax::depth;
use proc_macro2::{Span, TokenStream};

use crate::build::STACK;
use crate::scan::ROOM;

/// Why the command ends without its work done: one sentence, or several errors in full.
#[derive(Debug)]
pub(crate) enum Failure {
    /// One sentence.
    Sentence(String),
    /// Errors in rustc's manner, ready to be printed.
    Errors(Vec<String>),
}

impl From<String> for Failure {
    fn from(sentence: String) -> Failure {
        Failure::Sentence(sentence)
    }
}

/// Runs the command; the first argument is its own name.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    // Rust is parsed by functions that call themselves.
    let worker = thread::Builder::new().stack_size(STACK);
    match worker.spawn(|| run(args)) {
        Ok(worker) => worker.join().unwrap_or_else(|panic| resume_unwind(panic)),
        Err(error) => {
            eprintln!("error: cgocall gets no thread to work on: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<OsString>) -> ExitCode {
    if env::var_os(rustc::WRAPPER).is_some() {
        return rustc::play(args);
    }
    let done = match args::parse(args) {
        Ok(Command::Help) => {
            print(USAGE);
            Ok(())
        }
        Ok(Command::Version) => {
            print(concat!("cgocall ", env!("CARGO_PKG_VERSION"), "\n"));
            Ok(())
        }
        Ok(Command::Script(role)) => {
            return script::play(role);
        }
        Ok(Command::Import(wish)) => import::import(&wish).map(|text| print(&text)),
        Ok(Command::Check(wish)) => check::check(&wish).map(|text| print(&text)),
        Ok(Command::Expand(wish)) => expand::expand(&wish).map(|text| print(&text)),
        #[cfg(target_os = "linux")]
        Ok(Command::Top(wish)) => top::top(&wish),
        #[cfg(not(target_os = "linux"))]
        Ok(Command::Top(_)) => Err("`cgocall top` is there on Linux alone".to_owned().into()),
        Err(error) => {
            eprintln!("error: {error}; `cgocall --help` tells what there is");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Sentence(sentence)) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
        Err(Failure::Errors(errors)) => {
            eprint!("{}", errors.join("\n"));
            ExitCode::FAILURE
        }
    }
}

const TOO_DEEP: &str = "this file nests too deep to be read";

/// Whether a parser could use up its stack.
fn is_too_deep(text: &str) -> bool {
    let tokens: TokenStream = text.parse().unwrap_or_default();
    depth::of(&tokens, ROOM) > ROOM
}

/// Parses a file of Rust that nests no deeper than a stack lasts.
fn parse(text: &str) -> syn::Result<syn::File> {
    match is_too_deep(text) {
        true => Err(syn::Error::new(Span::call_site(), TOO_DEEP)),
        false => syn::parse_file(text),
    }
}

/// Parses as [`parse`] does, and says what stands before the text that spans count from: a mark of the encoding, and a line
/// for a shell.
fn parse_after_head(text: &str) -> syn::Result<(usize, syn::File)> {
    let file = parse(text)?;
    let mark = text.chars().next().filter(|first| *first == '\u{feff}');
    let line = file.shebang.as_ref().map_or(0, String::len);
    Ok((mark.map_or(0, char::len_utf8) + line, file))
}

/// Whoever has closed the pipe has read enough.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
