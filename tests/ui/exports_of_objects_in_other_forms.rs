//! Objects in forms that C has not.

#![allow(unused)]

use cgocall::{cgo_export, cgo_import};
use std::ffi::c_int;

#[cgo_export]
pub trait Log: Send {
    fn write(&mut self, text: &str);
}

#[cgo_export]
fn also_send(log: &(dyn Log + Send)) {}

#[cgo_export]
fn forever(log: &'static dyn Log) {}

#[cgo_export]
fn generic(log: &dyn Iterator<Item = c_int>) {}

#[cgo_export]
fn closure(call: impl FnMut(c_int)) {}

#[cgo_export]
fn closure_behind(call: &dyn Fn(c_int)) {}

#[cgo_export]
fn boxed_closure(call: Box<dyn FnOnce(c_int)>) {}

#[cgo_export]
fn several(logs: &[&dyn Log]) {}

#[cgo_export]
fn listed(logs: Vec<Box<dyn Log>>) {}

#[cgo_export]
fn returned() -> Box<dyn Log> {
    loop {}
}

#[cgo_import]
unsafe extern "C" {
    fn imported(log: &mut dyn Log);
}

fn main() {}
