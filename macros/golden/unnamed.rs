#[repr(C)]
pub struct inner {
    pub first: c_int,
    pub u: deepest,
}
#[allow(deprecated)]
const _: () = ::core::assert!(
    ::core::mem::size_of::<inner>() == 16,
    "`struct outer.0` has 16 bytes in C and `inner` in Rust has not; look at its `packed` and `align`",
);
#[allow(deprecated)]
const _: () = ::core::assert!(
    ::core::mem::offset_of!(inner, u) == 8,
    "`struct outer.0` has `u` at byte 8 in C",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<deepest>() == 4,
    "`u` has 4 bytes in C, and in Rust it has not; import `deepest` from the same header",
);
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
const _: () = ::core::assert!(
    ::core::mem::size_of::<*const deepest>() == ::core::mem::size_of::<*const ()>(),
    "a pointer to `deepest` is no C pointer: it has a length or a vtable",
);
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::Remains as _;
        !::cgocall::__private::Closes::<deepest>::ITSELF
    },
    "`deepest` closes itself, and what C has is behind it: say this in the block that declares `deepest`, in the same package in any that has a header, or write a raw pointer",
);
#[allow(deprecated)]
unsafe impl ::cgocall::__private::Passable for inner
where
    for<'__any> c_int: ::cgocall::__private::Passable,
    for<'__any> deepest: ::cgocall::__private::Passable,
{
    const PARTS: &'static [::cgocall::__private::Part] = {
        const _: fn(&inner) = |inner { first: _, u: _ }| {};
        &[
            ::cgocall::__private::Part::of::<
                c_int,
            >(::core::mem::offset_of!(inner, first)),
            ::cgocall::__private::Part::of::<deepest>(::core::mem::offset_of!(inner, u)),
        ]
    };
}
