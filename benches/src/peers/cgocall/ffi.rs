//! The C functions, imported.

use cgocall::{Callback, DropUserData, Errno, UserData, cgo_import};
use std::ffi::{c_int, c_long, c_uint, c_void};

#[cgo_import(include = "c/work.h", source = "c/work.c")]
unsafe extern "C" {
    pub safe fn empty();
    pub safe fn add(a: c_int, b: c_int) -> c_int;
    pub safe fn first(text: &str) -> c_int;
    pub safe fn fail() -> Result<c_int, Errno>;
    pub safe fn call_back(cb: extern "C" fn(c_int) -> c_int, n: c_int) -> c_int;
    pub safe fn call_back_times(cb: extern "C" fn(c_int) -> c_int, times: c_int);
    pub safe fn call_closure_times(
        f: impl FnMut(UserData, c_int) -> c_int,
        _: UserData,
        times: c_int,
    );
    pub safe fn keep_closure(
        f: impl FnMut(UserData, c_int) -> c_int + Send + 'static,
        _: UserData,
        _: DropUserData,
    );
    #[cgo(c = "keep_closure")]
    pub safe fn hold_callback(
        f: &Callback<dyn FnMut(UserData, c_int) -> c_int + Send>,
        _: UserData,
        drop: Option<extern "C" fn(*mut c_void)>,
    );
    pub safe fn call_kept_times(times: c_int);
    pub safe fn thread_calls_back(cb: extern "C" fn(c_int) -> c_int, times: c_int) -> c_long;
    pub safe fn threads_call_back(cb: extern "C" fn(c_int) -> c_int, threads: c_int) -> c_long;
    pub safe fn nap(micros: c_uint);
    #[cgo(blocking, c = "empty")]
    pub safe fn empty_offloaded();
    #[cgo(blocking, c = "nap")]
    pub safe fn nap_offloaded(micros: c_uint);
}
