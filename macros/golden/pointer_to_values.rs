const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Mode>::ITSELF
    },
    "`Mode` closes itself, and what C has is behind it: say this in the block that declares `Mode`, in the same package in any that has a header, or write a raw pointer",
);
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct NextMode {
    f: unsafe extern "C" fn(mode: Mode) -> Mode,
}
unsafe impl ::cgocall::__private::FnPointer for NextMode {}
unsafe impl ::cgocall::__private::Passable for NextMode {
    const PARTS: &'static [::cgocall::__private::Part] = &[
        ::cgocall::__private::Part::FUNCTION,
    ];
}
impl NextMode {
    /// Wraps a C function.
    #[inline]
    #[must_use]
    pub const fn from_fn(function: unsafe extern "C" fn(mode: Mode) -> Mode) -> Self {
        Self { f: function }
    }
    /// The C function itself, to be handed to C; calling it bare would run it on the goroutine's stack.
    #[inline]
    #[must_use]
    pub const fn as_fn(self) -> unsafe extern "C" fn(mode: Mode) -> Mode {
        self.f
    }
    /// Calls the C function through the runtime.
    ///
    /// # Safety
    /// As for calling the function itself.
    #[inline]
    pub unsafe fn call(self, mode: Mode) -> Mode {
        #[repr(C)]
        struct __Frame {
            f: NextMode,
            p0: Mode,
            r: ::core::mem::MaybeUninit<Mode>,
        }
        unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
            unsafe {
                let __frame = __frame.cast::<__Frame>();
                let __args = __frame.read();
                let __r = ::core::mem::transmute::<
                    _,
                    unsafe extern "C" fn(Mode) -> ::core::mem::MaybeUninit<Mode>,
                >(__args.f.f)(__args.p0);
                (*__frame).r = __r;
            }
        }
        use ::cgocall::__private::AnyValue as _;
        static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
            "NextMode",
        );
        let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
            f: self,
            p0: mode,
            r: ::core::mem::MaybeUninit::uninit(),
        });
        unsafe {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
            ::cgocall::__private::Value::<
                Mode,
            >::result("NextMode", ::cgocall::__private::Value::<Mode>::raw(&__frame.r))
        }
    }
}
impl ::core::convert::From<unsafe extern "C" fn(mode: Mode) -> Mode> for NextMode {
    #[inline]
    fn from(function: unsafe extern "C" fn(mode: Mode) -> Mode) -> Self {
        Self { f: function }
    }
}
