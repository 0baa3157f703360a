use cgocall::cgo_export;
use std::ffi::c_int;

#[cgo_export(private)]
fn twice() -> Result<Result<c_int, String>, String> {
    Ok(Ok(1))
}

#[cgo_export(private)]
fn in_part() -> (c_int, Result<c_int, String>) {
    (1, Ok(1))
}

#[cgo_export(private)]
fn nested() -> (c_int, (c_int, c_int)) {
    (1, (2, 3))
}

#[cgo_export(private)]
fn nothing_beside() -> (c_int, ()) {
    (1, ())
}

#[cgo_export(private)]
fn one() -> (c_int,) {
    (1,)
}

#[cgo_export(private)]
fn nine() -> (u8, u8, u8, u8, u8, u8, u8, u8, u8) {
    (1, 2, 3, 4, 5, 6, 7, 8, 9)
}

#[cgo_export(private)]
fn taken(failed: Result<c_int, String>) {
    let _ = failed;
}

#[cgo_export(private)]
fn pair(pair: (c_int, c_int)) {
    let _ = pair;
}

#[cgo_export(private, on_panic = -1)]
fn said() -> Result<c_int, String> {
    Ok(1)
}

#[cgo_export(private)]
fn optional() -> Option<(c_int, c_int)> {
    None
}

#[cgo_export(private)]
fn none_of_none() -> Option<Option<c_int>> {
    None
}

#[cgo_export(private)]
fn of_another() -> Result<&'static mut c_int, String> {
    Err(String::new())
}

fn main() {}
