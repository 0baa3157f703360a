fn parse(text: &str) -> Result<(c_int, Vec<Point>), Error> {
    text.parse()
}
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Point>::ITSELF
    },
    "`Point` closes itself, and what C has is behind it: say this in the block that declares `Point`, in the same package in any that has a header, or write a raw pointer",
);
#[doc(hidden)]
enum parse {}
impl parse {
    /// The C function pointer of [`parse`].
    const C: unsafe extern "C" fn(
        ::cgocall::__private::Str,
        *mut ::cgocall::__private::Results2<c_int, ::cgocall::__private::OwnedVec<Point>>,
    ) -> ::core::ffi::c_int = {
        #[unsafe(export_name = "parse")]
        #[inline(never)]
        unsafe extern "C" fn __export(
            p0: ::cgocall::__private::Str,
            p1: *mut ::cgocall::__private::Results2<
                c_int,
                ::cgocall::__private::OwnedVec<Point>,
            >,
        ) -> ::core::ffi::c_int {
            #[repr(C)]
            struct __Frame {
                p0: ::cgocall::__private::Str,
                p1: *mut ::cgocall::__private::Results2<
                    c_int,
                    ::cgocall::__private::OwnedVec<Point>,
                >,
                r: ::core::mem::MaybeUninit<::core::ffi::c_int>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = parse(
                        ::cgocall::__private::take_str(__args.p0, "parse", "text"),
                    );
                    (*__frame).r = ::core::mem::MaybeUninit::new(
                        match __r {
                            ::core::result::Result::Ok(__good) => {
                                ::cgocall::__private::store(
                                    __args.p1,
                                    ::cgocall::__private::Results2 {
                                        r0: __good.0,
                                        r1: ::cgocall::__private::give_vec(__good.1),
                                    },
                                );
                                0
                            }
                            ::core::result::Result::Err(__error) => {
                                ::cgocall::__private::failed(&__error)
                            }
                        },
                    );
                })
            }
            let _ = parse as fn(_) -> _;
            ::cgocall::__private::assert_send_type::<Point>();
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                p1,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "parse",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                )
            } {
                unsafe { __frame.r.assume_init_read() }
            } else {
                ::cgocall::__private::panicked("parse")
            }
        }
        #[unsafe(export_name = "parse_error")]
        extern "C" fn __error() -> *const ::core::ffi::c_char {
            ::cgocall::__private::last_error()
        }
        __export
    };
}
