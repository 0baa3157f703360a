#![allow(unused)]

use cgocall::{cgo_export, cgo_import};
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = close)]
    pub type Db;
    fn close(db: Db);
}

type Alias = Db;

#[cgo_import]
unsafe extern "C" {
    safe fn open() -> Db;
    safe fn open_alias() -> Alias;
    safe fn open_if_any() -> Option<self::Db>;
    safe fn changes(db: &crate::Db) -> c_int;
}

mod aliased {
    use super::cgo_import;

    #[cgo_import]
    unsafe extern "C" {
        #[cgo(drop = close_row)]
        type Row;
        fn close_row(row: Row);
        safe fn next(row: &Alias) -> Alias;
    }
    type Alias = Row;
}

#[cgo_import]
type Hook = unsafe extern "C" fn(db: &Db) -> c_int;

#[cgo_export(private)]
fn on_change(db: &Db) -> c_int {
    0
}

fn main() {}
