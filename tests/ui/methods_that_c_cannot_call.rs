use cgocall::cgo_export;
use std::ffi::c_int;
use std::rc::Rc;

pub struct Counter(c_int);
pub struct Of<T>(T);

#[cgo_export]
impl Clone for Counter {
    fn clone(&self) -> Self {
        Counter(self.0)
    }
}

#[cgo_export]
impl<T> Of<T> {
    pub fn get(self) -> T {
        self.0
    }
}

#[cgo_export]
impl Of<c_int> {
    pub fn number(self) -> c_int {
        self.0
    }
}

#[cgo_export]
impl Counter {
    pub async fn later(&self) {}
    pub fn convert<T: From<c_int>>(&self) -> T {
        self.0.into()
    }
    pub fn shared(self: Rc<Self>) -> c_int {
        self.0
    }
    pub fn all() -> Vec<Self> {
        Vec::new()
    }
    pub fn number(&self) -> &c_int {
        &self.0
    }
    pub fn take(_pair: (c_int, Self)) {}
    #[cgo(name = "malloc")]
    pub fn allocate(&self) {}
    #[cgo(name = "two words")]
    pub fn words(&self) {}
}

fn main() {}
