//! Compiles the C functions that are called.
fn main() {
    cgocall_cshim::build("src/ffi.rs").compile();
}
