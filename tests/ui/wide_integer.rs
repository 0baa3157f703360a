use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn f(n: u128);
}

fn main() {}
