#[inline]
fn mode() -> Mode {
    #[repr(C)]
    struct __Frame {
        r: ::core::mem::MaybeUninit<Mode>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "mode"]
            fn __c() -> ::core::mem::MaybeUninit<Mode>;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __r = __c();
            (*__frame).r = __r;
        }
    }
    use ::cgocall::__private::AnyValue as _;
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("mode");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        ::cgocall::__private::Value::<
            Mode,
        >::result("mode", ::cgocall::__private::Value::<Mode>::raw(&__frame.r))
    }
}
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn is_open(mode: &mut Mode, modes: &mut [Mode]) -> Result<bool, Errno> {
    #[repr(C)]
    struct __Frame {
        p0: *mut Mode,
        p1: *mut Mode,
        p2: ::core::primitive::usize,
        r: ::core::mem::MaybeUninit<bool>,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "is_open"]
            fn __c(
                p0: *mut Mode,
                p1: *mut Mode,
                p2: ::core::primitive::usize,
            ) -> ::core::mem::MaybeUninit<bool>;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __errno = ::cgocall::__private::cleared_errno();
            let __r = __c(__args.p0, __args.p1, __args.p2);
            (*__frame).errno = *__errno;
            (*__frame).r = __r;
        }
    }
    use ::cgocall::__private::AnyValue as _;
    use ::cgocall::__private::AnyPlace as _;
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "is_open",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ptr::from_mut(mode),
        p1: modes.as_mut_ptr(),
        p2: modes.len(),
        r: ::core::mem::MaybeUninit::uninit(),
        errno: 0,
    });
    let __place0 = unsafe { ::cgocall::__private::Look::<Mode>::place(__frame.p0, 1) };
    let __place1 = unsafe {
        ::cgocall::__private::Look::<Mode>::place(__frame.p1, __frame.p2)
    };
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "is_open",
                    name: "mode",
                };
                __loans.lend_mut(__frame.p0, 1, &__ARGUMENT)
            };
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "is_open",
                    name: "modes",
                };
                __loans.lend_mut(__frame.p1, __frame.p2, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        __place0.look("is_open", "mode");
        __place1.look("is_open", "modes");
        ::cgocall::__private::errno_result(
                ::cgocall::__private::Value::<bool>::raw(&__frame.r),
                __frame.errno,
            )
            .map(|__good| ::cgocall::__private::Value::<bool>::result("is_open", __good))
    }
}
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Mode>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Mode` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Mode>::ITSELF
    },
    "`Mode` closes itself, and what C has is behind it: say this in the block that declares `Mode`, in the same package in any that has a header, or write a raw pointer",
);
