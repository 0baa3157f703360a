use cgocall::cgo_import;

#[cgo_import(inlcude = "zlib.h")]
unsafe extern "C" {
    safe fn f();
}

fn main() {
    f();
}

// Keeps: refused-attributes
