// What is expanded names all that it uses from the root, whatever stands around it under the same names.
#![no_implicit_prelude]
#![allow(dead_code, nonstandard_style)]
#![deny(warnings)]

use ::cgocall::{Callback, DropUserData, Errno, Handle, UserData, cgo_export, cgo_import};
use ::std::boxed::Box;
use ::std::ffi::{CStr, c_int, c_void};
use ::std::marker::{Send, Sync};
use ::std::ops::{Fn, FnMut};
use ::std::option::Option;
use ::std::result::Result;
use ::std::string::String;
use ::std::vec::Vec;

struct u8;
struct usize;
struct str;
struct Some;
struct None;
struct Ok;
struct Err;
struct Clone;
struct Copy;
struct Drop;
struct From;
mod core {}
mod std {}
mod cgocall {}

#[cgo_export]
#[repr(C)]
enum Order {
    Up,
    Down,
}

#[cgo_export]
#[repr(C)]
struct Wish {
    order: Order,
    reverse: bool,
    n: c_int,
}

#[cgo_export]
trait Log: Send + Sync {
    fn write(&mut self, numbers: &[c_int]) -> bool;
    fn level(&self) -> c_int {
        3
    }
    fn functions(&self) -> c_int;
    fn twice(&self) -> c_int {
        self.functions() * 2
    }
    fn fill(&self, order: &mut Order) -> Result<(), Errno>;
    fn wish(&self) -> Wish;
}

#[cgo_export]
fn nothing_run(
    log: &mut dyn Log,
    other: Option<Box<dyn Log>>,
    wish: &Wish,
    wishes: &[Wish],
    boxed: Box<c_int>,
    handle: Handle<c_int>,
    numbers: Vec<c_int>,
    text: String,
    perhaps: Option<c_int>,
    function: extern "C" fn(c_int) -> c_int,
) -> Result<c_int, Errno> {
    let _ = (other, wishes, boxed, handle, numbers, text, perhaps);
    log.write(&[function(wish.n)]);
    Result::Ok(log.level())
}

struct Nothing {
    n: c_int,
}

#[cgo_export]
impl Nothing {
    pub fn new() -> Nothing {
        Nothing { n: 1 }
    }
    pub fn add(&mut self) -> c_int {
        self.n
    }
    pub fn end(self) {}
}

#[cgo_import]
unsafe extern "C" {
    type Raw;
    #[cgo(drop = close)]
    type Db;
    fn close(db: Db) -> c_int;
    safe fn slices(
        numbers: &[c_int],
        flags: &mut [bool],
        each: impl FnMut(UserData, &CStr) -> c_int,
        _: UserData,
    ) -> Result<c_int, Errno>;
    safe fn keeps(each: Box<dyn FnMut(UserData, c_int) + Send>, _: UserData, _: DropUserData);
    safe fn calls(each: &Callback<dyn Fn(UserData, c_int) + Send + Sync>, _: UserData);
    safe fn opens(#[cgo(out)] db: Db, path: String, mode: Option<&CStr>) -> Result<(), Errno>;
    #[cgo(free = free)]
    safe fn says() -> String;
    fn free(memory: *mut c_void);
}

#[cgo_import]
type Token = unsafe extern "C" fn(c_int) -> c_int;

fn main() {}
