use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking, inline)]
    safe fn f();
}

fn main() {}

// Keeps: refused-attributes
