impl Counter {
    /// Starts at `start`.
    pub fn new(start: c_int) -> Self {
        Counter(start)
    }
    pub fn add(&mut self, n: c_int) -> c_int {
        self.0 += n;
        self.0
    }
    #[cfg(unix)]
    pub fn finish(self) -> c_int {
        self.0
    }
    pub fn peek(&self) -> &c_int {
        &self.0
    }
    fn private(&self) {}
}
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Counter>::ITSELF
    },
    "`Counter` closes itself, and what C has is behind it: say this in the block that declares `Counter`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::AnyClass as _;
        ::cgocall::__private::Class::<::std::boxed::Box<Counter>>::CODE
            == ::cgocall::__private::Class::<*mut ()>::CODE
    },
    "`::std::boxed::Box<Counter>` is no C pointer; that is the standard library's, to a type of known size",
);
impl Counter {
    /// The C function pointer of [`Counter::new`](Self::new).
    pub const NEW_C: extern "C" fn(c_int) -> *mut Counter = {
        #[unsafe(export_name = "counter_new")]
        #[inline(never)]
        extern "C" fn __export(p0: c_int) -> *mut Counter {
            #[repr(C)]
            struct __Frame {
                p0: c_int,
                r: ::core::mem::MaybeUninit<*mut Counter>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = ::std::boxed::Box::new(<Counter>::new(__args.p0));
                    (*__frame).r = ::core::mem::MaybeUninit::new(
                        ::std::boxed::Box::into_raw(__r),
                    );
                    if ::cgocall::__private::checked!()
                        && ::cgocall::__private::level() >= 1
                    {
                        let __here = 0_u8;
                        ::cgocall::__private::passed::returned(
                            (*__frame)
                                .r
                                .assume_init_read()
                                .cast::<::core::ffi::c_void>(),
                            &raw const __here,
                            "counter_new",
                        );
                    }
                })
            }
            let _ = <Counter>::new as fn(_) -> _;
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "counter_new",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                )
            } {
                unsafe { __frame.r.assume_init_read() }
            } else {
                ::cgocall::__private::zero::<*mut Counter>()
            }
        }
        __export
    };
}
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Counter>::ITSELF
    },
    "`Counter` closes itself, and what C has is behind it: say this in the block that declares `Counter`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Counter>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Counter` is no C pointer: it has a length or a vtable",
);
impl Counter {
    /// The C function pointer of [`Counter::add`](Self::add).
    pub const ADD_C: unsafe extern "C" fn(*mut Counter, c_int) -> c_int = {
        #[unsafe(export_name = "counter_add")]
        #[inline(never)]
        unsafe extern "C" fn __export(p0: *mut Counter, p1: c_int) -> c_int {
            #[repr(C)]
            struct __Frame {
                p0: *mut Counter,
                p1: c_int,
                r: ::core::mem::MaybeUninit<c_int>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = <Counter>::add(
                        ::cgocall::__private::take_mut(__args.p0, "counter_add", "self"),
                        __args.p1,
                    );
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                })
            }
            let _ = <Counter>::add as fn(_, _) -> _;
            ::cgocall::__private::assert_send_type::<Counter>();
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                p1,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "counter_add",
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
#[cfg(unix)]
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
#[cfg(unix)]
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Counter>::ITSELF
    },
    "`Counter` closes itself, and what C has is behind it: say this in the block that declares `Counter`, in the same package in any that has a header, or write a raw pointer",
);
#[cfg(unix)]
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::AnyClass as _;
        ::cgocall::__private::Class::<::std::boxed::Box<Counter>>::CODE
            == ::cgocall::__private::Class::<*mut ()>::CODE
    },
    "`::std::boxed::Box<Counter>` is no C pointer; that is the standard library's, to a type of known size",
);
#[cfg(unix)]
impl Counter {
    /// The C function pointer of [`Counter::finish`](Self::finish).
    pub const FINISH_C: unsafe extern "C" fn(*mut Counter) -> c_int = {
        #[unsafe(export_name = "counter_end")]
        #[inline(never)]
        unsafe extern "C" fn __export(p0: *mut Counter) -> c_int {
            #[repr(C)]
            struct __Frame {
                p0: *mut Counter,
                r: ::core::mem::MaybeUninit<c_int>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = <Counter>::finish(
                        *::cgocall::__private::take_box(__args.p0, "counter_end", "self"),
                    );
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                })
            }
            let _ = <Counter>::finish as fn(_) -> _;
            ::cgocall::__private::assert_send_type::<Counter>();
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2_drop(
                    "counter_end",
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
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Counter>::ITSELF
    },
    "`Counter` closes itself, and what C has is behind it: say this in the block that declares `Counter`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::AnyClass as _;
        ::cgocall::__private::Class::<
            ::core::option::Option<::std::boxed::Box<Counter>>,
        >::CODE == ::cgocall::__private::Class::<*mut ()>::CODE
    },
    "`::core::option::Option<::std::boxed::Box<Counter>>` is no C pointer; that is the standard library's, to a type of known size",
);
impl Counter {
    /// The C function pointer that frees what is of this type.
    pub const FREE_C: extern "C" fn(
        ::core::option::Option<::std::boxed::Box<Counter>>,
    ) = {
        #[unsafe(export_name = "counter_free")]
        #[inline(never)]
        extern "C" fn __export(p0: *mut ::core::ffi::c_void) {
            #[repr(C)]
            struct __Frame {
                p0: *mut ::core::ffi::c_void,
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
                                function: "counter_free",
                                name: "self",
                            };
                            ::cgocall::__private::passed::pointer::<
                                Counter,
                            >(__args.p0.cast(), true, &__ARGUMENT);
                        }
                    }
                    ::core::mem::drop::<
                        ::core::option::Option<::std::boxed::Box<Counter>>,
                    >(
                        if __args.p0.is_null() {
                            ::core::option::Option::None
                        } else {
                            ::core::option::Option::Some(
                                ::std::boxed::Box::from_raw(__args.p0.cast()),
                            )
                        },
                    );
                })
            }
            let _ = ::core::mem::drop::<
                ::core::option::Option<::std::boxed::Box<Counter>>,
            > as fn(_) -> _;
            ::cgocall::__private::assert_send_type::<Counter>();
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame { p0 });
            unsafe {
                ::cgocall::__private::crosscall2_drop(
                    "counter_free",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                );
            }
        }
        unsafe {
            ::core::mem::transmute::<
                extern "C" fn(*mut ::core::ffi::c_void),
                extern "C" fn(::core::option::Option<::std::boxed::Box<Counter>>),
            >(__export)
        }
    };
}
