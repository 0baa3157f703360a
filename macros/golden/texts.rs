#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn setlocale(category: c_int, locale: Option<&CStr>) -> Option<&'static CStr> {
    #[repr(C)]
    struct __Frame {
        p0: c_int,
        p1: *const ::core::ffi::c_char,
        r: ::core::mem::MaybeUninit<*const ::core::ffi::c_char>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "setlocale"]
            fn __c(
                p0: c_int,
                p1: *const ::core::ffi::c_char,
            ) -> *const ::core::ffi::c_char;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0, __args.p1);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "setlocale",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: category,
        p1: ::core::option::Option::map_or(
            locale,
            ::core::ptr::null(),
            ::core::ffi::CStr::as_ptr,
        ),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "setlocale",
                    name: "locale",
                };
                __loans.lend_text(__frame.p1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
            __loans.translate(&mut __frame.r);
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        ::cgocall::__private::nullable_cstr_result(__frame.r.assume_init_read())
    }
}
#[inline]
#[track_caller]
fn puts(text: &str) -> c_int {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_char,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "puts"]
            fn __c(p0: *const ::core::ffi::c_char) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    let mut __text0 = ::cgocall::__private::TextBuffer::new();
    let text = __text0.hold::<&str>(&text, "puts", "text");
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("puts");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: text,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "puts",
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
fn rename(old: &Path, new: String) -> Result<c_int, Errno> {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_char,
        p1: *const ::core::ffi::c_char,
        r: ::core::mem::MaybeUninit<c_int>,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "rename"]
            fn __c(
                p0: *const ::core::ffi::c_char,
                p1: *const ::core::ffi::c_char,
            ) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __errno = ::cgocall::__private::cleared_errno();
            let __r = __c(__args.p0, __args.p1);
            (*__frame).errno = *__errno;
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    ::cgocall::__private::assert_send(&old);
    ::cgocall::__private::assert_send(&new);
    ::cgocall::__private::assert_send_type::<Result<c_int, Errno>>();
    let mut __text0 = ::cgocall::__private::TextBuffer::new();
    let old = __text0.try_hold::<&Path>(&old)?;
    let mut __text1 = ::cgocall::__private::TextBuffer::new();
    let new = __text1.try_hold::<String>(&new)?;
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("rename")
        .blocking();
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: old,
        p1: new,
        r: ::core::mem::MaybeUninit::uninit(),
        errno: 0,
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "rename",
                    name: "old",
                };
                __loans.lend_text(__frame.p0, &__ARGUMENT)
            };
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "rename",
                    name: "new",
                };
                __loans.lend_text(__frame.p1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        ::cgocall::__private::errno_result(__frame.r.assume_init_read(), __frame.errno)
    }
}
