/// A row.
pub fn on_row(ctx: &mut Rows, n: c_int) -> c_int {
    ctx.push(n);
    0
}
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Rows>::ITSELF
    },
    "`Rows` closes itself, and what C has is behind it: say this in the block that declares `Rows`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Rows>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Rows` is no C pointer: it has a length or a vtable",
);
#[doc(hidden)]
pub enum on_row {}
impl on_row {
    /// The C function pointer of [`on_row`].
    pub const C: extern "C" fn(&mut Rows, c_int) -> c_int = {
        #[unsafe(export_name = "on_row")]
        #[inline(never)]
        extern "C" fn __export(p0: *mut Rows, p1: c_int) -> c_int {
            #[repr(C)]
            struct __Frame {
                p0: *mut Rows,
                p1: c_int,
                r: ::core::mem::MaybeUninit<c_int>,
            }
            use ::cgocall::__private::AnyLook as _;
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
                                function: "on_row",
                                name: "ctx",
                            };
                            ::cgocall::__private::passed::pointer::<
                                Rows,
                            >(__args.p0.cast(), false, &__ARGUMENT);
                        }
                    }
                    ::cgocall::__private::Look::<
                        Rows,
                    >::behind(__args.p0, 1, "on_row", "ctx");
                    let __r = on_row(&mut *__args.p0, __args.p1);
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                })
            }
            let _ = on_row as fn(_, _) -> _;
            ::cgocall::__private::assert_send_type::<Rows>();
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                p1,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "on_row",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                )
            } {
                unsafe { __frame.r.assume_init_read() }
            } else {
                ::cgocall::__private::zero::<c_int>()
            }
        }
        unsafe {
            ::core::mem::transmute::<
                extern "C" fn(*mut Rows, c_int) -> c_int,
                extern "C" fn(&mut Rows, c_int) -> c_int,
            >(__export)
        }
    };
}
