//! `cflags = ".."`: arguments of the C compiler.

/// Reads them as a shell would split them, as far as quotes go.
///
/// # Errors
/// What to write instead.
pub fn cflags(flags: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in flags.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if let Some(open) = quote {
        return Err(format!(
            "the {} of `cflags` is not closed; close it, or put it between two of the other kind",
            if open == '"' { "`\"`" } else { "`'`" }
        ));
    }
    // Whoever reads it unseen does not see when it changes.
    match words.iter().find(|word| word.starts_with('@')) {
        Some(file) => Err(format!(
            "`{file}` is a file of more arguments, of which nobody would notice a change; write them here"
        )),
        None => Ok(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_split_at_spaces_outside_quotes() {
        assert_eq!(
            cflags("-DA=1  -I 'a b' -DS=\"x y\"").unwrap(),
            ["-DA=1", "-I", "a b", "-DS=x y"]
        );
        assert_eq!(
            cflags("-DA='\"$(id)\"' ;`id`").unwrap(),
            ["-DA=\"$(id)\"", ";`id`"]
        );
    }

    #[test]
    fn what_is_not_closed_or_not_seen_is_refused() {
        assert!(
            cflags("-DA='x -O2")
                .unwrap_err()
                .starts_with("the `'` of `cflags`")
        );
        assert!(
            cflags("-DA=\"it's")
                .unwrap_err()
                .starts_with("the `\"` of `cflags`")
        );
        for flags in ["-O2 @flags", "'@a b'"] {
            assert!(
                cflags(flags)
                    .unwrap_err()
                    .contains("is a file of more arguments"),
                "{flags}"
            );
        }
    }
}
