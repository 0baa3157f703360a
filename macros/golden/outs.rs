#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn frexp(x: f64) -> (f64, c_int) {
    #[repr(C)]
    struct __Frame {
        p0: f64,
        p1: *mut c_int,
        r: ::core::mem::MaybeUninit<f64>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "frexp"]
            fn __c(p0: f64, p1: *mut c_int) -> f64;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0, __args.p1);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    let mut __out_exponent = ::core::mem::MaybeUninit::<c_int>::zeroed();
    let exponent = __out_exponent.as_mut_ptr();
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("frexp");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: x,
        p1: exponent,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "frexp",
                    name: "exponent",
                };
                __loans.lend_mut(__frame.p1, 1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        (__frame.r.assume_init_read(), __out_exponent.assume_init())
    }
}
#[inline]
fn pipe() -> Result<[c_int; 2], Errno> {
    #[repr(C)]
    struct __Frame {
        p0: *mut c_int,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "pipe"]
            fn __c(p0: *mut c_int);
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __errno = ::cgocall::__private::cleared_errno();
            __c(__args.p0);
            (*__frame).errno = *__errno;
        }
    }
    let mut __out_ends = ::core::mem::MaybeUninit::<[c_int; 2]>::zeroed();
    let ends = __out_ends.as_mut_ptr();
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("pipe");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ends.cast(),
        errno: 0,
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        ::cgocall::__private::errno_result((), __frame.errno)
            .map(|()| __out_ends.assume_init())
    }
}
#[inline]
#[track_caller]
unsafe fn find(name: &str) -> (NonNull<Row>, Option<&'static CStr>) {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_char,
        p1: *mut ::core::option::Option<NonNull<Row>>,
        p2: *mut *const ::core::ffi::c_char,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "find"]
            fn __c(
                p0: *const ::core::ffi::c_char,
                p1: *mut ::core::option::Option<NonNull<Row>>,
                p2: *mut *const ::core::ffi::c_char,
            );
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            __c(__args.p0, __args.p1, __args.p2);
        }
    }
    let mut __text0 = ::cgocall::__private::TextBuffer::new();
    let name = __text0.hold::<&str>(&name, "find", "name");
    let mut __out_found = ::core::mem::MaybeUninit::<
        ::core::option::Option<NonNull<Row>>,
    >::zeroed();
    let found = __out_found.as_mut_ptr();
    let mut __out_text = ::core::mem::MaybeUninit::<
        *const ::core::ffi::c_char,
    >::zeroed();
    let text = __out_text.as_mut_ptr();
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("find");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: name,
        p1: found,
        p2: text,
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "find",
                    name: "name",
                };
                __loans.lend_text(__frame.p0, &__ARGUMENT)
            };
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "find",
                    name: "found",
                };
                __loans.lend_mut(__frame.p1, 1, &__ARGUMENT)
            };
            __frame.p2 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "find",
                    name: "text",
                };
                __loans.lend_mut(__frame.p2, 1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        (
            ::cgocall::__private::out_there(
                "find",
                "found",
                "NonNull",
                __out_found.assume_init(),
            ),
            ::cgocall::__private::nullable_cstr_result(__out_text.assume_init()),
        )
    }
}
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn wait(id: c_int) -> Result<(c_int, Status), Errno> {
    #[repr(C)]
    struct __Frame {
        p0: c_int,
        p1: *mut Status,
        r: ::core::mem::MaybeUninit<c_int>,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "wait"]
            fn __c(p0: c_int, p1: *mut Status) -> c_int;
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
    use ::cgocall::__private::AnyValue as _;
    ::cgocall::__private::assert_send(&id);
    ::cgocall::__private::assert_send_type::<Result<c_int, Errno>>();
    ::cgocall::__private::assert_send_type::<Status>();
    const _: ::cgocall::__private::Zeroes<Status> = ::cgocall::__private::Zeroes {
        all_zeroes_or_else_mut_maybe_uninit: unsafe {
            ::core::mem::MaybeUninit::<Status>::zeroed().assume_init()
        },
    };
    let mut __out_status = ::core::mem::MaybeUninit::<Status>::zeroed();
    let status = __out_status.as_mut_ptr();
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("wait")
        .blocking();
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: id,
        p1: status,
        r: ::core::mem::MaybeUninit::uninit(),
        errno: 0,
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "wait",
                    name: "status",
                };
                __loans.lend_mut(__frame.p1, 1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        ::cgocall::__private::errno_result(__frame.r.assume_init_read(), __frame.errno)
            .map(|__good| (
                __good,
                ::cgocall::__private::Value::<
                    Status,
                >::wrote("wait", "status", __out_status),
            ))
    }
}
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::AnyClass as _;
        ::cgocall::__private::Class::<NonNull<Row>>::CODE
            == ::cgocall::__private::Class::<*mut ()>::CODE
    },
    "`NonNull<Row>` is no C pointer; that is the standard library's, to a type of known size",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Row>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Row` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Row>::ITSELF
    },
    "`Row` closes itself, and what C has is behind it: say this in the block that declares `Row`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Status>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Status` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Status>::ITSELF
    },
    "`Status` closes itself, and what C has is behind it: say this in the block that declares `Status`, in the same package in any that has a header, or write a raw pointer",
);
