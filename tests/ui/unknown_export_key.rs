use cgocall::cgo_export;

#[cgo_export(privat)]
fn f() {}

fn main() {}

// Keeps: refused-attributes
