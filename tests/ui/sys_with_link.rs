use cgocall::cgo_import;

#[cgo_import(include = "zlib.h", sys = libz_sys, link = "z")]
unsafe extern "C" {
    safe fn f();
}

fn main() {}

// Keeps: refused-attributes
