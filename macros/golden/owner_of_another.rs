#[link(name = "cgo_cgocall_macros_hash", kind = "static")]
unsafe extern "C" {
    fn _cgo_hash_Cfunc_sqlite3_changes(frame: *mut ::core::ffi::c_void);
}
#[inline]
unsafe fn sqlite3_changes(db: &ffi::Db) -> c_int {
    #[repr(C)]
    struct __Frame {
        p0: *mut ::core::ffi::c_void,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "sqlite3_changes",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ffi::Db::as_ptr(db),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(
            &__SITE,
            _cgo_hash_Cfunc_sqlite3_changes,
            (&raw mut __frame).cast(),
        );
        __frame.r.assume_init_read()
    }
}
const _: fn() = ::cgocall::__private::is_owner::<ffi::Db>;
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
