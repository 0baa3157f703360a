use cgocall::cgo_import;

#[cgo_import]
type Size = usize;

fn main() {}
