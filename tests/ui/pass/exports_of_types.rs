//! What C makes values of may be many things, and none of them warns.
#![deny(warnings)]

use cgocall::{Errno, Handle, cgo_export, cgo_import};
use std::ffi::{c_char, c_int, c_void};

/// A callback.
#[cgo_import]
pub type Token = extern "C" fn(c_int) -> c_int;

/// Another name of one.
pub type Alias = Option<unsafe extern "C" fn(*mut c_void) -> c_int>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cgo_export]
#[repr(u8)]
#[allow(dead_code)]
enum Level {
    Low = 3,
    #[cfg(any())]
    Middle,
    #[deprecated]
    High = 200,
}

#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy)]
struct Everything {
    level: Level,
    levels: [[Level; 2]; 3],
    yes: bool,
    call: Option<extern "C" fn(c_int)>,
    token: Token,
    maybe: Option<Token>,
    alias: Alias,
    error: Errno,
    handle: Handle<String>,
    #[cfg(any())]
    never: NoSuchType,
}

#[cgo_export]
#[repr(transparent)]
struct Id(u32);

#[cgo_export]
#[repr(C)]
union Either {
    number: u64,
    text: *const c_char,
}

#[cgo_export(private)]
fn all(_: Everything, _: &[Everything], _: &mut Everything, _: Option<&Everything>, _: Vec<Everything>) {}

#[cgo_export(private)]
fn some(id: Id, _: Token, _: Option<Token>, _: Alias, _: &[bool], _: Option<bool>, _: &mut [Id]) -> u32 {
    id.0
}

#[cgo_export(private, on_panic = Either { number: 0 })]
fn either() -> Either {
    Either { number: 1 }
}

/// In a function.
fn main() {
    #[cgo_export]
    #[repr(C)]
    enum Inner {
        A,
    }
    #[cgo_export(private)]
    fn inner(_: Inner, _: &Inner) {}
    let _ = (all::C, some::C, either::C, inner::C, Inner::A);
    // SAFETY: both are numbers.
    let _ = unsafe { Either { number: 1 }.text };
}
