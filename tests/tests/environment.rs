//! The environment is one, of Rust and of C.

use cgocall::{cgo_import, go};
use std::env;
use std::ffi::{CStr, c_int};

#[cgo_import]
unsafe extern "C" {
    safe fn getenv(name: &CStr) -> Option<&'static CStr>;
    fn setenv(name: &CStr, value: &CStr, overwrite: c_int) -> c_int;
}

const NAME: &str = "TESTS_ENVIRONMENT";
const C_NAME: &CStr = c"TESTS_ENVIRONMENT";

/// The only test of this program: nobody else reads the environment meanwhile.
// Keeps: environment
#[test]
fn c_sees_what_rust_has_set_and_rust_what_c_has() {
    assert_eq!(getenv(C_NAME), None);
    // SAFETY: as above.
    unsafe { env::set_var(NAME, "by Rust") };
    assert_eq!(getenv(C_NAME), Some(c"by Rust"));
    assert_eq!(go(|| getenv(C_NAME)).join().unwrap(), Some(c"by Rust"));
    // SAFETY: as above.
    unsafe {
        assert_eq!(setenv(C_NAME, c"by C", 1), 0);
        assert_eq!(env::var(NAME).as_deref(), Ok("by C"));
        env::remove_var(NAME);
    }
    assert_eq!(getenv(C_NAME), None);
}
