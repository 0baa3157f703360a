use cgocall::cgo_export;

#[cgo_export]
async fn f() {}

fn main() {}

// Keeps: refused-forms
