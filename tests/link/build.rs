//! Every target of this package imports.

fn main() {
    // For the tests, which build for the same target again.
    println!(
        "cargo::rustc-env=TARGET={}",
        std::env::var("TARGET").unwrap()
    );
    cgocall_cshim::build("src/lib.rs")
        .root("src/main.rs")
        .root("tests/own_import.rs")
        .root("examples/area.rs")
        .compile();
}
