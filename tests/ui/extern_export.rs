use cgocall::cgo_export;

#[cgo_export]
extern "C" fn f() {}

fn main() {}
