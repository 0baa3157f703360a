use cgocall::cgo_export;

#[allow(non_camel_case_types)]
pub struct rows {}

#[cgo_export]
fn rows() {}

fn main() {}
