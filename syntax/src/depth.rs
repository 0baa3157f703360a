//! How deep tokens nest: what a parser that calls itself for each level would need of its stack.
//!
//! The parser of Rust that both halves use has no limit of its own, and a stack that is used up ends the compiler, or the
//! build script, without a word. So tokens are measured first, level by level, and what is deeper than anybody writes is
//! refused. The measure may say too much, never too little: each token is taken for what would nest most where it stands.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// What an item under our attributes may need, in KiB of stack: the macros run on rustc's, which has 8 MiB.
/// It is a hundred types in types, or a hundred blocks in blocks, or a chain of some hundred method calls.
pub const OF_ITEM: usize = 5 << 10;

// KiB, as measured of unoptimised code.
const BRACKETS: usize = 40;
const PREFIX: usize = 40;
const ANGLE: usize = 64;
const KEYWORD: usize = 16;
/// What stands behind a value: `.name`, `+ 1`, `?`, `(..)`.
const LINK: usize = 9;

/// How many KiB of stack a parser may need for `tokens`, counted as far as somewhat over `most`.
#[must_use]
pub fn of(tokens: &TokenStream, most: usize) -> usize {
    let mut deepest = 0;
    // Of what is open since the last token that surely ends an expression, a type or an item.
    let mut open = 0;
    // Of that, what a comma does not end: `A<B, C<D, ..`, `|a, b| |c, d| ..`.
    let mut through_commas = 0;
    let mut before = Before::Nothing;
    for token in tokens.clone() {
        if before == Before::Braces && begins_anew(&token) {
            (open, through_commas) = (0, 0);
        }
        before = match token {
            TokenTree::Group(group) => {
                let inside = BRACKETS + open;
                let inside = match inside > most {
                    true => inside,
                    false => inside + of(&group.stream(), most - inside),
                };
                deepest = deepest.max(inside);
                open += LINK;
                match group.delimiter() {
                    Delimiter::Brace => Before::Braces,
                    _ => Before::Value,
                }
            }
            TokenTree::Literal(_) => Before::Value,
            TokenTree::Ident(word) => match nests(&word) {
                true => {
                    open += KEYWORD;
                    Before::Nothing
                }
                false => Before::Value,
            },
            TokenTree::Punct(sign) => {
                let is_second = before == Before::Arrow && sign.as_char() == '>';
                match sign.as_char() {
                    ';' => (open, through_commas) = (0, 0),
                    ',' => open = through_commas,
                    '>' if is_second => open += PREFIX,
                    // Of a `match`: whatever its arms before are, they are over.
                    '>' if before == Before::FatArrow => (open, through_commas) = (0, 0),
                    '>' => open += LINK,
                    '<' => {
                        open += ANGLE;
                        through_commas += ANGLE;
                    }
                    '|' => {
                        open += PREFIX / 2;
                        through_commas += PREFIX / 2;
                    }
                    '#' => {}
                    // `#![..]` stands at the beginning of a file or a body, behind others of its kind.
                    '!' if before == Before::Pound => (open, through_commas) = (0, 0),
                    _ if before.is_value() => open += LINK,
                    _ => open += PREFIX,
                }
                match (sign.as_char(), sign.spacing()) {
                    ('-', Spacing::Joint) => Before::Arrow,
                    ('=', Spacing::Joint) => Before::FatArrow,
                    // `?` stands behind a value, and makes one.
                    ('?' | '.', _) => Before::Value,
                    ('#', _) => Before::Pound,
                    // The second half of `::` is no prefix.
                    (':', _) => Before::Value,
                    _ => Before::Nothing,
                }
            }
        };
        deepest = deepest.max(open);
        if deepest > most {
            break;
        }
    }
    deepest
}

/// What a token stands behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    /// What an operator of two sides may follow.
    Value,
    Braces,
    /// The first half of `->`.
    Arrow,
    /// The first half of `=>`.
    FatArrow,
    Pound,
}

impl Before {
    fn is_value(self) -> bool {
        matches!(self, Before::Value | Before::Braces)
    }
}

/// Whether `token` behind braces is of another statement, item or arm.
fn begins_anew(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => !["else", "as", "in", "where"].iter().any(|it| word == it),
        TokenTree::Literal(_) => true,
        TokenTree::Punct(sign) => matches!(sign.as_char(), '#' | '\''),
        TokenTree::Group(_) => false,
    }
}

/// Whether an expression, a pattern or a type may follow a word: keywords, and those of other editions. It is asked of
/// every word of a file, so the table is sorted by length.
fn nests(word: &Ident) -> bool {
    let text = word.to_string();
    let of_its_length = NESTING.get(text.len()).copied().unwrap_or_default();
    of_its_length.contains(&text.as_str())
}

/// What syn takes for no name, and what is one only in some places; without the words that are values.
#[rustfmt::skip]
static NESTING: [&[&str]; 9] = [
    &[],
    &[],
    &["as", "do", "fn", "if", "in"],
    &["box", "dyn", "for", "let", "mod", "mut", "pub", "raw", "ref", "try", "use"],
    &["auto", "else", "enum", "impl", "loop", "move", "priv", "safe", "type"],
    &["async", "await", "break", "const", "final", "macro", "match", "trait", "union", "where", "while", "yield"],
    &["become", "extern", "return", "static", "struct", "typeof", "unsafe"],
    &["builtin", "default", "unsized", "virtual"],
    &["abstract", "continue", "override"],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(text: &str) -> usize {
        of(&text.parse().unwrap(), 10_000_000)
    }

    /// Each of these, a thousand times, is as deep as that.
    #[test]
    fn what_nests_is_counted() {
        let nested = [
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("{", "", "}"),
            ("!", "a", ""),
            ("&", "T", ""),
            ("*const ", "T", ""),
            ("A<", "T", ">"),
            ("A<T, ", "T", ">"),
            ("A<{1}, ", "T", ">"),
            ("<", "T", " as A>::B"),
            ("fn() -> ", "T", ""),
            ("impl Fn(u8) -> ", "T", ""),
            ("|a, b| ", "c", ""),
            ("move || ", "c", ""),
            ("return ", "a", ""),
            ("if ", "a", "{}"),
            ("if let a = ", "a", "{}"),
            ("match ", "a", "{}"),
            ("a = ", "a", ""),
            ("if a {} else ", "{}", ""),
            ("a + ", "a", ""),
            ("", "a", ".b"),
            ("", "a", "()"),
            ("", "a", "?"),
            ("", "a", " as u8"),
            ("a::", "b", ""),
        ];
        for (open, inner, close) in nested {
            let text = format!("{}{inner}{}", open.repeat(1000), close.repeat(1000));
            assert!(
                depth(&text) >= 1000 * LINK,
                "{open} {close}: {}",
                depth(&text)
            );
        }
    }

    #[test]
    fn the_table_of_words_is_what_syn_says_of_them() {
        let values = "self Self super crate true false _";
        let sometimes = "union auto raw safe default builtin";
        // The keywords of all editions, and some names.
        let words = "as async await break const continue dyn else enum extern fn for if impl in let loop match mod move \
                     mut pub ref return static struct trait type unsafe use where while abstract become box do final \
                     gen macro override priv typeof unsized virtual yield try macro_rules Async a do_ fna r#fn r#auto";
        let is_one_of = |list: &str, word: &str| list.split_whitespace().any(|it| it == word);
        let in_table = NESTING.iter().copied().flatten().copied();
        let all = [values, sometimes, words];
        for word in all
            .into_iter()
            .flat_map(str::split_whitespace)
            .chain(in_table)
        {
            let is_name = syn::parse_str::<Ident>(word).is_ok();
            let expected = !is_one_of(values, word) && (is_one_of(sometimes, word) || !is_name);
            let tokens: TokenStream = word.parse().unwrap();
            let Some(TokenTree::Ident(ident)) = tokens.into_iter().next() else {
                panic!("{word} is a word");
            };
            assert_eq!(nests(&ident), expected, "{word}");
        }
    }

    #[test]
    fn what_stands_side_by_side_is_not() {
        let side_by_side = [
            "fn a(b: &u8) -> c { d(); e.f() }",
            "pub fn a() {}",
            "a();",
            "1, 2, a + b,",
            "a::b::c,",
            "A => b,",
            "(A, &B) => { c }",
            "A | B => {}",
            "if a { b } else { c }",
            "#![a = \"b\"]",
            "#[a] impl A for B<C> { fn d() {} }",
            "static A: B<C> = d;",
        ];
        for text in side_by_side {
            assert!(depth(&text.repeat(1000)) <= depth(text) + LINK, "{text}");
        }
    }

    /// The measure does not need the stack itself that it is there to save.
    #[test]
    fn it_stops_where_it_is_too_much() {
        let text = format!("{}{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(of(&text.parse().unwrap(), OF_ITEM) > OF_ITEM);
    }
}
