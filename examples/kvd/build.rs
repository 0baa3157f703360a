//! Checks the imports against the headers, and compiles their stubs.

fn main() {
    cgocall_cshim::build("src/lib.rs").compile();
}
