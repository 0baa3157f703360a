//! What C passes of enums and `bool` is looked at in every build, wherever it is, and refused by name.

use std::ffi::c_int;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cgocall_tests::exported_enums::*;

/// A function of C's, what it returns of good values, and how a message names its argument.
type Call = (fn(c_int) -> c_int, c_int, &'static str);
type Call2 = (fn(c_int, c_int) -> c_int, c_int, &'static str);

/// What the panic says that C's call ends with.
fn panic_of<T: Debug>(call: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
    *panic.downcast::<String>().unwrap()
}

#[test]
fn an_enum_is_looked_at_wherever_it_is() {
    let calls: [Call; 8] = [
        (enums_value, 3, "for `order` of `tests_enums_value`"),
        (enums_reference, 3, "in `order` of `tests_enums_reference`"),
        (enums_mut, 3, "in `order` of `tests_enums_mut`"),
        (enums_option, 3, "in `order` of `tests_enums_option`"),
        (enums_slice, 7, "in `orders` of `tests_enums_slice`"),
        (enums_vec, 7, "in `orders` of `tests_enums_vec`"),
        (enums_method, 3, "in `order` of `enums_sorter_change`"),
        (enums_unsafe, 3, "for `order` of `tests_enums_unsafe`"),
    ];
    for (call, good, place) in calls {
        assert_eq!(call(3), good, "{place}");
        for wrong in [1, 4, -1, c_int::MIN] {
            let said = format!("C passed {wrong} {place}, which is no value of `EnumsOrder`");
            assert_eq!(panic_of(|| call(wrong)), said);
        }
    }
    assert_eq!(enums_option(0), 0);
}

#[test]
fn so_it_is_in_structs_and_what_they_hold() {
    let calls: [Call2; 3] = [
        (enums_struct, 6, "for `both` of `tests_enums_struct`"),
        (
            enums_struct_behind,
            6,
            "in `both` of `tests_enums_struct_behind`",
        ),
        (enums_structs, 11, "in `both` of `tests_enums_structs`"),
    ];
    for (call, good, place) in calls {
        assert_eq!(call(3, 1), good, "{place}");
        let order = format!("C passed 8 {place}, which is no value of `EnumsOrder`");
        assert_eq!(panic_of(|| call(8, 1)), order);
        let flag = format!("C passed 2 {place}, which is no value of `bool`");
        assert_eq!(panic_of(|| call(2, 2)), flag);
    }
    // What was refused has no destructor.
    let dropped = enums_dropped();
    assert_eq!(dropped, 1);
    assert_eq!(enums_drops_vec(3), 13);
    assert_eq!(enums_dropped(), dropped + 3);
    assert_eq!(
        panic_of(|| enums_drops_vec(8)),
        "C passed 8 in `all` of `tests_enums_take_drops`, which is no value of `EnumsOrder`"
    );
    assert_eq!(enums_dropped(), dropped + 3);
}

#[test]
fn the_values_need_not_be_next_to_each_other() {
    assert_eq!((enums_wide(0), enums_wide(i64::MIN)), (1, 0));
    for wrong in [1, -1, i64::MAX] {
        let said = format!(
            "C passed {wrong} for `wide` of `tests_enums_wide`, which is no value of `EnumsWide`"
        );
        assert_eq!(panic_of(|| enums_wide(wrong)), said);
    }
}

#[test]
fn types_of_imports_are_known() {
    let imported = |shade| enums_imported(shade, tests_enums_imported::C);
    let in_struct = |shade| enums_imported_struct(shade, tests_enums_imported_struct::C);
    assert_eq!((imported(9), in_struct(1)), (9, 1));
    assert_eq!(
        panic_of(|| imported(2)),
        "C passed 2 in `shade` of `tests_enums_imported`, which is no value of `Shade`"
    );
    assert_eq!(
        panic_of(|| in_struct(0)),
        "C passed 0 for `shaded` of `tests_enums_imported_struct`, which is no value of `Shade`"
    );
}

#[test]
fn a_bool_is_looked_at_wherever_it_is() {
    assert_eq!((enums_flags(1), enums_flag_vec(0)), (3, 2));
    assert_eq!([-1, 0, 1].map(enums_maybe), [-1, 0, 1]);
    let said = |place: &str| format!("C passed 7 {place}, which is no value of `bool`");
    assert_eq!(
        panic_of(|| enums_flags(7)),
        said("in `flags` of `tests_enums_flags`")
    );
    assert_eq!(
        panic_of(|| enums_flag_vec(7)),
        said("in `flags` of `tests_enums_flag_vec`")
    );
    assert_eq!(
        panic_of(|| enums_maybe(7)),
        said("for `flag` of `tests_enums_maybe`")
    );
}

#[test]
fn so_is_what_an_import_returns() {
    assert_eq!(enums_lend_flags(1), [true, true, false]);
    assert_eq!(
        enums_lend_shades(1),
        Some(&[Shade::Dark, Shade::Light, Shade::Dark][..])
    );
    assert_eq!(enums_lend_shade(0), None);
    assert_eq!(enums_lend_shade(9), Some(&Shade::Dark));
    assert_eq!(enums_give_flags(0), [true, false, false]);
    assert_eq!(
        enums_give_shades(9),
        [Shade::Dark, Shade::Dark, Shade::Dark]
    );
    let flag = |name: &str| format!("`{name}` returned 2, which is no value of `bool`");
    let shade = |name: &str| format!("`{name}` returned 3, which is no value of `Shade`");
    assert_eq!(panic_of(|| enums_lend_flags(2)), flag("enums_lend_flags"));
    assert_eq!(panic_of(|| enums_give_flags(2)), flag("enums_give_flags"));
    assert_eq!(
        panic_of(|| enums_lend_shades(3)),
        shade("enums_lend_shades")
    );
    assert_eq!(panic_of(|| enums_lend_shade(3)), shade("enums_lend_shade"));
    assert_eq!(
        panic_of(|| enums_give_shades(3)),
        shade("enums_give_shades")
    );
    // What was refused is freed all the same.
    assert_eq!(enums_given(), 0);
}
