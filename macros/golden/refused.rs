::core::compile_error!(
    "C gets a copy of this text, and would change that; write `&mut [c_char]`, or `*mut c_char`",
)
#[inline]
fn good(x: c_int) -> c_int {
    #[repr(C)]
    struct __Frame {
        p0: c_int,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "good"]
            fn __c(p0: c_int) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("good");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: x,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        __frame.r.assume_init_read()
    }
}
#[allow(unused_variables, dead_code)]
fn bad(p0: &mut str) -> ! {
    ::core::unreachable!()
}
