use cgocall::cgo_export;

#[cgo_export]
static ROWS: u32 = 1;

fn main() {}
