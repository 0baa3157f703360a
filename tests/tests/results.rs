//! When a call has failed, and what then comes back.

use cgocall::Errno;
use cgocall_tests::results::*;
use std::ffi::c_int;

/// `r`, and an `errno` of 5, to a function: whether that is an error, which has to be of that `errno`.
fn fails<R, T>(call: impl FnOnce(R, c_int) -> Result<T, Errno>, r: R) -> bool {
    match call(r, 5) {
        Ok(_) => false,
        Err(errno) => {
            assert_eq!(errno, Errno(5));
            true
        }
    }
}

#[cgocall::test]
fn a_rule_says_which_values_are_errors() {
    let values = [-2, -1, 0, 1];
    let judged = |call: fn(c_int, c_int) -> Result<c_int, Errno>| values.map(|r| fails(call, r));
    assert_eq!(judged(int_by_default), [false, true, false, false]);
    assert_eq!(judged(int_minus_one), [false, true, false, false]);
    assert_eq!(judged(int_negative), [true, true, false, false]);
    assert_eq!(judged(int_nonzero), [true, true, false, true]);
    assert_eq!(judged(int_errno), [true; 4]);
    assert_eq!(int_errno(-1, 0), Ok(-1));
    assert_eq!(int_negative(3, 5), Ok(3), "a value left in errno is none");
    assert_eq!(int_negative(-3, 0), Err(Errno(0)));
}

#[cgocall::test]
fn minus_one_is_all_ones_of_any_integer_or_pointer() {
    assert_eq!(
        [0, 1, u32::MAX].map(|r| fails(unsigned_minus_one, r)),
        [false, false, true]
    );
    assert_eq!(
        [0, 1, usize::MAX].map(|r| fails(size_minus_one, r)),
        [false, false, true]
    );
    assert_eq!(
        [-1, 0, 8].map(|r| fails(pointer_minus_one, r)),
        [true, false, false]
    );
    assert_eq!(
        [-1, 0, 8].map(|r| fails(pointer_null, r)),
        [false, true, false]
    );
    assert_eq!([-1, 0, 8].map(|r| fails(mapped, r)), [true, false, false]);
    assert_eq!(mapped(0, 5), Ok(None));
    assert_eq!(
        [-2, -1, 0].map(|r| fails(level_negative, r)),
        [true, true, false]
    );
}

#[cgocall::test]
fn errno_alone_says_it_whatever_the_value() {
    assert_eq!(double_errno(0.5, 0), Ok(0.5));
    assert_eq!(double_errno(0.5, 33), Err(Errno(33)));
    assert_eq!(bool_errno(true, 0), Ok(true));
    assert_eq!(bool_errno(true, 4), Err(Errno(4)));
    assert_eq!(text_errno(0, 0), Ok(None));
    assert_eq!(text_errno(1, 0), Ok(Some(c"text")));
    assert_eq!(text_errno(1, 2), Err(Errno(2)));
    assert_eq!(text_null(1, 2), Ok(c"text"));
    assert_eq!(text_null(0, 2), Err(Errno(2)));
    for call in [nothing_errno, nothing_by_default] {
        assert_eq!(call(0), Ok(()));
        assert_eq!(call(9), Err(Errno(9)));
    }
}

#[cgocall::test]
fn a_status_is_no_value() {
    let values = [-2, -1, 0, 1];
    let judged = |call: fn(c_int, c_int) -> Result<(), Errno>| values.map(|r| fails(call, r));
    assert_eq!(judged(done_minus_one), [false, true, false, false]);
    assert_eq!(judged(done_negative), [true, true, false, false]);
    assert_eq!(judged(done_nonzero), [true, true, false, true]);
    assert_eq!(judged(done_errno), [true; 4]);
    assert_eq!(
        [-2, -1, 0].map(|r| fails(done_level, r)),
        [false, true, false]
    );
}

#[cgocall::test]
fn an_error_is_made_of_the_code() {
    assert_eq!(status(0, 5), Ok(()));
    assert_eq!(status(3, 5), Err(Code(3)));
    assert_eq!(status_negative(3, 5), Ok(()));
    assert_eq!(status_negative(-3, 5), Err(Code(-3)));
    assert_eq!(status_level(1 << 40, 0), Err(Code(1 << 40)));
    assert_eq!(status_verdict(0), Ok(()));
    assert_eq!(status_verdict(1), Err(Code(7)));
    assert_eq!(count_negative(3, 0), Ok(3));
    assert_eq!(count_negative(-3, 0), Err(Code(-3)));
    assert_eq!(count_minus_one(-2, 0), Ok(-2));
    assert_eq!(count_minus_one(-1, 0), Err(Code(-1)));
    assert_eq!(slow_status(4, 0), Err(Code(4)));
}

#[test]
fn a_plain_import_is_judged_alike() {
    assert_eq!(plain::rmdir(c"/no/such/folder"), Err(Errno(libc::ENOENT)));
    assert_eq!(plain::nonzero(0), Ok(()));
    assert_eq!(plain::nonzero(-4), Err(Code(4)));
    assert_eq!(plain::upper(c_int::from(b'x')), Ok(c_int::from(b'X')));
    assert_eq!(plain::upper(-1), Err(Code(-1)));
}
