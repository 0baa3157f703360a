use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn f() -> &'static [u8];
}

fn main() {}
