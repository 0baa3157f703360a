use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn f(c: char);
}

fn main() {}

// Keeps: refused-forms
