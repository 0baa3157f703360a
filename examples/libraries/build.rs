//! Checks the imports against the headers of the libraries that are installed, and compiles their stubs.

use std::process::Command;

fn main() {
    for (library, package) in [("expat", "libexpat1-dev"), ("archive", "libarchive-dev")] {
        println!("cargo::rustc-check-cfg=cfg(has_{library})");
        match is_installed(library) {
            true => println!("cargo::rustc-cfg=has_{library}"),
            false => println!(
                "cargo::warning={library}.h is not there: what uses it is left out; install {package}"
            ),
        }
    }
    cgocall_cshim::build("src/lib.rs").compile();
}

/// Whether the C compiler finds its header.
fn is_installed(library: &str) -> bool {
    let mut compiler: Command = cc::Build::new().get_compiler().to_command();
    compiler.args([
        "-E",
        "-include",
        &format!("{library}.h"),
        "-x",
        "c",
        "/dev/null",
    ]);
    compiler
        .output()
        .is_ok_and(|output| output.status.success())
}
