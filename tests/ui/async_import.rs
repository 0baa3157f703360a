use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    async fn f();
}

fn main() {}

// Keeps: refused-forms
