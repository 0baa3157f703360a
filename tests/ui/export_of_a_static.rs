use cgocall::cgo_export;

#[cgo_export]
<<<<<<<< HEAD:tests/ui/export_of_a_static.rs
static ROWS: u32 = 1;
========
const ROWS: u8 = 1;
>>>>>>>> traits:tests/ui/export_of_a_constant.rs

fn main() {}
