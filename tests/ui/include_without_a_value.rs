use cgocall::cgo_import;

#[cgo_import(include)]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
