//! Text of others inside of C: in a comment, in a string. Nothing in it ends what it stands in.

use std::fmt::Write as _;

/// As a comment has it: nothing ends the comment, or looks as if it began another. (`??/` at the end of a line is a
/// backslash in C99.)
pub(crate) fn comment(text: &str) -> String {
    text.replace("*/", "* /")
        .replace("/*", "/ *")
        .replace("??/", "? ?/")
}

/// As a string has it, that of a `#line` too: of one line, and without trigraphs, which C11 reads before strings.
pub(crate) fn string(text: &str) -> String {
    let mut string = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '"' | '?' => string.extend(['\\', c]),
            // Three octal digits end by themselves.
            c if c.is_ascii_control() => {
                let _ = write!(string, "\\{:03o}", u32::from(c));
            }
            c => string.push(c),
        }
    }
    string
}

/// What the preprocessor has put in a string, in a line marker.
pub(crate) fn unquoted(string: &str) -> String {
    let mut bytes = Vec::with_capacity(string.len());
    let mut rest = string.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, after) = match (first, after) {
            (
                b'\\',
                [
                    a @ b'0'..=b'3',
                    b @ b'0'..=b'7',
                    c @ b'0'..=b'7',
                    after @ ..,
                ],
            ) => (((a - b'0') << 6) | ((b - b'0') << 3) | (c - b'0'), after),
            (b'\\', [escaped, after @ ..]) => (*escaped, after),
            _ => (*first, after),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_comment() {
        for text in ["*/", "/*/", "**//", "*/*/", "/**/", "*??/", "??/", "???/"] {
            let comment = comment(text);
            for end in ["*/", "/*", "??/"] {
                assert!(!comment.contains(end), "{text} became {comment}");
            }
        }
        assert_eq!(comment("a * b / c"), "a * b / c");
    }

    #[test]
    fn nothing_ends_a_string_and_the_preprocessors_are_read_back() {
        let text = "a\"b\\c\n#error ??/\t\u{fc}";
        let quoted = string(text);
        assert_eq!(quoted, "a\\\"b\\\\c\\012#error \\?\\?/\\011\u{fc}");
        assert_eq!(unquoted(&quoted), text);
        assert_eq!(unquoted("gr\\303\\274n \\\\"), "gr\u{fc}n \\");
    }
}
