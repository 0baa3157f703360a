pub const EOF: c_int = !0;
#[allow(deprecated)]
const _: () = if !(EOF as ::core::primitive::i128 == -1) {
    ::core::panic!("{}", "`EOF` is -1 in C; write that")
};
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
