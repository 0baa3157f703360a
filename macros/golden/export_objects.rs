fn log_to(log: &mut dyn Log, or: Option<&dyn Log>, kept: Box<dyn Log>) -> c_int {
    0
}
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
#[doc(hidden)]
enum log_to {}
impl log_to {
    /// The C function pointer of [`log_to`].
    const C: unsafe extern "C" fn(
        *const ::core::ffi::c_void,
        *const ::core::ffi::c_void,
        *const ::core::ffi::c_void,
    ) -> c_int = {
        #[unsafe(export_name = "log_to")]
        #[inline(never)]
        unsafe extern "C" fn __export(
            p0: *const ::core::ffi::c_void,
            p1: *const ::core::ffi::c_void,
            p2: *const ::core::ffi::c_void,
        ) -> c_int {
            #[repr(C)]
            struct __Frame {
                p0: *const ::core::ffi::c_void,
                p1: *const ::core::ffi::c_void,
                p2: *const ::core::ffi::c_void,
                r: ::core::mem::MaybeUninit<c_int>,
            }
            use ::cgocall::__private::AnyObject as _;
            const _: () = ::cgocall::__private::is_implemented::<dyn Log>();
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = log_to(
                        ::cgocall::__private::Objects::<
                            dyn Log,
                        >::borrow(__args.p0, "log_to", "log")
                            .exclusive(),
                        match &::cgocall::__private::Objects::<
                            dyn Log,
                        >::borrow_nullable(__args.p1, "log_to", "or") {
                            ::core::option::Option::Some(object) => {
                                ::core::option::Option::Some(object.shared())
                            }
                            ::core::option::Option::None => ::core::option::Option::None,
                        },
                        ::cgocall::__private::take_object::<
                            dyn Log,
                        >(&mut (*__frame).p2, "log_to", "kept"),
                    );
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                })
            }
            let _ = log_to as fn(_, _, _) -> _;
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                p1,
                p2,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            let __untaken_p2 = unsafe {
                ::cgocall::__private::untaken::<
                    dyn Log,
                >(&raw const (*(&raw mut __frame).cast::<__Frame>()).p2)
            };
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "log_to",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                )
            } {
                unsafe { __frame.r.assume_init_read() }
            } else {
                ::cgocall::__private::zero::<c_int>()
            }
        }
        __export
    };
}
