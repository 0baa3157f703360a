//! Why a command is answered with an error.

use crate::error::Error;

/// An error reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// What the client asks for cannot be done. In Redis's words, where it has them.
    Asked(String),
    /// The store failed.
    Store(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Store(error)
    }
}

impl Failure {
    /// The client is to be told this.
    pub fn said(message: impl Into<String>) -> Failure {
        Failure::Asked(message.into())
    }

    pub fn syntax() -> Failure {
        Failure::said("ERR syntax error")
    }

    pub fn not_an_integer() -> Failure {
        Failure::said("ERR value is not an integer or out of range")
    }

    pub fn arity(name: &str) -> Failure {
        Failure::said(format!(
            "ERR wrong number of arguments for '{name}' command"
        ))
    }

    /// What the client is sent.
    pub fn reply(&self) -> String {
        match self {
            Failure::Asked(message) => message.clone(),
            Failure::Store(error) => error.reply(),
        }
    }
}
