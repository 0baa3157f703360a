fn greet(name: &str, times: Option<u32>) -> String {
    name.to_owned()
}
const _: fn(u32) -> ::core::primitive::u32 = |__same| __same;
#[doc(hidden)]
enum greet {}
impl greet {
    /// The C function pointer of [`greet`].
    const C: unsafe extern "C" fn(
        ::cgocall::__private::Str,
        ::cgocall::__private::Maybe<u32>,
    ) -> ::cgocall::__private::OwnedText = {
        #[unsafe(export_name = "greet")]
        #[inline(never)]
        unsafe extern "C" fn __export(
            p0: ::cgocall::__private::Str,
            p1: ::cgocall::__private::Maybe<u32>,
        ) -> ::cgocall::__private::OwnedText {
            #[repr(C)]
            struct __Frame {
                p0: ::cgocall::__private::Str,
                p1: ::cgocall::__private::Maybe<u32>,
                r: ::core::mem::MaybeUninit<::cgocall::__private::OwnedText>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = greet(
                        ::cgocall::__private::take_str(__args.p0, "greet", "name"),
                        ::cgocall::__private::take_maybe(__args.p1, "greet", "times"),
                    );
                    (*__frame).r = ::core::mem::MaybeUninit::new(
                        ::cgocall::__private::give_text(__r),
                    );
                })
            }
            let _ = greet as fn(_, _) -> _;
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                p1,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "greet",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                )
            } {
                unsafe { __frame.r.assume_init_read() }
            } else {
                ::cgocall::__private::zero::<::cgocall::__private::OwnedText>()
            }
        }
        __export
    };
}
