//! What a header says to people: the names of parameters, and the comment directly before a declaration.
//!
//! Debug information has neither. The names come from the preprocessed text, whose line markers tell where each declaration
//! begins; the comment is read from the header itself.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostics::Location;
use crate::quote;

/// What was found of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// Where its declaration begins.
    pub(crate) at: Option<Location>,
    /// Whether it is a macro with parameters.
    pub(crate) takes_arguments: bool,
    /// Of a function; `None` for those without a name.
    pub(crate) params: Vec<Option<String>>,
}

/// Reads what the preprocessor made of a context (`-E -dD`), for the functions, variables and macros called `names`.
pub(crate) fn read(expanded: &str, names: &BTreeSet<String>) -> HashMap<String, Said> {
    let mut reader = Reader {
        names,
        found: HashMap::new(),
        statement: Vec::new(),
        start: None,
        depth: 0,
    };
    let mut at = Location {
        file: String::new(),
        line: 0,
    };
    for line in expanded.lines() {
        if let Some(marker) = marker(line) {
            at = marker;
            continue;
        }
        if let Some(define) = line.strip_prefix("#define ") {
            reader.define(define, &at);
        } else if !line.starts_with('#') {
            for token in tokens(line) {
                reader.token(token, &at);
            }
        }
        at.line += 1;
    }
    reader.found
}

/// For each tag of a struct or union, the files that speak of it.
pub(crate) fn tags(expanded: &str) -> HashMap<String, BTreeSet<String>> {
    let mut tags: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut file = String::new();
    let mut is_tag = false;
    for line in expanded.lines() {
        if let Some(marker) = marker(line) {
            file = marker.file;
        } else if !line.starts_with('#')
            && (is_tag || line.contains("struct") || line.contains("union"))
        {
            for token in tokens(line) {
                if is_tag && is_name(token) {
                    let files = tags.entry(token.to_owned()).or_default();
                    if !files.contains(&file) {
                        files.insert(file.clone());
                    }
                }
                is_tag = ["struct", "union"].contains(&token);
            }
        }
    }
    tags
}

/// `# 12 "zlib.h" 2`.
pub(crate) fn marker(line: &str) -> Option<Location> {
    let rest = line
        .strip_prefix("# ")
        .or_else(|| line.strip_prefix("#line "))?;
    let (number, rest) = rest.split_once(' ')?;
    let name = rest.strip_prefix('"')?;
    let (name, _) = name.rsplit_once('"')?;
    Some(Location {
        file: quote::unquoted(name),
        line: number.parse().ok()?,
    })
}

struct Reader<'a> {
    names: &'a BTreeSet<String>,
    found: HashMap<String, Said>,
    /// The tokens of the declaration that is being read, outside of braces.
    statement: Vec<String>,
    start: Option<Location>,
    depth: usize,
}

impl Reader<'_> {
    fn define(&mut self, define: &str, at: &Location) {
        let name: String = define
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if self.names.contains(&name) {
            let takes_arguments = define[name.len()..].starts_with('(');
            let said = self.found.entry(name).or_default();
            said.takes_arguments = takes_arguments;
            // A function behind a macro of its name is who is meant.
            said.at.get_or_insert_with(|| at.clone());
        }
    }

    fn token(&mut self, token: &str, at: &Location) {
        match token {
            "{" => self.depth += 1,
            "}" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let is_end = token == ";" || token == "}" && self.is_function();
        if self.depth == 0 && is_end {
            self.declaration();
        } else if self.depth == 0 && token != "}" || self.depth == 1 && token == "{" {
            self.start.get_or_insert_with(|| at.clone());
            self.statement.push(token.to_owned());
        }
    }

    /// Whether the braces that were just closed were a function's body.
    fn is_function(&self) -> bool {
        let mut before = self
            .statement
            .iter()
            .rev()
            .skip_while(|token| *token == "{");
        before.next().is_some_and(|token| token == ")")
    }

    fn declaration(&mut self) {
        let statement = std::mem::take(&mut self.statement);
        let start = self.start.take();
        if statement.first().is_none_or(|token| token == "typedef") {
            return;
        }
        let (name, params) = match function(&statement) {
            Some((name, open)) => (name, params(&statement[open + 1..])),
            None => match variable(&statement) {
                Some(name) => (name, Vec::new()),
                None => return,
            },
        };
        if !self.names.contains(name) {
            return;
        }
        let said = self.found.entry(name.to_owned()).or_default();

        if said.params.is_empty() || said.params.iter().any(Option::is_none) {
            said.at = start;
            said.params = params;
        }
    }
}

/// The name before the first list of parameters, and where that opens.
pub(crate) fn function(statement: &[String]) -> Option<(&str, usize)> {
    const EXTENSIONS: [&str; 6] = [
        "__attribute__",
        "__attribute",
        "__asm__",
        "asm",
        "_Alignas",
        "__typeof__",
    ];
    let next = |at: usize| statement.get(at).map(String::as_str);
    // Behind the list of an extension's arguments.
    let mut behind = 0;
    statement.iter().enumerate().find_map(|(index, token)| {
        if EXTENSIONS.contains(&token.as_str()) {
            let mut depth = 0_usize;
            let list = statement[index + 1..].iter().position(|token| {
                match token.as_str() {
                    "(" => depth += 1,
                    ")" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            });
            behind = index + 1 + list.map_or(0, |list| list + 1);
        }
        let is_other = [&EXTENSIONS[..], &QUALIFIERS, &BUILT_IN]
            .iter()
            .any(|words| words.contains(&token.as_str()));
        if index < behind || !is_name(token) || is_other {
            return None;
        }
        // `int (f)(int)` keeps a macro away.
        let open = match (next(index + 1), next(index + 2)) {
            (Some("("), _) => index + 1,
            (Some(")"), Some("(")) if index > 0 && statement[index - 1] == "(" => index + 2,
            _ => return None,
        };
        // In `FILE (*f(int))(int)` the star says that what stands before it is a type.
        (next(open + 1) != Some("*")).then_some((token.as_str(), open))
    })
}

/// The name of a variable: the last before its end, dimensions or value.
pub(crate) fn variable(statement: &[String]) -> Option<&str> {
    let end = statement
        .iter()
        .position(|token| token == "[" || token == "=");
    let name = statement[..end.unwrap_or(statement.len())].last()?;
    is_name(name).then_some(name)
}

/// The names in a list of parameters, up to its closing parenthesis.
fn params(tokens: &[String]) -> Vec<Option<String>> {
    let mut lists: Vec<Vec<&str>> = vec![Vec::new()];
    let mut depth = 0;
    for token in tokens {
        match token.as_str() {
            ")" if depth == 0 => break,
            "," if depth == 0 => {
                lists.push(Vec::new());
                continue;
            }
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if let Some(last) = lists.last_mut() {
            last.push(token);
        }
    }
    // `...` is no parameter.
    lists.retain(|list| *list != [".", ".", "."]);
    lists.iter().map(|list| param(list)).collect()
}

const QUALIFIERS: [&str; 9] = [
    "const",
    "volatile",
    "restrict",
    "__restrict",
    "__restrict__",
    "register",
    "__const",
    "_Atomic",
    "__extension__",
];
const BUILT_IN: [&str; 13] = [
    "void",
    "char",
    "short",
    "int",
    "long",
    "float",
    "double",
    "signed",
    "unsigned",
    "_Bool",
    "__signed__",
    "_Complex",
    "__int128",
];

fn param(tokens: &[&str]) -> Option<String> {
    // `int (*call)(void *)`: the name is behind the first star.
    if let Some(open) = tokens.windows(2).position(|pair| pair == ["(", "*"]) {
        let name = tokens[open..]
            .iter()
            .find(|token| is_name(token) && !QUALIFIERS.contains(token))?;
        let before_close = tokens[open..].iter().position(|token| *token == ")")?;
        let place = tokens[open..].iter().position(|token| token == name)?;
        return (place < before_close).then(|| (*name).to_owned());
    }
    let mut words = Vec::new();
    let mut depth = 0;
    for token in tokens {
        match *token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "__attribute__" | "__attribute" => break,
            _ if depth == 0 && !QUALIFIERS.contains(token) => words.push(*token),
            _ => {}
        }
    }
    let last = *words.last()?;
    let before = words.len().checked_sub(2).map(|index| words[index])?;
    let is_named = is_name(last)
        && !BUILT_IN.contains(&last)
        && !["struct", "union", "enum"].contains(&before);
    is_named.then(|| last.to_owned())
}

pub(crate) fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Words, and single signs; strings and numbers are words that are no names.
pub(crate) fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
        let end = match first {
            '"' | '\'' => string_end(rest, first),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let token = &rest[..end];
        rest = &rest[end..];
        Some(token)
    })
}

fn string_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Headers, read once.
#[derive(Default)]
pub(crate) struct Headers {
    lines: HashMap<String, Vec<String>>,
    dir: PathBuf,
}

impl Headers {
    /// Relative names are the package's, in `dir`.
    pub(crate) fn of(dir: &Path) -> Headers {
        Headers {
            lines: HashMap::new(),
            dir: dir.to_path_buf(),
        }
    }

    /// The comment that ends on the line before `at`, as lines of text.
    pub(crate) fn comment(&mut self, at: &Location) -> Vec<String> {
        let dir = &self.dir;
        let lines = self.lines.entry(at.file.clone()).or_insert_with(|| {
            let bytes = fs::read(dir.join(&at.file)).unwrap_or_default();
            String::from_utf8_lossy(&bytes)
                .lines()
                .map(str::to_owned)
                .collect()
        });
        let end = usize::try_from(at.line)
            .unwrap_or(0)
            .saturating_sub(1)
            .min(lines.len());
        comment_before(&lines[..end])
    }
}

pub(crate) fn comment_before(lines: &[String]) -> Vec<String> {
    let Some(last) = lines.last() else {
        return Vec::new();
    };
    let from = if last.trim().starts_with("//") {
        let first = lines
            .iter()
            .rposition(|line| !line.trim().starts_with("//"));
        first.map_or(0, |line| line + 1)
    } else if last.trim_end().ends_with("*/") {
        match lines.iter().rposition(|line| line.contains("/*")) {
            // After something else, it is about that.
            Some(first) if lines[first].trim_start().starts_with("/*") => first,
            _ => return Vec::new(),
        }
    } else {
        return Vec::new();
    };
    let mut text: Vec<String> = lines[from..].iter().map(|line| bare(line)).collect();
    while text.last().is_some_and(String::is_empty) {
        text.pop();
    }
    let first = text.iter().position(|line| !line.is_empty());
    text.drain(..first.unwrap_or(text.len()));
    text
}

/// Without the marks of the comment.
fn bare(line: &str) -> String {
    let line = line.trim();
    let line = line.strip_suffix("*/").unwrap_or(line);
    let line = line.strip_prefix("/*").unwrap_or(line);
    let line = line.trim_start_matches(['*', '/', '!', '<']);
    line.trim().to_owned()
}

/// Doc attributes; what Markdown would take for marks stands as it is.
pub(crate) fn docs(lines: &[String]) -> String {
    let line = |line: &String| {
        let mut text = String::new();
        for c in line.chars() {
            if matches!(
                c,
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~'
            ) {
                text.push('\\');
            }
            text.push(c);
        }
        format!("#[doc = {text:?}]\n")
    };
    lines.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, name: &str) -> Said {
        read(text, &[name.to_owned()].into())
            .remove(name)
            .unwrap_or_default()
    }

    fn params_of(text: &str) -> Vec<String> {
        let params = said(text, "f").params.into_iter();
        params
            .map(|param| param.unwrap_or_else(|| "-".to_owned()))
            .collect()
    }

    #[test]
    fn parameters_have_the_names_that_the_header_gives_them() {
        assert_eq!(
            params_of("int f(unsigned int, uLong, uLong crc, const char *, struct s *p);"),
            ["-", "-", "crc", "-", "p"]
        );
        assert_eq!(
            params_of("void (*f(int sig, void (*call)(int)))(int);"),
            ["sig", "call"]
        );
        assert_eq!(
            params_of("extern int (f)(char *const argv[], int (*)(void *));"),
            ["argv", "-"]
        );
        assert_eq!(
            params_of("static int f(int x) { g(x); } int g(void);"),
            ["x"]
        );
        assert_eq!(
            params_of("int f(char *__restrict s, size_t n) __attribute__((nonnull(1)));"),
            ["s", "n"]
        );
        assert_eq!(params_of("int g(int f); int f(void);"), ["-"]);
        assert_eq!(
            params_of("__attribute__((nonnull(1))) extern int f(int *x, ...);"),
            ["x"]
        );
    }

    #[test]
    fn a_declaration_begins_where_its_first_word_stands() {
        let text = "# 1 \"a.c\"\n# 7 \"z.h\" 1\nstruct s { int f; };\nextern\nint\nf(int a);\n# 2 \"a.c\" 2\n";
        let at = said(text, "f").at.unwrap();
        assert_eq!((at.file.as_str(), at.line), ("z.h", 8));
    }

    #[test]
    fn only_the_comment_directly_before_is_taken() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(comment_before(&lines("/* one */")), ["one"]);
        assert_eq!(
            comment_before(&lines("/**\n * one\n *\n * two\n */")),
            ["one", "", "two"]
        );
        assert_eq!(
            comment_before(&lines("int a;\n// one\n/// two")),
            ["one", "two"]
        );
        assert_eq!(comment_before(&lines("/* one */\n")), ["one"]);
        assert_eq!(comment_before(&lines("/* one */\n\n")), [""; 0]);
        assert_eq!(comment_before(&lines("int a; /* about a */")), [""; 0]);
        assert_eq!(comment_before(&lines("int a;")), [""; 0]);
    }

    #[test]
    fn docs_are_text_and_no_markdown() {
        assert_eq!(
            docs(&["a [b] *c*".to_owned()]),
            "#[doc = \"a \\\\[b\\\\] \\\\*c\\\\*\"]\n"
        );
    }
}
