#[repr(C)]
pub enum Mode {
    Read = 1,
}
#[allow(deprecated)]
const _: () = ::core::assert!(
    Mode::Read as ::core::primitive::i128 == 1,
    "`MODE_READ` is 1 in C",
);
