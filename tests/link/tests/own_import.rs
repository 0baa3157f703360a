//! An integration test with an import of its own.

use std::ffi::c_int;

use cgocall::cgo_import;

#[cgo_import(preamble = "
    #include <stddef.h>
    static inline int sum(const unsigned char *bytes, unsigned short n)
    {
        int total = 0;
        while (n--) total += *bytes++;
        return total;
    }")]
unsafe extern "C" {
    safe fn sum(bytes: &[u8]) -> c_int;
}

#[test]
fn a_test_links_its_own_import_and_the_librarys() {
    assert_eq!(sum(&[1, 2, 3]), 6);
    assert_eq!(sum(&[]), 0);
    assert_eq!(cgocall_link_test::circle(0.0), 0.0);
}
