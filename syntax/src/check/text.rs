//! What the strings of an attribute may hold: they become lines of C, arguments of its compiler, and names of files.

use crate::cflags::cflags;

/// Why `value` cannot be a `key` of the attribute.
pub(crate) fn fault(key: &str, value: &str) -> Option<String> {
    if value.contains('\0') {
        return Some(format!(
            "`{key}` has a NUL in it, which is the end of it in C; remove it"
        ));
    }
    match key {
        "cflags" => cflags(value).err(),
        "include" | "source" | "define" | "link_search" if value.contains(['\n', '\r']) => {
            Some(format!(
                "`{key}` has a line break in it; say each by itself: `{key} = \"..\", {key} = \"..\"`"
            ))
        }
        "include" => no_file(value),
        "source" => no_file(value).or_else(|| arguments(value)),
        _ => None,
    }
}

/// Why no `#include` names the file.
fn no_file(name: &str) -> Option<String> {
    let open = name.chars().next().filter(|c| "<\"".contains(*c));
    let close = open.map(|open| if open == '<' { '>' } else { '"' });
    let inner = match (open, close) {
        (Some(open), Some(close)) => name
            .strip_prefix(open)
            .and_then(|name| name.strip_suffix(close)),
        _ => Some(name),
    };
    let Some(inner) = inner else {
        return Some(format!(
            "what begins as in `#include <..>` ends so; write `{}`, without the signs",
            name.trim_matches(['<', '>', '"'])
        ));
    };
    inner.contains(['"', '<', '>']).then(|| {
        format!("no `#include` can name a file with `\"`, `<` or `>` in its name, as `{inner}` has; rename the file")
    })
}

/// Why no compiler is given the file. clang's driver passes on the last part of the name as it is, and whom it passes that
/// on to reads arguments from what begins so.
fn arguments(file: &str) -> Option<String> {
    let name = file.rsplit('/').next().unwrap_or_default();
    name.starts_with('@').then(|| {
        format!("to clang `{name}` is a file of arguments; rename it, so that it does not begin with `@`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_is_one_line_and_ends_no_include() {
        for good in [
            "zlib.h",
            "<zlib.h>",
            "\"a b.h\"",
            "it's $x `id`;\\.h",
            "-x.h",
            "@x.h",
        ] {
            assert_eq!(fault("include", good), None, "{good}");
        }
        let said = |value: &str| fault("include", value).unwrap();
        assert!(said("a.h\n#define X").starts_with("`include` has a line break in it; say each"));
        assert!(said("a.h>\r").starts_with("`include` has a line break in it; say each"));
        assert!(said("a\0.h").starts_with("`include` has a NUL in it"));
        assert!(said("a\"b.h").ends_with("as `a\"b.h` has; rename the file"));
        assert!(said("<a>b.h>").ends_with("as `a>b.h` has; rename the file"));
        let source = |value: &str| fault("source", value);
        assert!(
            source("c/@x.c")
                .unwrap()
                .starts_with("to clang `@x.c` is a file of arguments;")
        );
        assert_eq!(source("@c/x@.c"), None);
        assert!(said("<zlib.h").ends_with("write `zlib.h`, without the signs"));
        assert!(said("\"zlib.h>").ends_with("write `zlib.h`, without the signs"));
    }

    #[test]
    fn a_definition_and_a_folder_are_one_line() {
        for key in ["define", "link_search"] {
            assert_eq!(fault(key, "A=\"$(id)\" '`;"), None);
            assert!(fault(key, "A=1\n#define B").is_some());
        }
        assert_eq!(fault("preamble", "int a;\nint b;"), None);
        assert!(fault("cflags", "-DA='").is_some());
    }
}
