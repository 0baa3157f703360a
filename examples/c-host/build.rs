//! Writes the header and the file for pkg-config, which `make install` installs.
fn main() {
    cgocall_cshim::build("src/lib.rs")
        .header("include/tally.h")
        .pkg_config("tally.pc")
        .compile();
}
