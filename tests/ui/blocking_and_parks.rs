use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking, parks)]
    safe fn f();
}

fn main() {}

// Keeps: refused-attributes
