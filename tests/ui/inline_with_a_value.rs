use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    #[cgo(inline = true)]
    safe fn f();
}

fn main() {}
