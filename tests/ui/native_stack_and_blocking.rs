use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    #[cgo(native_stack, blocking)]
    safe fn f();
}

fn main() {}
