use std::ffi::c_int;

/// Called by C, in place.
pub fn twice(n: c_int) -> c_int {
    assert!(n < 1000, "{n} is too much"); // stays
    2 * n
}

#[doc(hidden)]
pub enum twice {}

impl twice {
    /// The C function pointer of [`twice`].
    pub const C: extern "C" fn(c_int) -> c_int = {
        #[inline(never)]
        extern "C" fn __export(p0: c_int) -> c_int {
            #[repr(C)]
            struct __Frame {
                p0: c_int,
                r: ::core::mem::MaybeUninit<c_int>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = twice(__args.p0);
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                })
            }
            let _ = twice as fn(_) -> _;
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "twice",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                )
            } {
                unsafe { __frame.r.assume_init_read() }
            } else {
                fn __on_panic() -> c_int {
                    -1
                }
                let __r = __on_panic();
                __r
            }
        }
        __export
    };
}
