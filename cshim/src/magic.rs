//! Values that come back from the C compiler without running anything.
//!
//! A probe defines constants that begin with a magic string; they stand as they are in the data of the
//! object file, whatever its format, and are found by searching for the magic. `-fno-lto` matters: an LTO
//! object holds no data.

/// One value: `alt` tells apart the questions asked about the same `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) id: u32,
    pub(crate) alt: u32,
    pub(crate) value: u64,
}

const MAGIC: &[u8; 16] = b"\xc9cgocall-record\0";
/// Written by the target, so that its byte order shows.
const ORDER: u32 = 0x0102_0304;

/// The C type of a record: once per translation unit, before [`define`].
pub(crate) fn preamble() -> &'static str {
    "struct _cgo_record { unsigned char magic[16]; unsigned int order, id, alt, pad; unsigned long long value; };\n"
}

/// A definition whose value can be read back with [`read`].
pub(crate) fn define(id: u32, alt: u32, value: &str) -> String {
    let magic: Vec<String> = MAGIC.iter().map(u8::to_string).collect();
    format!(
        "const struct _cgo_record _cgo_r{id}_{alt} = {{ {{ {} }}, {ORDER}, {id}, {alt}, 0, {value} }}; ",
        magic.join(",")
    )
}

/// Every record in the bytes of an object file.
pub(crate) fn read(object: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    for at in 0..object.len().saturating_sub(39) {
        if !object[at..].starts_with(MAGIC) {
            continue;
        }
        let bytes = &object[at + 16..at + 40];
        let big = bytes[..4] == ORDER.to_be_bytes();
        let word = |at: usize| {
            let word: [u8; 4] = bytes[at..at + 4].try_into().expect("four bytes");
            if big {
                u32::from_be_bytes(word)
            } else {
                u32::from_le_bytes(word)
            }
        };
        let wide: [u8; 8] = bytes[16..24].try_into().expect("eight bytes");
        let value = if big {
            u64::from_be_bytes(wide)
        } else {
            u64::from_le_bytes(wide)
        };
        values.push(Value {
            id: word(4),
            alt: word(8),
            value,
        });
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_anywhere_and_in_either_byte_order() {
        let record = |order: fn(u32) -> [u8; 4], wide: fn(u64) -> [u8; 8]| {
            let words = [ORDER, 7, 2, 0].map(order).concat();
            [&MAGIC[..], &words, &wide(0x1_0000_0005)].concat()
        };
        let object = [
            b"\x7fELF junk".to_vec(),
            record(u32::to_le_bytes, u64::to_le_bytes),
            vec![0; 3],
            record(u32::to_be_bytes, u64::to_be_bytes),
        ]
        .concat();
        let value = Value {
            id: 7,
            alt: 2,
            value: 0x1_0000_0005,
        };
        assert_eq!(read(&object), [value, value]);
        assert_eq!(read(&object[..20]), []);
    }
}
