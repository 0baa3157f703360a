//! The words that C and C++ keep for themselves.

/// Whether C reserves `name`.
#[must_use]
pub fn is_c(name: &str) -> bool {
    C.binary_search(&name).is_ok()
}

/// Whether C or C++ reserves `name`: what a header for both cannot call a parameter or field.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    is_c(name) || CPP_ALONE.binary_search(&name).is_ok()
}

#[rustfmt::skip]
static C: &[&str] = &[
    "_Alignas", "_Alignof", "_Atomic", "_Bool", "_Complex", "_Generic", "_Imaginary", "_Noreturn",
    "_Static_assert", "_Thread_local", "alignas", "alignof", "auto", "bool", "break", "case",
    "char", "const", "constexpr", "continue", "default", "do", "double", "else", "enum", "extern",
    "false", "float", "for", "goto", "if", "inline", "int", "long", "nullptr", "register",
    "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "struct",
    "switch", "thread_local", "true", "typedef", "typeof", "union", "unsigned", "void", "volatile",
    "while",
];

/// `asm` is a keyword of C compilers too, as long as they are not told which C.
#[rustfmt::skip]
static CPP_ALONE: &[&str] = &[
    "and", "and_eq", "asm", "bitand", "bitor", "catch", "char16_t", "char32_t", "char8_t", "class",
    "co_await", "co_return", "co_yield", "compl", "concept", "const_cast", "consteval", "constinit",
    "decltype", "delete", "dynamic_cast", "explicit", "export", "friend", "mutable", "namespace",
    "new", "noexcept", "not", "not_eq", "operator", "or", "or_eq", "private", "protected", "public",
    "reinterpret_cast", "requires", "static_cast", "template", "this", "throw", "try", "typeid",
    "typename", "using", "virtual", "wchar_t", "xor", "xor_eq",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_for_the_search_and_share_nothing() {
        assert!(C.is_sorted() && CPP_ALONE.is_sorted());
        assert!(CPP_ALONE.iter().all(|word| !is_c(word)));
        assert!(
            is_c("restrict") && !is_c("class") && is_reserved("class") && !is_reserved("klass")
        );
    }
}
