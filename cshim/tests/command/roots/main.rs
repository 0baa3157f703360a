use cgocall::cgo_import;

#[cgocall::main]
fn main() {
    #[cgo_import]
    unsafe extern "C" {
        safe fn toupper(c: std::ffi::c_int) -> std::ffi::c_int;
    }
    std::process::exit(toupper(97) - 65);
}

/// Stays as it is.
#[allow(dead_code)]
fn print() {
    println!("{}", "text"); // with this
}
