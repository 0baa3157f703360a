/// A database.
#[derive(Debug)]
#[repr(transparent)]
pub struct Db {
    owned: ::cgocall::__private::Owned<Self>,
}
impl Db {
    /// The pointer that C knows it by: good until it is dropped or given away.
    #[inline]
    #[must_use]
    pub fn as_ptr(&self) -> *mut ::core::ffi::c_void {
        self.owned.as_ptr()
    }
    /// Gives it away: who has the pointer closes it.
    #[inline]
    #[must_use = "it is not closed any more"]
    pub fn into_raw(self) -> *mut ::core::ffi::c_void {
        ::core::mem::ManuallyDrop::new(self).as_ptr()
    }
    /** Takes over a pointer that C has given away.

 # Safety
 It is not null, and C's to close by `sqlite3_close`; nobody else closes it.*/
    #[inline]
    #[must_use = "it is closed at once"]
    pub unsafe fn from_raw(pointer: *mut ::core::ffi::c_void) -> Self {
        let owned = unsafe { ::cgocall::__private::Owned::new(pointer) };
        Self { owned }
    }
}
unsafe impl ::cgocall::__private::Owner for Db {
    #[inline]
    fn own(owned: ::cgocall::__private::Owned<Self>) -> Self {
        Self { owned }
    }
}
impl ::core::ops::Drop for Db {
    #[inline]
    fn drop(&mut self) {
        let _ = unsafe { sqlite3_close(Self::from_raw(self.as_ptr())) };
    }
}
unsafe impl ::core::marker::Send for Db {}
#[inline]
#[track_caller]
fn sqlite3_open(path: &Path) -> (c_int, Db) {
    #[repr(C)]
    struct __Frame {
        p0: *const ::core::ffi::c_char,
        p1: *mut *mut ::core::ffi::c_void,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "sqlite3_open"]
            fn __c(
                p0: *const ::core::ffi::c_char,
                p1: *mut *mut ::core::ffi::c_void,
            ) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0, __args.p1);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    let mut __text0 = ::cgocall::__private::TextBuffer::new();
    let path = __text0.hold::<&Path>(&path, "sqlite3_open", "path");
    let mut __out_db = ::cgocall::__private::OwnerPlace::<Db>::new();
    let db = __out_db.as_mut_ptr();
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "sqlite3_open",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: path,
        p1: db,
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        if ::cgocall::__private::checked!() && ::cgocall::__private::Loans::wanted() {
            let mut __loans = ::cgocall::__private::Loans::new();
            __frame.p0 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "sqlite3_open",
                    name: "path",
                };
                __loans.lend_text(__frame.p0, &__ARGUMENT)
            };
            __frame.p1 = {
                static __ARGUMENT: ::cgocall::__private::Argument = ::cgocall::__private::Argument {
                    function: "sqlite3_open",
                    name: "db",
                };
                __loans.lend_mut(__frame.p1, 1, &__ARGUMENT)
            };
            __loans.close();
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        } else {
            ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        }
        (
            __frame.r.assume_init_read(),
            ::cgocall::__private::out_there("sqlite3_open", "db", "Db", __out_db.take()),
        )
    }
}
#[inline]
fn sqlite3_changes(db: &Db) -> c_int {
    #[repr(C)]
    struct __Frame {
        p0: *mut ::core::ffi::c_void,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "sqlite3_changes"]
            fn __c(p0: *mut ::core::ffi::c_void) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "sqlite3_changes",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: Db::as_ptr(db),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        __frame.r.assume_init_read()
    }
}
#[inline]
fn sqlite3_next(db: Option<&mut Db>) -> Option<Db> {
    #[repr(C)]
    struct __Frame {
        p0: *mut ::core::ffi::c_void,
        r: ::core::mem::MaybeUninit<*mut ::core::ffi::c_void>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "sqlite3_next"]
            fn __c(p0: *mut ::core::ffi::c_void) -> *mut ::core::ffi::c_void;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    let __free = ::cgocall::__private::freeing(::cgocall::__private::close::<Db>);
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "sqlite3_next",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: ::core::option::Option::map_or(
            db,
            ::core::ptr::null_mut(),
            |owner| Db::as_ptr(owner),
        ),
        r: ::core::mem::MaybeUninit::zeroed(),
    });
    unsafe {
        let __at = (&raw mut __frame).cast::<__Frame>();
        let __unreturned = ::cgocall::__private::Unreturned::new(
            &raw const (*__at).r,
            __free,
        );
        ::cgocall::__private::cgocall(&__SITE, __stub, __at.cast());
        ::core::mem::forget(__unreturned);
        ::cgocall::__private::owned_if_any(__frame.r.assume_init_read())
    }
}
#[inline]
unsafe fn sqlite3_close(db: Db) -> c_int {
    #[repr(C)]
    struct __Frame {
        p0: *mut ::core::ffi::c_void,
        r: ::core::mem::MaybeUninit<c_int>,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "sqlite3_close"]
            fn __c(p0: *mut ::core::ffi::c_void) -> c_int;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __r = __c(__args.p0);
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "sqlite3_close",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: Db::into_raw(db),
        r: ::core::mem::MaybeUninit::uninit(),
    });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
        __frame.r.assume_init_read()
    }
}
#[cfg(unix)]
#[derive(Debug)]
#[repr(transparent)]
struct Buffer {
    owned: ::cgocall::__private::Owned<Self>,
}
#[cfg(unix)]
impl Buffer {
    /// The pointer that C knows it by: good until it is dropped or given away.
    #[inline]
    #[must_use]
    fn as_ptr(&self) -> *mut ::core::ffi::c_void {
        self.owned.as_ptr()
    }
    /// Gives it away: who has the pointer closes it.
    #[inline]
    #[must_use = "it is not closed any more"]
    fn into_raw(self) -> *mut ::core::ffi::c_void {
        ::core::mem::ManuallyDrop::new(self).as_ptr()
    }
    /** Takes over a pointer that C has given away.

 # Safety
 It is not null, and C's to close by `free`; nobody else closes it.*/
    #[inline]
    #[must_use = "it is closed at once"]
    unsafe fn from_raw(pointer: *mut ::core::ffi::c_void) -> Self {
        let owned = unsafe { ::cgocall::__private::Owned::new(pointer) };
        Self { owned }
    }
}
#[cfg(unix)]
unsafe impl ::cgocall::__private::Owner for Buffer {
    #[inline]
    fn own(owned: ::cgocall::__private::Owned<Self>) -> Self {
        Self { owned }
    }
}
#[cfg(unix)]
impl ::core::ops::Drop for Buffer {
    #[inline]
    fn drop(&mut self) {
        let _ = unsafe { free(self.as_ptr().cast()) };
    }
}
#[inline]
fn malloc(size: usize) -> Result<Buffer, Errno> {
    #[repr(C)]
    struct __Frame {
        p0: usize,
        r: ::core::mem::MaybeUninit<*mut ::core::ffi::c_void>,
        errno: ::core::ffi::c_int,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "malloc"]
            fn __c(p0: usize) -> *mut ::core::ffi::c_void;
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            let __errno = ::cgocall::__private::cleared_errno();
            let __r = __c(__args.p0);
            (*__frame).errno = *__errno;
            (*__frame).r = ::core::mem::MaybeUninit::new(__r);
        }
    }
    let __free = ::cgocall::__private::freeing(::cgocall::__private::close::<Buffer>);
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
        "malloc",
    );
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
        p0: size,
        r: ::core::mem::MaybeUninit::zeroed(),
        errno: 0,
    });
    unsafe {
        let __at = (&raw mut __frame).cast::<__Frame>();
        let __unreturned = ::cgocall::__private::Unreturned::new(
            &raw const (*__at).r,
            __free,
        );
        ::cgocall::__private::cgocall(&__SITE, __stub, __at.cast());
        ::core::mem::forget(__unreturned);
        ::cgocall::__private::errno_result(__frame.r.assume_init_read(), __frame.errno)
            .map(|__good| ::cgocall::__private::owned_result("malloc", __good))
    }
}
#[inline]
unsafe fn free(buffer: *mut c_void) {
    #[repr(C)]
    struct __Frame {
        p0: *mut c_void,
    }
    unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
        unsafe extern "C" {
            #[link_name = "free"]
            fn __c(p0: *mut c_void);
        }
        unsafe {
            let __frame = __frame.cast::<__Frame>();
            let __args = __frame.read();
            __c(__args.p0);
        }
    }
    static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new("free");
    let mut __frame = ::core::mem::ManuallyDrop::new(__Frame { p0: buffer });
    unsafe {
        ::cgocall::__private::cgocall(&__SITE, __stub, (&raw mut __frame).cast());
    }
}
const _: fn() = ::cgocall::__private::is_owner::<Db>;
const _: () = ::core::assert!(
    {
        use ::cgocall::__private::AnyClass as _;
        ::cgocall::__private::Class::<Option<&mut Db>>::CODE
            == ::cgocall::__private::Class::<*mut ()>::CODE
    },
    "`Option<&mut Db>` is no C pointer; that is the standard library's, to a type of known size",
);
const _: () = ::core::assert!(
    ::core::mem::size_of::<Option<Db>>() == ::core::mem::size_of::<*const ()>()
        && ::core::mem::size_of::<Db>() == ::core::mem::size_of::<Option<Db>>()
        && ::core::mem::size_of::<::core::option::Option<Option<Db>>>()
            > ::core::mem::size_of::<Option<Db>>()
        && {
            use ::cgocall::__private::AnyValue as _;
            !::cgocall::__private::Value::<Db>::IS_ENUM
        },
    "`Option<Db>` is a C value only if `Db` is a function pointer; of an enum have a variant say that there is none, or take a pointer, `Option<&Db>`",
);
const _: fn() = ::cgocall::__private::is_owner::<Buffer>;
