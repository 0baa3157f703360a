use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    safe fn f(out: &mut dyn std::io::Write);
}

fn main() {}

// Keeps: refused-forms
