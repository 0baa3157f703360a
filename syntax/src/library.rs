//! `link = ".."`: a library as rustc's `-l` has it, `static=foo`.

use crate::nearest::nearest;

/// A library to link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Library<'a> {
    /// `static`, `dylib`, `framework` or `raw-dylib`; `None` leaves it to rustc.
    pub kind: Option<&'a str>,
    /// `+whole-archive`, of a static one.
    pub modifiers: Option<&'a str>,
    /// `foo`, which is `libfoo.a` or `libfoo.so`.
    pub name: &'a str,
}

const KINDS: [&str; 4] = ["static", "dylib", "framework", "raw-dylib"];

impl<'a> Library<'a> {
    /// Reads `foo`, `static=foo` or `static:+whole-archive=foo`.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &'a str) -> Result<Library<'a>, String> {
        let (kind, name) = match text.split_once('=') {
            Some((kind, name)) => (Some(kind.trim()), name.trim()),
            None => (None, text.trim()),
        };
        let (kind, modifiers) = match kind.and_then(|kind| kind.split_once(':')) {
            Some((kind, modifiers)) => (Some(kind), Some(modifiers)),
            None => (kind, None),
        };
        if let Some(kind) = kind.filter(|kind| !KINDS.contains(kind)) {
            let near = nearest(kind, &KINDS)
                .map_or(String::new(), |near| format!("did you mean `{near}`? "));
            return Err(format!(
                "`{kind}` is no kind of library; {near}(the kinds are `static`, `dylib`, `framework` and `raw-dylib`, \
                 as in `link = \"static=foo\"`)"
            ));
        }
        let prefix = kind.map_or(String::new(), |kind| format!("{kind}="));
        let is_file = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
        if name.contains(['/', '\\']) && is_file(bare(name)) {
            return Err(format!(
                "a library is named without its folder; say that in `link_search = \"..\"`, and here \
                 `link = \"{prefix}{}\"`",
                bare(name)
            ));
        }
        if bare(name) != name && is_file(bare(name)) {
            return Err(format!(
                "a library is named as after the linker's `-l`: write `link = \"{prefix}{}\"`",
                bare(name)
            ));
        }
        if !is_file(name) {
            return Err("one library at a time: `link = \"a\", link = \"b\"`".to_owned());
        }
        if name.contains(['/', '\\']) {
            return Err(
                "a library is named as after the linker's `-l`; its folder in `link_search = \"..\"`"
                    .to_owned(),
            );
        }
        if let Some(odd) = name.chars().find(|c| is_odd(*c)) {
            return Err(format!(
                "a library's name has no `{}` in it; rename the library's file",
                odd.escape_debug()
            ));
        }
        if name.starts_with('-') {
            return Err(
                "a library is no option of the linker; print that in build.rs, \
                        `cargo::rustc-link-arg=..`"
                    .to_owned(),
            );
        }
        Ok(Library {
            kind,
            modifiers,
            name,
        })
    }
}

/// What means something to a shell, a makefile or pkg-config: the name goes into a `.pc` file, and from there anywhere.
fn is_odd(c: char) -> bool {
    c.is_control() || "\"'`$;&|<>(){}[]#*?!\\".contains(c)
}

/// `foo` of `-lfoo`, `libfoo.a` and `path/libfoo.so.1`.
fn bare(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name = name.strip_prefix("-l").unwrap_or(name);
    let ends = [".a", ".so", ".so.", ".dylib"].map(|end| name.find(end));
    let file = name
        .strip_prefix("lib")
        .zip(ends.into_iter().flatten().min());
    file.map_or(name, |(rest, end)| &rest[..end - "lib".len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_has_a_kind_and_a_bare_name() {
        let library = |kind, modifiers, name| {
            Ok(Library {
                kind,
                modifiers,
                name,
            })
        };
        assert_eq!(Library::parse("z"), library(None, None, "z"));
        assert_eq!(
            Library::parse("static=z"),
            library(Some("static"), None, "z")
        );
        assert_eq!(
            Library::parse("static:+whole-archive=z"),
            library(Some("static"), Some("+whole-archive"), "z")
        );
        assert_eq!(Library::parse("libfoo"), library(None, None, "libfoo"));
    }

    #[test]
    fn what_a_linker_would_be_told_is_put_right() {
        let cure = |text| Library::parse(text).unwrap_err();
        assert!(
            cure("-lz").ends_with("write `link = \"z\"`"),
            "{}",
            cure("-lz")
        );
        assert!(cure("static=libfoo.a").ends_with("write `link = \"static=foo\"`"));
        assert!(cure("libfoo.so.1").ends_with("write `link = \"foo\"`"));
        for odd in ["a;b", "$(id)", "a`b", "a\"b", "a#b", "a\u{1b}b", "${x}"] {
            assert!(cure(odd).starts_with("a library's name has no `"), "{odd}");
        }
        assert!(cure("-Wl,-e,f").starts_with("a library is no option"));
        assert!(Library::parse("stdc++-6.2_x@y:z").is_ok());
        assert!(cure("vendor/libfoo.a").ends_with("`link = \"foo\"`"));
        for several in ["z -Wl,-rpath,/", "/lib/z m", ""] {
            assert!(cure(several).starts_with("one library"), "{several}");
        }
        assert!(cure("z/").contains("its folder in `link_search"));
        assert!(cure("-l").starts_with("a library is no option"));
        assert!(cure("statik=z").contains("did you mean `static`?"));
        assert!(cure("a b").starts_with("one library at a time"));
    }
}
