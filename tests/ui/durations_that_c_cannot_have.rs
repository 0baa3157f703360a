use cgocall::{Errno, cgo_export, cgo_import};
use std::ffi::c_int;
use std::time::Duration;

#[cgo_import]
unsafe extern "C" {
    safe fn result() -> Duration;
    safe fn option_result() -> Result<Option<Duration>, Errno>;
    safe fn reference(time: &Duration);
    safe fn pointer(time: *const Duration);
    safe fn slice(times: &[Duration]);
    safe fn twice(time: Option<Option<Duration>>);
    safe fn in_a_function(f: extern "C" fn(Duration) -> c_int);
    static LIMIT: Duration;
}

#[cgo_import]
pub type Wait = unsafe extern "C" fn(time: Duration) -> c_int;

#[cgo_export(private)]
fn on_time(_time: Duration) {}

#[cgo_export(private)]
fn on_time_if_any(_time: Option<Duration>) {}

#[cgo_export(private)]
fn time() -> Duration {
    Duration::ZERO
}

fn main() {}
