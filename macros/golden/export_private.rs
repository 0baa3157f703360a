unsafe fn sum(all: &[c_int], name: &CStr) -> c_int {
    0
}
#[doc(hidden)]
enum sum {}
impl sum {
    /// The C function pointer of [`sum`].
    const C: unsafe extern "C" fn(
        *const c_int,
        ::core::primitive::usize,
        *const ::core::ffi::c_char,
    ) -> c_int = {
        #[inline(never)]
        unsafe extern "C" fn __export(
            p0: *const c_int,
            p1: ::core::primitive::usize,
            p2: *const ::core::ffi::c_char,
        ) -> c_int {
            #[repr(C)]
            struct __Frame {
                p0: *const c_int,
                p1: ::core::primitive::usize,
                p2: *const ::core::ffi::c_char,
                r: ::core::mem::MaybeUninit<c_int>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    if ::cgocall::__private::checked!()
                        && ::cgocall::__private::level() >= 1
                    {
                        {
                            static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                                function: "sum",
                                name: "all",
                            };
                            ::cgocall::__private::passed::slice::<
                                c_int,
                            >(__args.p0, __args.p1, &__ARGUMENT);
                        }
                        {
                            static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                                function: "sum",
                                name: "name",
                            };
                            ::cgocall::__private::passed::address(
                                __args.p2,
                                &__ARGUMENT,
                            );
                        }
                    }
                    let __r = sum(
                        if __args.p0.is_null() {
                            &[]
                        } else {
                            ::core::slice::from_raw_parts(__args.p0, __args.p1)
                        },
                        ::core::ffi::CStr::from_ptr(__args.p2),
                    );
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                })
            }
            ::cgocall::__private::assert_sync_type::<c_int>();
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                p1,
                p2,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "sum",
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
