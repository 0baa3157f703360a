use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    type Window;
    fn open_window() -> Window;
}

fn main() {}
