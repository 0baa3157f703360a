use cgocall::cgo_export;

#[cgo_export]
trait Rows {}

fn main() {}
