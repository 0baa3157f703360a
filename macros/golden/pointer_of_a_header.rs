const _: () = ::core::assert!(
    ::core::mem::size_of::<event>() == 4 && ::core::mem::align_of::<event>() == 4
        && {
            use ::cgocall::__private::AnyClass as _;
            ::cgocall::__private::Class::<event>::CODE == 0
                || ::cgocall::__private::Class::<event>::CODE
                    == ::cgocall::__private::Class::<::core::ffi::c_uint>::CODE
        },
    "`event` is a `c_uint` in C, and `event` in Rust is not; make it one",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<event>::ITSELF
    },
    "`event` closes itself, and what C has is behind it: say this in the block that declares `event`, in the same package in any that has a header, or write a raw pointer",
);
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Notify {
    f: unsafe extern "C" fn(what: event),
}
unsafe impl ::cgocall::__private::FnPointer for Notify {}
unsafe impl ::cgocall::__private::Passable for Notify {
    const PARTS: &'static [::cgocall::__private::Part] = &[
        ::cgocall::__private::Part::FUNCTION,
    ];
}
impl Notify {
    /// Wraps a C function.
    #[inline]
    #[must_use]
    pub const fn from_fn(function: unsafe extern "C" fn(what: event)) -> Self {
        Self { f: function }
    }
    /// The C function itself, to be handed to C; calling it bare would run it on the goroutine's stack.
    #[inline]
    #[must_use]
    pub const fn as_fn(self) -> unsafe extern "C" fn(what: event) {
        self.f
    }
    /// Calls the C function through the runtime.
    ///
    /// # Safety
    /// As for calling the function itself.
    #[inline]
    pub unsafe fn call(self, what: event) {
        #[repr(C)]
        struct __Frame {
            f: Notify,
            p0: event,
        }
        unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
            unsafe {
                let __frame = __frame.cast::<__Frame>();
                let __args = __frame.read();
                (__args.f.f)(__args.p0);
            }
        }
        static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
            "Notify",
        );
        let mut __frame = ::core::mem::ManuallyDrop::new(__Frame { f: self, p0: what });
        unsafe {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
    }
}
impl ::core::convert::From<unsafe extern "C" fn(what: event)> for Notify {
    #[inline]
    fn from(function: unsafe extern "C" fn(what: event)) -> Self {
        Self { f: function }
    }
}
