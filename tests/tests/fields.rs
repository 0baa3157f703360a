//! Fields that only one of the languages has words for: what one writes the other reads.

use cgocall::__private::{get_bits, set_bits};
use cgocall_tests::fields::*;

#[test]
fn a_bitfield_at_any_place_and_of_any_width_is_c_s() {
    let c = |before, width, is_signed, write, bytes: &mut [u8; 12], value: &mut i64| {
        // SAFETY: the widest is 31 + 64 bits, which are 12 bytes.
        unsafe { any_bitfield(before, width, is_signed, write, bytes.as_mut_ptr(), value) }
    };
    let noise = |seed: u64| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31);
    let mut compared = 0;
    for before in 0..32 {
        for width in 1..=64 {
            for seed in 1..=4_u64 {
                let mut bytes = [0; 12];
                for (at, byte) in (1..).zip(&mut bytes) {
                    *byte = noise(seed * at) as u8;
                }
                let new = noise(seed << 32).cast_signed();
                let bit = before as usize;
                let (mut signed, mut unsigned) = (0, 0);
                c(before, width, true, false, &mut bytes, &mut signed);
                c(before, width, false, false, &mut bytes, &mut unsigned);
                let ours: (i64, u64) = (
                    get_bits(bytes, 0, bit, width),
                    get_bits(bytes, 0, bit, width),
                );
                assert_eq!(ours, (signed, unsigned.cast_unsigned()), "{before} {width}");
                let written = set_bits(bytes, 0, bit, width, new);
                c(before, width, seed % 2 == 0, true, &mut bytes, &mut { new });
                assert_eq!(written, bytes, "{before} {width}: and nothing beside it");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 32 * 64 * 4);
}

/// The values of all bitfields of a packet, as Rust reads them.
fn read(p: &packet) -> [i64; 8] {
    [
        p.version().into(),
        p.ready().into(),
        p.level().into(),
        p.on().into(),
        p.shade().into(),
        p.r#type().into(),
        p.wide().cast_signed(),
        p.sign(),
    ]
}

fn read_by_c(p: &packet) -> [i64; 8] {
    let mut values = [0; 8];
    // SAFETY: there are eight.
    unsafe { packet_read(p, values.as_mut_ptr()) };
    values
}

#[test]
fn what_c_writes_into_bitfields_rust_reads() {
    for seed in 0..=255 {
        let packet = packet_make(seed);
        assert_eq!(read(&packet), read_by_c(&packet), "{seed}");
    }
    let values = [9, 1, -16, 1, 5, 0xf_fff0, 0x1234_5678_9abc_def0, -4];
    let mut packet = packet_make(0xff);
    // SAFETY: there are eight.
    unsafe { packet_write(&mut packet, values.as_ptr()) };
    assert_eq!(read(&packet), values);
    assert_eq!((packet.length(), packet.before, packet.after), (15, -1, -1));
}

#[test]
fn what_rust_writes_into_bitfields_c_reads() {
    let mut packet = packet_make(0);
    packet.set_version(9);
    packet.set_ready(1);
    packet.set_level(-16);
    packet.set_on(true);
    packet.set_shade(5);
    packet.set_type(0xf_fff0);
    packet.set_wide(0x1234_5678_9abc_def0);
    packet.set_sign(-4);
    let values = [9, 1, -16, 1, 5, 0xf_fff0, 0x1234_5678_9abc_def0, -4];
    assert_eq!(read_by_c(&packet), values);
    assert_eq!((packet.length(), packet.before, packet.after), (0, 0, 0));
    // A value too wide, as C takes it.
    let wide = [0x19, 2, 17, 1, 13, 0x7f_ffff, -1, 5];
    let mut theirs = packet;
    // SAFETY: there are eight.
    unsafe { packet_write(&mut theirs, wide.as_ptr()) };
    packet.set_version(0x19);
    packet.set_ready(2);
    packet.set_level(17);
    packet.set_shade(13);
    packet.set_type(0x7f_ffff);
    packet.set_wide(u64::MAX);
    packet.set_sign(5);
    assert_eq!(read(&packet), read(&theirs));
    assert_eq!(packet.sign(), -3);
}

#[test]
fn a_packed_struct_has_them_across_its_bytes() {
    let mut theirs = tight {
        tag: 1,
        bits: [0xff; 7],
        value: 2,
    };
    let mut ours = theirs;
    let values = [3, -0xff_ffff_ffff, 0xabc, -5];
    // SAFETY: there are four.
    unsafe { tight_write(&mut theirs, values.as_ptr()) };
    assert_eq!((theirs.far(), theirs.near()), (values[1], 0xabc));
    (ours.tag, ours.value) = (3, -5);
    ours.set_far(values[1]);
    ours.set_near(0xabc);
    // What belongs to nobody stays as it is.
    assert_eq!({ ours.bits }, { theirs.bits });
    let mut read = [0; 4];
    // SAFETY: there are four.
    unsafe { tight_read(&ours, read.as_mut_ptr()) };
    assert_eq!(read, values);
}

#[test]
fn a_union_has_them_beside_its_other_fields() {
    let mut word = Word { whole: u32::MAX };
    // SAFETY: all bytes have been written.
    unsafe {
        word.set_low(0x2_0055);
        assert_eq!((word.low(), word.whole), (0x55, !0x1ff | 0x55));
    }
    assert_eq!(word_low(&word), 0x55);
}

#[test]
fn members_without_a_name_have_the_places_that_c_gives_them() {
    let corner = |x, y| Corner { x, y };
    let mut it = shape {
        kind: 1,
        u: shape_0 {
            square: Square {
                width: 2,
                height: 3,
            },
        },
        corners: [corner(0, 0), corner(0, 0), corner(0, 0), corner(0, 4)],
        next: std::ptr::null_mut(),
        last: 5,
    };
    assert_eq!(shape_check(&it), 1);
    shape_fill(&mut it);
    // SAFETY: it is what C has filled in.
    assert_eq!(unsafe { it.u.circle.radius }, 7.5);
    let corners = [corner(8, 0), corner(0, 0), corner(0, -9), corner(0, 0)];
    assert_eq!((it.kind, it.corners, it.last), (6, corners, 10));
}

// Keeps: complex-fields
#[cfg(target_arch = "x86_64")]
#[test]
fn an_opaque_field_has_its_place() {
    let mut it = std::mem::MaybeUninit::<exotic>::zeroed();
    // SAFETY: zeros are a value of each of its fields; C fills all of them.
    let mut it = unsafe {
        exotic_fill(it.as_mut_ptr());
        it.assume_init()
    };
    assert_eq!(
        (it.first, it.shared.get_mut(), it.plane, it.last),
        (1, &mut 3, [4.0, 0.0], 5)
    );
    assert_eq!(exotic_check(&it), 1);
    it.plane[0] = 0.0;
    assert_eq!(exotic_check(&it), 0);
}
