#![allow(unused)]

use cgocall::cgo_import;
use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "sqlite3", drop = close)]
    type Db;
    fn close(db: Db) -> c_int;

    fn raw(db: *mut Db);
    fn raw_result() -> *const Db;
    fn non_null(db: NonNull<Db>);
    fn to_pointer(db: &mut *mut Db);
    fn uninit(db: &mut MaybeUninit<Db>);
    fn slice(all: &[Db]);
    fn array(#[cgo(out)] all: [Db; 2]);
    fn out_reference(#[cgo(out)] db: &Db);
    fn out_pointer(#[cgo(out)] db: *mut Db);
    fn reference() -> &'static Db;
    fn callback(f: extern "C" fn(&Db));
    fn option(db: Option<NonNull<Db>>);
    static main_db: Db;
}

fn main() {}
