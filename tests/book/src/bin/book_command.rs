//! The command `cgocall`, for pages that use it.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    cgocall_cshim::command::main(env::args_os())
}
