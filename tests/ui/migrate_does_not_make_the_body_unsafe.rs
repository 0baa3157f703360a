use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    fn abort();
}

#[cgocall::main(unsafe(migrate))]
fn main() {
    abort();
}
