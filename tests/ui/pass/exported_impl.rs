//! A block for C is not a reason to allow anything.
#![forbid(unused, missing_docs, non_snake_case, unsafe_op_in_unsafe_fn)]

use cgocall::cgo_export;
use std::ffi::c_int;

struct Counter {
    value: c_int,
}

#[cgo_export(prefix = "ui_counter")]
impl Counter {
    pub fn new(value: c_int) -> Counter {
        Counter { value }
    }

    pub fn add(&mut self, n: c_int) -> c_int {
        self.value += n;
        self.value
    }

    #[cgo(name = "ui_counter_over", on_panic = -1)]
    pub fn end(self: Box<Self>) -> c_int {
        self.value
    }

    pub fn largest(&self, mut others: Vec<c_int>) -> Result<Self, String> {
        others.push(self.value);
        let largest = others.into_iter().max().ok_or("none")?;
        Ok(Counter { value: largest })
    }
}

#[cgo_export]
fn ui_name(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn main() {
    let mut counter = Counter::new(1);
    assert_eq!(counter.add(1), 2);
}
