//! A library's root.
#![allow(dead_code)]

#[cfg(feature = "clock")]
mod clock;
mod place {
    #[path = "far.rs"]
    pub mod inner;
}

use cgocall::{cgo_export, cgo_import};
use std::ffi::{CStr, c_int};

// Numbers.
#[inline]
fn abs(n: c_int) -> c_int {
    #[repr(C)]
    struct __Frame {
        p0: c_int,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "abs"]
            fn __c(p0: c_int) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("abs");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: n,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        __frame.r.assume_init_read()
    }
}

// Words.
/// How long `text` is.
#[inline]
#[track_caller]
pub fn strlen(text: &CStr) -> usize {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_char,
        r: ::core::mem::MaybeUninit<usize>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "strlen"]
            fn __c(p0: *const ::core::ffi::c_char) -> usize;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "strlen",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::ffi::CStr::as_ptr(text),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if (true || #[allow(non_exhaustive_omitted_patterns)]
            match ::core::option::Option::None::<&'static str> {
                ::core::option::Option::Some("1" | "2") => true,
                _ => false,
            }) && ::cgocall::__private::Loans::wanted()
        {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "strlen",
                    name: "text",
                };
                __loans.lend_text(__frame.p0, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        __frame.r.assume_init_read()
    }
}

thread_local! {
    static COUNT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[derive(Debug, Default)]
pub struct Counter {
    pub count: u32,
}

impl Counter {
    /// Stays as it is.
    pub fn next(&mut self) -> u32 {
        println!("{}", self.count);
        self.count + 1
    }
}

impl Counter {
    fn at() -> extern "C" fn(&Counter) -> u32 {
        fn at(counter: &Counter) -> u32 {
            counter.count
        }
        const _: () = ::core::assert!(
            {
                use ::cgocall::__private::Remains as _;
                !::cgocall::__private::Closes::<Counter>::ITSELF
            },
            "`Counter` closes itself, and what C has is behind it: say this in the block that declares `Counter`, in the same package in any that has a header, or write a raw pointer",
        );
        const _: () = ::core::assert!(
            ::core::mem::size_of::<*const Counter>()
                == ::core::mem::size_of::<*const ()>(),
            "a pointer to `Counter` is no C pointer: it has a length or a vtable",
        );
        #[doc(hidden)]
        enum at {}
        impl at {
            /// The C function pointer of [`at`].
            const C: extern "C" fn(&Counter) -> u32 = {
                #[inline(never)]
                extern "C" fn __export(p0: *const Counter) -> u32 {
                    #[repr(C)]
                    struct __Frame {
                        p0: *const Counter,
                        r: ::core::mem::MaybeUninit<u32>,
                    }
                    use ::cgocall::__private::AnyLook as _;
                    unsafe extern "C" fn _cgoexp(
                        __frame: *mut ::core::ffi::c_void,
                    ) -> ::core::primitive::bool {
                        ::cgocall::__private::catch(|| unsafe {
                            let __frame = __frame.cast::<__Frame>();
                            let __args = __frame.read();
                            if (true || #[allow(non_exhaustive_omitted_patterns)]
                                match ::core::option::Option::None::<&'static str> {
                                    ::core::option::Option::Some("1" | "2") => true,
                                    _ => false,
                                }) && ::cgocall::__private::level() >= 1
                            {
                                {
                                    static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                                        function: "at",
                                        name: "counter",
                                    };
                                    ::cgocall::__private::passed::pointer::<
                                        Counter,
                                    >(__args.p0.cast(), false, &__ARGUMENT);
                                }
                            }
                            ::cgocall::__private::Look::<
                                Counter,
                            >::behind(__args.p0, 1, "at", "counter");
                            let __r = at(&*__args.p0);
                            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                        })
                    }
                    let _ = at as fn(_) -> _;
                    ::cgocall::__private::assert_sync_type::<Counter>();
                    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                        p0,
                        r: ::core::mem::MaybeUninit::uninit(),
                    });
                    if unsafe {
                        ::cgocall::__private::crosscall2(
                            "at",
                            _cgoexp,
                            (&raw mut __frame).cast(),
                        )
                    } {
                        unsafe { __frame.r.assume_init_read() }
                    } else {
                        ::cgocall::__private::zero::<u32>()
                    }
                }
                unsafe {
                    ::core::mem::transmute::<
                        extern "C" fn(*const Counter) -> u32,
                        extern "C" fn(&Counter) -> u32,
                    >(__export)
                }
            };
        }
        at::C
    }
}

const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;

#[cfg(feature = "clock")]
fn hours() -> i64 {
    clock::clock() / 3600
}

#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Compare {
    f: unsafe extern "C" fn(c_int, c_int) -> c_int,
}

unsafe impl ::cgocall::__private::FnPointer for Compare {}

unsafe impl ::cgocall::__private::Passable for Compare {
    const PARTS: &'static [::cgocall::__private::Part] = &[
        ::cgocall::__private::Part::FUNCTION,
    ];
}

impl Compare {
    /// Wraps a C function.
    #[inline]
    #[must_use]
    pub const fn from_fn(function: unsafe extern "C" fn(c_int, c_int) -> c_int) -> Self {
        Self { f: function }
    }
    /// The C function itself, to be handed to C; calling it bare would run it on the goroutine's stack.
    #[inline]
    #[must_use]
    pub const fn as_fn(self) -> unsafe extern "C" fn(c_int, c_int) -> c_int {
        self.f
    }
    /// Calls the C function through the runtime.
    ///
    /// # Safety
    /// As for calling the function itself.
    #[inline]
    pub unsafe fn call(self, p0: c_int, p1: c_int) -> c_int {
        #[repr(C)]
        struct __Frame {
            f: Compare,
            p0: c_int,
            p1: c_int,
            r: ::core::mem::MaybeUninit<c_int>,
        }
        unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
            unsafe {
                let __frame = __frame.cast::<__Frame>();
                let __args = __frame.read();
                let __r = (__args.f.f)(__args.p0, __args.p1);
                (*__frame).r = ::core::mem::MaybeUninit::new(__r);
            }
        }
        static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
            "Compare",
        );
        let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
            f: self,
            p0,
            p1,
            r: ::core::mem::MaybeUninit::uninit(),
        });
        unsafe {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
            __frame.r.assume_init_read()
        }
    }
}

impl ::core::convert::From<unsafe extern "C" fn(c_int, c_int) -> c_int> for Compare {
    #[inline]
    fn from(function: unsafe extern "C" fn(c_int, c_int) -> c_int) -> Self {
        Self { f: function }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn three() {
        assert_eq!(super::abs(-3), 3);
    }
}
