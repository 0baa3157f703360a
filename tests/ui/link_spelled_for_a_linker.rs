use cgocall::cgo_import;

#[cgo_import(link = "-lz", link = "statik=foo", link = "vendor/libfoo.a")]
unsafe extern "C" {
    safe fn f();
}

fn main() {}
