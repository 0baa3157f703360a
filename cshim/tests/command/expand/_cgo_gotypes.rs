//! Imports of each form, for `cgocall expand`.

use cgocall::{cgo_export, cgo_import};
use std::ffi::{c_int, c_long};

/// The shop.
pub mod shop {
    /// What the C compiler says of the names.
    #[allow(clippy::all, clippy::pedantic)]
    pub mod C {
        /// What has been paid for.
        ///
        /// `struct shop_item` in c/shop.h:24
        #[derive(Clone, Copy)]
        #[repr(C)]
        pub struct shop_item {
            /// `name`, as C has it.
            pub name: *const ::core::ffi::c_char,
            /// `price`, as C has it.
            pub price: ::core::ffi::c_long,
            /// `shelf`, as C has it.
            pub shelf: ::core::ffi::c_uchar,
            /// `weigh`, as C has it.
            pub weigh: ::core::option::Option<
                unsafe extern "C" fn(
                    *const shop_item,
                    *mut ::core::ffi::c_void,
                ) -> ::core::ffi::c_int,
            >,
        }

        #[allow(deprecated)]
        const _: () = ::core::assert!(
            ::core::mem::size_of::<shop_item>() == 32
                && ::core::mem::align_of::<shop_item>() == 8,
            "`struct shop_item` has 32 bytes in C, aligned to 8, and `shop_item` in Rust has not; look at its `packed` and `align`",
        );
        #[allow(deprecated)]
        const _: () = ::core::assert!(
            ::core::mem::offset_of!(shop_item, name) == 0,
            "`struct shop_item` has `name` at byte 0 in C",
        );
        #[allow(deprecated)]
        const _: () = ::core::assert!(
            ::core::mem::offset_of!(shop_item, price) == 8,
            "`struct shop_item` has `price` at byte 8 in C",
        );
        #[allow(deprecated)]
        const _: () = ::core::assert!(
            ::core::mem::offset_of!(shop_item, shelf) == 16,
            "`struct shop_item` has `shelf` at byte 16 in C",
        );
        #[allow(deprecated)]
        const _: () = ::core::assert!(
            ::core::mem::offset_of!(shop_item, weigh) == 24,
            "`struct shop_item` has `weigh` at byte 24 in C",
        );
        const _: fn(::core::ffi::c_char) -> ::core::ffi::c_char = |__same| __same;
        const _: fn(::core::ffi::c_long) -> ::core::ffi::c_long = |__same| __same;
        const _: fn(::core::ffi::c_uchar) -> ::core::ffi::c_uchar = |__same| __same;
        const _: () = ::core::assert!(
            ::core::mem::size_of::<shop_item>() == 0
                || ::core::mem::size_of::<shop_item>() == 32
                    && ::core::mem::align_of::<shop_item>() == 8
                    && {
                        use ::cgocall::__private::AnyClass as _;
                        ::cgocall::__private::Class::<shop_item>::CODE == 0
                            || ::cgocall::__private::Class::<shop_item>::CODE
                                == ::cgocall::__private::Class::<*mut ()>::CODE
                    },
            "`shop_item` has 32 bytes in C, aligned to 8, and `shop_item` in Rust has not; make it `#[repr(C)]`, with the fields that the header has",
        );
        const _: () = ::core::assert!(
            {
                use ::cgocall::__private::Remains as _;
                !::cgocall::__private::Closes::<shop_item>::ITSELF
            },
            "`shop_item` closes itself, and what C has is behind it: say this in the block that declares `shop_item`, in the same package in any that has a header, or write a raw pointer",
        );
        const _: fn(::core::ffi::c_int) -> ::core::ffi::c_int = |__same| __same;

        #[allow(deprecated)]
        unsafe impl ::cgocall::__private::Passable for shop_item
        where
            for<'__any> *const ::core::ffi::c_char: ::cgocall::__private::Passable,
            for<'__any> ::core::ffi::c_long: ::cgocall::__private::Passable,
            for<'__any> ::core::ffi::c_uchar: ::cgocall::__private::Passable,
            for<'__any> ::core::option::Option<
                unsafe extern "C" fn(
                    *const shop_item,
                    *mut ::core::ffi::c_void,
                ) -> ::core::ffi::c_int,
            >: ::cgocall::__private::Passable,
        {
            const PARTS: &'static [::cgocall::__private::Part] = {
                const _: fn(&shop_item) = |shop_item { name: _, price: _, shelf: _, weigh: _ }| {};
                &[
                    ::cgocall::__private::Part::of::<
                        *const ::core::ffi::c_char,
                    >(::core::mem::offset_of!(shop_item, name)),
                    ::cgocall::__private::Part::of::<
                        ::core::ffi::c_long,
                    >(::core::mem::offset_of!(shop_item, price)),
                    ::cgocall::__private::Part::of::<
                        ::core::ffi::c_uchar,
                    >(::core::mem::offset_of!(shop_item, shelf)),
                    ::cgocall::__private::Part::of::<
                        ::core::option::Option<
                            unsafe extern "C" fn(
                                *const shop_item,
                                *mut ::core::ffi::c_void,
                            ) -> ::core::ffi::c_int,
                        >,
                    >(::core::mem::offset_of!(shop_item, weigh)),
                ]
            };
        }

        impl ::core::default::Default for shop_item {
            /// All zeros.
            fn default() -> Self {
                unsafe { ::core::mem::zeroed() }
            }
        }

        #[link(name = "cgo_command_fixture_HASH", kind = "static")]
        unsafe extern "C" {
            fn _cgo_HASH_Cfunc_shop_close(frame: *mut ::core::ffi::c_void);
            fn _cgo_HASH_Cfunc_shop_opened(frame: *mut ::core::ffi::c_void);
            /// `shop_customers`, as C has it.
            #[link_name = "shop_customers"]
            static mut _cgo_at_shop_customers: ::core::ffi::c_int;
        }

        /// `struct shop`, as C has it.
        #[repr(C)]
        pub struct shop {
            _data: [::core::primitive::u8; 0],
            _marker: ::core::marker::PhantomData<
                (*mut ::core::primitive::u8, ::core::marker::PhantomPinned),
            >,
        }

        /// `SHOP_OPEN`
        pub const SHOP_OPEN: ::core::ffi::c_uint = 4;

        /// `void shop_close(struct shop *)` in c/shop.h:41
        #[inline]
        pub unsafe fn shop_close(shop: *mut shop) {
            #[repr(C)]
            struct __Frame {
                p0: *mut shop,
            }
            static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
                "shop_close",
            );
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame { p0: shop });
            unsafe {
                ::cgocall::__private::cgocall(
                    &__SITE,
                    _cgo_HASH_Cfunc_shop_close,
                    (&raw mut __frame).cast(),
                );
            }
        }

        /// Opens a shop.
        /// It has \[no\] customers yet.
        ///
        /// `struct shop *shop_opened(void)` in c/shop.h:40
        #[inline]
        pub unsafe fn shop_opened() -> *mut shop {
            #[repr(C)]
            struct __Frame {
                r: ::core::mem::MaybeUninit<*mut shop>,
            }
            static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
                "shop_opened",
            );
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                r: ::core::mem::MaybeUninit::uninit(),
            });
            unsafe {
                ::cgocall::__private::cgocall(
                    &__SITE,
                    _cgo_HASH_Cfunc_shop_opened,
                    (&raw mut __frame).cast(),
                );
                __frame.r.assume_init_read()
            }
        }

        const _: fn(::core::ffi::c_uint) -> ::core::ffi::c_uint = |__same| __same;
        const _: () = ::core::assert!(
            ::core::mem::size_of::<*const shop>() == ::core::mem::size_of::<*const ()>(),
            "a pointer to `shop` is no C pointer: it has a length or a vtable",
        );
        const _: fn(::core::ffi::c_int) -> ::core::ffi::c_int = |__same| __same;
        #[allow(deprecated)]
        const _: () = ::core::assert!(
            SHOP_OPEN as ::core::primitive::i128 == 4,
            "`SHOP_OPEN` is 4 in C, which a `::core::ffi::c_uint` cannot hold",
        );

        /// `int shop_customers` in c/shop.h:46
        #[inline]
        #[must_use]
        pub fn shop_customers() -> *mut ::core::ffi::c_int {
            &raw mut _cgo_at_shop_customers
        }
    }

    pub(crate) use self::C::SHOP_OPEN;

    pub use self::C::{shop_close as close, shop_customers, shop_item, shop_opened};

    // What is not C's stays.
    pub const NOBODY: i32 = 0;
}

#[link(name = "cgo_command_fixture_HASH", kind = "static")]
unsafe extern "C" {
    fn _cgo_HASH_Cfunc_shop_is_open(frame: *mut ::core::ffi::c_void);
}

/// Whether one can come in.
#[inline]
pub fn shop_is_open(state: u32) -> c_int {
    #[repr(C)]
    struct __Frame {
        p0: u32,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "shop_is_open",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: state,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(
            &__SITE,
            _cgo_HASH_Cfunc_shop_is_open,
            (&raw mut __frame).cast(),
        );
        __frame.r.assume_init_read()
    }
}

const _: fn(u32) -> ::core::primitive::u32 = |__same| __same;
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;

#[link(name = "cgo_command_fixture_HASH", kind = "static")]
unsafe extern "C" {
    fn _cgo_HASH_Cfunc_twice(frame: *mut ::core::ffi::c_void);
}

#[inline]
pub fn twice(cents: c_long) -> c_long {
    #[repr(C)]
    struct __Frame {
        p0: c_long,
        r: ::core::mem::MaybeUninit<c_long>,
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("twice");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: cents,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(
            &__SITE,
            _cgo_HASH_Cfunc_twice,
            (&raw mut __frame).cast(),
        );
        __frame.r.assume_init_read()
    }
}

const _: fn(c_long) -> ::core::ffi::c_long = |__same| __same;

/// Rings.
pub fn shop_bell(times: c_int) -> c_int {
    times
}

const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;

#[doc(hidden)]
pub enum shop_bell {}

impl shop_bell {
    /// The C function pointer of [`shop_bell`].
    pub const C: extern "C" fn(c_int) -> c_int = {
        #[unsafe(export_name = "shop_bell")]
        #[inline(never)]
        extern "C" fn __export(p0: c_int) -> c_int {
            #[repr(C)]
            struct __Frame {
                p0: c_int,
                r: ::core::mem::MaybeUninit<c_int>,
            }
            unsafe extern "C" fn _cgoexp(
                __frame: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = shop_bell(__args.p0);
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                })
            }
            let _ = shop_bell as fn(_) -> _;
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            if unsafe {
                ::cgocall::__private::crosscall2(
                    "shop_bell",
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
