#[repr(C)]
pub struct state {
    wide: [u8; 16],
    pub count: c_int,
    #[cfg(unix)]
    bits: c_uint,
}
#[cfg(unix)]
#[allow(deprecated)]
impl state {
    /// Whether it is.
    #[inline]
    #[must_use]
    pub fn ready(&self) -> bool {
        ::cgocall::__private::get_bits::<
            bool,
            _,
        >(self.bits, ::core::mem::offset_of!(state, bits), 160, 1)
    }
    /// Writes the bitfield `ready`; of a value too wide the upper bits are lost, as in C.
    #[inline]
    pub fn set_ready(&mut self, _cgo_value: bool) {
        self.bits = ::cgocall::__private::set_bits::<
            bool,
            _,
        >(self.bits, ::core::mem::offset_of!(state, bits), 160, 1, _cgo_value);
    }
    /// The bitfield `type`.
    #[inline]
    #[must_use]
    fn r#type(&self) -> c_int {
        ::cgocall::__private::get_bits::<
            c_int,
            _,
        >(self.bits, ::core::mem::offset_of!(state, bits), 161, 3)
    }
    /// Writes the bitfield `type`; of a value too wide the upper bits are lost, as in C.
    #[inline]
    fn set_type(&mut self, _cgo_value: c_int) {
        self.bits = ::cgocall::__private::set_bits::<
            c_int,
            _,
        >(self.bits, ::core::mem::offset_of!(state, bits), 161, 3, _cgo_value);
    }
}
const _: () = ::core::assert!(
    ::core::mem::size_of::<[u8; 16]>() == 16,
    "`wide` has 16 bytes in C, and in Rust it has not; write `[u8; 16]`, or a type of this size",
);
#[cfg(unix)]
#[allow(deprecated)]
const _: () = ::core::assert!(
    ::core::mem::offset_of!(state, bits) * 8 <= 160
        && 161
            <= (::core::mem::offset_of!(state, bits) + ::core::mem::size_of::<c_uint>())
                * 8,
    "`state` has `ready` in bit 160 in C, and `bits` in Rust is elsewhere; let it be where it is, and as large",
);
#[cfg(unix)]
#[allow(deprecated)]
const _: () = ::core::assert!(
    ::core::mem::offset_of!(state, bits) * 8 <= 161
        && 164
            <= (::core::mem::offset_of!(state, bits) + ::core::mem::size_of::<c_uint>())
                * 8,
    "`state` has `type` in bits 161 to 163 in C, and `bits` in Rust is elsewhere; let it be where they are, and as large",
);
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
#[cfg(unix)]
const _: fn(c_uint) -> ::core::ffi::c_uint = |__same| __same;
#[cfg(unix)]
const _: fn(bool) -> ::core::primitive::bool = |__same| __same;
#[cfg(unix)]
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
