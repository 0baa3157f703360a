use cgocall::cgo_import;

#[cgo_import(define = "NDEBUG")]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
