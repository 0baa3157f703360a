use cgocall::cgo_export;

#[cgo_export]
const ROWS: u8 = 1;

fn main() {}
