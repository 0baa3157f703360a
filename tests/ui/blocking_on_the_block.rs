use cgocall::cgo_import;

#[cgo_import(blocking)]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
