#[inline]
fn keep(handle: Handle<Rows>, time: Duration) -> Handle<Rows> {
    #[repr(C)]
    struct __Frame {
        p0: Handle<Rows>,
        p1: *const ::core::ffi::c_void,
        r: ::core::mem::MaybeUninit<Handle<Rows>>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "keep"]
            fn __c(p0: Handle<Rows>, p1: *const ::core::ffi::c_void) -> Handle<Rows>;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0, __args.p1);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    let mut __time0 = ::cgocall::__private::TimeBuffer::new();
    let time = __time0.hold::<Duration>(&time, "keep", "time");
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("keep");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: handle,
        p1: time,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        __frame.r.assume_init_read()
    }
}
#[inline]
fn nanosleep(time: Option<Duration>, left: *mut c_void) -> Result<c_int, Errno> {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_void,
        p1: *mut c_void,
        r: ::core::mem::MaybeUninit<c_int>,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "nanosleep"]
            fn __c(p0: *const ::core::ffi::c_void, p1: *mut c_void) -> c_int;
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
    let mut __time0 = ::cgocall::__private::TimeBuffer::new();
    let time = __time0.try_hold::<Option<Duration>>(&time)?;
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "nanosleep",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: time,
        p1: left,
        r: ::core::mem::MaybeUninit::uninit(),
        errno: 0,
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        ::cgocall::__private::errno_result(__frame.r.assume_init_read(), __frame.errno)
    }
}
const _: fn(Handle<Rows>) -> ::core::primitive::usize = ::cgocall::__private::number_of;
