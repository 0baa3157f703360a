//! What a header itself declares, for `--all`: read from what the preprocessor leaves, whose line markers tell whose each
//! line is.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use cgocall_syntax::Import;
use cgocall_syntax::hash::Package;

use crate::compiler::{Compiler, Search};
use crate::context::{Context, Origin};
use crate::discover::comment::{function, is_name, marker, tokens, variable};
use crate::group::Shop;
use crate::libs;
use crate::libs::Libraries;
use crate::names::PackageNames;
use crate::scan;

/// Where the preprocessed text is, under `OUT_DIR`.
pub(super) fn preprocessed(out_dir: &Path) -> PathBuf {
    out_dir.join("preprocessed.i")
}

/// Preprocesses the context of the one import in `file`.
///
/// # Errors
/// A sentence.
pub(super) fn preprocess(dir: &Path, out_dir: &Path, file: &Path) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("cgocall cannot work here: {error}");
    let text = fs::read_to_string(file).map_err(|error| failed(&error))?;
    let parsed = syn::parse_file(&text).map_err(|error| failed(&error))?;
    let (attr, item) = scan::imports(parsed)
        .pop()
        .ok_or_else(|| failed(&"no import"))?;
    let import = Import::of_item(attr, item).map_err(|errors| errors.to_string())?;
    let context = Context::of(&import.attr);
    let first = |findings: Vec<cgocall_syntax::record::Finding>| {
        findings
            .into_iter()
            .next()
            .map_or_else(String::new, |finding| finding.message)
    };
    let libraries = Libraries::of(&context, &libs::sys_includes()).map_err(first)?;
    let shop = Shop {
        package: Package::from_env().ok_or_else(|| failed(&"no package"))?,
        dir: dir.to_path_buf(),
        out_dir: out_dir.to_path_buf(),
        includes: Vec::new(),
        docs_only: true,
        compiler: OnceCell::new(),
        find_compiler: &|| Compiler::find(Search::from_env(), dir, out_dir),
    };
    let compiler = (shop.find_compiler)()?;
    let origin = Origin::of(&import, &file.display().to_string());
    let names = PackageNames::default();
    let unit = shop.unit(&compiler, &context, &origin, &libraries, &names, "all");
    let unit = unit.map_err(|error| failed(&error))?;
    let outcome = unit.check("all", "").map_err(|error| failed(&error))?;
    if !outcome.success {
        return Err(context.broken(&origin, &outcome, dir).message);
    }
    let text = unit.expanded().map_err(|error| failed(&error))?;
    fs::write(preprocessed(out_dir), text).map_err(|error| failed(&error))
}

/// Names, in the order of the header.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) all: Vec<String>,
    /// Those that a macro defines: it may be no constant, and then nobody misses it.
    pub(super) macros: BTreeSet<String>,
}

/// The names that the headers of a context declare themselves.
pub(super) fn of(preprocessed: &str) -> Names {
    let mut reader = Reader::default();
    let mut headers: HashSet<String> = HashSet::new();
    let mut file = String::new();
    for line in preprocessed.lines() {
        if let Some(at) = marker(line) {
            // What stands on the line of an include is the header.
            if file.starts_with(INCLUDE) && !at.file.starts_with("cgo-") {
                headers.insert(at.file.clone());
            }
            file = at.file;
            continue;
        }
        let is_ours = headers.contains(&file);
        if let Some(define) = line.strip_prefix("#define ") {
            if is_ours {
                reader.define(define);
            }
        } else if let Some(name) = line.strip_prefix("#undef ") {
            reader.undefine(name.trim());
        } else if !line.starts_with('#') {
            tokens(line).for_each(|token| reader.token(token, is_ours));
        }
    }
    let mut seen = HashSet::new();
    let mut all = reader.found;
    // What begins so is the header's own affair.
    all.retain(|name| !name.starts_with('_') && seen.insert(name.clone()));
    Names {
        all,
        macros: reader.macros,
    }
}

const INCLUDE: &str = "cgo-include-";

#[derive(Default)]
struct Reader {
    found: Vec<String>,
    macros: BTreeSet<String>,
    /// The tokens of the declaration that is being read; of braces only the outermost.
    statement: Vec<String>,
    /// Whether it began in one of the headers.
    is_ours: bool,
    depth: usize,
    /// The enumerators of an enum that nothing names.
    inner: Vec<String>,
}

impl Reader {
    fn define(&mut self, define: &str) {
        let end = define.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        // Without a value it only says that it is there; with parameters it is no constant.
        if let Some(end) = end
            && define[end..].starts_with(' ')
            && is_expression(&define[end..])
        {
            self.found.push(define[..end].to_owned());
            self.macros.insert(define[..end].to_owned());
        }
    }

    fn undefine(&mut self, name: &str) {
        if self.macros.remove(name) {
            self.found.retain(|known| known != name);
        }
    }

    fn token(&mut self, token: &str, is_ours: bool) {
        if self.statement.is_empty() {
            self.is_ours = is_ours;
        }
        match token {
            "{" => {
                self.depth += 1;
                if self.depth == 1 {
                    self.statement.push(token.to_owned());
                }
            }
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                let before = self.statement.iter().rev().find(|token| *token != "{");
                let is_function = before.is_some_and(|token| token == ")");
                if self.depth == 0 && is_function {
                    self.declaration();
                }
            }
            ";" if self.depth == 0 => self.declaration(),
            _ if self.depth == 0 => self.statement.push(token.to_owned()),
            _ if self.depth == 1 => self.inner.push(token.to_owned()),
            _ => {}
        }
    }

    fn declaration(&mut self) {
        let statement = std::mem::take(&mut self.statement);
        let inner = std::mem::take(&mut self.inner);
        let mut words = &statement[..];
        while let Some(rest) = words.strip_prefix(&["__extension__".to_owned()]) {
            words = rest;
        }
        if !self.is_ours || words.is_empty() {
            return;
        }
        let before = self.found.len();
        self.tags(words);
        if words[0] == "typedef" {
            self.found.extend(typedefs(&words[1..]));
        } else if let Some((name, _)) = function(words) {
            self.found.push(name.to_owned());
        } else if !is_only_a_type(words) {
            self.found.extend(variable(words).map(str::to_owned));
        }
        if self.found.len() == before && words[0] == "enum" {
            let names = inner.split(|token| token == ",");
            self.found
                .extend(names.filter_map(|list| list.first().cloned()));
        }
    }

    /// `struct s { .. }`, or `struct s;`, whose content nobody is told.
    fn tags(&mut self, words: &[String]) {
        for (index, word) in words.iter().enumerate() {
            if !["struct", "union", "enum"].contains(&word.as_str()) {
                continue;
            }
            let after = |at: usize| words.get(index + at).map(String::as_str);
            if let Some(tag) = after(1).filter(|tag| is_name(tag))
                && (after(2) == Some("{") || index == 0 && after(2).is_none())
            {
                self.found.push(tag.to_owned());
            }
        }
    }
}

/// What could be a value: with whatever else, the questions about it would be no C.
fn is_expression(text: &str) -> bool {
    let mut depth = 0_i32;
    let closes = tokens(text).all(|token| {
        depth += match token {
            "(" | "[" => 1,
            ")" | "]" => -1,
            "{" | "}" | ";" | "#" => return false,
            _ => 0,
        };
        depth >= 0
    });
    closes && depth == 0 && !text.trim().is_empty()
}

/// `struct s {`, `enum {`, and nothing after it.
fn is_only_a_type(words: &[String]) -> bool {
    let is_type = ["struct", "union", "enum"].contains(&words[0].as_str());
    is_type && (words.len() == 2 || words.last().is_some_and(|word| word == "{"))
}

/// The names in `typedef struct s {..} a, *b;`.
fn typedefs(words: &[String]) -> Vec<String> {
    let mut depth = 0;
    let declarators = words.split(|word| {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        word == "," && depth == 0
    });
    declarators
        .filter_map(declared)
        .map(str::to_owned)
        .collect()
}

fn declared(words: &[String]) -> Option<&str> {
    // `int (*call)(void *)`.
    let pointer = words.windows(2).position(|pair| pair == ["(", "*"]);
    if let Some(open) = pointer {
        let names = words[open + 2..].iter().take_while(|word| *word != ")");
        return names
            .map(String::as_str)
            .filter(|word| is_name(word))
            .last();
    }
    let end = words
        .iter()
        .position(|word| word == "(" || word == "[" || word.starts_with("__attribute"));
    let name = words[..end.unwrap_or(words.len())].last()?;
    is_name(name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &str) -> Vec<String> {
        let text = format!(
            "# 1 \"a.c\"\n#define OTHER 1\n# 1 \"cgo-include-0\"\n# 1 \"/inc/z.h\" 1\n{header}\n\
             # 1 \"/inc/in.h\" 1\nint theirs(void);\n#define THEIRS 2\n# 9 \"/inc/z.h\" 2\n\
             int last;\n# 2 \"cgo-include-0\" 2\nint ours;\n"
        );
        let mut names = of(&text).all;
        assert_eq!(
            names.pop().as_deref(),
            Some("last"),
            "what follows an include is the header's"
        );
        names
    }

    #[test]
    fn declarations_of_the_header_itself_are_named() {
        assert_eq!(
            names("int f(int a); static int g(void) { return h(1); }"),
            ["f", "g"]
        );
        assert_eq!(names("extern const char *const list[];"), ["list"]);
        assert_eq!(names("struct s { int a; struct { int b; } c; };"), ["s"]);
        assert_eq!(names("struct s; union u;"), ["s", "u"]);
        assert_eq!(names("typedef struct s { int a; } t, *p;"), ["s", "t", "p"]);
        assert_eq!(
            names("typedef int (*call)(void *, int); typedef int fn(int);"),
            ["call", "fn"]
        );
        assert_eq!(names("typedef unsigned char block[16];"), ["block"]);
        assert_eq!(names("__extension__ typedef long long wide;"), ["wide"]);
        assert_eq!(
            names("void (*signal(int sig, void (*f)(int)))(int);"),
            ["signal"]
        );
    }

    #[test]
    fn enumerators_are_named_where_nothing_else_brings_them() {
        assert_eq!(names("enum { A = 1, B };"), ["A", "B"]);
        assert_eq!(names("enum e { A = 1, B };"), ["e"]);
        assert_eq!(names("typedef enum { A = 1, B } e;"), ["e"]);
    }

    #[test]
    fn macros_with_a_value_and_without_parameters_may_be_constants() {
        assert_eq!(
            names("#define A (\n#define B {\n#define C )(\n#define D (\")\")"),
            ["D"]
        );
        assert_eq!(
            names(
                "#define Z_OK 0\n#define Z_H\n#define SQUARE(x) (x)\n#define GONE 1\n#undef GONE"
            ),
            ["Z_OK"]
        );
        assert_eq!(names("#define _HIDDEN 1\nint _hidden(void);"), [""; 0]);
    }
}
