//! A type is known by the last segment of its path; and what a macro passes arrives in a group.
use cgocall::cgo_import;

macro_rules! import {
    ($name:ident, $c:literal, $ty:ty) => {
        #[cgo_import]
        unsafe extern "C" {
            #[cgo(c = $c)]
            safe fn $name(x: $ty) -> $ty;
        }
    };
}
import!(a, "abs", std::ffi::c_int);
import!(b, "labs", core::ffi::c_long);
import!(c, "fabs", f64);

fn main() {
    assert_eq!((a(-1), b(-1), c(-1.0)), (1, 1, 1.0));
    let _ = import_in_a_function();
}

fn import_in_a_function() -> Handle {
    #[cgo_import]
    unsafe extern "C" {
        safe fn labs(n: Handle) -> Handle;
    }
    labs(-1)
}

type Handle = std::ffi::c_long;
