use cgocall::cgo_export;

#[cgo_export]
fn delete() {}

#[cgo_export]
fn errno() {}

#[cgo_export]
fn cgo_string_free() {}

#[cgo_export(name = "isnan")]
fn is_nan(x: f64) -> bool {
    x.is_nan()
}

#[cgo_export(name = "a$b")]
fn dollars() {}

#[allow(non_camel_case_types)]
#[cgo_export]
#[repr(C)]
struct class {
    x: u8,
}

#[allow(clippy::upper_case_acronyms)]
#[cgo_export]
trait FILE {
    fn read(&self);
}

#[allow(non_camel_case_types)]
#[cgo_export]
#[repr(u8)]
enum stat {
    Good,
}

#[allow(non_camel_case_types)]
#[cgo_export]
#[repr(C)]
struct index {
    at: u8,
}

struct Shelf;

#[cgo_export(prefix = "va")]
impl Shelf {
    pub fn end(&self) {}
    #[cgo(name = "major")]
    pub fn bigger(&self) {}
}

// The header's names are not those of what C does not see.
#[cgo_export(private)]
fn new() {}

fn main() {}
