//! Where an item's row is. A row is known by a number, so that the table is the only B-tree that a request goes through: 55
//! bits of a keyed hash of the key, and 8 bits that tell keys of the same hash apart. `SCAN` goes through the table in that
//! order, and its cursor is such a number: nothing is kept for it, and what is there all the time is found.

use siphasher::sip::SipHasher13;
use std::ops::RangeInclusive;

/// So many keys may have the same hash. With a secret in it, nobody finds two.
pub const SAME: i64 = 256;

/// The places that keys have. (With a mask, few: for tests.)
#[derive(Clone, Copy)]
pub struct Places {
    hash: SipHasher13,
    mask: u64,
}

impl Places {
    /// With the two halves of the hash's secret.
    pub fn new(seed: u64, more: u64) -> Places {
        Places {
            hash: SipHasher13::new_with_keys(seed, more),
            mask: u64::MAX,
        }
    }

    #[cfg(test)]
    pub(crate) fn masked(self, mask: u64) -> Places {
        Places { mask, ..self }
    }

    /// The rows that `key` may have.
    pub fn of(&self, key: &[u8]) -> RangeInclusive<i64> {
        let first = ((self.hash.hash(key) & self.mask) >> 9 << 8).cast_signed();
        first..=first + SAME - 1
    }

    /// The first row of the keys that have the hash of a row.
    pub fn first(row: i64) -> i64 {
        row / SAME * SAME
    }
}
