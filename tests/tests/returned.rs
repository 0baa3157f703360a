//! What becomes of the pointers that C returns.

use cgocall::{Errno, cgo_export};
use cgocall_tests::returned::*;
use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `f` panics with.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).err().expect("it panics");
    *panic.downcast::<String>().expect("a sentence")
}

#[cgo_export(private)]
fn fine(n: c_int) -> c_int {
    n
}

#[cgo_export(private)]
fn fails(n: c_int) -> c_int {
    panic!("no {n}")
}

// One test, since all count the pieces that are left.
#[cgocall::test]
fn what_is_copied_is_freed_whatever_becomes_of_it() {
    assert_eq!(string(1), "text");
    assert_eq!(string_if_any(1).as_deref(), Some("text"));
    assert_eq!(string_if_any(0), None);
    assert_eq!(c_string(2).as_bytes(), b"a\xff");
    assert_eq!(c_string_if_any(1).as_deref(), Some(c"text"));
    assert_eq!(c_string_if_any(0), None);
    assert_eq!(slow_string(1).as_deref(), Some("text"));
    assert_eq!(try_string(1).as_deref(), Ok("text"));
    assert_eq!(try_string(0), Err(Errno(libc::ENOENT)));
    assert_eq!(try_string(2), Err(Errno(libc::EILSEQ)));
    assert_eq!(try_string_if_any(0), Err(Errno(libc::ENOENT)));
    assert_eq!(try_string_if_any(1), Ok(Some("text".to_owned())));
    assert_eq!(pieces_left(), 0);

    assert_eq!(
        panic_of(|| string(0)),
        "`copy_of` returned NULL, but its import says `String`; write `Option<String>` if it may"
    );
    assert_eq!(
        panic_of(|| string_if_any(2)),
        "`copy_of` returned a text that is no UTF-8 at byte 1, but its import says `String`; write `CString`, or \
         `Result<String, Errno>`, which is then `EILSEQ`"
    );
    assert_eq!(pieces_left(), 0);

    assert_eq!(string_late(1), Err(Errno(libc::EBUSY)));
    assert_eq!(string_late(0), Err(Errno(libc::EBUSY)));
    assert_eq!(string_with(fine::C, 1), "text");
    assert_eq!(panic_of(|| string_with(fails::C, 1)), "no 1");
    assert_eq!(panic_of(|| string_with(fails::C, 0)), "no 0");
    assert_eq!(panic_of(|| slow_string_with(fails::C, 1)), "no 1");
    assert_eq!(pieces_left(), 0);

    let shelf = shelf_shared();
    assert_eq!(shelf_found(shelf), (&[3, 1][..], 2, 1));
    // SAFETY: there are more than one.
    assert_eq!(unsafe { shelf_found_but(shelf) }, Ok((&[3][..], 2, 1)));
    assert_eq!(shelf_copy(shelf, 3), [3, 1, 4]);
    assert_eq!(shelf_copy(shelf, 0), []);
    assert_eq!(shelf_copy_if_any(shelf, 2), Some(vec![3, 1]));
    assert_eq!(shelf_copy_if_any(shelf, -2), None);
    assert_eq!(try_shelf_copy(shelf, 1), Ok(vec![3]));
    assert_eq!(try_shelf_copy(shelf, -2), Err(Errno(0)));
    assert_eq!(
        panic_of(|| shelf_copy(shelf, -1)),
        "`shelf_copy` returned a pointer to -1 elements, as its import says: so many cannot be there"
    );
    assert_eq!(pieces_left(), 0);
}

#[cgocall::test]
fn what_is_never_freed_is_lent_for_ever() {
    assert_eq!(forever(1), "text");
    assert_eq!(forever_if_any(0), None);
    assert_eq!(forever_if_any(1), Some("text"));
    assert_eq!(try_forever(0), Err(Errno(libc::ENOENT)));
    assert_eq!(try_forever(2), Err(Errno(libc::EILSEQ)));
    assert_eq!(
        panic_of(|| forever(0)),
        "`text_of` returned NULL, but its import says `&str`; write `Option<&str>` if it may"
    );
    assert!(panic_of(|| forever(2)).contains("no UTF-8 at byte 1"));
    assert_eq!(primes(), [2, 3, 5, 7]);
}

#[cgocall::test]
fn what_is_lent_lives_as_long_as_what_lends_it() {
    let text = c"text".to_owned();
    assert_eq!(skip(&text, 2), c"xt");
    assert_eq!(slow_tail(&text), "ext");
    let shelf = the_shelf();
    assert_eq!(shelf_label(shelf), c"label");
    assert_eq!(shelf_str(shelf), "label");
    assert_eq!(shelf_any(shelf, 1), Some("label"));
    assert_eq!(shelf_any(shelf, 0), None);
    // What it is asked for may die: it lends nothing.
    let found = shelf_find(shelf, &String::from("label"));
    assert_eq!(found, Some(c"label"));
    assert_eq!(shelf_rename(shelf, &String::from("other")), Ok("other"));
    assert_eq!(shelf_find(shelf, "label"), None);
    assert_eq!(*shelf_book(shelf, 2), 4);
    assert_eq!(shelf_book_if_any(Some(shelf), 0), Some(&3));
    assert_eq!(shelf_book_if_any(Some(shelf), -1), None);
    assert_eq!(
        panic_of(|| shelf_book(shelf, -1)),
        "`shelf_book` returned NULL, but its import says `&T`; write `Option<&T>` if it may"
    );
}

#[cgocall::test]
fn a_slice_is_as_long_as_its_import_says() {
    let shelf = shelf_shared();
    assert_eq!(shelf_books(shelf, 1), [3, 1, 4]);
    assert_eq!(shelf_books_if_any(shelf, 1), Some(&[3, 1, 4][..]));
    assert_eq!(shelf_books_if_any(shelf, 0), None);
    assert_eq!(shelf_nothing(shelf, 0), []);
    assert_eq!(shelf_bytes(shelf, 3), [1, 2, 3]);
    assert_eq!(shelf_bytes(shelf, 0), []);
    assert_eq!(
        panic_of(|| shelf_books(shelf, 0)),
        "`shelf_books` returned NULL, and its import says that 3 elements are there; write an `Option` if it may"
    );
    for (length, said) in [(-3, "-3"), (i32::MIN, "-2147483648")] {
        assert!(panic_of(|| shelf_bytes(shelf, length)).contains(&format!("to {said} elements")));
    }
    assert!(panic_of(|| shelf_all_bytes(shelf, 1)).contains("so many cannot be there"));
}

#[test]
fn a_plain_import_copies_and_lends_alike() {
    assert_eq!(plain::duplicate("text").as_c_str(), c"text");
    let text = c"a=b".to_owned();
    assert_eq!(plain::strchr(&text, b'='.into()), Some("=b"));
    assert_eq!(plain::strchr(&text, b'?'.into()), None);
}

#[test]
fn what_c_could_change_is_a_text_of_rusts_too() {
    assert!(getenv("PATH").is_some_and(|path| !path.is_empty()));
    assert_eq!(getenv("CGOCALL_NO_SUCH"), None);
    assert!(try_getenv("CGOCALL_NO_SUCH").is_err());
}
