//! The C text in which an import is looked at: its includes, defines, flags and preamble.
//!
//! Imports with equal contexts are one group, asked about in one translation unit. Every line of the text
//! says by `#line` whose it is, so that an error can be put on the literal that brought it in.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use cgocall_syntax::record::Finding;
use cgocall_syntax::{Import, ImportAttr, node};

use crate::compiler::{Outcome, is_cpp, operand};
use crate::diagnostics::{self, Diagnostic, Location};
use crate::packages;
use crate::probe::is_answer;
use crate::quote;

/// What decides whether two imports see the same C.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Context {
    include: Vec<String>,
    preamble: Option<String>,
    pub(crate) source: Vec<String>,
    define: Vec<String>,
    cflags: Vec<String>,
    pub(crate) pkg_config: Vec<String>,
}

/// The Rust file that holds the preamble, and the preamble's line in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) file: String,
    pub(crate) preamble_line: usize,
}

impl Origin {
    pub(crate) fn of(import: &Import, file: &str) -> Origin {
        let preamble = import.attr.preamble.as_ref();
        Origin {
            file: file.to_owned(),
            preamble_line: preamble.map_or(1, |text| text.span().start().line),
        }
    }
}

const INCLUDE: &str = "cgo-include-";
const SOURCE: &str = "cgo-source-";

impl Context {
    pub(crate) fn of(attr: &ImportAttr) -> Context {
        let values =
            |texts: &[cgocall_syntax::Text]| texts.iter().map(|t| t.value.clone()).collect();
        Context {
            include: values(&attr.include),
            preamble: attr.preamble.as_ref().map(|text| text.value.clone()),
            source: values(&attr.source),
            define: values(&attr.define),
            cflags: values(&attr.cflags),
            pkg_config: values(&attr.pkg_config),
        }
    }

    /// Of one header, which needs nothing.
    pub(crate) fn of_file(header: &Path) -> Context {
        Context {
            include: vec![header.display().to_string()],
            preamble: None,
            source: Vec::new(),
            define: Vec::new(),
            cflags: Vec::new(),
            pkg_config: Vec::new(),
        }
    }

    /// The same with `header` alone, found as the others are.
    pub(crate) fn with(self, header: &Path) -> Context {
        Context {
            include: vec![header.display().to_string()],
            ..self
        }
    }

    pub(crate) fn preamble(&self) -> Option<&str> {
        self.preamble.as_deref()
    }

    /// The same headers, and nothing of the import's own C; `None` if there are no headers.
    pub(crate) fn headers(&self) -> Option<Context> {
        (!self.include.is_empty()).then(|| Context {
            preamble: None,
            source: Vec::new(),
            ..self.clone()
        })
    }

    /// Which of the includes are files of the package.
    pub(crate) fn own(&self, dir: &Path) -> Vec<bool> {
        let own = self.include.iter();
        own.map(|include| quoted(include, dir).starts_with('"'))
            .collect()
    }

    /// Whether the only C there is are source files, without a header to declare what is in them.
    pub(crate) fn is_source_only(&self) -> bool {
        self.include.is_empty() && self.preamble.is_none()
    }

    /// Whether some of it is C++, and needs that language's library.
    pub(crate) fn has_cpp(&self) -> bool {
        self.source.iter().any(|source| is_cpp(Path::new(source)))
    }

    /// What cannot be: nothing but C++, which says nothing in C.
    pub(crate) fn undeclared(&self) -> Option<Finding> {
        let all = self.is_source_only() && self.source.iter().all(|s| is_cpp(Path::new(s)));
        all.then(|| Finding {
            node: node::attr("source", 0),
            message: format!(
                "`{}` is C++, and says nothing of itself in C; declare its `extern \"C\"` functions in a header, and add \
                 `include = \"..\"`",
                self.source[0]
            ),
        })
    }

    /// The same finding about a header that C++ reads without an error, which C does not.
    pub(crate) fn only_cpp(&self, finding: Finding) -> Finding {
        let mut addresses = (0..self.include.len()).map(|index| node::attr("include", index));
        let Some(index) = addresses.position(|address| address == finding.node) else {
            return finding;
        };
        let name = &self.include[index];
        let why = finding.message.split_once("does not compile: ");
        let why = why.map_or(String::new(), |(_, why)| format!(" ({why})"));
        Finding {
            message: format!(
                "`{name}` is C++, and no C{why}; write an `extern \"C\"` function for each that you call, in a C++ \
                 `source` file, and `include` a header that declares them"
            ),
            ..finding
        }
    }

    /// The C text before anything that is asked or generated. A source file without a header is its own
    /// declaration, for probes; a stub would define everything twice.
    pub(crate) fn text(&self, origin: &Origin, dir: &Path, probe: bool) -> String {
        let mut text = String::new();
        for (index, include) in self.include.iter().enumerate() {
            let _ = writeln!(
                text,
                "#line 1 \"{INCLUDE}{index}\"\n#include {}",
                quoted(include, dir)
            );
        }
        if let Some(preamble) = &self.preamble {
            let _ = writeln!(
                text,
                "#line {} \"{}\"\n{preamble}",
                origin.preamble_line,
                quote::string(&origin.file)
            );
        }
        if probe && self.is_source_only() {
            for (index, source) in self.source.iter().enumerate() {
                // It declares nothing to C.
                if is_cpp(Path::new(source)) {
                    continue;
                }
                // Relative to the package, where the compiler runs: `#include` knows no escapes.
                let _ = writeln!(text, "#line 1 \"{SOURCE}{index}\"\n#include \"{source}\"");
            }
        }
        // Not before: the preamble may begin with a feature test macro.
        text + "#line 1 \"cgo-generated\"\n#include <stddef.h>\n"
    }

    /// The compiler arguments that go with the text; the package's own search paths come in between.
    pub(crate) fn flags(&self, search: &[PathBuf]) -> Vec<OsString> {
        let mut flags: Vec<OsString> = self
            .define
            .iter()
            .map(|d| format!("-D{d}").into())
            .collect();
        flags.extend(
            self.cflags
                .iter()
                // What it cannot read is the macro's to report.
                .flat_map(|flags| cgocall_syntax::cflags(flags).unwrap_or_default())
                .map(OsString::from),
        );
        for dir in search {
            flags.push("-I".into());
            flags.push(operand(dir).into());
        }
        flags.extend(["-iquote".into(), ".".into()]);
        flags
    }

    /// What the header of a message calls the text: `zlib.h`.
    pub(crate) fn name(&self) -> String {
        let names = if self.include.is_empty() {
            &self.source
        } else {
            &self.include
        };
        let name = match &names[..] {
            [] => return "the preamble".to_owned(),
            [only] => format!("`{only}`"),
            [first, second] => format!("`{first}` or `{second}`"),
            [first, .., last] => format!("`{first}`, .. or `{last}`"),
        };
        match self.preamble {
            Some(_) => format!("{name} or the preamble"),
            None => name,
        }
    }

    /// Why nothing can be asked in this context: the first error in it, on the literal that caused it.
    pub(crate) fn broken(&self, origin: &Origin, outcome: &Outcome, dir: &Path) -> Finding {
        if let Some(message) = outcome.broken.clone() {
            return Finding {
                node: self.first_node(),
                message,
            };
        }
        let Some(error) = outcome.errors.iter().find(|error| !is_answer(error)) else {
            let node = match self.cflags.is_empty() {
                true => self.first_node(),
                false => node::attr("cflags", 0),
            };
            let message = format!("the C compiler gives up: {}", outcome.first_words());
            return Finding { node, message };
        };
        let includes = [&error.at].into_iter().chain(&error.included_from);
        let index = |mark: &str| {
            includes
                .clone()
                .find_map(|at| at.file.strip_prefix(mark)?.parse::<usize>().ok())
        };
        let missing = missing_file(&error.text);
        if let Some(index) = index(INCLUDE) {
            let name = self.include.get(index).map_or("", |name| name);
            return Finding {
                node: node::attr("include", index),
                message: header_message(name, error, missing, dir),
            };
        }
        if let Some(index) = index(SOURCE) {
            let source = self.source.get(index).map_or("", |name| name);
            let message = match missing {
                Some(file) if file.ends_with(source) => format!(
                    "there is no file `{source}`; write its path relative to the folder of Cargo.toml"
                ),
                _ if error.at.file.starts_with(SOURCE) => {
                    format!(
                        "`{source}` does not compile: {source}:{}: {}",
                        error.at.line,
                        diagnostics::brief(&error.text)
                    )
                }
                _ => format!(
                    "`{source}` does not compile: {}: {}",
                    place(&error.at, &self.include, dir),
                    diagnostics::brief(&error.text)
                ),
            };
            return Finding {
                node: node::attr("source", index),
                message,
            };
        }
        let message = match missing {
            Some(file) => format!(
                "the preamble includes `{file}`, which the C compiler does not find; {}",
                cure(file)
            ),
            None if error.at.file == origin.file => {
                format!(
                    "the preamble does not compile: {}:{}: {}",
                    origin.file,
                    error.at.line,
                    diagnostics::brief(&error.text)
                )
            }
            None => format!(
                "the preamble does not compile: {}: {}",
                place(&error.at, &self.include, dir),
                diagnostics::brief(&error.text)
            ),
        };
        Finding {
            node: node::attr_single("preamble"),
            message,
        }
    }

    /// The first literal that brings C in.
    fn first_node(&self) -> String {
        match (self.include.is_empty(), &self.preamble) {
            (false, _) => node::attr("include", 0),
            (true, Some(_)) => node::attr_single("preamble"),
            (true, None) => node::attr("source", 0),
        }
    }

    /// A place in a header, as short as it is clear: `zlib.h:1773`.
    pub(crate) fn place(&self, at: &Location, dir: &Path) -> String {
        place(at, &self.include, dir)
    }
}

/// Where a header is that the compiler does not find.
pub(crate) const WHERE: &str =
    "`sys = libz_sys`, `pkg_config = \"zlib\"`, or `cflags = \"-Ipath\"`";

fn cure(header: &str) -> String {
    let package = packages::that_brings(header);
    format!("install {package}, or say where it is: {WHERE}")
}

fn header_message(name: &str, error: &Diagnostic, missing: Option<&str>, dir: &Path) -> String {
    let include = [name.to_owned()];
    match missing {
        Some(file) if name.ends_with(file) => {
            format!("the C compiler does not find `{name}`; {}", cure(file))
        }
        Some(file) => {
            format!(
                "`{name}` includes `{file}`, which the C compiler does not find; {}",
                cure(file)
            )
        }
        None if is_utf16(&dir.join(culprit(error))) => {
            let at = Location {
                file: culprit(error).to_owned(),
                ..error.at.clone()
            };
            let place = place(&at, &include, dir);
            let file = place
                .rsplit_once(':')
                .map_or(place.as_str(), |(file, _)| file);
            format!("`{file}` is encoded in UTF-16, which no C compiler reads; save it as UTF-8")
        }
        None => format!(
            "`{name}` does not compile: {}: {}; mend it there, or give it what it builds on: the `include`s that \
             come before it, or a `define`",
            place(&error.at, &include, dir),
            diagnostics::brief(&error.text)
        ),
    }
}

/// The file that an error is in; clang blames the `#include` for one that it cannot read.
fn culprit(error: &Diagnostic) -> &str {
    let quoted = error.text.split_once("byte order mark detected in '");
    let quoted = quoted.and_then(|(_, rest)| rest.split_once('\''));
    quoted.map_or(&error.at.file, |(file, _)| file)
}

/// Whether a file begins with the mark of UTF-16.
fn is_utf16(file: &Path) -> bool {
    let mut mark = [0; 2];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut mark));
    read.is_ok() && matches!(mark, [0xff, 0xfe] | [0xfe, 0xff])
}

/// The file in gcc's `zlib.h: No such file or directory`, and in clang's `'zlib.h' file not found`.
fn missing_file(text: &str) -> Option<&str> {
    text.strip_suffix(": No such file or directory")
        .or_else(|| {
            text.strip_suffix(" file not found")
                .map(|file| file.trim_matches('\''))
        })
}

fn place(at: &Location, include: &[String], dir: &Path) -> String {
    let path = at.file.strip_prefix("./").unwrap_or(&at.file);
    if let Some(name) = include.iter().find(|name| Path::new(path).ends_with(name)) {
        return format!("{name}:{}", at.line);
    }
    let path = Path::new(path);
    let short = [
        dir,
        Path::new("/usr/include/x86_64-linux-gnu"),
        Path::new("/usr/include"),
    ]
    .into_iter()
    .filter(|dir| !dir.as_os_str().is_empty())
    .find_map(|dir| path.strip_prefix(dir).ok())
    .unwrap_or(path);
    format!("{}:{}", short.display(), at.line)
}

/// A header of the package in quotes, any other in angle brackets: else our own generated header could be
/// found in its stead.
fn quoted(include: &str, dir: &Path) -> String {
    if include.starts_with(['<', '"']) {
        include.to_owned()
    } else if dir.join(include).is_file() {
        format!("\"{include}\"")
    } else {
        format!("<{include}>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_short() {
        let at = |file: &str| Location {
            file: file.into(),
            line: 7,
        };
        let include = ["zlib.h".to_owned()];
        let dir = Path::new("/home/me/pkg");
        assert_eq!(place(&at("/usr/include/zlib.h"), &include, dir), "zlib.h:7");
        assert_eq!(
            place(&at("/usr/include/sys/stat.h"), &include, dir),
            "sys/stat.h:7"
        );
        assert_eq!(
            place(&at("/home/me/pkg/c/api.h"), &include, dir),
            "c/api.h:7"
        );
        assert_eq!(place(&at("./c/api.h"), &include, dir), "c/api.h:7");
        assert_eq!(place(&at("/opt/x.h"), &include, dir), "/opt/x.h:7");
    }

    #[test]
    fn both_compilers_ways_to_miss_a_file_are_known() {
        assert_eq!(
            missing_file("zlib.h: No such file or directory"),
            Some("zlib.h")
        );
        assert_eq!(missing_file("'zlib.h' file not found"), Some("zlib.h"));
        assert_eq!(missing_file("expected ';'"), None);
    }
}
