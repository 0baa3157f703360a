//! The command `cgocall`: what a build script does, asked for by a person.
//!
//! It plays cargo's part: it finds out what a build script would be told (`script.rs`), runs itself as one, and reads
//! what that has left. So nothing is verified here otherwise than in a build.

mod args;
mod check;
mod expand;
mod import;
mod names;
mod package;
mod paste;
mod script;
mod snippet;

use std::ffi::OsString;
use std::process::ExitCode;

use args::{Command, USAGE};

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

/// Whoever has closed the pipe has read enough.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
