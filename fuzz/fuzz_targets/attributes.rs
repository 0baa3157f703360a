#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cgocall_syntax::fuzzing::attributes(data));
