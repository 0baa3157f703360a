// C may call what is exported; that it is safe, nothing may change afterwards.
use cgocall::cgo_export;

#[cgo_export]
#[target_feature(enable = "avx512f")]
fn wide(n: i32) -> i32 {
    n
}

#[cgo_export]
#[cfg_attr(all(), target_feature(enable = "avx512f"))]
fn hidden(n: i32) -> i32 {
    n
}

struct Sorter;

#[cgo_export]
impl Sorter {
    #[cfg_attr(all(), cfg(any()))]
    pub fn sort(&self, _n: i32) {}
}

impl Sorter {
    /// # Safety
    /// There is none.
    pub unsafe fn sort(&self, _n: i32) {}
}

// C sees to it.
#[cgo_export]
#[target_feature(enable = "avx512f")]
unsafe fn wider(n: i32) -> i32 {
    n
}

fn main() {}
