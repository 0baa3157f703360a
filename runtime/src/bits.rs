//! Bitfields: some bits of the bytes in which a struct of C stores them.
//!
//! C counts them from the beginning of the struct, as the target orders bits: on a little-endian one from the lowest bit
//! of each byte on, the least significant of a bitfield first; on a big-endian one from the highest, the most significant
//! first. So a bitfield may have parts in several bytes, and each of them holds the next bits of its value.
//!
//! ```text
//! little   byte 0     byte 1      big      byte 0     byte 1
//!          bbbaaaaa   ......bb             aaaaabbb   bb......
//! ```

/// What can store bitfields: each of its bits belongs to its value.
#[diagnostic::on_unimplemented(message = "bitfields are stored in an integer or in `[u8; N]`")]
pub trait Storage: Copy {
    /// `[u8; N]`.
    type Bytes: AsRef<[u8]> + AsMut<[u8]>;

    /// As they stand in memory.
    fn to_bytes(self) -> Self::Bytes;

    /// The same way back.
    fn from_bytes(bytes: Self::Bytes) -> Self;
}

/// What a bitfield's value can be.
#[diagnostic::on_unimplemented(
    message = "a bitfield is an integer or a `bool`, and `{Self}` is neither"
)]
pub trait Bits: Copy {
    /// Of the lowest bits; the others are zeros.
    fn from_bits(bits: u64, width: u32) -> Self;

    /// Of which as many as there is room for are stored.
    fn to_bits(self) -> u64;
}

/// The `width` bits from `bit` on of a struct that has `storage` at `offset`.
#[inline]
#[must_use]
pub fn get_bits<T: Bits, S: Storage>(storage: S, offset: usize, bit: usize, width: u32) -> T {
    let at = bit - offset * 8;
    T::from_bits(read(storage.to_bytes().as_ref(), at, width, BIG), width)
}

/// `storage`, with as much of `value` in them as they hold.
#[inline]
#[must_use]
pub fn set_bits<T: Bits, S: Storage>(
    storage: S,
    offset: usize,
    bit: usize,
    width: u32,
    value: T,
) -> S {
    let mut bytes = storage.to_bytes();
    let at = bit - offset * 8;
    write(bytes.as_mut(), at, width, BIG, value.to_bits());
    S::from_bytes(bytes)
}

const BIG: bool = cfg!(target_endian = "big");

/// The parts of a bitfield: the byte, how far its bits are above the byte's lowest and the value's lowest, and how many
/// they are.
#[inline]
fn parts(at: usize, width: u32, big: bool) -> impl Iterator<Item = (usize, u32, u32, u32)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done == width {
            return None;
        }
        let bit = at + done as usize;
        let (byte, before) = (bit / 8, (bit % 8) as u32);
        let count = (8 - before).min(width - done);
        let (in_byte, in_value) = match big {
            false => (before, done),
            true => (8 - before - count, width - done - count),
        };
        done += count;
        Some((byte, in_byte, in_value, count))
    })
}

#[inline]
fn read(bytes: &[u8], at: usize, width: u32, big: bool) -> u64 {
    parts(at, width, big).fold(0, |value, (byte, in_byte, in_value, count)| {
        let part = (u64::from(bytes[byte]) >> in_byte) & ((1 << count) - 1);
        value | part << in_value
    })
}

#[inline]
fn write(bytes: &mut [u8], at: usize, width: u32, big: bool, value: u64) {
    for (byte, in_byte, in_value, count) in parts(at, width, big) {
        let mask = ((1_u16 << count) - 1) as u8;
        let part = (value >> in_value) as u8 & mask;
        bytes[byte] = bytes[byte] & !(mask << in_byte) | part << in_byte;
    }
}

macro_rules! integers {
    ($($ty:ident)*) => { $(
        impl Storage for $ty {
            type Bytes = [u8; size_of::<$ty>()];

            #[inline]
            fn to_bytes(self) -> Self::Bytes {
                self.to_ne_bytes()
            }

            #[inline]
            fn from_bytes(bytes: Self::Bytes) -> Self {
                $ty::from_ne_bytes(bytes)
            }
        }

        impl Bits for $ty {
            #[inline]
            fn from_bits(bits: u64, width: u32) -> Self {
                // The sign is the highest bit that there is.
                let bits = match $ty::MIN {
                    0 => bits,
                    _ => ((bits << (64 - width)).cast_signed() >> (64 - width)).cast_unsigned(),
                };
                bits as $ty
            }

            #[inline]
            fn to_bits(self) -> u64 {
                self as u64
            }
        }
    )* };
}
integers!(i8 u8 i16 u16 i32 u32 i64 u64 isize usize);

impl<const N: usize> Storage for [u8; N] {
    type Bytes = [u8; N];

    #[inline]
    fn to_bytes(self) -> [u8; N] {
        self
    }

    #[inline]
    fn from_bytes(bytes: [u8; N]) -> Self {
        bytes
    }
}

impl Bits for bool {
    #[inline]
    fn from_bits(bits: u64, _width: u32) -> bool {
        bits != 0
    }

    #[inline]
    fn to_bits(self) -> u64 {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit by bit, as the head of this file tells it.
    fn place(bit: usize, big: bool) -> (usize, u32) {
        let in_byte = (bit % 8) as u32;
        (bit / 8, if big { 7 - in_byte } else { in_byte })
    }

    #[test]
    fn each_position_and_width_has_its_own_bits_in_either_order() {
        let value = 0x9e37_79b9_7f4a_7c15_u64;
        for big in [false, true] {
            for at in 0..32 {
                for width in 1..=64_u32 {
                    let mut expected = [0xa5_u8; 12];
                    for index in 0..width {
                        let (byte, bit) = place(at + index as usize, big);
                        let of_value = if big { width - 1 - index } else { index };
                        expected[byte] &= !(1 << bit);
                        expected[byte] |= ((value >> of_value & 1) as u8) << bit;
                    }
                    let mut bytes = [0xa5; 12];
                    write(&mut bytes, at, width, big, value);
                    assert_eq!(bytes, expected, "{at} {width} {big}");
                    let kept = value & (u64::MAX >> (64 - width));
                    assert_eq!(read(&bytes, at, width, big), kept, "{at} {width} {big}");
                }
            }
        }
    }

    #[test]
    fn a_signed_bitfield_has_its_sign_and_loses_what_does_not_fit() {
        let set_and_get = |value: i32| get_bits::<i32, u16>(set_bits(0, 4, 35, 4, value), 4, 35, 4);
        assert_eq!([7, -8, -1, 8, 0x123].map(set_and_get), [7, -8, -1, -8, 3]);
        let ones = set_bits(0_u16, 0, 3, 4, -1);
        assert_eq!((ones, get_bits::<u32, _>(ones, 0, 3, 4)), (15 << 3, 15));
        let least = set_bits([0; 8], 0, 0, 64, i64::MIN);
        assert_eq!(get_bits::<i64, _>(least, 0, 0, 64), i64::MIN);
        assert!(get_bits::<bool, _>(
            set_bits(0_u8, 1, 15, 1, true),
            1,
            15,
            1
        ));
    }
}
