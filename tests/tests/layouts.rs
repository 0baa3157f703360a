//! What C takes and returns by value: where the calling convention puts it, it is.

use cgocall_tests::everywhere;
use cgocall_tests::layouts::C_types::*;
use cgocall_tests::layouts::*;
use std::ffi::c_void;
use std::ptr::null_mut;

/// C gets `$of` and returns `$more`, which is 3 more in each field.
macro_rules! adds {
    ($add:ident, $name:ident { $($field:ident: $of:expr => $more:expr),* }) => {{
        let x = $name { $($field: $of),* };
        // SAFETY: numbers.
        let x = unsafe { $add(77, x, 3) };
        $(assert_eq!({ x.$field }, $more, "{}", stringify!($name.$field));)*
    }};
}

// Keeps: structs-small
#[test]
fn small_structs_are_passed_and_returned() {
    let all = || {
        adds!(layouts_small_add, layouts_small { a: -300 => -297, b: 124 => 127 });
        adds!(layouts_pair_add, layouts_pair { a: i64::MIN => i64::MIN + 3, b: -1 => 2 });
    };
    everywhere(all, |()| ());
}

// Keeps: structs-large
#[test]
fn large_structs_are_passed_and_returned() {
    let a = [1, -2, 3, -4, 5, -6, 7, i64::MAX - 3, 9];
    let all = move || {
        adds!(layouts_large_add, layouts_large { a: a => a.map(|a| a + 3) });
    };
    everywhere(all, |()| ());
}

// Keeps: structs-floats
#[test]
fn structs_of_floats_are_passed_and_returned() {
    let all = || {
        adds!(
            layouts_floats_add,
            layouts_floats { a: 0.5 => 3.5, b: -1.5 => 1.5, c: 4e9 => 4e9, d: 0.25 => 3.25 }
        );
        adds!(layouts_doubles_add, layouts_doubles { a: 1e300 => 1e300, b: -0.125 => 2.875 });
        adds!(layouts_uneven_add, layouts_uneven { a: 0.5 => 3.5, b: -1 => 2, c: 2.5 => 5.5 });
        adds!(layouts_mixed_add, layouts_mixed { a: -3.5 => -0.5, b: i32::MAX - 3 => i32::MAX });
    };
    everywhere(all, |()| ());
}

// Keeps: structs-empty
#[test]
fn an_empty_struct_takes_no_place() {
    let all = || {
        let nothing = layouts_nothing::default();
        assert_eq!(layouts_nothing_of(nothing), nothing);
        assert_eq!(layouts_around_nothing(12, nothing, 345), 12_345);
        assert_eq!(size_of_val(&nothing), 0);
    };
    everywhere(all, |()| ());
}

// Keeps: structs-bitfields
#[test]
fn a_struct_of_bitfields_alone_is_passed_and_returned() {
    let all = || {
        let mut bits = layouts_bits::default();
        bits.set_a(6);
        bits.set_b(-16);
        bits.set_c((1 << 40) - 2);
        // SAFETY: numbers.
        let bits = unsafe { layouts_bits_add(77, bits, 3) };
        assert_eq!((bits.a(), bits.b(), bits.c()), (1, -13, 1));
    };
    everywhere(all, |()| ());
}

// Keeps: structs-packed
#[test]
fn a_packed_struct_in_one_that_is_not_is_passed_and_returned() {
    let all = || {
        let tight = layouts_tight {
            a: 1,
            b: 2.5,
            c: -3,
        };
        let holds = layouts_holds { a: 4, tight, b: -5 };
        // SAFETY: numbers.
        let x = unsafe { layouts_holds_add(77, holds, 3) };
        assert_eq!((x.a, x.b), (7, -2));
        let layouts_tight { a, b, c } = x.tight;
        assert_eq!((a, b, c), (4, 5.5, 0));
    };
    everywhere(all, |()| ());
}

// Keeps: structs-int128
#[cfg(target_arch = "x86_64")]
#[test]
fn a_struct_with_a_128_bit_integer_is_passed_and_returned() {
    let (n, more) = (i128::from(u64::MAX) << 40 | 0xffff, 3);
    let all = move || layouts_wide_add(77, Wide { a: -1, n }, more);
    let wide = Wide { a: 2, n: n + 3 };
    everywhere(all, |x| assert_eq!(x, wide));
}

// Keeps: complex-values
#[test]
fn a_complex_number_is_passed_and_returned_in_two_parts() {
    let all = || square(Complex { re: 3.0, im: -2.0 });
    everywhere(all, |z| assert_eq!(z, Complex { re: 5.0, im: -12.0 }));
}

// Keeps: complex-fields
#[test]
fn a_complex_number_is_a_field_of_a_struct_that_is_passed_and_returned() {
    let all = || {
        layouts_plane_turn(
            Plane {
                n: 7,
                z: [1.5, -2.0],
            },
            2.0,
        )
    };
    everywhere(all, |x| {
        assert_eq!(
            x,
            Plane {
                n: -7,
                z: [4.0, 3.0]
            }
        )
    });
}

// Keeps: enums-signed
#[test]
fn an_enum_is_as_signed_as_c_says() {
    let all = || {
        // SAFETY: numbers.
        unsafe {
            for n in [LAYOUTS_LEAST, LAYOUTS_MINUS, LAYOUTS_ONE] {
                assert_eq!(layouts_of_signed(n), i64::from(n));
                assert_eq!(layouts_signed_of(i64::from(n)), n);
            }
            for n in [LAYOUTS_NONE, LAYOUTS_MOST] {
                assert_eq!(layouts_of_unsigned(n), i64::from(n));
                assert_eq!(layouts_unsigned_of(i64::from(n)), n);
            }
        }
        assert_eq!((LAYOUTS_LEAST, LAYOUTS_MOST), (i32::MIN, u32::MAX));
    };
    everywhere(all, |()| ());
}

// Keeps: unions
#[test]
fn a_union_is_written_and_read_through_every_member() {
    const BITS: u64 = 0x0123_4567_89ab_cdef;
    let [low, high] = [BITS as u32, (BITS >> 32) as u32].map(f32::from_bits);
    let write = |member| {
        let mut x = layouts_word { whole: 0 };
        match member {
            0 => x.d = f64::from_bits(BITS),
            1 => x.f = [low, high],
            2 => x.whole = BITS,
            3 => (x.parts.low, x.parts.high) = (BITS as u16, (BITS >> 16) as u16),
            _ => x.bytes = BITS.to_ne_bytes(),
        }
        x
    };
    // SAFETY: all eight bytes are there, and any are numbers.
    let read = |x: layouts_word, member| unsafe {
        match member {
            0 => x.d.to_bits(),
            1 => u64::from(x.f[0].to_bits()) | u64::from(x.f[1].to_bits()) << 32,
            2 => x.whole,
            3 => u64::from(x.parts.low) | u64::from(x.parts.high) << 16,
            _ => u64::from_ne_bytes(x.bytes),
        }
    };
    for (wrote, there) in [
        (0, BITS),
        (1, BITS),
        (2, BITS),
        (3, BITS & 0xffff_ffff),
        (4, BITS),
    ] {
        for member in 0..5 {
            let bits = if member == 3 {
                there & 0xffff_ffff
            } else {
                there
            };
            // SAFETY: numbers.
            let (c_reads, c_wrote) = unsafe {
                (
                    layouts_word_read(write(wrote), member),
                    layouts_word_write(wrote, BITS),
                )
            };
            assert_eq!(
                (c_reads, read(c_wrote, member)),
                (bits, bits),
                "{wrote} {member}"
            );
        }
    }
}

// Keeps: wide-results
#[test]
fn a_result_of_64_bits_is_whole_behind_0_to_4_pointers() {
    const WHOLE: u64 = 0xfedc_ba98_7654_3210;
    let all = || {
        let mut place = 0_u8;
        let (none, some) = (null_mut(), (&raw mut place).cast::<c_void>());
        // SAFETY: nobody looks behind them.
        unsafe {
            [
                layouts_after_0(),
                layouts_after_1(none),
                layouts_after_2(none, some),
                layouts_after_3(none, some, none),
                layouts_after_4(none, some, none, some),
            ]
        }
    };
    everywhere(all, |results| {
        assert_eq!(results, [0, 1, 2, 3, 4].map(|n| WHOLE + n))
    });
}

// Keeps: wide-callbacks
#[test]
fn an_u64_is_whole_in_a_callback_and_back() {
    let all = || {
        [0, u64::MAX, 1 << 63, 0x8000_0000, 0x0123_4567_89ab_cdef].map(|n| {
            let mut seen = None;
            let back = layouts_through(
                |n| {
                    seen = Some(n);
                    !n
                },
                n,
            );
            assert_eq!((seen, back), (Some(n), !n));
        })
    };
    everywhere(all, |_| ());
}
