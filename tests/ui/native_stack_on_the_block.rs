use cgocall::cgo_import;

#[cgo_import(native_stack)]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
