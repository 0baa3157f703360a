#[cgocall::cgo_import]
unsafe extern "C" {
    pub safe fn clock() -> std::ffi::c_long;
}
