use cgocall::cgo_import;

#[cgo_import]
extern "C" {
    fn f();
}

fn main() {}
