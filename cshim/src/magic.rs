//! Values that come back from the C compiler without running anything.
//!
//! A probe defines constants that begin with a magic string; they stand as they are in the data of the
//! object file, whatever its format, and are found by searching for the magic. `-fno-lto` matters: an LTO
//! object holds no data.

/// A constant expression of C.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Its value, as an `unsigned long long`.
    Integer(String),
    /// The bits of its value, as a `double`.
    Float(String),
    /// The bytes of a string literal.
    Text(String),
}

impl From<String> for Question {
    fn from(expression: String) -> Question {
        Question::Integer(expression)
    }
}

/// One value: `alt` tells apart the questions asked about the same `id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) id: u32,
    pub(crate) alt: u32,
    /// Of a string, how many bytes it has, with its NUL.
    pub(crate) value: u64,
    /// Of a string, without its NUL.
    pub(crate) text: Option<Vec<u8>>,
}

const MAGIC: &[u8; 16] = b"\xc9cgocall-record\0";
/// Written by the target, so that its byte order shows.
const ORDER: u32 = 0x0102_0304;

/// The C type of a record: once per translation unit, before [`define`].
pub(crate) fn preamble() -> &'static str {
    "struct _cgo_record { unsigned char magic[16]; unsigned int order, id, alt, text; unsigned long long value; };\n\
     struct _cgo_float { unsigned char magic[16]; unsigned int order, id, alt, text; double value; };\n"
}

/// A definition whose value can be read back with [`read`].
pub(crate) fn define(id: u32, alt: u32, question: &Question) -> String {
    let magic: Vec<String> = MAGIC.iter().map(u8::to_string).collect();
    let head = format!("{{ {} }}, {ORDER}, {id}, {alt}", magic.join(","));
    match question {
        Question::Integer(value) => {
            format!("const struct _cgo_record _cgo_r{id}_{alt} = {{ {head}, 0, {value} }}; ")
        }
        Question::Float(value) => {
            format!("const struct _cgo_float _cgo_r{id}_{alt} = {{ {head}, 0, {value} }}; ")
        }
        // A number would be taken for the first byte: only a literal has an address and this type. (`const` where the
        // compiler is told so.)
        Question::Text(value) => format!(
            "const struct {{ struct _cgo_record head; char text[sizeof({value}) * _Generic(&({value}), \
             char (*)[sizeof({value})]: 1, const char (*)[sizeof({value})]: 1)]; }} _cgo_r{id}_{alt} = \
             {{ {{ {head}, 1, sizeof({value}) }}, {value} }}; "
        ),
    }
}

/// Every record in the bytes of an object file.
pub(crate) fn read(object: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut at = 0;
    while at + 40 <= object.len() {
        if !object[at..].starts_with(MAGIC) {
            at += 1;
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
        let text = (word(12) == 1).then(|| {
            let size = usize::try_from(value).unwrap_or(usize::MAX);
            let rest = &object[at + 40..];
            rest[..size.saturating_sub(1).min(rest.len())].to_vec()
        });
        let text_len = text.as_ref().map_or(0, Vec::len);
        values.push(Value {
            id: word(4),
            alt: word(8),
            value,
            text,
        });
        // No record is inside of another.
        at += 40 + text_len;
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
            text: None,
        };
        assert_eq!(read(&object), [value.clone(), value]);
        assert_eq!(read(&object[..20]), []);
    }
}
