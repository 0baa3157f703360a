use cgocall::cgo_import;

#[cgo_import(include = zlib)]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
