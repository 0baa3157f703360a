use cgocall::cgo_export;

#[cgo_export(private, name = "f")]
fn f() {}

fn main() {}
