use cgocall::cgo_export;

#[cgo_export(on_panic = 3)]
fn f() {}

fn main() {}
