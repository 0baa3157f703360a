//! Compiles the C functions that are called.
fn main() {
    cgocall_cshim::build("src/peers/cgocall/ffi.rs").compile();
}
