pub const EOF: c_int = -1;
const NAME: &CStr = c"zlib";
const _: fn(c_int) -> ::core::ffi::c_int = |same| same;
