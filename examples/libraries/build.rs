//! Checks the imports against the headers of the libraries that are installed, and compiles their stubs.

fn main() {
    cgocall_cshim::build("src/lib.rs").compile();
}
