use cgocall::cgo_import;

#[cgo_import(header = "zlib.h")]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
