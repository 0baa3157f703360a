#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub fn qsort_r(
    base: &mut [c_int],
    size: usize,
    compare: impl FnMut(&c_int, &c_int) -> c_int,
) {
    #[repr(C)]
    struct __Frame {
        p0: *mut c_int,
        p1: ::core::primitive::usize,
        p2: usize,
        p3: ::core::option::Option<
            unsafe extern "C" fn(
                *const c_int,
                *const c_int,
                *mut ::core::ffi::c_void,
            ) -> c_int,
        >,
        p4: *mut ::core::ffi::c_void,
    }
    const _: fn(UserData) -> ::cgocall::__private::UserData = |__same| __same;
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "qsort_r"]
            fn __c(
                p0: *mut c_int,
                p1: ::core::primitive::usize,
                p2: usize,
                p3: ::core::option::Option<
                    unsafe extern "C" fn(
                        *const c_int,
                        *const c_int,
                        *mut ::core::ffi::c_void,
                    ) -> c_int,
                >,
                p4: *mut ::core::ffi::c_void,
            );
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            __c(__args.p0, __args.p1, __args.p2, __args.p3, __args.p4);
        }
    }
    #[inline(never)]
    unsafe extern "C" fn __callback2<__F2: FnMut(&c_int, &c_int) -> c_int>(
        p0: *const c_int,
        p1: *const c_int,
        p2: *mut ::core::ffi::c_void,
    ) -> c_int {
        #[repr(C)]
        struct __Frame {
            p0: *const c_int,
            p1: *const c_int,
            p2: *mut ::core::ffi::c_void,
            r: ::core::mem::MaybeUninit<c_int>,
        }
        unsafe extern "C" fn __run<__F2: FnMut(&c_int, &c_int) -> c_int>(
            __frame: *mut ::core::ffi::c_void,
        ) -> ::core::primitive::bool {
            ::cgocall::__private::catch(|| unsafe {
                let __frame = __frame.cast::<__Frame>();
                let __args = __frame.read();
                let __data: *mut ::core::ffi::c_void = __args.p2;
                let __closures = &*__data.cast::<(::cgocall::__private::Lent<__F2>,)>();
                let __r = __closures
                    .0
                    .run(
                        "the closure `compare` of `qsort_r`",
                        |__closure| (*__closure)(&*__args.p0, &*__args.p1),
                    );
                (*__frame).r = ::core::mem::MaybeUninit::new(__r);
            })
        }
        let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
            p0,
            p1,
            p2,
            r: ::core::mem::MaybeUninit::uninit(),
        });
        if unsafe {
            ::cgocall::__private::crosscall2(
                "the closure `compare` of `qsort_r`",
                __run::<__F2>,
                (&raw mut __frame).cast(),
            )
        } {
            unsafe { __frame.r.assume_init_read() }
        } else {
            ::cgocall::__private::zero::<c_int>()
        }
    }
    fn __callbacks0<__F2: FnMut(&c_int, &c_int) -> c_int>(
        closures: &(::cgocall::__private::Lent<__F2>,),
    ) -> (
        ::core::option::Option<
            unsafe extern "C" fn(
                *const c_int,
                *const c_int,
                *mut ::core::ffi::c_void,
            ) -> c_int,
        >,
    ) {
        (::core::option::Option::Some(__callback2::<__F2>),)
    }
    let __closures0 = (::cgocall::__private::Lent::new(compare),);
    let (compare,) = __callbacks0(&__closures0);
    let p3: *mut ::core::ffi::c_void = (&raw const __closures0).cast_mut().cast();
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "qsort_r",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: base.as_mut_ptr(),
        p1: base.len(),
        p2: size,
        p3: compare,
        p4: p3,
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "qsort_r",
                    name: "base",
                };
                __loans.lend_mut(__frame.p0, __frame.p1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
    }
}
#[inline]
unsafe fn create(
    db: *mut Db,
    step: Option<impl FnMut(*mut Context) + Send + 'static>,
    end: impl Fn(*mut Context) -> c_int + Send + Sync + 'static,
) -> c_int {
    #[repr(C)]
    struct __Frame {
        p0: *mut Db,
        p1: *mut ::core::ffi::c_void,
        p2: ::core::option::Option<unsafe extern "C" fn(*mut Context)>,
        p3: ::core::option::Option<unsafe extern "C" fn(*mut Context) -> c_int>,
        p4: ::core::option::Option<unsafe extern "C" fn(*mut ::core::ffi::c_void)>,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    const _: fn(UserData) -> ::cgocall::__private::UserData = |__same| __same;
    const _: fn(DropUserData) -> ::cgocall::__private::DropUserData = |__same| __same;
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "create"]
            fn __c(
                p0: *mut Db,
                p1: *mut ::core::ffi::c_void,
                p2: ::core::option::Option<unsafe extern "C" fn(*mut Context)>,
                p3: ::core::option::Option<unsafe extern "C" fn(*mut Context) -> c_int>,
                p4: ::core::option::Option<
                    unsafe extern "C" fn(*mut ::core::ffi::c_void),
                >,
            ) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0, __args.p1, __args.p2, __args.p3, __args.p4);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    #[inline(never)]
    unsafe extern "C" fn __callback2<
        __F2: FnMut(*mut Context) + ::core::marker::Send + 'static,
        __F3: Fn(*mut Context) -> c_int + ::core::marker::Send + ::core::marker::Sync
            + 'static,
    >(p0: *mut Context) {
        #[repr(C)]
        struct __Frame {
            p0: *mut Context,
        }
        unsafe extern "C" fn __run<
            __F2: FnMut(*mut Context) + ::core::marker::Send + 'static,
            __F3: Fn(*mut Context) -> c_int + ::core::marker::Send + ::core::marker::Sync
                + 'static,
        >(__frame: *mut ::core::ffi::c_void) -> ::core::primitive::bool {
            ::cgocall::__private::catch(|| unsafe {
                let __frame = __frame.cast::<__Frame>();
                let __args = __frame.read();
                let __data: *mut ::core::ffi::c_void = user_data(__args.p0);
                let __closures = ::cgocall::__private::enter_alone::<
                    (
                        ::core::option::Option<::cgocall::__private::Single<__F2>>,
                        ::cgocall::__private::Shared<__F3>,
                    ),
                >("the closure `step` of `create`", 0, __data);
                ::cgocall::__private::some(&__closures.0)
                    .run(
                        "the closure `step` of `create`",
                        |__closure| (*__closure)(__args.p0),
                    );
            })
        }
        let mut __frame = ::core::mem::ManuallyDrop::new(__Frame { p0 });
        unsafe {
            ::cgocall::__private::crosscall2(
                "the closure `step` of `create`",
                __run::<__F2, __F3>,
                (&raw mut __frame).cast(),
            );
        }
    }
    #[inline(never)]
    unsafe extern "C" fn __callback3<
        __F2: FnMut(*mut Context) + ::core::marker::Send + 'static,
        __F3: Fn(*mut Context) -> c_int + ::core::marker::Send + ::core::marker::Sync
            + 'static,
    >(p0: *mut Context) -> c_int {
        #[repr(C)]
        struct __Frame {
            p0: *mut Context,
            r: ::core::mem::MaybeUninit<c_int>,
        }
        unsafe extern "C" fn __run<
            __F2: FnMut(*mut Context) + ::core::marker::Send + 'static,
            __F3: Fn(*mut Context) -> c_int + ::core::marker::Send + ::core::marker::Sync
                + 'static,
        >(__frame: *mut ::core::ffi::c_void) -> ::core::primitive::bool {
            ::cgocall::__private::catch(|| unsafe {
                let __frame = __frame.cast::<__Frame>();
                let __args = __frame.read();
                let __data: *mut ::core::ffi::c_void = user_data(__args.p0);
                let __closures = ::cgocall::__private::enter::<
                    (
                        ::core::option::Option<::cgocall::__private::Single<__F2>>,
                        ::cgocall::__private::Shared<__F3>,
                    ),
                >(__data);
                let __r = __closures
                    .1
                    .run(
                        "the closure `end` of `create`",
                        |__closure| (*__closure)(__args.p0),
                    );
                (*__frame).r = ::core::mem::MaybeUninit::new(__r);
            })
        }
        let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
            p0,
            r: ::core::mem::MaybeUninit::uninit(),
        });
        if unsafe {
            ::cgocall::__private::crosscall2(
                "the closure `end` of `create`",
                __run::<__F2, __F3>,
                (&raw mut __frame).cast(),
            )
        } {
            unsafe { __frame.r.assume_init_read() }
        } else {
            fn __on_panic() -> c_int {
                -1
            }
            let __r = __on_panic();
            __r
        }
    }
    fn __callbacks0<
        __F2: FnMut(*mut Context) + ::core::marker::Send + 'static,
        __F3: Fn(*mut Context) -> c_int + ::core::marker::Send + ::core::marker::Sync
            + 'static,
    >(
        closures: &(
            ::core::option::Option<::cgocall::__private::Single<__F2>>,
            ::cgocall::__private::Shared<__F3>,
        ),
    ) -> (
        ::core::option::Option<unsafe extern "C" fn(*mut Context)>,
        ::core::option::Option<unsafe extern "C" fn(*mut Context) -> c_int>,
    ) {
        (
            match &closures.0 {
                ::core::option::Option::Some(_) => {
                    ::core::option::Option::Some(__callback2::<__F2, __F3>)
                }
                ::core::option::Option::None => ::core::option::Option::None,
            },
            ::core::option::Option::Some(__callback3::<__F2, __F3>),
        )
    }
    let __closures0 = ::cgocall::__private::Kept::new((
        ::core::option::Option::map(step, ::cgocall::__private::Single::new),
        ::cgocall::__private::Shared::new(end),
    ));
    let (step, end) = __callbacks0(&__closures0);
    let __drop: unsafe extern "C" fn(*mut ::core::ffi::c_void) = ::cgocall::__private::destructor(
        &__closures0,
    );
    let (data, drop) = (
        ::cgocall::__private::keep(__closures0),
        ::core::option::Option::Some(__drop),
    );
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "create",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: db,
        p1: data,
        p2: step,
        p3: end,
        p4: drop,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        __frame.r.assume_init_read()
    }
}
#[inline]
fn busy(handler: Option<&Callback<dyn FnMut(c_int) -> c_int + Send>>) {
    #[repr(C)]
    struct __Frame {
        p0: ::core::option::Option<
            unsafe extern "C" fn(*mut ::core::ffi::c_void, c_int) -> c_int,
        >,
        p1: *mut ::core::ffi::c_void,
    }
    const _: fn(UserData) -> ::cgocall::__private::UserData = |__same| __same;
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "busy"]
            fn __c(
                p0: ::core::option::Option<
                    unsafe extern "C" fn(*mut ::core::ffi::c_void, c_int) -> c_int,
                >,
                p1: *mut ::core::ffi::c_void,
            );
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            __c(__args.p0, __args.p1);
        }
    }
    #[inline(never)]
    unsafe extern "C" fn __callback0(p0: *mut ::core::ffi::c_void, p1: c_int) -> c_int {
        #[repr(C)]
        struct __Frame {
            p0: *mut ::core::ffi::c_void,
            p1: c_int,
            r: ::core::mem::MaybeUninit<c_int>,
        }
        unsafe extern "C" fn __run(
            __frame: *mut ::core::ffi::c_void,
        ) -> ::core::primitive::bool {
            ::cgocall::__private::catch(|| unsafe {
                let __frame = __frame.cast::<__Frame>();
                let __args = __frame.read();
                let __data: *mut ::core::ffi::c_void = __args.p0;
                let __closure = ::cgocall::__private::callback::<
                    dyn FnMut(c_int) -> c_int + Send,
                >("the closure `handler` of `busy`", __data);
                let __r = __closure
                    .run(
                        "the closure `handler` of `busy`",
                        |__closure| (*__closure)(__args.p1),
                    );
                (*__frame).r = ::core::mem::MaybeUninit::new(__r);
            })
        }
        let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
            p0,
            p1,
            r: ::core::mem::MaybeUninit::uninit(),
        });
        if unsafe {
            ::cgocall::__private::crosscall2(
                "the closure `handler` of `busy`",
                __run,
                (&raw mut __frame).cast(),
            )
        } {
            unsafe { __frame.r.assume_init_read() }
        } else {
            ::cgocall::__private::zero::<c_int>()
        }
    }
    let (
        handler,
        p1,
    ): (
        ::core::option::Option<
            unsafe extern "C" fn(*mut ::core::ffi::c_void, c_int) -> c_int,
        >,
        *mut ::core::ffi::c_void,
    ) = match handler {
        ::core::option::Option::Some(callback) => {
            (::core::option::Option::Some(__callback0), callback.user_data())
        }
        ::core::option::Option::None => {
            (::core::option::Option::None, ::core::ptr::null_mut())
        }
    };
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("busy");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame { p0: handler, p1 });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
    }
}
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Db>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Db` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Db>::ITSELF
    },
    "`Db` closes itself, and what C has is behind it: say this in the block that declares `Db`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Context>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Context` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Context>::ITSELF
    },
    "`Context` closes itself, and what C has is behind it: say this in the block that declares `Context`, in the same package in any that has a header, or write a raw pointer",
);
