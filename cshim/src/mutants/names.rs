//! All that headers give a name, read off the preprocessed text: nobody has to list it.

use std::collections::BTreeSet;

/// The names in some headers, each once, by what they are.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) functions: BTreeSet<String>,
    pub(super) variables: BTreeSet<String>,
    pub(super) typedefs: BTreeSet<String>,
    /// Of structs and unions.
    pub(super) tags: BTreeSet<String>,
    pub(super) enums: BTreeSet<String>,
    pub(super) enumerators: BTreeSet<String>,
    /// Macros without parameters that stand for something.
    pub(super) macros: BTreeSet<String>,
}

impl Names {
    /// From what `-E -dD` leaves of a context.
    pub(super) fn of(expanded: &str) -> Names {
        let mut names = Names::default();
        let mut tokens: Vec<String> = Vec::new();
        let mut is_header = false;
        for line in expanded.lines() {
            if let Some(rest) = line.strip_prefix("# ") {
                is_header = rest.split('"').nth(1).is_some_and(is_ours);
            } else if let Some(define) = line.strip_prefix("#define ") {
                if is_header {
                    names.define(define);
                }
            } else if let Some(name) = line.strip_prefix("#undef ") {
                names.macros.remove(name.trim());
            } else if !line.starts_with('#') && is_header {
                split(line, &mut tokens);
            }
        }
        names.inside(&tokens);
        names.outside(&tokens);
        names
    }

    fn define(&mut self, define: &str) {
        if let Some((name, value)) = define.split_once(' ')
            && !name.contains('(')
            && !name.starts_with("__")
            && !name.ends_with("_H")
            && !value.trim().is_empty()
        {
            self.macros.insert(name.to_owned());
        }
    }

    /// What has a name wherever it stands: tags and enumerators.
    fn inside(&mut self, tokens: &[String]) {
        for (at, token) in tokens.iter().enumerate() {
            let is_enum = token == "enum";
            if !is_enum && token != "struct" && token != "union" {
                continue;
            }
            let mut next = at + 1;
            while tokens
                .get(next)
                .is_some_and(|token| token == "__attribute__")
            {
                next = after_group(tokens, next + 1);
            }
            if let Some(name) = tokens.get(next).filter(|name| is_name(name)) {
                let tags = if is_enum {
                    &mut self.enums
                } else {
                    &mut self.tags
                };
                tags.insert(name.clone());
                next += 1;
            }
            if is_enum && tokens.get(next).is_some_and(|token| token == "{") {
                let end = after_group(tokens, next);
                for pair in tokens[next..end].windows(2) {
                    if (pair[0] == "{" || pair[0] == ",") && is_name(&pair[1]) {
                        self.enumerators.insert(pair[1].clone());
                    }
                }
            }
        }
    }

    /// What is declared outside of everything.
    fn outside(&mut self, tokens: &[String]) {
        let mut statement: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let token = tokens[at].as_str();
            match token {
                ";" => {
                    self.statement(&statement);
                    statement.clear();
                    at += 1;
                }
                "{" => {
                    at = after_group(tokens, at);
                    // The body of a function ends its declaration.
                    if statement.last() == Some(&")") {
                        self.statement(&statement);
                        statement.clear();
                    }
                }
                _ if SAYS_NOTHING.contains(&token) => {
                    at += 1;
                    if tokens.get(at).is_some_and(|token| token == "(") {
                        at = after_group(tokens, at);
                    }
                }
                _ => {
                    statement.push(token);
                    at += 1;
                }
            }
        }
    }

    fn statement(&mut self, tokens: &[&str]) {
        let open = tokens.iter().position(|token| *token == "(");
        let declared = match open {
            // `int (*name)(..)`, `int (*name(..))(..)`
            Some(open) if tokens.get(open + 1) == Some(&"*") => {
                tokens[open..].iter().find(|token| is_name(token))
            }
            Some(open) => tokens[..open].last(),
            None => {
                let end = tokens
                    .iter()
                    .position(|token| *token == "[" || *token == "=");
                tokens[..end.unwrap_or(tokens.len())].last()
            }
        };
        let Some(name) = declared.filter(|name| is_name(name)) else {
            return;
        };
        let is_pointer = open.is_some_and(|open| {
            tokens.get(open + 1) == Some(&"*") && tokens.get(open + 3) == Some(&")")
        });
        let list = match (tokens.contains(&"typedef"), open) {
            (true, _) => &mut self.typedefs,
            (false, Some(_)) if !is_pointer => &mut self.functions,
            _ if tokens.contains(&"extern") => &mut self.variables,
            _ => return,
        };
        list.insert((*name).to_owned());
    }

    /// Each name that a person might want, once.
    pub(super) fn all(&self) -> BTreeSet<&str> {
        let lists = [
            &self.functions,
            &self.variables,
            &self.typedefs,
            &self.macros,
        ];
        let public = lists
            .into_iter()
            .flatten()
            .filter(|name| !name.starts_with("__"));
        let inside = [&self.tags, &self.enums, &self.enumerators]
            .into_iter()
            .flatten();
        public.chain(inside).map(String::as_str).collect()
    }
}

/// The headers asked for, and those that they are made of, but not the headers of others.
fn is_ours(file: &str) -> bool {
    let is_asked = super::HEADERS
        .iter()
        .any(|header| file.ends_with(&format!("/{header}")));
    let parts = ["/bits/", "/asm/", "/asm-generic/", "/zconf.h"];
    is_asked || file == "src/ffi.rs" || parts.iter().any(|part| file.contains(part))
}

const SAYS_NOTHING: [&str; 7] = [
    "__attribute__",
    "__asm__",
    "__asm",
    "asm",
    "__extension__",
    "__inline",
    "_Noreturn",
];

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The place after the bracket that closes the one at `at`.
fn after_group(tokens: &[String], at: usize) -> usize {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(at) {
        match token.as_str() {
            "(" | "{" | "[" => depth += 1,
            ")" | "}" | "]" => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return place + 1;
        }
    }
    tokens.len()
}

fn split(line: &str, tokens: &mut Vec<String>) {
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '"' | '\'' => {
                let close = rest[1..].find(first);
                close.map_or(rest.len(), |close| close + 2)
            }
            c if c.is_ascii_alphanumeric() || c == '_' => rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        if !first.is_whitespace() {
            tokens.push(rest[..len].to_owned());
        }
        rest = &rest[len..];
    }
}
