use cgocall::cgo_import;

#[cgo_import("zlib.h")]
unsafe extern "C" {
    fn not_a_key();
}

#[cgo_import(link("z"))]
unsafe extern "C" {
    fn parentheses();
}

#[cgo_import(link = "z" define = "A")]
unsafe extern "C" {
    fn no_comma();
}

#[cgo_import(crate = "cgocall")]
unsafe extern "C" {
    fn no_path();
}

#[cgo_import]
unsafe extern "C" {
    #[cgo]
    fn without_a_key();
    fn spelled_without_a_type(#[cgo(c = "struct stat")] p: i32);
}

fn main() {}
