//! Where headers are and which libraries go with them: -sys crates and pkg-config.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use cgocall_syntax::node;
use cgocall_syntax::record::{Finding, Link};

use crate::compiler::Compiler;
use crate::context::Context;

/// The include folders of this package's -sys crates: every `DEP_*_INCLUDE`. They come before the system's
/// own, else the header that is verified would not be that of the library that is linked.
pub(crate) fn sys_includes() -> Vec<PathBuf> {
    sys_lists().iter().flat_map(|list| folders(list)).collect()
}

/// As the -sys crates say it.
pub(crate) fn sys_lists() -> Vec<String> {
    let vars: BTreeMap<String, String> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("DEP_") && name.ends_with("_INCLUDE"))
        .collect();
    vars.into_values().collect()
}

/// One folder, or several joined by commas, as `libz-sys` has it.
fn folders(list: &str) -> Vec<PathBuf> {
    if Path::new(list).is_dir() {
        return vec![list.into()];
    }
    list.split(',')
        .filter(|part| !part.is_empty())
        .map(PathBuf::from)
        .collect()
}

/// What pkg-config says to a query such as `zlib >= 1.2`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    pub(crate) includes: Vec<PathBuf>,
    pub(crate) defines: Vec<String>,
    pub(crate) links: Vec<Link>,
    pub(crate) link_paths: Vec<PathBuf>,
}

/// One package of a query, and which versions will do.
#[derive(Debug, PartialEq)]
struct Wanted<'q> {
    name: &'q str,
    version: Option<(&'q str, &'q str)>,
}

impl Wanted<'_> {
    fn text(&self) -> String {
        match self.version {
            Some((operator, version)) => format!("{} {operator} {version}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// A query as everybody reads it, without line breaks and what else stands around its words.
pub(crate) fn normal(query: &str) -> Option<String> {
    let texts: Vec<String> = parse(query)?.iter().map(Wanted::text).collect();
    Some(texts.join(", "))
}

/// What is an option to pkg-config, or means something to a shell, to make or to a `.pc` file.
fn is_odd(word: &str) -> bool {
    let is_sign = |c: char| c.is_control() || "\"'`$;&|(){}[]#*?\\".contains(c);
    word.starts_with('-') || word.contains(is_sign)
}

/// `zlib >= 1.2, libpng`, with or without spaces and commas; `None` for what is no query.
fn parse(query: &str) -> Option<Vec<Wanted<'_>>> {
    const OPERATORS: [&str; 6] = ["=", "<", ">", "<=", ">=", "!="];
    let is_mark = |c: char| "<>=!".contains(c);
    let mut words: Vec<&str> = Vec::new();
    for word in query.split(|c: char| c == ',' || c.is_whitespace()) {
        let mut rest = word;
        while !rest.is_empty() {
            let operator = rest.starts_with(is_mark);
            let end = rest.find(|c| is_mark(c) != operator);
            let (first, last) = rest.split_at(end.unwrap_or(rest.len()));
            if is_odd(first) {
                return None;
            }
            words.push(first);
            rest = last;
        }
    }
    let mut list: Vec<Wanted<'_>> = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if OPERATORS.contains(&word) {
            let last = list.last_mut().filter(|last| last.version.is_none())?;
            let version = words.next().filter(|next| !next.starts_with(is_mark))?;
            last.version = Some((word, version));
        } else if word.starts_with(is_mark) {
            return None;
        } else {
            list.push(Wanted {
                name: word,
                version: None,
            });
        }
    }
    (!list.is_empty()).then_some(list)
}

/// Asks pkg-config, once in a run; the error is a sentence for the literal that holds the query.
pub(crate) fn pkg_config(query: &str) -> Result<Package, String> {
    let known = ANSWERS.with_borrow(|answers| answers.get(query).cloned());
    known.unwrap_or_else(|| {
        let answer = ask(query);
        ANSWERS.with_borrow_mut(|answers| answers.insert(query.to_owned(), answer.clone()));
        answer
    })
}

thread_local! {
    /// A run has a thread of its own.
    static ANSWERS: RefCell<HashMap<String, Result<Package, String>>> = RefCell::default();
}

fn ask(query: &str) -> Result<Package, String> {
    let Some(wanted) = parse(query) else {
        return Err(format!(
            "`{query}` is no query of pkg-config; write a package, or also which versions will do: `zlib >= 1.2`"
        ));
    };
    let texts: Vec<String> = wanted.iter().map(Wanted::text).collect();
    let library =
        probe(&texts.join(" ")).map_err(|error| pkg_config_message(query, &wanted, &error))?;
    let link = |kind: &str, name: &String| Link {
        kind: kind.to_owned(),
        name: name.clone(),
    };
    let libs = library.libs.iter().map(|name| link("dylib", name));
    let frameworks = library
        .frameworks
        .iter()
        .map(|name| link("framework", name));
    let define = |(name, value): (&String, &Option<String>)| match value {
        Some(value) => format!("-D{name}={value}"),
        None => format!("-D{name}"),
    };
    let mut defines: Vec<String> = library.defines.iter().map(define).collect();
    defines.sort();
    Ok(Package {
        links: libs.chain(frameworks).collect(),
        includes: library.include_paths,
        link_paths: library.link_paths,
        defines,
    })
}

fn probe(query: &str) -> Result<pkg_config::Library, pkg_config::Error> {
    pkg_config::Config::new()
        .cargo_metadata(false)
        .env_metadata(false)
        .print_system_libs(false)
        .probe(query)
}

fn pkg_config_message(query: &str, wanted: &[Wanted<'_>], error: &pkg_config::Error) -> String {
    match error {
        pkg_config::Error::Command { .. } => format!(
            "pkg-config could not be run to find `{query}`; install it (Debian: `apt install pkg-config`), or \
             name the tool in the variable PKG_CONFIG"
        ),
        pkg_config::Error::CrossCompilation => format!(
            "pkg-config does not know this target's `{query}`; set PKG_CONFIG_SYSROOT_DIR or \
             PKG_CONFIG_ALLOW_CROSS=1"
        ),
        pkg_config::Error::EnvNoPkgConfig(variable) => {
            format!("the variable {variable} says not to ask pkg-config for `{query}`; unset it")
        }
        _ => wanted
            .iter()
            .find_map(fault)
            .unwrap_or_else(|| format!("pkg-config does not find all of `{query}` together")),
    }
}

/// What is wrong with one package: not by the words of pkg-config, of which there are several, but by asking for less.
fn fault(wanted: &Wanted<'_>) -> Option<String> {
    let name = wanted.name;
    probe(&wanted.text()).err()?;
    let error = match (probe(name), wanted.version) {
        (Ok(found), Some((operator, version))) => {
            return Some(format!(
                "pkg-config finds `{name}` {}, and `{operator} {version}` is wanted; install the development package of \
                 such a version, or put the folder of its `.pc` file first in PKG_CONFIG_PATH",
                found.version
            ));
        }
        (Ok(_), None) => return None,
        (Err(error), _) => error,
    };
    let said = match &error {
        pkg_config::Error::ProbeFailure { output, .. }
        | pkg_config::Error::Failure { output, .. } => {
            String::from_utf8_lossy(&output.stderr).into_owned()
        }
        _ => String::new(),
    };
    // Both programs of that name say it so.
    let missing = said.lines().find_map(|line| {
        line.strip_prefix("Package '")?
            .split_once("', required by '")
    });
    Some(match missing {
        Some((missing, _)) if missing != name => format!(
            "pkg-config finds `{name}`, and not `{missing}`, which it requires; install the development package that \
             brings `{missing}.pc`, or add the file's folder to PKG_CONFIG_PATH"
        ),
        _ => format!(
            "pkg-config finds no `{name}`; install the development package that brings `{name}.pc`, or add the file's \
             folder to PKG_CONFIG_PATH"
        ),
    })
}

/// The library that C++ code needs, as `cc` chooses it: `CXXSTDLIB` (empty for none), or the platform's own.
pub(crate) fn cpp_standard() -> Option<Link> {
    let target = env::var("TARGET").unwrap_or_default();
    let names = [
        format!("CXXSTDLIB_{target}"),
        format!("CXXSTDLIB_{}", target.replace('-', "_")),
        "TARGET_CXXSTDLIB".to_owned(),
        "CXXSTDLIB".to_owned(),
    ];
    let said = names.iter().find_map(|name| env::var(name).ok());
    let name = said.unwrap_or_else(|| {
        let has = |words: &[&str]| words.iter().any(|word| target.contains(word));
        let name = match () {
            () if has(&["msvc"]) => "",
            () if has(&["apple", "freebsd", "openbsd", "aix", "ohos"]) => "c++",
            () if has(&["android"]) => "c++_shared",
            () => "stdc++",
        };
        name.to_owned()
    });
    (!name.is_empty()).then(|| Link {
        kind: "dylib".to_owned(),
        name,
    })
}

/// What -sys crates and pkg-config add to a context.
#[derive(Debug)]
pub(crate) struct Libraries {
    includes: Vec<PathBuf>,
    defines: Vec<String>,
    pub(crate) links: Vec<Link>,
    pub(crate) link_paths: Vec<PathBuf>,
}

impl Libraries {
    /// All of them, or why some are not there.
    pub(crate) fn of(
        context: &Context,
        sys_includes: &[PathBuf],
    ) -> Result<Libraries, Vec<Finding>> {
        let mut libraries = Libraries {
            includes: sys_includes.to_vec(),
            defines: Vec::new(),
            links: Vec::new(),
            link_paths: Vec::new(),
        };
        let mut missing = Vec::new();
        for (index, query) in context.pkg_config.iter().enumerate() {
            match pkg_config(query) {
                Ok(found) => {
                    libraries.includes.extend(found.includes);
                    libraries.defines.extend(found.defines);
                    libraries.links.extend(found.links);
                    libraries.link_paths.extend(found.link_paths);
                }
                Err(message) => missing.push(Finding {
                    node: node::attr("pkg_config", index),
                    message,
                }),
            }
        }
        if missing.is_empty() {
            Ok(libraries)
        } else {
            Err(missing)
        }
    }

    /// All the compiler arguments of a context. The exports' header is found after all others, whose names it may share.
    pub(crate) fn flags(
        &self,
        context: &Context,
        compiler: &Compiler,
        exports: &Path,
    ) -> Vec<OsString> {
        let mut flags: Vec<OsString> = self.defines.iter().map(OsString::from).collect();
        flags.extend(context.flags(&self.includes));
        flags.extend(["-idirafter".into(), exports.into()]);
        flags.extend(compiler.hide(&self.includes));
        flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_packages_with_versions() {
        let texts = |query| -> Option<Vec<String>> {
            Some(parse(query)?.iter().map(Wanted::text).collect())
        };
        let some = |list: &[&str]| Some(list.iter().map(|&text| text.to_owned()).collect());
        assert_eq!(texts("zlib"), some(&["zlib"]));
        assert_eq!(texts("zlib>=1.2"), some(&["zlib >= 1.2"]));
        let range = some(&["gtk+-3.0 >= 3.2", "gtk+-3.0 < 4", "zlib"]);
        assert_eq!(texts("gtk+-3.0 >= 3.2, gtk+-3.0 <4 zlib"), range);
        for wrong in [
            ">= 1.2",
            "zlib >=",
            "zlib => 1",
            "zlib > > 1",
            " , ",
            "zlib > 1 < 2",
            "--variable=prefix zlib",
            "zlib --define-variable=prefix=/",
            "zlib >= -1",
            "$(id)",
            "a;b",
            "`id`",
            "${pcfiledir}",
            "a\0b",
        ] {
            assert_eq!(texts(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn several_folders_may_be_joined_by_commas() {
        assert_eq!(
            folders("/a,/b/c"),
            [PathBuf::from("/a"), PathBuf::from("/b/c")]
        );
        let dir = env::temp_dir().join("cgocall,comma");
        std::fs::create_dir_all(&dir).unwrap();
        assert_eq!(folders(dir.to_str().unwrap()), [dir]);
    }
}
