//! Types that are passed by value, in both languages.

use crate::random::Random;
use std::fmt::Write as _;

/// A type that both languages know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) rust: &'static str,
    pub(crate) c: &'static str,
}

const fn scalar(rust: &'static str, c: &'static str) -> Scalar {
    Scalar { rust, c }
}

/// What a `...` passes as it is.
const PROMOTED: [Scalar; 9] = [
    scalar("i32", "int32_t"),
    scalar("u32", "uint32_t"),
    scalar("i64", "int64_t"),
    scalar("u64", "uint64_t"),
    scalar("c_long", "long"),
    scalar("c_ulonglong", "unsigned long long"),
    scalar("usize", "size_t"),
    scalar("f64", "double"),
    scalar("*mut c_void", "void *"),
];

const SCALARS: [Scalar; 16] = [
    scalar("bool", "bool"),
    scalar("c_char", "char"),
    scalar("i8", "int8_t"),
    scalar("u8", "uint8_t"),
    scalar("i16", "int16_t"),
    scalar("u16", "uint16_t"),
    scalar("i32", "int32_t"),
    scalar("u32", "uint32_t"),
    scalar("i64", "int64_t"),
    scalar("u64", "uint64_t"),
    scalar("c_long", "long"),
    scalar("c_ulonglong", "unsigned long long"),
    scalar("usize", "size_t"),
    scalar("f32", "float"),
    scalar("f64", "double"),
    scalar("*mut c_void", "void *"),
];

const POINTER: &str = "*mut c_void";

/// A parameter, a result, a field.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    Scalar(Scalar),
    /// By its number.
    Enum(usize),
    /// By its number.
    Struct(usize),
}

impl Type {
    pub(crate) fn rust(&self) -> String {
        match self {
            Type::Scalar(scalar) => scalar.rust.to_owned(),
            Type::Enum(n) => format!("E{n}"),
            Type::Struct(n) => format!("S{n}"),
        }
    }

    pub(crate) fn c(&self) -> String {
        match self {
            Type::Scalar(scalar) => scalar.c.to_owned(),
            Type::Enum(n) => format!("E{n}"),
            Type::Struct(n) => format!("S{n}"),
        }
    }

    /// The ending of the C functions that make and digest it.
    pub(crate) fn word(&self) -> String {
        self.c().replace(" *", "_pointer").replace(' ', "_")
    }
}

struct Field {
    ty: Type,
    /// Of an array.
    len: Option<usize>,
}

struct Struct {
    is_union: bool,
    is_packed: bool,
    fields: Vec<Field>,
    has_pointer: bool,
    has_union: bool,
}

/// The types of a package.
pub(crate) struct Types {
    /// The values of each enum.
    enums: Vec<Vec<i32>>,
    structs: Vec<Struct>,
}

impl Types {
    /// So many of each.
    pub(crate) fn random(random: &mut Random, enums: usize, structs: usize) -> Types {
        let mut types = Types {
            enums: Vec::new(),
            structs: Vec::new(),
        };
        for _ in 0..enums {
            let is_signed = random.once_in(2);
            let mut values: Vec<i32> = (0..1 + random.below(5))
                .map(|_| {
                    let value = (random.next() >> (33 + random.below(28))) as i32;
                    if is_signed { -value } else { value }
                })
                .collect();
            values.sort_unstable();
            values.dedup();
            types.enums.push(values);
        }
        for _ in 0..structs {
            let made = types.structure(random);
            types.structs.push(made);
        }
        types
    }

    fn structure(&self, random: &mut Random) -> Struct {
        let is_union = random.once_in(12);
        // Small ones travel in registers, and their shape decides in which.
        let most = *random.of(&[1, 2, 2, 3, 4, 8]);
        let fields: Vec<Field> = (0..=random.below(most))
            .map(|_| {
                let ty = if is_union {
                    Type::Scalar(*random.of(&SCALARS[1..]))
                } else {
                    self.any(random, false)
                };
                let len = random.once_in(6).then(|| 1 + random.below(5));
                Field { ty, len }
            })
            .collect();
        Struct {
            is_union,
            is_packed: !is_union && random.once_in(10),
            has_pointer: fields.iter().any(|field| self.has_pointer(&field.ty)),
            has_union: is_union || fields.iter().any(|field| self.has_union(&field.ty)),
            fields,
        }
    }

    /// One that may also be sent to another thread.
    pub(crate) fn any(&self, random: &mut Random, sendable: bool) -> Type {
        loop {
            let ty = match random.below(10) {
                0 if !self.enums.is_empty() => Type::Enum(random.below(self.enums.len())),
                1..4 if !self.structs.is_empty() => Type::Struct(random.below(self.structs.len())),
                _ => Type::Scalar(*random.of(&SCALARS)),
            };
            if !(sendable && self.has_pointer(&ty)) {
                return ty;
            }
        }
    }

    /// One that a `...` passes as it is.
    pub(crate) fn promoted(random: &mut Random, sendable: bool) -> Type {
        let all = if sendable { &PROMOTED[..8] } else { &PROMOTED };
        Type::Scalar(*random.of(all))
    }

    fn has_pointer(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(scalar) => scalar.rust == POINTER,
            Type::Enum(_) => false,
            Type::Struct(n) => self.structs[*n].has_pointer,
        }
    }

    /// In Rust nobody knows what is in one.
    pub(crate) fn has_union(&self, ty: &Type) -> bool {
        matches!(ty, Type::Struct(n) if self.structs[*n].has_union)
    }

    /// The definitions for a header.
    pub(crate) fn header(&self) -> String {
        let mut text = String::new();
        for (n, values) in self.enums.iter().enumerate() {
            let values: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(i, value)| format!("E{n}_{i} = {value}"))
                .collect();
            writeln!(text, "typedef enum {{ {} }} E{n};", values.join(", ")).unwrap();
        }
        for (n, structure) in self.structs.iter().enumerate() {
            let word = if structure.is_union {
                "union"
            } else {
                "struct"
            };
            let packed = if structure.is_packed {
                " __attribute__((packed))"
            } else {
                ""
            };
            writeln!(text, "typedef {word}{packed} {{").unwrap();
            for (i, Field { ty, len }) in structure.fields.iter().enumerate() {
                let len = len.map_or(String::new(), |len| format!("[{len}]"));
                writeln!(text, "\t{} f{i}{len};", ty.c()).unwrap();
            }
            writeln!(text, "}} S{n};").unwrap();
        }
        text
    }

    /// C functions that make values of a number, `make_T`, and digest them, `digest_T`. A union is its first field.
    pub(crate) fn c(&self) -> String {
        let mut text = String::new();
        let mut scalars = SCALARS.to_vec();
        scalars.retain(|scalar| !["float", "double"].contains(&scalar.c));
        for scalar in scalars {
            let word = Type::Scalar(scalar).word();
            let c = scalar.c;
            let (from, to) = match c {
                "bool" => ("(mix(s) & 1) != 0".to_owned(), "(uint64_t)v"),
                "void *" => ("(void *)(uintptr_t)mix(s)".to_owned(), "(uintptr_t)v"),
                _ => (format!("({c})mix(s)"), "(uint64_t)v"),
            };
            writeln!(
                text,
                "static {c} make_{word}(uint64_t *s) {{ return {from}; }}\n\
                 static void digest_{word}(uint64_t *s, {c} v) {{ digest(s, {to}); }}"
            )
            .unwrap();
        }
        for (n, values) in self.enums.iter().enumerate() {
            let values: Vec<String> = values.iter().map(i32::to_string).collect();
            writeln!(
                text,
                "static E{n} make_E{n}(uint64_t *s) {{\n\
                 \tstatic const int values[] = {{ {} }};\n\
                 \treturn (E{n})values[mix(s) % {}];\n}}\n\
                 static void digest_E{n}(uint64_t *s, E{n} v) {{ digest(s, (uint64_t)(int64_t)(int)v); }}",
                values.join(", "),
                values.len()
            )
            .unwrap();
        }
        for (n, structure) in self.structs.iter().enumerate() {
            let (mut make, mut digest) = (String::new(), String::new());
            for (i, Field { ty, len }) in structure.known().enumerate() {
                let word = ty.word();
                let (each, at) = match len {
                    Some(len) => (format!("for (int i = 0; i < {len}; i++) "), "[i]"),
                    None => (String::new(), ""),
                };
                writeln!(make, "\t{each}v.f{i}{at} = make_{word}(s);").unwrap();
                writeln!(digest, "\t{each}digest_{word}(s, v.f{i}{at});").unwrap();
            }
            writeln!(
                text,
                "static S{n} make_S{n}(uint64_t *s) {{\n\tS{n} v;\n\tmemset(&v, 0, sizeof v);\n{make}\treturn v;\n}}\n\
                 static void digest_S{n}(uint64_t *s, S{n} v) {{\n{digest}}}"
            )
            .unwrap();
        }
        text
    }

    /// The same for Rust, with the definitions.
    pub(crate) fn rust(&self) -> String {
        let mut text = String::new();
        for (n, values) in self.enums.iter().enumerate() {
            let variants: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(i, value)| format!("    E{n}_{i} = {value},\n"))
                .collect();
            let all: Vec<String> = (0..values.len())
                .map(|i| format!("E{n}::E{n}_{i}"))
                .collect();
            writeln!(
                text,
                "#[cgo_import(include = \"c/signatures.h\")]\n\
                 #[repr(C)]\n#[derive(Clone, Copy)]\npub enum E{n} {{\n{}}}\n\
                 impl Value for E{n} {{\n\
                 \x20   fn make(s: &mut u64) -> E{n} {{ [{}][(mix(s) % {}) as usize] }}\n\
                 \x20   fn digest(self, s: &mut u64) {{ digest(s, self as i32 as i64 as u64) }}\n}}",
                variants.concat(),
                all.join(", "),
                all.len()
            )
            .unwrap();
        }
        for (n, structure) in self.structs.iter().enumerate() {
            text += &structure.rust(n);
        }
        text
    }
}

impl Struct {
    /// The fields that say what the value is.
    fn known(&self) -> impl Iterator<Item = &Field> {
        let known = if self.is_union { 1 } else { self.fields.len() };
        self.fields[..known].iter()
    }

    fn rust(&self, n: usize) -> String {
        let word = if self.is_union { "union" } else { "struct" };
        let packed = if self.is_packed { ", packed" } else { "" };
        let fields: String = self
            .fields
            .iter()
            .enumerate()
            .map(|(i, Field { ty, len })| match len {
                Some(len) => format!("    pub f{i}: [{}; {len}],\n", ty.rust()),
                None => format!("    pub f{i}: {},\n", ty.rust()),
            })
            .collect();
        let (mut make, mut digest) = (String::new(), String::new());
        for (i, Field { len, .. }) in self.known().enumerate() {
            match len {
                Some(_) => {
                    write!(make, "f{i}: std::array::from_fn(|_| Value::make(s)), ").unwrap();
                    write!(digest, "for v in {{ self.f{i} }} {{ v.digest(s) }} ").unwrap();
                }
                None => {
                    write!(make, "f{i}: Value::make(s), ").unwrap();
                    write!(digest, "{{ self.f{i} }}.digest(s); ").unwrap();
                }
            }
        }
        let safety = if self.is_union { "unsafe " } else { "" };
        format!(
            "#[cgo_import(include = \"c/signatures.h\")]\n\
             #[repr(C{packed})]\n#[derive(Clone, Copy)]\npub {word} S{n} {{\n{fields}}}\n\
             impl Value for S{n} {{\n\
             \x20   fn make(s: &mut u64) -> S{n} {{ S{n} {{ {make}}} }}\n\
             \x20   fn digest(self, s: &mut u64) {{ {safety}{{ {digest}}} }}\n}}\n"
        )
    }
}
