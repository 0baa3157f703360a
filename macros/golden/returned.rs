#[inline]
#[track_caller]
fn shelf_find<'__lent>(shelf: &'__lent Shelf, name: &str) -> Option<&'__lent CStr> {
    #[repr(C)]
    struct __Frame {
        p0: *const Shelf,
        p1: *const ::core::ffi::c_char,
        r: ::core::mem::MaybeUninit<*const ::core::ffi::c_char>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "shelf_find"]
            fn __c(
                p0: *const Shelf,
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
    let mut __text0 = ::cgocall::__private::TextBuffer::new();
    let name = __text0.hold::<&str>(&name, "shelf_find", "name");
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "shelf_find",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ptr::from_ref(shelf),
        p1: name,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "shelf_find",
                    name: "shelf",
                };
                __loans.lend(__frame.p0, 1, &__ARGUMENT)
            };
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "shelf_find",
                    name: "name",
                };
                __loans.lend_text(__frame.p1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
            __loans.translate(&mut __frame.r);
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        ::cgocall::__private::text_result::<
            Option<&CStr>,
        >("shelf_find", __frame.r.assume_init_read())
    }
}
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn strdup(text: &CStr) -> Result<String, Errno> {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_char,
        r: ::core::mem::MaybeUninit<*mut ::core::ffi::c_char>,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "strdup"]
            fn __c(p0: *const ::core::ffi::c_char) -> *mut ::core::ffi::c_char;
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
    let __free = ::cgocall::__private::freeing(free);
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "strdup",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ffi::CStr::as_ptr(text),
        r: ::core::mem::MaybeUninit::zeroed(),
        errno: 0,
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "strdup",
                    name: "text",
                };
                __loans.lend_text(__frame.p0, &__ARGUMENT)
            };
            __loans.close();
            let __at = (&raw mut __frame).cast::<__Frame>();
            let __unreturned = ::cgocall::__private::Unreturned::new(
                &raw const (*__at).r,
                __free,
            );
            ::cgocall::__private::cgocall(&__SITE, __stub, __at.cast());
            ::core::mem::forget(__unreturned);
            __loans.translate(&mut __frame.r);
        } else {
            let __at = (&raw mut __frame).cast::<__Frame>();
            let __unreturned = ::cgocall::__private::Unreturned::new(
                &raw const (*__at).r,
                __free,
            );
            ::cgocall::__private::cgocall(&__SITE, __stub, __at.cast());
            ::core::mem::forget(__unreturned);
        }
        ::cgocall::__private::errno_result(__frame.r.assume_init_read(), __frame.errno)
            .and_then(|__good| ::cgocall::__private::try_copied_result::<
                String,
                _,
                _,
            >("strdup", __good, __free))
    }
}
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn shelf_books(shelf: &Shelf) -> &[Book] {
    #[repr(C)]
    struct __Frame {
        p0: *const Shelf,
        r: ::core::mem::MaybeUninit<*const Book>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "shelf_books"]
            fn __c(p0: *const Shelf) -> *const Book;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    use ::cgocall::__private::AnyLook as _;
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "shelf_books",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ptr::from_ref(shelf),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "shelf_books",
                    name: "shelf",
                };
                __loans.lend(__frame.p0, 1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
            __loans.translate(&mut __frame.r);
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
    }
    #[allow(clippy::ptr_arg, clippy::too_many_arguments)]
    fn __length(shelf: &Shelf) -> impl ::cgocall::__private::Length {
        ::cgocall::__private::length(shelf_count(shelf))
    }
    let __length = || __length(shelf);
    unsafe {
        ::cgocall::__private::slice_result(
            "shelf_books",
            ::cgocall::__private::Looked::new(
                __frame.r.assume_init_read(),
                ::cgocall::__private::Look::<Book>::returned,
            ),
            __length,
        )
    }
}
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Shelf>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Shelf` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Shelf>::ITSELF
    },
    "`Shelf` closes itself, and what C has is behind it: say this in the block that declares `Shelf`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Book>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Book` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Book>::ITSELF
    },
    "`Book` closes itself, and what C has is behind it: say this in the block that declares `Book`, in the same package in any that has a header, or write a raw pointer",
);
