//! Verifies and compiles the C side of the tests.
fn main() {
    cgocall_cshim::build("src/lib.rs").compile();
}
