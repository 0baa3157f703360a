//! What has no place in a struct of functions.

#![allow(unused)]

use cgocall::cgo_export;
use std::ffi::{c_int, c_void};
use std::fmt::Debug;
use std::path::Path;

#[cgo_export]
trait Generic<T> {
    fn get(&self, value: T);
}

#[cgo_export]
trait Printed: Debug + Clone {
    fn get(&self);
}

#[cgo_export]
unsafe trait Promising {
    fn get(&self);
}

#[cgo_export(name = "other", on_panic = -1, include = "log.h")]
trait Named {
    fn get(&self);
}

#[cgo_export]
trait Empty {}

#[cgo_export]
trait WithOthers {
    const SIZE: usize;
    type Item;
    fn get(&self);
}

#[cgo_export]
trait Receivers {
    fn new(n: c_int);
    fn end(self);
    fn boxed(self: Box<Self>);
    fn lent<'a>(&'a self, text: &'a str);
    fn itself(&self, other: &Self);
}

#[cgo_export]
trait Heads {
    async fn waits(&self);
    extern "C" fn of_c(&self);
    fn drop(&self);
    fn user_data(&self);
    #[cfg(unix)]
    fn sometimes(&self);
    #[cgo(skip)]
    fn skipped(&self);
    #[cgo(out)]
    fn said(&self);
}

#[cgo_export]
trait Arguments {
    fn pair(&self, pair: (c_int, c_int));
    fn result(&self, result: Result<c_int, ()>);
    fn path(&self, path: &Path);
    fn closure(&self, call: impl FnMut(c_int));
    fn object(&self, other: &dyn Debug);
    fn letter(&self, letter: char);
    fn pointer(&self, pointer: *const c_void);
    fn pattern(&self, (a, b): (c_int, c_int)) {
        let _ = (a, b);
    }
}

#[cgo_export]
trait Results {
    fn text(&self) -> &str;
    fn owned(&self) -> String;
    fn list(&self) -> Vec<u8>;
    fn maybe(&self) -> Option<c_int>;
    fn both(&self) -> (c_int, c_int);
    fn lent(&self) -> &c_int;
    fn boxed(&self) -> Box<c_int>;
    fn object(&self) -> Box<dyn Debug>;
    fn failed(&self) -> Result<String, ()>;
    fn never(&self) -> !;
}

#[cgo_export]
trait Blocking: Sync {
    #[cgo(blocking)]
    fn shared(&self);
    #[cgo(blocking)]
    fn exclusive(&mut self);
}

fn main() {}
