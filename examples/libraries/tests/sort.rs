//! `qsort_r` and `bsearch` with closures, `qsort` with a function.

use cgocall::go;
use libraries::sort::{search_by, sort_by, sort_numbers};
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

#[cgocall::test]
fn what_is_there_is_found_and_nothing_else() {
    let words = ["ant", "bee", "cow", "dog"].map(str::to_owned);
    for (at, word) in words.iter().enumerate() {
        assert_eq!(search_by(&words, |found| found.cmp(word)), Some(at));
    }
    assert_eq!(search_by(&words, |found| (**found).cmp("cat")), None);
    assert_eq!(search_by(&[0_u8; 0], |_| unreachable!()), None);
    assert_eq!(
        search_by(&[(), ()], |()| std::cmp::Ordering::Equal),
        Some(0)
    );
    let panic = catch_unwind(|| search_by(&words, |_| panic!("no order"))).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no order"));
}

#[cgocall::test]
fn numbers_have_an_order_of_their_own() {
    let jobs: Vec<_> = (0..100)
        .map(|seed| {
            go(move || {
                let mut numbers: Vec<f64> =
                    (0..100).map(|i| f64::from(i * seed % 101) - 50.0).collect();
                numbers.extend([f64::NAN, f64::NEG_INFINITY, -0.0, 0.0]);
                sort_numbers(&mut numbers);
                assert!(numbers.is_sorted_by(|a, b| a.total_cmp(b).is_le()));
                (numbers[0], numbers.len())
            })
        })
        .collect();
    for job in jobs {
        assert_eq!(job.join().unwrap(), (f64::NEG_INFINITY, 104));
    }
}
