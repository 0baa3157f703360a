use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn abort() -> !;
}

fn main() {}
