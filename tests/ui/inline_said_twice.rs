use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    #[cgo(inline, parks, inline)]
    safe fn f();
}

fn main() {}
