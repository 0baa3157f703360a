use cgocall::{cgo_export, cgo_import};

#[cgo_import(link = "m")]
#[cfg_attr(unix, cgo_import(link = "rt"))]
unsafe extern "C" {
    safe fn f();
}

#[cgo_export(private)]
#[cgo_export]
fn g() {}

#[cfg_attr(unix, cgo_import)]
#[cfg_attr(windows, cgo_import(link = "user32"))]
unsafe extern "C" {
    safe fn one_for_each_target();
}

fn main() {}
