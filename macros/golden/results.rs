#[inline]
fn mmap(length: usize) -> Result<NonNull<c_void>, Errno> {
    #[repr(C)]
    struct __Frame {
        p0: usize,
        r: ::core::mem::MaybeUninit<*mut c_void>,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "mmap"]
            fn __c(p0: usize) -> *mut c_void;
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
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("mmap");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: length,
        r: ::core::mem::MaybeUninit::uninit(),
        errno: 0,
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        let __r = __frame.r.assume_init_read();
        ::cgocall::__private::errno_result_if(
                ::cgocall::__private::is_minus_one(&__r),
                __r,
                __frame.errno,
            )
            .map(|__good| ::cgocall::__private::non_null_result("mmap", __good.cast()))
    }
}
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn sqlite3_reset(stmt: &mut sqlite3_stmt) -> Result<(), SqliteError> {
    #[repr(C)]
    struct __Frame {
        p0: *mut sqlite3_stmt,
        r: ::core::mem::MaybeUninit<::core::ffi::c_int>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "sqlite3_reset"]
            fn __c(p0: *mut sqlite3_stmt) -> ::core::ffi::c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    use ::cgocall::__private::AnyPlace as _;
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "sqlite3_reset",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ptr::from_mut(stmt),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    let __place0 = unsafe {
        ::cgocall::__private::Look::<sqlite3_stmt>::place(__frame.p0, 1)
    };
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "sqlite3_reset",
                    name: "stmt",
                };
                __loans.lend_mut(__frame.p0, 1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        __place0.look("sqlite3_reset", "stmt");
        let __r = __frame.r.assume_init_read();
        ::cgocall::__private::status_if::<
            ::core::ffi::c_int,
            SqliteError,
        >(::cgocall::__private::is_nonzero(&__r), __r)
    }
}
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn archive_read(a: &mut archive) -> Result<ssize_t, ArchiveError> {
    #[repr(C)]
    struct __Frame {
        p0: *mut archive,
        r: ::core::mem::MaybeUninit<ssize_t>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "archive_read"]
            fn __c(p0: *mut archive) -> ::core::mem::MaybeUninit<ssize_t>;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = __r;
        }
    }
    use ::cgocall::__private::AnyValue as _;
    use ::cgocall::__private::AnyPlace as _;
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "archive_read",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ptr::from_mut(a),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    let __place0 = unsafe {
        ::cgocall::__private::Look::<archive>::place(__frame.p0, 1)
    };
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "archive_read",
                    name: "a",
                };
                __loans.lend_mut(__frame.p0, 1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
            __loans.translate(&mut __frame.r);
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        __place0.look("archive_read", "a");
        let __r = ::cgocall::__private::Value::<ssize_t>::raw(&__frame.r);
        ::cgocall::__private::code_if::<
            ssize_t,
            ArchiveError,
        >(
            ::cgocall::__private::is_negative(&__r),
            ::cgocall::__private::Value::<ssize_t>::result("archive_read", __r),
        )
    }
}
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::AnyClass as _;
        ::cgocall::__private::Class::<NonNull<c_void>>::CODE
            == ::cgocall::__private::Class::<*mut ()>::CODE
    },
    "`NonNull<c_void>` is no C pointer; that is the standard library's, to a type of known size",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const sqlite3_stmt>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `sqlite3_stmt` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<sqlite3_stmt>::ITSELF
    },
    "`sqlite3_stmt` closes itself, and what C has is behind it: say this in the block that declares `sqlite3_stmt`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const archive>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `archive` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<archive>::ITSELF
    },
    "`archive` closes itself, and what C has is behind it: say this in the block that declares `archive`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const ssize_t>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `ssize_t` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<ssize_t>::ITSELF
    },
    "`ssize_t` closes itself, and what C has is behind it: say this in the block that declares `ssize_t`, in the same package in any that has a header, or write a raw pointer",
);
