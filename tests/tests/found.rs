//! Discovered modules: what the names mean, against the C that has them.

use std::ffi::{CStr, c_char, c_int, c_void};

use cgocall_tests::found::deeper::again::{self, Power};
use cgocall_tests::found::secrets::{self, Secret};
use cgocall_tests::found::{deeper, each, found, green};

#[test]
fn constants_have_the_headers_values_and_types() {
    assert_eq!(found::FOUND_ANSWER, 42_i32);
    assert_eq!(found::FOUND_BIG, u64::MAX);
    assert_eq!(found::FOUND_LETTER, 'x' as c_int);
    assert_eq!(found::FOUND_HALF, 0.5_f64);
    assert_eq!(found::FOUND_THIRD, 0.25_f32);
    assert_eq!(found::FOUND_NAME, c"a \"name\"");
    assert_eq!(found::answer(), 43);
}

#[test]
fn an_enum_is_its_integer_and_the_constants_of_it() {
    // One value is negative.
    let color: found::found_color = found::C::FOUND_GREEN;
    assert_eq!(
        (color, found::C::FOUND_RED, found::C::FOUND_LAST),
        (5_i32, 0, -1)
    );
    assert_eq!(deeper::last(), 4);
    assert_eq!(green(), 7);
}

#[test]
fn an_enum_of_rust_where_it_was_asked_for() {
    assert_eq!(
        [Power::FOUND_OFF as c_int, Power::FOUND_ON as c_int],
        [0, 7]
    );
    assert_eq!(format!("{:?}", Power::FOUND_ON), "FOUND_ON");
}

unsafe extern "C" fn count(node: *mut found::found_node, context: *mut c_void) -> c_int {
    // SAFETY: `walk` passes its own arguments on.
    let (node, context) = unsafe { (&mut *node, &mut *context.cast::<Vec<f64>>()) };
    context.push(node.at.x);
    10
}

// Keeps: unions
#[test]
fn structs_are_as_c_has_them() {
    let mut second = found::found_node {
        at: found::found_point { x: 2.5, y: 0.0 },
        color: 5,
        visit: Some(count),
        ..Default::default()
    };
    let mut first = found::found_node {
        next: &raw mut second,
        ..Default::default()
    };
    let mut seen: Vec<f64> = Vec::new();
    // SAFETY: a list of two, alive; the context is what `count` takes it for.
    let sum = unsafe { found::walk(&raw mut first, (&raw mut seen).cast()) };
    assert_eq!((sum, seen), (11, vec![2.5]));
    // SAFETY: as above.
    let size = unsafe { found::found_size(&raw const first, 3) };
    assert_eq!(size, size_of::<found::found_node>() + 3);

    let packed = found::found_packed { a: 1, b: 20 };
    let mut aligned = found::found_aligned::default();
    (aligned.a, aligned.b) = (3, 400);
    // SAFETY: both are alive.
    let sum = unsafe { found::found_sum(&raw const packed, &raw const aligned) };
    assert_eq!(sum, 424);
    let word = found::found_word {
        bytes: [1, 2, 3, 4],
    };
    // SAFETY: C reads and writes the bytes.
    let swapped = unsafe { found::found_swap(word) };
    assert_eq!(swapped.to_ne_bytes(), [4, 2, 3, 1]);
    // SAFETY: two numbers.
    let point = unsafe { found::found_scale(found::found_point { x: 1.0, y: -2.0 }, 4.0) };
    assert_eq!((point.x, point.y), (4.0, -8.0));
}

#[test]
fn keywords_are_escaped_and_opaque_types_pass_through() {
    let node = found::found_node {
        r#type: c"t".as_ptr(),
        ..Default::default()
    };
    // SAFETY: the text is static.
    assert_eq!(unsafe { CStr::from_ptr(node.r#type) }, c"t");
    // SAFETY: C keeps the list.
    let list: *mut found::C::found_list = unsafe { found::found_open(c"a".as_ptr(), 1) };
    assert!(!list.is_null());
}

#[test]
fn what_is_odd_in_c_is_right_in_rust() {
    let mut holds = found::found_holds::default();
    holds.tight.b = 5;
    assert_eq!((size_of_val(&holds), align_of_val(&holds)), (9, 1));
    // SAFETY: it is alive.
    assert_eq!(unsafe { found::found_holds_size(&raw mut holds, 1, 2) }, 17);
    let mut words = found::found_words {
        self_: 1,
        r#gen: 2,
        p1: 3,
        r#type: 4,
        ..Default::default()
    };
    // SAFETY: all its bytes are zeros.
    unsafe { words.part.set_low(5) };
    // SAFETY: it is alive.
    assert_eq!(unsafe { found::found_words_sum(&raw mut words) }, 15);
    let mut name = found::struct_found_name { k: 7 };
    let other: found::found_name = 8;
    // SAFETY: it is alive.
    assert_eq!(unsafe { found::found_name_of(&raw mut name, other) }, 15);
    assert_eq!(
        found::found_rest {
            a: 1,
            ..Default::default()
        }
        .a,
        1
    );
    assert_eq!((size_of::<found::found_atomic>(), found::C::value), (8, 3));
}

#[test]
fn modules_of_one_text_have_the_same_types() {
    use cgocall_tests::found::twice::{one, two::three};
    let both: one::z::found_both = three::z::found_both { value: 1 };
    let node: three::z::found_node = one::z::found_node::default();
    assert_eq!((both.value, node.color), (1, 0));
    // Those of the other modules, too.
    let _: found::found_node = node;
    // SAFETY: C keeps the list.
    let list: *mut one::z::C::found_list = unsafe { three::z::found_open(c"a".as_ptr(), 1) };
    assert!(!list.is_null());
}

#[test]
fn opaque_structs_of_unrelated_texts_are_two() {
    fn number<T: Secret>(_: *mut T) -> i32 {
        T::NUMBER
    }
    // SAFETY: they return null.
    let secrets = unsafe { (secrets::one::get(), secrets::other::get()) };
    assert_eq!((number(secrets.0), number(secrets.1)), (1, 2));
}

// Keeps: variadic, function-macros
#[test]
fn what_takes_arguments_takes_those_that_were_said() {
    // SAFETY: numbers.
    unsafe {
        assert_eq!(found::FOUND_SQUARE(7), 49);
        assert_eq!(found::add_three(3, 10, 20, 30), 60);
        assert_eq!((found::found_own(), found::found_inside()), (3, 11));
        assert_eq!(found::found_labelled(), 21);
    }
}

// Keeps: function-pointers
#[test]
fn function_pointers_go_both_ways() {
    assert_eq!(each(3, 10), (33, 11));
    // SAFETY: C's own function.
    let (doubled, nothing) = unsafe { (found::found_chosen(1), found::found_chosen(0)) };
    assert!(nothing.is_none());
    // SAFETY: it takes any number.
    let twice = unsafe { doubled.unwrap().call(21, std::ptr::null_mut()) };
    assert_eq!(twice, 42);
}

// Keeps: macros-at-each-use, variables
#[test]
fn a_variable_is_where_c_has_it() {
    // SAFETY: no other test touches the counter.
    unsafe {
        found::FOUND_FORGET(1);
        assert_eq!((found::FOUND_SUM(), found::FOUND_SUM()), (42, 43));
        *found::found_counter() = 70;
        assert_eq!((found::found_bump(), found::found_bump()), (70, 71));
        assert_eq!(*found::found_counter(), 72);
        assert_eq!(CStr::from_ptr(found::found_banner()), c"found");
        let texts: *const [[c_char; 4]; 2] = found::found_texts();
        assert_eq!(CStr::from_ptr((*texts)[1].as_ptr()), c"two");
    }
}

#[test]
fn a_type_discovered_twice_is_one_type() {
    let node: again::Node = found::found_node::default();
    // SAFETY: it is alive.
    let size = unsafe { again::size(&raw const node, 0) };
    assert_eq!(size, size_of::<found::found_node>());
    let packed: again::struct_found_packed = found::found_packed { a: 0, b: 0 };
    assert_eq!(size_of_val(&packed), 5);
}

#[test]
fn a_function_and_a_type_may_share_a_name() {
    let mut both = found::found_both { value: 3 };
    // SAFETY: it is alive.
    let before = unsafe {
        (
            found::found_both(&raw mut both),
            again::found_both(&raw mut both),
        )
    };
    assert_eq!((before, both.value), ((3, 4), 5));
    let _: found::found_id = 1_u16;
}

#[test]
fn bitfields_are_read_and_written_where_c_has_them() {
    let mut flags = found::found_flags::default();
    flags.set_ready(1);
    flags.set_kind(5);
    flags.set_level(-3);
    flags.set_big(0x1_2345_6789);
    flags.after = 9;
    // SAFETY: it is alive.
    let sum = unsafe { found::found_flags_sum(&raw mut flags) };
    assert_eq!(sum, 1 + 5 - 3 + 0x1_2345_6789 + 9);
    // C has counted each down, or up from its least.
    assert_eq!(
        (
            flags.ready(),
            flags.kind(),
            flags.level(),
            flags.big(),
            flags.after
        ),
        (0, 4, -4, 0x1_2345_6788, 8)
    );
}

#[test]
fn what_has_no_name_in_c_is_reached_by_its_place() {
    let mut nested = found::found_nested::default();
    nested._0.whole = 0x0102_0304;
    nested._1.left = 5;
    nested._1._0.low = 6;
    nested.inner.x = 7;
    nested.points[1].y = 8;
    // SAFETY: it is alive.
    let sum = unsafe { found::found_nested_sum(&raw const nested) };
    assert_eq!(sum, 0x0102_0304 + 5 + 6 + 7 + 8);
}

#[test]
fn a_struct_of_nothing_is_passed_as_nothing() {
    assert_eq!(size_of::<found::found_empty>(), 0);
    let (nothing, mut sum) = (found::found_empty::default(), 0);
    // SAFETY: C writes the sum.
    let found::found_empty {} =
        unsafe { found::found_after_nothing(20, nothing, &raw mut sum, 22) };
    assert_eq!(sum, 42);
}

#[test]
fn a_member_may_have_the_name_of_a_macro() {
    let mut hidden = found::found_hidden::default();
    hidden.set_hidden_bit(5);
    hidden.hidden_all.hidden_whole = 0x7_0007;
    hidden.hidden_call = 30;
    // SAFETY: all its bytes are written; C reads it.
    let (low, sum) = unsafe {
        let parts = hidden.hidden_all.hidden_parts;
        (
            parts[1].hidden_low,
            found::found_hidden_sum(&raw const hidden),
        )
    };
    assert_eq!((low, sum), (7, 0x7_0007 + 35));
}

#[test]
fn what_is_generated_gives_way_to_names_of_c() {
    let mut taken = found::found_taken {
        _0: 1,
        ___0: found::C::found_taken_0 { whole: 2 },
        _padding1: 3,
        __bits1: 4,
        ..Default::default()
    };
    taken.set__bits1(5);
    taken.set_low_(1);
    taken.set_clone(9);
    assert_eq!(
        (taken.low(), taken.set_low(), taken.set_set_low()),
        (1, 0, 0)
    );
    // SAFETY: it is alive.
    let sum = unsafe { found::found_taken_sum(&raw mut taken) };
    assert_eq!((sum, taken.set_low(), taken.set_set_low()), (25, 6, 1));
    taken.set_set_low_(3);
    taken.set_set_set_low(0);
    assert_eq!((taken.set_low(), taken.set_set_low()), (3, 0));
}

#[cgocall::test]
fn from_a_goroutine_too() {
    let point = cgocall::go(|| {
        // SAFETY: two numbers.
        unsafe { found::found_scale(found::found_point { x: 1.0, y: 2.0 }, 2.0) }
    });
    assert_eq!(point.join().unwrap().y, 4.0);
}
