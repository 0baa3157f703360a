//! Imports of each form, for `cgocall expand`.

use cgocall::{cgo_export, cgo_import};
use std::ffi::{c_int, c_long};

/// The shop.
pub mod shop {
    /// What the C compiler says of the names.
    #[allow(dead_code, unused_imports, clippy::all, clippy::pedantic)]
    #[allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]
    pub mod C {
        use cgocall::cgo_import;
        use std::ffi::{c_char, c_int, c_long, c_uchar, c_uint, c_void};

        /// What has been paid for.
        ///
        /// `struct shop_item` in c/shop.h:24
        #[cgo_import(include = "c/shop.h", source = "c/shop.c")]
        #[cgo(c = "struct shop_item")]
        #[repr(C)]
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types)]
        pub struct shop_item {
            pub name: *const c_char,
            pub price: c_long,
            pub shelf: c_uchar,
            pub weigh: Option<unsafe extern "C" fn(*const shop_item, *mut c_void) -> c_int>,
        }

        impl Default for shop_item {
            /// All zeros.
            fn default() -> Self {
                // SAFETY: a struct of C made of numbers, of raw pointers, and of functions that may be null.
                unsafe { std::mem::zeroed() }
            }
        }

        #[cgo_import(include = "c/shop.h", source = "c/shop.c")]
        unsafe extern "C" {
            #[cgo(c = "struct shop")]
            pub type shop;

            /// `SHOP_OPEN`
            #[cgo(constant)]
            pub static SHOP_OPEN: c_uint;

            /// `void shop_close(struct shop *)` in c/shop.h:41
            pub fn shop_close(shop: *mut shop);

            #[cgo(c = "shop_customers")]
            static mut _cgo_at_shop_customers: c_int;

            /// Opens a shop.
            /// It has \[no\] customers yet.
            ///
            /// `struct shop *shop_opened(void)` in c/shop.h:40
            pub fn shop_opened() -> *mut shop;
        }

        /// `int shop_customers` in c/shop.h:46
        #[inline]
        #[must_use]
        pub fn shop_customers() -> *mut c_int {
            &raw mut _cgo_at_shop_customers
        }
    }

    pub(crate) use self::C::SHOP_OPEN;
    pub use self::C::{shop_close as close, shop_customers, shop_item, shop_opened};

    // What is not C's stays.
    pub const NOBODY: i32 = 0;
}

#[cgo_import(include = "c/shop.h", source = "c/shop.c")]
unsafe extern "C" {
    /// Whether one can come in.
    pub safe fn shop_is_open(state: u32) -> c_int;
}

#[cgo_import(preamble = "static long twice(long cents) { return 2 * cents; }")]
unsafe extern "C" {
    pub safe fn twice(cents: c_long) -> c_long;
}

/// Rings.
#[cgo_export]
pub fn shop_bell(times: c_int) -> c_int {
    times
}
