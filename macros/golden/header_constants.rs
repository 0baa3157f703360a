pub const EOF: c_int = -1;
const NAME: &CStr = c"zlib";
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
#[allow(deprecated)]
const _: () = ::core::assert!(
    EOF as ::core::primitive::i128 == -1,
    "`EOF` is -1 in C, which a `c_int` cannot hold",
);
