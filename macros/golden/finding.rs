::core::compile_error!("`crc` is `uLong` in zlib.h; write `c_ulong`")
#[link(name = "cgo_cgocall_macros_hash", kind = "static")]
unsafe extern "C" {
    fn _cgo_hash_Cfunc_crc32(frame: *mut ::core::ffi::c_void);
}
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
fn crc32(crc: u64, buf: &[u8]) -> c_ulong {
    #[repr(C)]
    struct __Frame {
        p0: u64,
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
