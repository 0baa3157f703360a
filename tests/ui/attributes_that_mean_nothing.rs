use cgocall::{cgo_export, cgo_import};

#[cgo_import]
#[link(name = "z")]
unsafe extern "C" {
    fn linked();
}

#[cgo_import]
#[cgo(blocking)]
unsafe extern "C" {
    fn on_the_block();
}

#[cgo_import]
unsafe extern "C" {
    extern "C" fn said_twice();
    fn bounded(p: i32)
    where
        i32: Copy;
    #[cgo(constant)]
    static OF_NO_HEADER: i32;
}

#[cgo_export]
#[unsafe(no_mangle)]
fn symbol() {}

#[cgo_export(name = "no name")]
fn named() {}

#[cgo_import]
fn on_a_function() {}

fn main() {}
