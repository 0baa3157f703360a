/// A time of day.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Tm {
    pub sec: c_int,
    #[cfg(unix)]
    zone: *const c_char,
}
#[allow(deprecated)]
const _: () = ::core::assert!(
    ::core::mem::size_of::<Tm>() == 56 && ::core::mem::align_of::<Tm>() == 8,
    "`struct tm` has 56 bytes in C, aligned to 8, and `Tm` in Rust has not; look at its `packed` and `align`",
);
#[allow(deprecated)]
const _: () = ::core::assert!(
    ::core::mem::offset_of!(Tm, sec) == 0,
    "`struct tm` has `sec` at byte 0 in C",
);
#[cfg(unix)]
#[allow(deprecated)]
const _: () = ::core::assert!(
    ::core::mem::offset_of!(Tm, zone) == 48,
    "`struct tm` has `zone` at byte 48 in C",
);
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
#[cfg(unix)]
const _: fn(c_char) -> ::core::ffi::c_char = |__same| __same;
