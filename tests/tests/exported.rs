//! C calls exports whose types it has not, by the header that is made of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use cgocall::go;
use cgocall_tests::exported::*;

/// Of what counts what there is, in the whole process.
static COUNTS: Mutex<()> = Mutex::new(());

// Keeps: exports-of-more
#[test]
fn a_text_is_a_pointer_and_a_length() {
    assert_eq!(exported_texts(), 0);
}

// Keeps: exports-of-more
#[test]
fn c_owns_and_frees_what_it_is_given_or_gives_it_back() {
    let _alone = COUNTS.lock();
    assert_eq!(exported_owned(), 0);
}

#[test]
fn a_number_or_none_is_a_struct() {
    assert_eq!(exported_options(), 0);
}

// Keeps: exports-of-more
#[test]
fn several_results_are_a_struct() {
    assert_eq!(exported_results(), 0);
}

#[test]
fn a_box_is_a_pointer_to_what_c_does_not_know() {
    assert_eq!(exported_boxes(), 0);
}

#[test]
fn a_result_is_a_status_and_a_text_of_the_thread() {
    // On a thread of its own: at first none has failed there.
    assert_eq!(thread::spawn(exported_failures).join().unwrap(), 0);
}

#[test]
fn a_type_with_methods_is_opaque_and_has_functions() {
    let _alone = COUNTS.lock();
    assert_eq!(exported_methods(), 0);
    assert_eq!(
        panic_of(exported_null_self),
        "`self` of `exported_counter_value` is NULL"
    );
    assert_eq!(
        panic_of(exported_null_other),
        "`other` of `exported_counter_merge` is NULL"
    );
    // Rust hands the same functions to C by their pointers.
    let counter = ExportedCounter::NEW_C(1);
    // SAFETY: it is the one that the line above has made, and nobody else's.
    assert_eq!(unsafe { ExportedCounter::ADD_C(counter, 2) }, 3);
    // SAFETY: as above, for the last time.
    assert_eq!(unsafe { ExportedCounter::END_C(counter) }, 3);
}

#[test]
fn the_same_on_a_goroutine() {
    #[cgocall::main]
    fn main() {
        let all = [
            exported_texts,
            exported_options,
            exported_results,
            exported_boxes,
        ];
        let all = all.map(go);
        assert_eq!(all.map(|check| check.join().unwrap()), [0; 4]);
    }
    main();
}

/// What the panic says that C's call ends with.
fn panic_of<T>(call: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(call()))).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[test]
fn what_is_no_text_is_refused_by_name() {
    assert_eq!(
        panic_of(exported_bad_utf8),
        "`text` of `tests_length` is not UTF-8 at byte 2; have C pass what is, or let the export take `&[u8]` or `&CStr`"
    );
    assert_eq!(
        panic_of(exported_null_text),
        "`text` of `tests_length` is NULL, and says that it has 3 bytes"
    );
    let endless = panic_of(exported_endless_text);
    let said = format!(
        "`text` of `tests_length` says that it has {} bytes, which",
        usize::MAX
    );
    assert!(endless.starts_with(&said), "{endless}");
}

#[test]
fn what_rust_has_not_given_is_not_taken() {
    let spoilt = panic_of(exported_spoilt_string);
    assert!(
        spoilt.starts_with("`text` of `tests_shout` is not UTF-8 at byte 1;"),
        "{spoilt}"
    );
    assert_eq!(
        panic_of(exported_forged_string),
        "`text` of `tests_shout` is another library's, whose memory it is; C gives back what an export has given to it"
    );
    assert_eq!(exported_released(), 1, "it frees that");
    for how in 0..3 {
        assert_eq!(
            panic_of(|| exported_altered(how)),
            "`numbers` of `tests_sum` is not what Rust has given to C; C gives back what an export has given to it"
        );
    }
    assert_eq!(
        panic_of(exported_empty_vec),
        "`numbers` of `tests_sum` is empty, and was not made by Rust; C gives back what an export has given to it"
    );
}

#[test]
fn an_export_that_may_fail_fails_when_it_panics() {
    let panicked = thread::spawn(|| {
        let panic = panic_of(exported_panic);
        (panic, why())
    });
    let (panic, why) = panicked.join().unwrap();
    assert!(panic.contains("as told"), "{panic}");
    assert_eq!(why.as_deref(), Some("`tests_parse` panicked"));
}

#[test]
fn what_c_gives_back_after_a_panic_is_dropped_all_the_same() {
    let _alone = COUNTS.lock();
    let before = (exported_counted(), exported_drops());
    let panic = panic_of(exported_panic_and_give_back);
    assert!(panic.contains("as told"), "{panic}");
    assert_eq!(exported_counted(), before.0);
    assert_eq!(exported_drops(), before.1 + 2);
}

#[test]
fn a_destructor_that_panics_does_so_in_the_caller() {
    let panic = panic_of(exported_free_panics);
    assert!(panic.contains("dropped"), "{panic}");
}

#[test]
fn each_thread_has_its_own_error() {
    let before = why();
    thread::spawn(|| {
        assert_eq!(why(), None);
        assert_eq!(exported_failures(), 0);
        assert_eq!(why().as_deref(), Some("no = in a"));
    })
    .join()
    .unwrap();
    assert_eq!(why(), before);
}
