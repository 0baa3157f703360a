#[repr(C)]
enum Order {
    Up = 1,
    #[cfg(unix)]
    Down,
}
#[allow(deprecated)]
unsafe impl ::cgocall::__private::Enumerated for Order {
    type Number = ::cgocall::__private::NumberOf<{ ::core::mem::size_of::<Order>() }>;
    const NAME: &'static ::core::primitive::str = "Order";
    const VALUES: &'static [Self] = &[Order::Up, #[cfg(unix)] Order::Down];
}
#[repr(C)]
struct Sorted {
    order: Order,
    #[cfg(unix)]
    flags: [bool; 2],
    next: *mut Sorted,
}
#[allow(deprecated)]
unsafe impl ::cgocall::__private::Passable for Sorted {
    const PARTS: &'static [::cgocall::__private::Part] = {
        const _: fn(&Sorted) = |Sorted { order: _, #[cfg(unix)] flags: _, next: _ }| {};
        &[
            ::cgocall::__private::Part::of::<
                Order,
            >(::core::mem::offset_of!(Sorted, order)),
            #[cfg(unix)]
            ::cgocall::__private::Part::of::<
                [bool; 2],
            >(::core::mem::offset_of!(Sorted, flags)),
            ::cgocall::__private::Part::of::<
                *mut Sorted,
            >(::core::mem::offset_of!(Sorted, next)),
        ]
    };
}
#[cfg(unix)]
const _: fn(bool) -> ::core::primitive::bool = |__same| __same;
fn sort(all: &mut [Sorted], back: Vec<Order>, by: Option<&Order>, last: Sorted) {}
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Sorted>::ITSELF
    },
    "`Sorted` closes itself, and what C has is behind it: say this in the block that declares `Sorted`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Order>::ITSELF
    },
    "`Order` closes itself, and what C has is behind it: say this in the block that declares `Order`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Sorted>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Sorted` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Vec<Order>>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Vec<Order>` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::AnyClass as _;
        ::cgocall::__private::Class::<Option<&Order>>::CODE
            == ::cgocall::__private::Class::<*mut ()>::CODE
    },
    "`Option<&Order>` is no C pointer; that is the standard library's, to a type of known size",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Order>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Order` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Sorted>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Sorted` is no C pointer: it has a length or a vtable",
);
#[doc(hidden)]
enum sort {}
impl sort {
    /// The C function pointer of [`sort`].
    const C: unsafe extern "C" fn(
        *mut Sorted,
        ::core::primitive::usize,
        ::cgocall::__private::OwnedVec<Order>,
        Option<&Order>,
        Sorted,
    ) = {
        #[unsafe(export_name = "sort")]
        #[inline(never)]
        unsafe extern "C" fn __export(
            p0: *mut Sorted,
            p1: ::core::primitive::usize,
            p2: ::cgocall::__private::OwnedVec<Order>,
            p3: *const Order,
            p4: ::core::mem::MaybeUninit<Sorted>,
        ) {
            #[repr(C)]
            struct __Frame {
                p0: *mut Sorted,
                p1: ::core::primitive::usize,
                p2: ::cgocall::__private::OwnedVec<Order>,
                p3: *const Order,
                p4: ::core::mem::MaybeUninit<Sorted>,
            }
            use ::cgocall::__private::AnyLook as _;
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let mut __args = __frame.read();
                    if ::cgocall::__private::checked!()
                        && ::cgocall::__private::level() >= 1
                    {
                        {
                            static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                                function: "sort",
                                name: "all",
                            };
                            ::cgocall::__private::passed::slice::<
                                Sorted,
                            >(__args.p0, __args.p1, &__ARGUMENT);
                        }
                        {
                            static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                                function: "sort",
                                name: "by",
                            };
                            ::cgocall::__private::passed::pointer::<
                                Order,
                            >(__args.p3.cast(), true, &__ARGUMENT);
                        }
                    }
                    ::cgocall::__private::Look::<
                        Sorted,
                    >::behind(__args.p0, __args.p1, "sort", "all");
                    ::cgocall::__private::Look::<
                        Order,
                    >::vec(&mut __args.p2, "sort", "back");
                    ::cgocall::__private::Look::<
                        Order,
                    >::behind(__args.p3, 1, "sort", "by");
                    sort(
                        if __args.p0.is_null() {
                            &mut []
                        } else {
                            ::core::slice::from_raw_parts_mut(__args.p0, __args.p1)
                        },
                        ::cgocall::__private::take_vec(__args.p2, "sort", "back"),
                        if __args.p3.is_null() {
                            ::core::option::Option::None
                        } else {
                            ::core::option::Option::Some(&*__args.p3)
                        },
                        ::cgocall::__private::passable::<
                            Sorted,
                        >("sort", "last", __args.p4),
                    );
                })
            }
            let _ = sort as fn(_, _, _, _) -> _;
            ::cgocall::__private::assert_send_type::<Sorted>();
            ::cgocall::__private::assert_send_type::<Order>();
            ::cgocall::__private::assert_sync_type::<Order>();
            ::cgocall::__private::assert_passable::<Sorted>();
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                p1,
                p2,
                p3,
                p4,
            });
            unsafe {
                ::cgocall::__private::crosscall2_drop(
                    "sort",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                );
            }
        }
        unsafe {
            ::core::mem::transmute::<
                unsafe extern "C" fn(
                    *mut Sorted,
                    ::core::primitive::usize,
                    ::cgocall::__private::OwnedVec<Order>,
                    *const Order,
                    ::core::mem::MaybeUninit<Sorted>,
                ),
                unsafe extern "C" fn(
                    *mut Sorted,
                    ::core::primitive::usize,
                    ::cgocall::__private::OwnedVec<Order>,
                    Option<&Order>,
                    Sorted,
                ),
            >(__export)
        }
    };
}
unsafe fn sort_anyhow(last: Sorted, by: &Order) {}
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Sorted>::ITSELF
    },
    "`Sorted` closes itself, and what C has is behind it: say this in the block that declares `Sorted`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<Order>::ITSELF
    },
    "`Order` closes itself, and what C has is behind it: say this in the block that declares `Order`, in the same package in any that has a header, or write a raw pointer",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Sorted>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Sorted` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const Order>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `Order` is no C pointer: it has a length or a vtable",
);
#[doc(hidden)]
enum sort_anyhow {}
impl sort_anyhow {
    /// The C function pointer of [`sort_anyhow`].
    const C: unsafe extern "C" fn(Sorted, &Order) = {
        #[unsafe(export_name = "sort_anyhow")]
        #[inline(never)]
        unsafe extern "C" fn __export(
            p0: ::core::mem::MaybeUninit<Sorted>,
            p1: *const Order,
        ) {
            #[repr(C)]
            struct __Frame {
                p0: ::core::mem::MaybeUninit<Sorted>,
                p1: *const Order,
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
                                function: "sort_anyhow",
                                name: "by",
                            };
                            ::cgocall::__private::passed::pointer::<
                                Order,
                            >(__args.p1.cast(), false, &__ARGUMENT);
                        }
                    }
                    ::cgocall::__private::Look::<
                        Order,
                    >::behind(__args.p1, 1, "sort_anyhow", "by");
                    sort_anyhow(
                        ::cgocall::__private::Look::<
                            Sorted,
                        >::argument("sort_anyhow", "last", __args.p0),
                        &*__args.p1,
                    );
                })
            }
            ::cgocall::__private::assert_sync_type::<Order>();
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame { p0, p1 });
            unsafe {
                ::cgocall::__private::crosscall2(
                    "sort_anyhow",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                );
            }
        }
        unsafe {
            ::core::mem::transmute::<
                unsafe extern "C" fn(::core::mem::MaybeUninit<Sorted>, *const Order),
                unsafe extern "C" fn(Sorted, &Order),
            >(__export)
        }
    };
}
