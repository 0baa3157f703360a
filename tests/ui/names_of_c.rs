use cgocall::cgo_import;

#[cgo_import(include = "zlib.h")]
mod glob {
    use C::*;
}

#[cgo_import(include = "zlib.h")]
mod nested {
    use C::zlib::crc32;
}

#[cgo_import(include = "zlib.h")]
mod shared {
    use {C::crc32, std::ffi::c_int};
}

#[cgo_import(include = "zlib.h")]
mod twice {
    use C::{crc32, deflate as one, deflate as two};
    use C::crc32;
}

#[cgo_import(include = "zlib.h")]
mod nothing {
    pub struct Something;
}

#[cgo_import]
mod nowhere {
    use C::crc32;
}

#[cgo_import(include = "zlib.h", blocking)]
mod modes {
    use C::crc32;
}

#[cgo_import(include = "zlib.h")]
mod keys {
    #[cgo(blocking)]
    use C::crc32;
    #[cgo(rust_enums)]
    use C::flush;
}

#[cgo_import(include = "zlib.h")]
mod signature {
    use C::crc32;
    use std::ffi::c_ulong;
    fn adler32(adler: c_ulong, text: char) -> c_ulong;
}

#[cgo_import(include = "zlib.h")]
mod promise {
    use std::ffi::c_ulong;
    safe fn adler32(adler: c_ulong) -> c_ulong;
}

fn main() {}
