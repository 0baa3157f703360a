fn on_mode(mode: Mode, rows: Handle<Rows>) -> bool {
    true
}
const _: fn(Handle<Rows>) -> ::core::primitive::usize = ::cgocall::__private::number_of;
const _: fn(bool) -> ::core::primitive::bool = |__same| __same;
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Mode>::ITSELF
    },
    "`Mode` closes itself, and what C has is behind it: say this in the block that declares `Mode`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Mode>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Mode` is no C pointer: it has a length or a vtable",
);
const _: fn(Handle<Rows>) -> ::core::primitive::usize = ::cgocall::__private::number_of;
#[doc(hidden)]
enum on_mode {}
impl on_mode {
    /// The C function pointer of [`on_mode`].
    const C: extern "C" fn(Mode, Handle<Rows>) -> bool = {
        #[unsafe(export_name = "on_mode")]
        #[inline(never)]
        extern "C" fn __export(
            p0: ::core::mem::MaybeUninit<Mode>,
            p1: Handle<Rows>,
        ) -> bool {
            #[repr(C)]
            struct __Frame {
                p0: ::core::mem::MaybeUninit<Mode>,
                p1: Handle<Rows>,
                r: ::core::mem::MaybeUninit<bool>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = on_mode(
                        ::cgocall::__private::passable::<
                            Mode,
                        >("on_mode", "mode", __args.p0),
                        __args.p1,
                    );
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                })
            }
            let _ = on_mode as fn(_, _) -> _;
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                p1,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "on_mode",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                )
            } {
                unsafe { __frame.r.assume_init_read() }
            } else {
                ::cgocall::__private::zero::<bool>()
            }
        }
        unsafe {
            ::core::mem::transmute::<
                extern "C" fn(::core::mem::MaybeUninit<Mode>, Handle<Rows>) -> bool,
                extern "C" fn(Mode, Handle<Rows>) -> bool,
            >(__export)
        }
    };
}
