::core::compile_error!("`crc` is `uLong` in zlib.h; write `c_ulong`")
#[link(name = "cgo_cgocall_macros_hash", kind = "static")]
unsafe extern "C" {
    fn _cgo_hash_Cfunc_crc32(frame: *mut ::core::ffi::c_void);
}
#[inline]
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
        ::cgocall::__private::cgocall(
            &__SITE,
            _cgo_hash_Cfunc_crc32,
            (&raw mut __frame).cast(),
        );
        __frame.r.assume_init_read()
    }
}
