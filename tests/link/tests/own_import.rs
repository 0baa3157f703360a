//! An integration test with an import of its own.

use std::ffi::c_int;
use std::process::Command;

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

/// A static function of a name that the library has too, in a preamble of its own.
#[cgo_import(preamble = "static inline int link_test_twice(int x) { return 200 * x; }")]
unsafe extern "C" {
    safe fn link_test_twice(x: c_int) -> c_int;
}

// Keeps: static-functions
#[test]
fn two_crates_have_each_its_own_static_function_of_one_name() {
    assert_eq!(link_test_twice(3), 600);
    assert_eq!(cgocall_link_test::twice(3), 6);
}

#[test]
fn a_length_that_c_cannot_hold_is_never_cut_off() {
    const CHILD: &str = "CGOCALL_LINK_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        sum(&[1; 65_537]);
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_length_that_c_cannot_hold_is_never_cut_off"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    let wanted = "cgocall: sum: a slice of 65537 elements, but its length in C is `unsigned short`";
    assert!(stderr.contains(wanted), "{stderr}");
}
