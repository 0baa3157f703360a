use cgocall::cgo_import;

#[cgo_import(parks)]
#[cgo(blocking)]
type Callback = unsafe extern "C" fn();

fn main() {}
