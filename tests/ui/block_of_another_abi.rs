use cgocall::cgo_import;

#[cgo_import]
unsafe extern "system" {
    fn f();
}

fn main() {}
