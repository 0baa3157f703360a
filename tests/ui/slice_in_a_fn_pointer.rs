use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn f(call: extern "C" fn(&[u8]));
}

fn main() {}
