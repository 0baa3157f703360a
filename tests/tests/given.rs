//! Times and handles, as C gets them.

use cgocall::{Errno, Handle};
use cgocall_tests::given::*;
use std::panic::catch_unwind;
use std::time::Duration;

#[cgocall::test]
fn a_duration_is_a_timespec_for_the_call() {
    let time = Duration::from_millis(3_021);
    assert_eq!(milliseconds(time), 3_021);
    assert_eq!(milliseconds(Duration::ZERO), 0);
    assert_eq!(milliseconds_slowly(time), 3_021);
    assert_eq!(milliseconds_if_any(Some(time)), 3_021);
    assert_eq!(milliseconds_if_any(None), -1);
    assert_eq!(later(time, Some(time + Duration::from_millis(1))), 1);
    assert_eq!(later(time, None), 0);
    assert_eq!(rest(Some(time)), Ok(()));
    assert_eq!(rest(None), Err(Errno(7)));
    let nothing = Duration::from_nanos(1);
    assert_eq!(plain::sleep(nothing, None), Ok(()));
}

#[cgocall::test]
fn more_seconds_than_c_counts_are_refused() {
    assert_eq!(rest(Some(Duration::MAX)), Err(Errno(libc::EINVAL)));
    let panic = catch_unwind(|| milliseconds_slowly(Duration::MAX)).expect_err("it is too long");
    let said = panic.downcast_ref::<String>().expect("a sentence");
    let wanted = format!(
        "`time` of `milliseconds` is {} seconds, more than C's `time_t` holds",
        u64::MAX
    );
    assert!(said.starts_with(&wanted), "{said}");
}

// Keeps: handles-travel
#[cgocall::test]
fn a_handle_is_a_number_or_a_pointer_to_c() {
    let rows = Handle::new(Rows::default());
    keep_number(rows);
    assert_eq!(number_kept(), rows);
    keep_pointer(rows);
    assert_eq!(pointer_kept(), rows);
    let wrong = pointer_of_another_type()
        .get()
        .expect_err("it has another type");
    assert!(wrong.to_string().contains("String"), "{wrong}");
    assert_eq!(through_a_callback(rows, 3), 1);
    assert_eq!(through_a_callback(rows, 4), 2);
    assert!(given_back(rows));
    assert_eq!(
        *rows
            .get()
            .expect("it is there")
            .lock()
            .expect("nobody panics"),
        [3, 4]
    );
    rows.remove().expect("it is there");
    assert!(catch_unwind(|| through_a_callback(rows, 5)).is_err());
    assert!(catch_unwind(|| given_back(rows)).is_err());
    let plain = Handle::<i32>::from_raw(5);
    assert_eq!(plain::same(plain), plain);
}
