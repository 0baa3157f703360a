//! What is called as a pointer is, and what is one of two words.
use cgocall::cgo_import;
use std::ffi::c_int;
use std::sync::Mutex;

mod mine {
    pub struct NonNull<T>(pub T, pub u64);
    pub struct Box<T>(pub T);
    pub enum Option<T> {
        Some(T),
    }
}

type Object = dyn Fn();

#[cgo_import]
unsafe extern "C" {
    safe fn non_null(f: extern "C" fn(mine::NonNull<c_int>));
    safe fn boxed(f: extern "C" fn(mine::Box<c_int>));
    safe fn option(f: extern "C" fn(mine::Option<&c_int>));
    safe fn object(f: extern "C" fn(std::boxed::Box<Object>));
    safe fn object_if_any(f: extern "C" fn(Option<&Object>));
    safe fn locked(f: extern "C" fn(&Mutex<Object>));
    safe fn boxed_object(object: Box<Object>);
}

fn main() {
    let _ = (mine::NonNull((), 1), mine::Box(()), mine::Option::Some(()));
}
