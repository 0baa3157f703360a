#[link(name = "cgo_cgocall_macros_hash", kind = "static")]
#[link(name = "extra", kind = "dylib")]
unsafe extern "C" {
    fn _cgo_hash_Cfunc_crc32(frame: *mut ::core::ffi::c_void);
    #[cfg(unix)]
    fn _cgo_hash_Cfunc_fill(frame: *mut ::core::ffi::c_void);
    fn _cgo_hash_Cfunc_zlibVersion(frame: *mut ::core::ffi::c_void);
}
const _: () = {
    use ::libz_sys as _;
};
/// CRC-32 of `buf`, continued from `crc`.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub fn crc32(crc: c_ulong, buf: &[u8]) -> c_ulong {
    #[repr(C)]
    struct __Frame {
        p0: c_ulong,
        p1: *const u8,
        p2: ::core::primitive::usize,
        r: ::core::mem::MaybeUninit<c_ulong>,
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("crc32");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: crc,
        p1: buf.as_ptr(),
        p2: buf.len(),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "crc32",
                    name: "buf",
                };
                __loans.lend(__frame.p1, __frame.p2, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(
                &__SITE,
                _cgo_hash_Cfunc_crc32,
                (&raw mut __frame).cast(),
            );
        } else {
            ::cgocall::__private::cgocall(
                &__SITE,
                _cgo_hash_Cfunc_crc32,
                (&raw mut __frame).cast(),
            );
        }
        __frame.r.assume_init_read()
    }
}
#[cfg(unix)]
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
unsafe fn fill(stat: &mut Stat, token: Option<Token>) -> Result<(), Errno> {
    #[repr(C)]
    struct __Frame {
        p0: *mut Stat,
        p1: Option<Token>,
        errno: ::core::ffi::c_int,
    }
    use ::cgocall::__private::AnyPlace as _;
    ::cgocall::__private::assert_send(&stat);
    ::cgocall::__private::assert_send(&token);
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("fill")
        .blocking();
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ptr::from_mut(stat),
        p1: token,
        errno: 0,
    });
    let __place0 = unsafe { ::cgocall::__private::Look::<Stat>::place(__frame.p0, 1) };
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "fill",
                    name: "stat",
                };
                __loans.lend_mut(__frame.p0, 1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(
                &__SITE,
                _cgo_hash_Cfunc_fill,
                (&raw mut __frame).cast(),
            );
        } else {
            ::cgocall::__private::cgocall(
                &__SITE,
                _cgo_hash_Cfunc_fill,
                (&raw mut __frame).cast(),
            );
        }
        __place0.look("fill", "stat");
        ::cgocall::__private::errno_result((), __frame.errno)
    }
}
#[allow(non_snake_case)]
#[inline]
fn zlibVersion() -> &'static CStr {
    #[repr(C)]
    struct __Frame {
        r: ::core::mem::MaybeUninit<*const ::core::ffi::c_char>,
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "zlibVersion",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(
            &__SITE,
            _cgo_hash_Cfunc_zlibVersion,
            (&raw mut __frame).cast(),
        );
        ::cgocall::__private::cstr_result("zlibVersion", __frame.r.assume_init_read())
    }
}
const _: fn(c_ulong) -> ::core::ffi::c_ulong = |__same| __same;
const _: fn(u8) -> ::core::primitive::u8 = |__same| __same;
#[cfg(unix)]
const _: () = ::core::assert!(
    ::core::mem::size_of::<Stat>() == 0
        || ::core::mem::size_of::<Stat>() == 144 && ::core::mem::align_of::<Stat>() == 8
            && {
                use ::cgocall::__private::AnyClass as _;
                ::cgocall::__private::Class::<Stat>::CODE == 0
                    || ::cgocall::__private::Class::<Stat>::CODE
                        == ::cgocall::__private::Class::<*mut ()>::CODE
            },
    "`Stat` has 144 bytes in C, aligned to 8, and `Stat` in Rust has not; make it `#[repr(C)]`, with the fields that the header has",
);
#[cfg(unix)]
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Stat>::ITSELF
    },
    "`Stat` closes itself, and what C has is behind it: say this in the block that declares `Stat`, in the same package in any that has a header, or write a raw pointer",
);
#[cfg(unix)]
const _: () = ::core::assert!(
    ::core::mem::size_of::<Option<Token>>() == ::core::mem::size_of::<*const ()>()
        && ::core::mem::size_of::<Token>() == ::core::mem::size_of::<Option<Token>>()
        && ::core::mem::size_of::<::core::option::Option<Option<Token>>>()
            > ::core::mem::size_of::<Option<Token>>()
        && {
            use ::cgocall::__private::AnyValue as _;
            !::cgocall::__private::Value::<Token>::IS_ENUM
        },
    "`Option<Token>` is a C value only if `Token` is a function pointer; of an enum have a variant say that there is none, or take a pointer, `Option<&Token>`",
);
#[cfg(unix)]
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Token>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Token` is no C pointer: it has a length or a vtable",
);
#[cfg(unix)]
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Token>::ITSELF
    },
    "`Token` closes itself, and what C has is behind it: say this in the block that declares `Token`, in the same package in any that has a header, or write a raw pointer",
);
