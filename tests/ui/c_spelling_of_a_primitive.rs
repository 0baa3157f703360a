use cgocall::cgo_import;

#[repr(C)]
pub struct Level(f64);

#[cgo_import]
unsafe extern "C" {
    fn set_level(#[cgo(c = "unsigned long")] level: Level);
}

fn main() {}
