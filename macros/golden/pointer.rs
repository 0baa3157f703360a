const _: fn(c_char) -> ::core::ffi::c_char = |__same| __same;
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
/// Takes a token.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Token {
    f: unsafe extern "C" fn(ctx: *mut c_void, text: *const c_char, c_int) -> c_int,
}
unsafe impl ::cgocall::__private::FnPointer for Token {}
unsafe impl ::cgocall::__private::Passable for Token {
    const PARTS: &'static [::cgocall::__private::Part] = &[
        ::cgocall::__private::Part::FUNCTION,
    ];
}
impl Token {
    /// Wraps a C function.
    #[inline]
    #[must_use]
    pub const fn from_fn(
        function: unsafe extern "C" fn(
            ctx: *mut c_void,
            text: *const c_char,
            c_int,
        ) -> c_int,
    ) -> Self {
        Self { f: function }
    }
    /// The C function itself, to be handed to C; calling it bare would run it on the goroutine's stack.
    #[inline]
    #[must_use]
    pub const fn as_fn(
        self,
    ) -> unsafe extern "C" fn(ctx: *mut c_void, text: *const c_char, c_int) -> c_int {
        self.f
    }
    /// Calls the C function through the runtime.
    ///
    /// # Safety
    /// As for calling the function itself.
    #[inline]
    pub unsafe fn call(self, ctx: *mut c_void, text: *const c_char, p2: c_int) -> c_int {
        #[repr(C)]
        struct __Frame {
            f: Token,
            p0: *mut c_void,
            p1: *const c_char,
            p2: c_int,
            r: ::core::mem::MaybeUninit<c_int>,
        }
        unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
            unsafe {
                let __frame = __frame.cast::<__Frame>();
                let __args = __frame.read();
                let __r = (__args.f.f)(__args.p0, __args.p1, __args.p2);
                (*__frame).r = ::core::mem::MaybeUninit::new(__r);
            }
        }
        static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
                "Token",
            )
            .parks();
        let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
            f: self,
            p0: ctx,
            p1: text,
            p2,
            r: ::core::mem::MaybeUninit::uninit(),
        });
        unsafe {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
            __frame.r.assume_init_read()
        }
    }
}
impl ::core::convert::From<
    unsafe extern "C" fn(ctx: *mut c_void, text: *const c_char, c_int) -> c_int,
> for Token {
    #[inline]
    fn from(
        function: unsafe extern "C" fn(
            ctx: *mut c_void,
            text: *const c_char,
            c_int,
        ) -> c_int,
    ) -> Self {
        Self { f: function }
    }
}
