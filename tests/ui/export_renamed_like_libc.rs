use cgocall::cgo_export;

#[cgo_export(name = "malloc")]
fn mine() {}

fn main() {}
