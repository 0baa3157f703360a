use cgocall::cgo_import;

#[cgo_import(include = "zlib.h")]
type Call = unsafe extern "C" fn();

fn main() {}
