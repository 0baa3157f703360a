use cgocall::cgo_import;
use std::ffi::{c_int, c_void};

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = close)]
    type Db;
    fn close(db: Db);
    fn release(memory: *mut c_void);

    #[cgo(free = release, len = 2)]
    fn several() -> Vec<Db>;
    #[cgo(free = release, len = 2)]
    fn boxes() -> Vec<Box<c_int>>;
    #[cgo(len = 2)]
    fn lent() -> &'static [Box<c_int>];
    #[cgo(blocking)]
    fn text() -> &'static str;
    #[cgo(blocking)]
    fn number() -> &'static c_int;
}

fn main() {}
