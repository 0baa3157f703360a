use cgocall::cgo_import;
use std::ffi::{c_int, c_void};

#[cgo_import]
unsafe extern "C" {
    type File;
    #[cgo(blocking)]
    safe fn look(file: &File) -> c_int;
    #[cgo(blocking)]
    safe fn look_if_there(file: Option<&File>) -> c_int;
}

#[cgo_import]
unsafe extern "C" {
    type Stream;
    #[cgo(blocking)]
    safe fn read(stream: &mut Stream) -> c_int;
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = closes)]
    type Closed;
    #[cgo(blocking)]
    fn closes(it: *mut c_void);
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(send, sync)]
    type Free;
    #[cgo(blocking)]
    safe fn all_is_well(one: &Free) -> c_int;
    #[cgo(blocking)]
    safe fn so_it_is(one: &mut Free) -> c_int;
}

fn main() {}
