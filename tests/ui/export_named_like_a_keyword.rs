use cgocall::cgo_export;

#[cgo_export]
fn register() {}

fn main() {}
