use cgocall::cgo_export;

#[cgo_export(private, include = "plugin.h")]
fn f() {}

#[cgo_export(define = "PLUGIN")]
fn g() {}

#[cgo_export(include = "plugin.h")]
fn h() {}

fn main() {}

// Keeps: missing-tools
