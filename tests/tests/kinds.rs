//! Every kind of argument, result, variable and export, there and back.

use cgocall_tests::kinds::*;
use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

extern "C" fn minus(a: c_int, b: c_int) -> c_int {
    a - b
}

fn all_kinds() {
    assert_eq!(kinds_turn(Point { x: 1, y: 2 }), Point { x: -2, y: 1 });
    let mut matrix = Matrix {
        cell: [[0.0; 4]; 4],
    };
    matrix.cell[1][3] = 2.5;
    assert_eq!(kinds_transpose(matrix).cell[3][1], 2.5);
    let mixed = kinds_mix(Mixed {
        tag: 1,
        value: 1.5,
        flag: 0,
    });
    assert_eq!(
        mixed,
        Mixed {
            tag: 2,
            value: 3.0,
            flag: 1
        }
    );
    assert_eq!(
        [Colour::Red, Colour::Green, Colour::Blue].map(kinds_next),
        [Colour::Green, Colour::Blue, Colour::Red]
    );

    assert!(kinds_bools(true, false, -5, false, true));
    assert!(!kinds_bools(true, false, -5, true, true));
    assert_eq!(
        kinds_five(-1, 65_535, 0.5, 1 << 40, 0.25),
        65_534.75 + (1_u64 << 40) as f64
    );
    let some = (&raw mut matrix).cast();
    assert_eq!(
        kinds_after_pointers(some, some, some, null_mut()),
        0xfedc_ba98_7654_3210
    );
    assert_eq!(kinds_narrow(-1, 300), 43);
    // Two imports in one expression.
    assert_eq!(kinds_narrow(1, 1) + kinds_narrow(2, 2), 6);

    let mut point = Point { x: 1, y: 1 };
    kinds_move(&mut point, &Point { x: 2, y: 3 });
    assert_eq!(point, Point { x: 3, y: 4 });
    assert_eq!(
        kinds_sum(&[i32::MAX, i32::MAX, -1]),
        2 * i64::from(i32::MAX) - 1
    );
    assert_eq!(kinds_sum(&[]), 0);
    let mut bytes = [0; 5];
    kinds_fill(&mut bytes[1..4], 9);
    assert_eq!(bytes, [0, 9, 9, 9, 0]);
    assert_eq!(
        (kinds_bytes(b"abc"), kinds_bytes(b"")),
        (3, 0),
        "an empty slice is not null"
    );
    assert_eq!(kinds_greeting(), c"hello");

    let counter = counter_new(40);
    // SAFETY: the counter is alive until it is freed, once.
    unsafe {
        assert_eq!(counter_add(counter, 2), 42);
        counter_free(counter);
    }
    let (plus, times) = (
        kinds_operation('+' as c_int).unwrap(),
        kinds_operation('*' as c_int).unwrap(),
    );
    assert_eq!((plus.call(6, 7), times.call(6, 7)), (13, 42));
    assert!(kinds_operation('?' as c_int).is_none());
    assert_eq!(kinds_apply(Some(times), 6, 7), 42);
    assert_eq!(kinds_apply(Some(Operation::from_fn(minus)), 6, 7), -1);
    assert_eq!(kinds_apply(None, 6, 7), -1);

    assert_eq!(kinds_configured(), 42);
    assert_eq!((one::of_one_name(), two::of_one_name()), (1, 2));
    assert_eq!(kinds_call_exports(), 0);
}

// Keeps: two-in-an-expression, mixed-arguments, structs-small, structs-large, function-pointers
#[test]
fn every_kind_crosses_on_a_thread() {
    all_kinds();
}

// Keeps: two-in-an-expression, mixed-arguments, structs-small, structs-large, function-pointers
#[cgocall::test]
fn every_kind_crosses_on_a_goroutine() {
    all_kinds();
}

// Keeps: variables
#[test]
fn variables_of_c_are_read_and_written() {
    assert_eq!(kinds_primes, [2, 3, 5, 7]);
    // SAFETY: only this test touches the level, and the name is a constant text.
    unsafe {
        assert_eq!({ kinds_level }, 3);
        kinds_level = 4;
        assert_eq!({ kinds_level }, 4);
        assert_eq!(CStr::from_ptr(kinds_name), c"kinds");
    }
}

#[cgocall::test]
#[should_panic(expected = "`kinds_nothing` returned NULL")]
fn a_null_text_is_refused() {
    kinds_nothing();
}
