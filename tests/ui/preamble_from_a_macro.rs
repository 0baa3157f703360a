use cgocall::cgo_import;

#[cgo_import(preamble = include_str!("f.c"))]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
