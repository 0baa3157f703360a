#[repr(C)]
pub enum Mode {
    Read = 1,
}
#[allow(deprecated)]
const _: () = ::core::assert!(
    Mode::Read as ::core::primitive::i128 == 1,
    "`MODE_READ` is 1 in C",
);
#[allow(deprecated)]
unsafe impl ::cgocall::__private::Enumerated for Mode {
    type Number = ::cgocall::__private::NumberOf<{ ::core::mem::size_of::<Mode>() }>;
    const NAME: &'static ::core::primitive::str = "Mode";
    const VALUES: &'static [Self] = &[Mode::Read];
}
