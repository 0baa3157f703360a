use cgocall::cgo_import;

#[cgo_import(sys = "libz-sys")]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
