//! The patterns of `KEYS` and `SCAN`: `*`, `?`, `[a-z]`, `[^a]`, `\*`.

/// Whether all of `text` matches `pattern`. It takes a time that is their lengths' product at most, whatever they are.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None; // behind the last `*`, and where its rest was tried
    loop {
        if pattern.get(p) == Some(&b'*') {
            p += 1;
            star = Some((p, t));
            continue;
        }
        if t == text.len() && p == pattern.len() {
            return true;
        }
        if t < text.len()
            && let Some(next) = one(pattern, p, text[t])
        {
            (p, t) = (next, t + 1);
            continue;
        }
        // The last `*` takes one byte more. (What an earlier one could take, it can as well.)
        match star {
            Some((behind, tried)) if tried < text.len() => {
                star = Some((behind, tried + 1));
                (p, t) = (behind, tried + 1);
            }
            _ => return false,
        }
    }
}

/// Where the pattern goes on if what stands at `p` matches `byte`.
fn one(pattern: &[u8], p: usize, byte: u8) -> Option<usize> {
    match pattern.get(p)? {
        b'?' => Some(p + 1),
        b'[' => {
            let (next, has) = class(pattern, p + 1, byte);
            has.then_some(next)
        }
        b'\\' if p + 1 < pattern.len() => (pattern[p + 1] == byte).then_some(p + 2),
        &literal => (literal == byte).then_some(p + 1),
    }
}

/// Where a class that begins at `p` ends, and whether `byte` is in it. One that does not end goes to the pattern's end.
fn class(pattern: &[u8], mut p: usize, byte: u8) -> (usize, bool) {
    let not = pattern.get(p) == Some(&b'^');
    p += usize::from(not);
    let mut has = false;
    loop {
        match pattern[p..] {
            [] => return (p, has != not),
            [b']', ..] => return (p + 1, has != not),
            [b'\\', escaped, ..] => {
                has |= escaped == byte;
                p += 2;
            }
            [from, b'-', to, ..] => {
                has |= (from.min(to)..=from.max(to)).contains(&byte);
                p += 3;
            }
            [literal, ..] => {
                has |= literal == byte;
                p += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_redis_patterns() {
        for (pattern, text) in [
            ("*", ""),
            ("h?llo", "hallo"),
            ("h*llo", "hllo"),
            ("h*llo", "heeeello"),
            ("h[ae]llo", "hello"),
            ("h[^e]llo", "hallo"),
            ("h[a-c]llo", "hbllo"),
            ("h[c-a]llo", "hbllo"),
            ("\\*", "*"),
            ("[\\]]", "]"),
            ("a**b*", "axxbyy"),
            ("*a*b*c", "abacabc"),
            ("[a", "a"),
            ("a\\", "a\\"),
            ("", ""),
        ] {
            assert!(
                matches(pattern.as_bytes(), text.as_bytes()),
                "{pattern} {text}"
            );
        }
        for (pattern, text) in [
            ("", "a"),
            ("?", ""),
            ("h?llo", "hllo"),
            ("h[^e]llo", "hello"),
            ("\\*", "a"),
            ("a*b", "abc"),
            ("[]", "]"),
            ("*a*b*c", "abacab"),
        ] {
            assert!(
                !matches(pattern.as_bytes(), text.as_bytes()),
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn a_pattern_made_to_take_for_ever_does_not() {
        let pattern = "*a".repeat(1000) + "b";
        assert!(!matches(pattern.as_bytes(), "a".repeat(10_000).as_bytes()));
    }
}
