use cgocall::cgo_export;

#[cgo_export]
struct Rows;

fn main() {}
