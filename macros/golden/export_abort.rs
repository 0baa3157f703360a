fn tick() {}
#[doc(hidden)]
enum tick {}
impl tick {
    /// The C function pointer of [`tick`].
    const C: extern "C" fn() = {
        #[unsafe(export_name = "tick_now")]
        #[inline(never)]
        extern "C" fn __export() {
            #[repr(C)]
            struct __Frame {}
            unsafe extern "C" fn _cgoexp(
                _: *mut ::core::ffi::c_void,
            ) -> ::core::primitive::bool {
                ::cgocall::__private::catch(|| unsafe {
                    tick();
                })
            }
            let _ = tick as fn() -> _;
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {});
            unsafe {
                ::cgocall::__private::crosscall2_abort(
                    "tick_now",
                    _cgoexp,
                    (&raw mut __frame).cast(),
                )
            }
        }
        __export
    };
}
