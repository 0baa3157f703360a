//! `qsort_r`, with closures.

use libraries::sort::sort_by;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[cgocall::test]
fn as_the_slice_would_sort_itself() {
    let mut numbers: Vec<u64> = (0..1000).map(|i| i * 7919 % 1009).collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    let count = Cell::new(0);
    sort_by(&mut numbers, |a, b| {
        count.set(count.get() + 1);
        a.cmp(b)
    });
    assert_eq!(numbers, sorted);
    assert!(count.get() > 999);

    let mut words = ["b".to_owned(), "c".to_owned(), "a".to_owned()];
    sort_by(&mut words, |a, b| b.cmp(a));
    assert_eq!(words, ["c", "b", "a"]);
    sort_by(&mut [0_u8; 0], |_, _| {
        unreachable!("there is nothing to compare")
    });
}

#[cgocall::test]
fn a_comparison_may_panic() {
    let mut numbers = [3, 1, 2];
    let sorting = || sort_by(&mut numbers, |_, _| panic!("no order"));
    let panic = catch_unwind(AssertUnwindSafe(sorting)).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no order"));
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
}
