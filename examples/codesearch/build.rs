//! Checks the imports of `src/ffi` against the bundled headers, and compiles their stubs.

fn main() {
    cgocall_cshim::build("src/ffi/mod.rs").compile();
}
