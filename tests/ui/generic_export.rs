use cgocall::cgo_export;

#[cgo_export]
fn f<T>(place: &T) {}

fn main() {}

// Keeps: refused-forms
