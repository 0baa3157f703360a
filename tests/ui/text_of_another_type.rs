use cgocall::cgo_import;

/// A type of C's that is called as one of Rust's texts is.
#[repr(C)]
struct Path {
    points: *mut f64,
}

#[cgo_import]
unsafe extern "C" {
    safe fn draw(path: &Path);
}

fn main() {
    draw(&Path { points: std::ptr::null_mut() });
}
