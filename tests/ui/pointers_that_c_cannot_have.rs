use cgocall::cgo_import;
use std::any::Any;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::rc::Rc;

#[cgo_import]
unsafe extern "C" {
    // Of two words, or no pointers.
    safe fn boxed_trait(any: Box<dyn Any>);
    safe fn boxed_slice(bytes: Option<Box<[u8]>>);
    safe fn non_null_trait(any: NonNull<dyn Any>);
    safe fn non_null_slice(bytes: NonNull<[u8]>);
    safe fn option_of_a_slice(bytes: Option<&[u8]>);
    safe fn counted(any: Rc<c_int>);
    safe fn option_of_option(place: Option<Option<&c_int>>);
    // Of what is not there.
    safe fn uninit(place: &MaybeUninit<c_int>);
    safe fn uninit_by_value(place: MaybeUninit<c_int>);
    safe fn uninit_elements(place: &[MaybeUninit<u8>]);
    // Within others.
    safe fn reference_behind(place: NonNull<&c_int>);
    safe fn reference_to_option(place: &mut Option<&c_int>);
    safe fn box_from_a_function(f: extern "C" fn() -> Box<c_int>);
    safe fn non_null_from_a_function(f: extern "C" fn() -> NonNull<c_int>);
    safe fn wide_in_a_function(f: extern "C" fn(Option<Box<dyn Any>>));
    static KEPT: Box<c_int>;
    // Out of C.
    safe fn reference() -> Option<&'static mut c_int>;
    safe fn owned() -> Box<c_int>;
    // On another thread.
    #[cgo(blocking)]
    safe fn blocking(place: Option<NonNull<c_int>>) -> NonNull<c_void>;
    safe fn good(place: Option<&c_int>) -> c_int;
}

fn main() {
    let _: c_int = good(None);
}
