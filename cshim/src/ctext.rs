//! C types as the compiler prints them.

use std::fmt::Write as _;

/// A function's type in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prototype {
    pub(crate) result: String,
    pub(crate) params: Vec<String>,
    pub(crate) variadic: bool,
    /// `int f()`: nothing is said of the parameters.
    pub(crate) open: bool,
}

impl Prototype {
    /// `uLong crc32(uLong, const Bytef *)`.
    pub(crate) fn declare(&self, name: &str) -> String {
        let mut text = self.result.clone();
        if !text.ends_with('*') {
            text.push(' ');
        }
        let params = match (self.params.is_empty(), self.open) {
            (true, false) => "void".to_owned(),
            _ => {
                let dots = self.variadic.then_some("...");
                let params = self.params.iter().map(String::as_str).chain(dots);
                params.collect::<Vec<_>>().join(", ")
            }
        };
        let _ = write!(text, "{name}({params})");
        text
    }
}

/// The built-in types, and what Rust calls them.
pub(crate) const BASICS: [(&str, &str); 14] = [
    ("char", "c_char"),
    ("signed char", "c_schar"),
    ("unsigned char", "c_uchar"),
    ("short", "c_short"),
    ("unsigned short", "c_ushort"),
    ("int", "c_int"),
    ("unsigned int", "c_uint"),
    ("long", "c_long"),
    ("unsigned long", "c_ulong"),
    ("long long", "c_longlong"),
    ("unsigned long long", "c_ulonglong"),
    ("float", "f32"),
    ("double", "f64"),
    ("_Bool", "bool"),
];

/// What Rust calls the built-in type `c`.
pub(crate) fn basic(c: &str) -> Option<String> {
    let basic = BASICS.iter().find(|(name, _)| *name == c);
    basic.map(|(_, rust)| (*rust).to_owned())
}

/// An expression for which of [`BASICS`] the type `text` is, however qualified, from 1; 0 for none.
pub(crate) fn basic_of(text: &str) -> String {
    let qualified = |(index, (c, _)): (usize, (&str, &str))| {
        // Where values are asked for nothing is `volatile`: see `unit.rs`.
        ["", "const "].map(|qualifier| format!("{qualifier}{c} *: {index}"))
    };
    let basics: Vec<String> = (1..).zip(BASICS).flat_map(qualified).collect();
    format!(
        "_Generic((__typeof__({text}) *)0, {}, default: 0)",
        basics.join(", ")
    )
}

/// Typedefs that Rust has a type of its own for.
const FIXED: [(&str, &str); 13] = [
    ("int8_t", "i8"),
    ("uint8_t", "u8"),
    ("int16_t", "i16"),
    ("uint16_t", "u16"),
    ("int32_t", "i32"),
    ("uint32_t", "u32"),
    ("int64_t", "i64"),
    ("uint64_t", "u64"),
    ("size_t", "usize"),
    ("ssize_t", "isize"),
    ("ptrdiff_t", "isize"),
    ("intptr_t", "isize"),
    ("uintptr_t", "usize"),
];

/// What Rust calls the typedef `name`, if it has a name for it.
pub(crate) fn fixed(name: &str) -> Option<&'static str> {
    FIXED
        .iter()
        .find(|(c, _)| *c == name)
        .map(|(_, rust)| *rust)
}

/// The type in gcc's note `previous declaration of 'f' with type 'int(int)' {aka ..}`.
pub(crate) fn type_of_note(note: &str) -> Option<String> {
    first_quoted(&note[note.find("with type ")?..])
}

/// The type in gcc's `'_Generic' selector of type 'int' is not compatible ..`, and in clang's `controlling expression
/// type 'int' not compatible ..`.
pub(crate) fn type_of_selector(error: &str) -> Option<String> {
    first_quoted(&error[error.find(" type ")?..])
}

/// What stands in quotes.
fn first_quoted(text: &str) -> Option<String> {
    let rest = &text[text.find(['\'', '\u{2018}'])?..];
    let mut chars = rest.chars();
    let close = match chars.next()? {
        '\'' => '\'',
        '\u{2018}' => '\u{2019}',
        _ => return None,
    };
    let text = chars.as_str();
    Some(tidy(&text[..text.find(close)?]))
}

/// As a person would write it: `unsigned long`, not `long unsigned int`; single spaces; no `restrict`,
/// which is no part of a function's type.
pub(crate) fn tidy(text: &str) -> String {
    let mut text = text.replace(" restrict", "").replace("  ", " ");
    for (from, to) in [
        ("long long unsigned int", "unsigned long long"),
        ("long unsigned int", "unsigned long"),
        ("short unsigned int", "unsigned short"),
        ("long long int", "long long"),
        ("long int", "long"),
        ("short int", "short"),
    ] {
        text = text.replace(from, to);
    }
    text
}

/// Takes a function type apart; `None` for what returns a function pointer.
pub(crate) fn prototype(text: &str) -> Option<Prototype> {
    let inner = text.strip_suffix(')')?;
    let mut depth = 0;
    let open = inner.char_indices().rev().find_map(|(at, c)| {
        match c {
            ')' => depth += 1,
            '(' if depth == 0 => return Some(at),
            '(' => depth -= 1,
            _ => {}
        }
        None
    })?;
    let result = inner[..open].trim();
    if result.is_empty() || result.ends_with(')') {
        return None;
    }
    let mut params = split(&inner[open + 1..]);
    let is_open = params.is_empty();
    let variadic = params.last().is_some_and(|last| last == "...");
    if variadic {
        params.pop();
    }
    if params == ["void"] {
        params.clear();
    }
    Some(Prototype {
        result: result.to_owned(),
        params,
        variadic,
        open: is_open,
    })
}

/// At the commas outside parentheses and brackets.
fn split(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in list.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    let parts = parts.iter().map(|part| {
        // `char *const`: what the function promises itself of its parameter.
        let part = part.trim();
        let pointer = part.strip_suffix("const").map(str::trim_end);
        pointer.filter(|it| it.ends_with('*')).unwrap_or(part)
    });
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// What is behind all the pointers of `text`, without qualifiers, and for each pointer, the innermost
/// first, whether it points to `const`. `None` if it is no plain pointer.
pub(crate) fn pointer_base(text: &str) -> Option<(String, Vec<bool>)> {
    if text.contains(['(', '[', '{', '<']) {
        return None;
    }
    let mut levels = text.split('*');
    let mut base = Vec::new();
    let mut is_const = false;
    for word in levels.next()?.split_whitespace() {
        match word {
            "const" => is_const = true,
            "volatile" => {}
            _ => base.push(word),
        }
    }
    let mut pointers = Vec::new();
    for qualifiers in levels {
        pointers.push(is_const);
        is_const = qualifiers.split_whitespace().any(|word| word == "const");
    }
    (!pointers.is_empty()).then(|| (base.join(" "), pointers))
}

/// What there is in C's type `text`, or behind its pointers, and not in Rust.
pub(crate) fn unknown_to_rust(text: &str) -> Option<&'static str> {
    let known = [
        ("volatile", "`volatile` type"),
        ("_Atomic", "type for C's `_Atomic`"),
        ("_Complex", "complex number"),
        ("long double", "`long double`"),
        ("_Float128", "`_Float128`"),
        ("__float128", "`__float128`"),
        ("__int128", "type that is passed as C's `__int128`"),
        ("vector(", "vector type that C takes"),
        ("__attribute__", "function pointer with such an attribute"),
    ];
    known
        .into_iter()
        .find(|(c, _)| text.contains(c))
        .map(|(_, what)| what)
}

/// What to write in Rust for `text`, of which the compiler has told which built-in type it is, and which
/// is behind its pointers.
pub(crate) fn rust_type(text: &str, basic: Option<&str>, base: Option<&str>) -> Option<String> {
    if unknown_to_rust(text).is_some() {
        return None;
    }
    let scalar = |text: &str, basic: Option<&str>| {
        let fixed = fixed(text);
        let named = ["struct ", "union ", "enum "]
            .iter()
            .find_map(|keyword| text.strip_prefix(keyword))
            .unwrap_or(text);
        let simple = named.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        fixed
            .or(basic)
            .map(str::to_owned)
            .or(simple.then(|| named.to_owned()))
    };
    let Some((name, pointers)) = pointer_base(text) else {
        return scalar(text, basic);
    };
    let mut rust = if name == "void" {
        "c_void".to_owned()
    } else {
        scalar(&name, base)?
    };
    for is_const in pointers {
        rust = format!("{} {rust}", if is_const { "*const" } else { "*mut" });
    }
    Some(rust)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_taken_from_the_note_in_either_kind_of_quotes() {
        let gcc = "previous declaration of 'crc32' with type 'uLong(uLong,  const Bytef *, long unsigned int)' \
                   {aka 'long unsigned int(long unsigned int)'}";
        assert_eq!(
            type_of_note(gcc).unwrap(),
            "uLong(uLong, const Bytef *, unsigned long)"
        );
        assert_eq!(
            type_of_note("with type \u{2018}int\u{2019}").unwrap(),
            "int"
        );
        assert_eq!(type_of_note("previous declaration is here"), None);
        for text in [
            "'_Generic' selector of type 'long unsigned int' is not compatible with any association",
            "controlling expression type 'unsigned long' not compatible with any generic association type",
        ] {
            assert_eq!(type_of_selector(text).unwrap(), "unsigned long");
        }
    }

    #[test]
    fn function_types_are_taken_apart() {
        let parts = prototype("void(int (*)(void *, int), enum en, ...)").unwrap();
        assert_eq!(parts.result, "void");
        assert_eq!(parts.params, ["int (*)(void *, int)", "enum en"]);
        assert!(parts.variadic);
        assert_eq!(
            prototype("const char *(void)").unwrap().declare("f"),
            "const char *f(void)"
        );
        assert_eq!(
            prototype("int(char *const *const, const int)")
                .unwrap()
                .params,
            ["char *const *", "const int"]
        );
        assert_eq!(prototype("int()").unwrap().declare("f"), "int f()");
        assert_eq!(prototype("int(int)").unwrap().declare("f"), "int f(int)");
        assert_eq!(prototype("void (*(int, void (*)(int)))(int)"), None);
    }

    #[test]
    fn c_types_are_said_in_rust() {
        let rust = |text, basic, base| rust_type(text, basic, base);
        assert_eq!(rust("uInt", Some("c_uint"), None).unwrap(), "c_uint");
        assert_eq!(rust("uint32_t", Some("c_uint"), None).unwrap(), "u32");
        assert_eq!(
            rust("const Bytef *", None, Some("c_uchar")).unwrap(),
            "*const c_uchar"
        );
        assert_eq!(
            rust("char *const *", None, Some("c_char")).unwrap(),
            "*const *mut c_char"
        );
        assert_eq!(rust("void *", None, None).unwrap(), "*mut c_void");
        assert_eq!(rust("struct stat *", None, None).unwrap(), "*mut stat");
        assert_eq!(rust("int (*)(int)", None, None), None);
        assert_eq!(rust("volatile int *", None, Some("c_int")), None);
    }
}
