use cgocall::{Errno, cgo_import};
use std::ffi::{c_int, c_long};

#[cgo_import]
unsafe extern "C" {
    safe fn one(#[cgo(out)] n: c_long);
    safe fn two(#[cgo(out)] n: c_long, #[cgo(out)] m: c_int);
    safe fn and_a_result(#[cgo(out)] n: c_long) -> c_int;
    safe fn or_an_error(#[cgo(out)] n: c_long) -> Result<(), Errno>;
    safe fn and_a_result_or_an_error(#[cgo(out)] n: c_long) -> Result<c_int, Errno>;
}

fn main() {
    let () = one();
    let () = two();
    let () = and_a_result();
    let () = or_an_error();
    let () = and_a_result_or_an_error();
    let _ = one(&mut 0);
}
