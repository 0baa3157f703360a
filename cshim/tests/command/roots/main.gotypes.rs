use cgocall::cgo_import;

fn main() {
    ::cgocall::__private::main(move || {
        #[inline]
        fn toupper(c: std::ffi::c_int) -> std::ffi::c_int {
            #[repr(C)]
            struct __Frame {
                p0: std::ffi::c_int,
                r: ::core::mem::MaybeUninit<std::ffi::c_int>,
            }
            unsafe extern "C" fn __stub(__frame: *mut ::core::ffi::c_void) {
                unsafe extern "C" {
                    #[link_name = "toupper"]
                    fn __c(p0: std::ffi::c_int) -> std::ffi::c_int;
                }
                unsafe {
                    let __frame = __frame.cast::<__Frame>();
                    let __args = __frame.read();
                    let __r = __c(__args.p0);
                    (*__frame).r = ::core::mem::MaybeUninit::new(__r);
                }
            }
            static __SITE: ::cgocall::__private::Site = ::cgocall::__private::Site::new(
                "toupper",
            );
            let mut __frame = ::core::mem::ManuallyDrop::new(__Frame {
                p0: c,
                r: ::core::mem::MaybeUninit::uninit(),
            });
            unsafe {
                ::cgocall::__private::cgocall(
                    &__SITE,
                    __stub,
                    (&raw mut __frame).cast(),
                );
                __frame.r.assume_init_read()
            }
        }
        std::process::exit(toupper(97) - 65);
    })
}

/// Stays as it is.
#[allow(dead_code)]
fn print() {
    println!("{}", "text"); // with this
}
