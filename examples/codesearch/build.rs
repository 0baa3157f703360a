//! Checks the imports of `src/deflate.rs` against the bundled header, and compiles their stubs.

fn main() {
    cgocall_cshim::build("src/deflate.rs").compile();
}
