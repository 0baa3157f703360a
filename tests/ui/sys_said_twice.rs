use cgocall::cgo_import;

#[cgo_import(sys = libz_sys, sys = libz_sys)]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
