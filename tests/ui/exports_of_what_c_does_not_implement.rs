//! Objects that C cannot pass.

#![allow(unused)]

use cgocall::cgo_export;
use std::fmt::Debug;

#[cgo_export]
pub trait Log {
    fn write(&mut self, text: &str);
}

mod log {
    pub use super::Log as Other;
}

trait Own {}

#[cgo_export]
fn own(own: &dyn Own) {}

#[cgo_export]
fn debug(debug: Option<&mut dyn Debug>) {}

#[cgo_export]
fn keeps(log: Box<dyn Log>) {}

#[cgo_export]
fn keeps_if_any(log: Option<Box<dyn log::Other>>) {}

fn main() {}
