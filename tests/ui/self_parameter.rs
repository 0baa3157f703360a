use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    fn f(self);
}

fn main() {}

// Keeps: refused-forms
