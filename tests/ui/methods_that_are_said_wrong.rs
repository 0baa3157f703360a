use cgocall::cgo_export;
use std::ffi::c_int;

pub struct Counter(c_int);

#[cgo_export]
impl Counter {
    fn nothing_is_public(&self) {}
}

#[cgo_export(name = "count", on_panic = 3)]
impl Counter {
    pub fn count(&self) {}
}

#[cgo_export(private, prefix = "ctr")]
impl Counter {
    pub fn recount(&self) {}
}

#[cgo_export(prefix = "ctr")]
fn alone() {}

#[cgo_export]
impl Counter {
    #[cgo(skip)]
    fn hidden(&self) {}
    #[cgo(skipped)]
    pub fn skipped(&self) {}
    #[cgo(skip = true)]
    pub fn skipped_with_a_value(&self) {}
    #[cgo]
    pub fn without_a_key(&self) {}
    #[cgo(on_panic = 1)]
    pub fn without_a_result(&self) {}
    #[cgo(name = "a", name = "b")]
    pub fn twice(&self) {}
    #[unsafe(no_mangle)]
    pub fn mangled(&self) {}
}

fn main() {}
