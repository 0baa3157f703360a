/// Where lines go.
pub trait Log: Send {
    /// Writes one.
    fn write(&mut self, line: &str) -> bool;
    fn flush(&mut self) -> Result<(), Errno> {
        Ok(())
    }
}
const _: fn(bool) -> ::core::primitive::bool = |__same| __same;
const _: () = {
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct __Log {
        user_data: *mut ::core::ffi::c_void,
        f_write: ::core::option::Option<
            unsafe extern "C" fn(
                *mut ::core::ffi::c_void,
                ::cgocall::__private::Str,
            ) -> ::core::mem::MaybeUninit<bool>,
        >,
        f_flush: ::core::option::Option<unsafe extern "C" fn(*mut ::core::ffi::c_void)>,
        drop: ::cgocall::__private::Destructor,
    }
    unsafe impl ::core::marker::Send for __Log {}
    unsafe impl ::cgocall::__private::Functions for __Log {
        const NAME: &'static ::core::primitive::str = "Log";
        #[inline]
        fn user_data(&self) -> *mut ::core::ffi::c_void {
            self.user_data
        }
        #[inline]
        fn destructor(&self) -> ::cgocall::__private::Destructor {
            self.drop
        }
        #[inline]
        fn missing(&self) -> ::core::option::Option<&'static ::core::primitive::str> {
            if self.f_write.is_none() {
                return ::core::option::Option::Some("write");
            }
            ::core::option::Option::None
        }
        #[inline]
        fn site() -> &'static ::cgocall::__private::Site {
            static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
                "Log::drop",
            );
            &__SITE
        }
    }
    unsafe impl ::cgocall::__private::Implemented for dyn Log {
        type C = __Log;
        #[inline]
        fn shared(object: &::cgocall::__private::CObject<__Log>) -> &Self {
            object
        }
        #[inline]
        fn exclusive(object: &mut ::cgocall::__private::CObject<__Log>) -> &mut Self {
            object
        }
    }
    unsafe impl ::cgocall::__private::KeptObject for dyn Log {
        #[inline]
        fn boxed(
            object: ::std::boxed::Box<::cgocall::__private::CObject<__Log>>,
        ) -> ::std::boxed::Box<Self> {
            object
        }
    }
    impl Log for ::cgocall::__private::CObject<__Log> {
        #[allow(unused_mut, unused_variables)]
        fn write(&mut self, line: &str) -> bool {
            {
                #[repr(C)]
                struct __Frame {
                    p0: *const __Log,
                    p1: ::cgocall::__private::Str,
                    r: ::core::mem::MaybeUninit<bool>,
                }
                unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
                    #[allow(clippy::too_many_arguments)]
                    #[inline(always)]
                    unsafe fn __c(
                        p0: *const __Log,
                        p1: ::cgocall::__private::Str,
                    ) -> ::core::mem::MaybeUninit<bool> {
                        unsafe {
                            let object = &*p0;
                            (object.f_write.unwrap_unchecked())(object.user_data, p1)
                        }
                    }
                    unsafe {
                        let __frame = __frame.cast::<__Frame>();
                        let __args = __frame.read();
                        let __r = __c(__args.p0, __args.p1);
                        (*__frame).r = __r;
                    }
                }
                let __object: *const __Log = ::cgocall::__private::CObject::functions(
                    self,
                );
                use ::cgocall::__private::AnyValue as _;
                static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
                    "Log::write",
                );
                let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                    p0: __object,
                    p1: ::cgocall::__private::give_str(line),
                    r: ::core::mem::MaybeUninit::uninit(),
                });
                unsafe {
                    ::cgocall::__private::cgocall(
                        &__SITE,
                        __stub,
                        (&raw mut __frame).cast(),
                    );
                    ::cgocall::__private::Value::<
                        bool,
                    >::result(
                        "Log::write",
                        ::cgocall::__private::Value::<
                            bool,
                        >::raw(
                            ::cgocall::__private::given::<bool>("Log::write", &__frame.r),
                        ),
                    )
                }
            }
        }
        #[allow(unused_mut, unused_variables)]
        fn flush(&mut self) -> Result<(), Errno> {
            if ::cgocall::__private::CObject::functions(self).f_flush.is_none() {
                Ok(())
            } else {
                #[repr(C)]
                struct __Frame {
                    p0: *const __Log,
                    errno: ::core::ffi::c_int,
                }
                unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
                    #[allow(clippy::too_many_arguments)]
                    #[inline(always)]
                    unsafe fn __c(p0: *const __Log) {
                        unsafe {
                            let object = &*p0;
                            (object.f_flush.unwrap_unchecked())(object.user_data)
                        }
                    }
                    unsafe {
                        let __frame = __frame.cast::<__Frame>();
                        let __args = __frame.read();
                        let __errno = ::cgocall::__private::cleared_errno();
                        __c(__args.p0);
                        (*__frame).errno = *__errno;
                    }
                }
                let __object: *const __Log = ::cgocall::__private::CObject::functions(
                    self,
                );
                static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
                        "Log::flush",
                    )
                    .blocking();
                let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                    p0: __object,
                    errno: 0,
                });
                unsafe {
                    ::cgocall::__private::cgocall(
                        &__SITE,
                        __stub,
                        (&raw mut __frame).cast(),
                    );
                    ::cgocall::__private::errno_result((), __frame.errno)
                }
            }
        }
    }
};
