#[repr(C)]
union either {
    whole: c_int,
    bits: [u8; 1],
}
#[allow(deprecated)]
impl either {
    /// The bitfield `ready`.
    ///
    /// # Safety
    /// All bytes of the field that stores it have been written, as for reading any field of a union.
    #[inline]
    #[must_use]
    pub unsafe fn ready(&self) -> c_uint {
        ::cgocall::__private::get_bits::<
            c_uint,
            _,
        >(unsafe { self.bits }, ::core::mem::offset_of!(either, bits), 0, 1)
    }
    /// Writes the bitfield `ready`; of a value too wide the upper bits are lost, as in C.
    ///
    /// # Safety
    /// All bytes of the field that stores it have been written: those beside the bitfield stay as they are.
    #[inline]
    pub unsafe fn set_ready(&mut self, _cgo_value: c_uint) {
        self.bits = ::cgocall::__private::set_bits::<
            c_uint,
            _,
        >(unsafe { self.bits }, ::core::mem::offset_of!(either, bits), 0, 1, _cgo_value);
    }
}
#[allow(deprecated)]
const _: () = ::core::assert!(
    ::core::mem::offset_of!(either, bits) * 8 <= 0
        && 1
            <= (::core::mem::offset_of!(either, bits)
                + ::core::mem::size_of::<[u8; 1]>()) * 8,
    "`either` has `ready` in bit 0 in C, and `bits` in Rust is elsewhere; let it be where it is, and as large",
);
const _: fn(c_int) -> ::core::ffi::c_int = |__same| __same;
const _: fn(u8) -> ::core::primitive::u8 = |__same| __same;
const _: fn(c_uint) -> ::core::ffi::c_uint = |__same| __same;
