//! Compiles the C functions that are called, and says where the SQLite is that Go is to call too.

use std::env;

fn main() {
    cgocall_cshim::build("src/peers/cgocall/ffi.rs").compile();
    for (ours, theirs) in [
        ("SQLITE_INCLUDE", "DEP_SQLITE3_INCLUDE"),
        ("SQLITE_LIB", "DEP_SQLITE3_LIB_DIR"),
    ] {
        let place = env::var(theirs).expect("libsqlite3-sys, bundled, tells its users");
        println!("cargo::rustc-env={ours}={place}");
    }
}
