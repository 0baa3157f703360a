//! Checks the imports of `src/ffi.rs` against the bundled header, and compiles their stubs.

fn main() {
    cgocall_cshim::build("src/ffi.rs").compile();
}
