#[link(name = "m")]
unsafe extern "C" {
    pub static mut environ: *mut *mut c_char;
}
/// The length of `text`.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub fn strlen(text: &CStr) -> usize {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_char,
        r: ::core::mem::MaybeUninit<usize>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "strlen"]
            fn __c(p0: *const ::core::ffi::c_char) -> usize;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "strlen",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ffi::CStr::as_ptr(text),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "strlen",
                    name: "text",
                };
                __loans.lend_text(__frame.p0, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        __frame.r.assume_init_read()
    }
}
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn rmdir(path: &CStr) -> Result<c_int, Errno> {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_char,
        r: ::core::mem::MaybeUninit<c_int>,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "rmdir"]
            fn __c(p0: *const ::core::ffi::c_char) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __errno = ::cgocall::__private::cleared_errno();
            let __r = __c(__args.p0);
            (*__frame).errno = *__errno;
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("rmdir");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ffi::CStr::as_ptr(path),
        r: ::core::mem::MaybeUninit::uninit(),
        errno: 0,
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "rmdir",
                    name: "path",
                };
                __loans.lend_text(__frame.p0, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        ::cgocall::__private::errno_result(__frame.r.assume_init_read(), __frame.errno)
    }
}
#[inline]
unsafe fn nothing() {
    #[repr(C)]
    struct __Frame {}
    unsafe extern "C" fn __stub(_: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "nothing"]
            fn __c();
        }
        unsafe {
            __c();
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
            "nothing",
        )
        .parks()
        .inline();
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {});
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
    }
}
#[repr(C)]
pub struct File {
    _data: [::core::primitive::u8; 0],
    _marker: ::core::marker::PhantomData<
        (*mut ::core::primitive::u8, ::core::marker::PhantomPinned),
    >,
}
