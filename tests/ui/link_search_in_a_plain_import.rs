use cgocall::cgo_import;

#[cgo_import(link = "static=foo", link_search = "lib")]
unsafe extern "C" {
    safe fn f();
}

#[cgo_import(include = "foo.h", link_search = "lib")]
type Foo = std::ffi::c_int;

fn main() {}
