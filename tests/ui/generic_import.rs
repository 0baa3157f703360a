use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn f<T>(place: &T);
}

fn main() {}

// Keeps: refused-forms
