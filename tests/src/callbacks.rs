//! C with large frames that calls back.

use cgocall::{UserData, cgo_import};
use std::ffi::c_long;

#[cgo_import(preamble = r#"
    #include <string.h>
    /* -1 if its 64 KiB of locals have changed meanwhile. */
    static long callbacks_below_64_kib(long (*f)(long n, void *data), long n, void *data) {
        volatile unsigned char frame[64 << 10];
        memset((void *)frame, (int)(n & 0xff), sizeof frame);
        long result = f(n, data);
        for (size_t i = 0; i < sizeof frame; i++)
            if (frame[i] != (n & 0xff))
                return -1;
        return result;
    }
"#)]
unsafe extern "C" {
    /// Calls back below 64 KiB of C locals; -1 if they have changed.
    #[cgo(c = "callbacks_below_64_kib")]
    pub safe fn below_64_kib(
        f: impl FnMut(c_long, UserData) -> c_long,
        n: c_long,
        _: UserData,
    ) -> c_long;
}
