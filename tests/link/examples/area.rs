//! An example with an import of its own.

use cgocall::cgo_import;

#[cgo_import(include = "math.h", link = "m")]
unsafe extern "C" {
    safe fn hypot(x: f64, y: f64) -> f64;
}

fn main() {
    println!(
        "{:.3} {:.1}",
        cgocall_link_test::circle(1.0),
        hypot(3.0, 4.0)
    );
}
