//! What the build script found out about an import or export, and why there may be nothing.

use crate::asserts::cfgs;
use cgocall_syntax::hash::{Hash, Package};
use cgocall_syntax::record::{self, Finding, Index, Record};
use cgocall_syntax::{Errors, Export, Import, node};
use proc_macro2::{Span, TokenStream};
use std::path::Path;
use syn::Attribute;

/// Where records come from.
pub(crate) type Load<'a> = &'a dyn Fn(&Package, &Hash) -> Result<Record, String>;

/// What there is to say of an import, and to assert about it.
pub(crate) struct Evidence {
    /// Errors.
    pub(crate) said: TokenStream,
    pub(crate) record: Record,
    /// Whether the item itself was sound.
    pub(crate) is_asked: bool,
    /// Whether the build script has seen it.
    pub(crate) is_there: bool,
    /// Whether nothing is wrong, but for parts that rustc may leave out.
    is_sound: bool,
}

impl Evidence {
    /// Of what has no record.
    pub(crate) fn none(is_asked: bool) -> Evidence {
        Evidence {
            said: TokenStream::new(),
            record: Record::default(),
            is_asked,
            is_there: false,
            is_sound: true,
        }
    }

    pub(crate) fn of(import: &Import, record: Result<Record, String>) -> Evidence {
        let said = match &record {
            Ok(record) => record
                .findings
                .iter()
                .map(|found| finding(import, found))
                .collect(),
            Err(reason) => {
                let mut errors = Errors::new();
                errors.push_at(Span::call_site(), reason);
                errors.to_compile_error_under(&cfgs(import.own_attrs()))
            }
        };
        let is_sound = record.as_ref().is_ok_and(|record| {
            let mut findings = record.findings.iter();
            findings.all(|found| !cfgs(import.attrs_of(&found.node)).is_empty())
        });
        Evidence {
            said,
            is_there: record.is_ok(),
            record: record.unwrap_or_default(),
            is_asked: true,
            is_sound,
        }
    }

    /// Where more is wrong than the build script could say.
    pub(crate) fn instead(&self, errors: Errors) -> Evidence {
        Evidence {
            said: errors.to_compile_error(),
            record: self.record.clone(),
            is_sound: false,
            ..*self
        }
    }

    /// Whether there is something to assert: where an error is said, a failed assertion could only repeat it. Not so
    /// where it has a condition, which may be false.
    pub(crate) fn is_sound(&self) -> bool {
        self.is_sound
    }
}

/// What contradicts the header, on the very token; where the token is not compiled, neither is the error.
fn finding(import: &Import, finding: &Finding) -> TokenStream {
    let mut conditions = cfgs(import.own_attrs());
    let own = cfgs(import.attrs_of(&finding.node));
    let absent = node::is_absent(&finding.node).then(|| absence(&own));
    match &absent {
        Some(absent) => conditions.push(absent),
        None => conditions.extend(own),
    }
    say(
        import.tokens_of(&finding.node),
        &finding.message,
        &conditions,
    )
}

/// The condition that not all of `cfgs` hold.
fn absence(cfgs: &[&Attribute]) -> Attribute {
    let all = cfgs
        .iter()
        .filter_map(|attr| attr.meta.require_list().ok())
        .map(|list| &list.tokens);
    syn::parse_quote!(#[cfg(not(all(#(#all),*)))])
}

/// What the build script wrote of a module that names things of C.
///
/// # Errors
/// What to do, if it is not there.
pub(crate) fn text(hash: &Hash) -> Result<String, String> {
    let out_dir = std::env::var_os(record::OUT_DIR).unwrap_or_default();
    let path = record::text_path(Path::new(&out_dir), hash);
    std::fs::read_to_string(&path).map_err(|error| {
        format!(
            "what build.rs left cannot be read: {}: {error}; run `touch build.rs`",
            path.display()
        )
    })
}

/// What a header has against an export. Without `include` there need be neither a header nor a build script.
pub(crate) fn of_export(export: &Export, record: Result<Record, String>) -> TokenStream {
    let conditions = cfgs(&export.item.attrs);
    match record {
        Ok(record) => record
            .findings
            .iter()
            .map(|found| say(export.tokens_of(&found.node), &found.message, &conditions))
            .collect(),
        Err(_) if export.attr.header.include.is_empty() => TokenStream::new(),
        Err(reason) => {
            let first = node::attr("include", 0);
            say(export.tokens_of(&first), &reason, &conditions)
        }
    }
}

fn say(at: Option<TokenStream>, message: &str, conditions: &[&Attribute]) -> TokenStream {
    let mut errors = Errors::new();
    match at {
        Some(tokens) => errors.push(tokens, message),
        None => errors.push_at(Span::call_site(), message),
    }
    errors.to_compile_error_under(conditions)
}

/// The record of the import called `hash`, or what to do to get one.
pub(crate) fn load(package: &Package, hash: &Hash) -> Result<Record, String> {
    load_of(&IMPORT, package, hash)
}

/// The same of an export.
pub(crate) fn load_export(package: &Package, hash: &Hash) -> Result<Record, String> {
    load_of(&EXPORT, package, hash)
}

/// How to speak of an item without a record.
struct Kind {
    name: &'static str,
    needs: &'static str,
    without: &'static str,
}

const IMPORT: Kind = Kind {
    name: "import",
    needs: "an import with `include`, `preamble` or `source`",
    without: "a plain import",
};
const EXPORT: Kind = Kind {
    name: "export",
    needs: "an export with `include`",
    without: "an export without `include`",
};

fn load_of(kind: &Kind, package: &Package, hash: &Hash) -> Result<Record, String> {
    // Without the variable the build script, if any, does not call us: `OUT_DIR/cgo` would be stale.
    let out_dir =
        std::env::var_os("OUT_DIR").map(|_| std::env::var_os(record::OUT_DIR).unwrap_or_default());
    // Lossy, as build.rs has written it: a folder's name may be no text.
    let manifest_dir = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let out_dir = out_dir.as_deref().map(Path::new);
    load_from(
        kind,
        out_dir,
        &manifest_dir.to_string_lossy(),
        package,
        hash,
    )
}

fn load_from(
    kind: &Kind,
    out_dir: Option<&Path>,
    manifest_dir: &str,
    package: &Package,
    hash: &Hash,
) -> Result<Record, String> {
    let Some(out_dir) = out_dir else {
        return Err(format!(
            "package `{}` has no build.rs, {}",
            package.name,
            needed(kind)
        ));
    };
    let no_build = format!(
        "build.rs of package `{}` does not call cgocall_cshim, {}",
        package.name,
        needed(kind)
    );
    let text =
        std::fs::read_to_string(record::index_path(out_dir)).map_err(|_| no_build.clone())?;
    let index = Index::parse(&text)
        .map_err(|error| format!("what build.rs left cannot be read: {error}"))?;
    if index.manifest_dir != manifest_dir {
        // A test runner's child inherits another package's; two checkouts may share a target directory.
        return Err(match index.package == package.name {
            true => another_checkout(&index.manifest_dir, manifest_dir),
            false => no_build,
        });
    }
    let path = record::record_path(out_dir, hash);
    let Ok(text) = std::fs::read_to_string(path) else {
        return Err(unseen(kind, &index));
    };
    Record::parse(&text).map_err(|error| format!("what build.rs left cannot be read: {error}"))
}

fn another_checkout(theirs: &str, ours: &str) -> String {
    format!(
        "build.rs last ran for the checkout of this package in {theirs}, which shares the target directory with this \
         one, {ours}: run `touch build.rs` here, or give each checkout a CARGO_TARGET_DIR of its own"
    )
}

fn needed(kind: &Kind) -> String {
    let (name, needs) = (kind.name, kind.needs);
    let mut without = kind.without.to_owned();
    without[..1].make_ascii_uppercase();
    format!(
        "and {needs} needs it to run the C compiler.\n\
         Add `cgocall-cshim` under `[build-dependencies]`, and to build.rs:\n\
         \n    fn main() {{\n        cgocall_cshim::build(\"src/main.rs\").compile();\n    }}\n\n\
         with the root of the module tree that holds the {name}, or the very file.\n\
         ({without} needs no build.rs.)"
    )
}

fn unseen(kind: &Kind, index: &Index) -> String {
    const NAMED: usize = 3;
    let roots = index.roots.iter().take(NAMED);
    let mut roots: Vec<String> = roots.map(|root| format!("`{root}`")).collect();
    if index.roots.len() > NAMED {
        roots.push(format!("{} more", index.roots.len() - NAMED));
    }
    let (name, without) = (kind.name, kind.without);
    format!(
        "build.rs did not see this {name}. It reads {} and the modules below; the {name} may be\n\
         - in a file that is no module of these: name it in build.rs, `cgocall_cshim::build(\"src/ffi.rs\")`; if it is a\n\
           test or an example, add `.root(\"tests/it.rs\")` to the one that is there;\n\
         - made by a macro, or under another name of `cgo_{name}`: write it out, or make it {without};\n\
         - in a doctest: show {without} there, or mark the example `no_run` in a crate of its own;\n\
         - under a `cfg` that build.rs evaluates otherwise.",
        roots.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package {
        Package {
            name: "zip".to_owned(),
            version: "1.0.0".to_owned(),
        }
    }

    fn hash() -> Hash {
        let import = cgocall_syntax::Import::parse(
            "include = \"z.h\"".parse().unwrap(),
            "unsafe extern \"C\" { fn f(); }".parse().unwrap(),
        );
        cgocall_syntax::hash::of(&package(), &import.unwrap())
    }

    #[test]
    fn each_way_to_have_no_record_has_its_cure() {
        let dir = std::env::temp_dir().join(format!("cgocall-evidence-{}", std::process::id()));
        std::fs::create_dir_all(dir.join("cgo")).unwrap();
        let load = |out_dir: Option<&Path>, manifest_dir: &str| {
            load_from(&IMPORT, out_dir, manifest_dir, &package(), &hash())
        };

        assert!(
            load(None, "here")
                .unwrap_err()
                .contains("`zip` has no build.rs")
        );
        assert!(
            load(Some(&dir), "here")
                .unwrap_err()
                .contains("does not call cgocall_cshim")
        );

        let index = Index {
            package: "zip".to_owned(),
            version: "1.0.0".to_owned(),
            manifest_dir: "here".to_owned(),
            roots: vec!["src/main.rs".to_owned()],
        };
        std::fs::write(record::index_path(&dir), index.to_text()).unwrap();
        let shared = load(Some(&dir), "elsewhere").unwrap_err();
        assert!(
            shared.starts_with("build.rs last ran for the checkout of this package in here, "),
            "{shared}"
        );
        assert!(
            shared.contains("this one, elsewhere: run `touch build.rs` here, or"),
            "{shared}"
        );
        let another = Index {
            package: "zap".to_owned(),
            ..index.clone()
        };
        std::fs::write(record::index_path(&dir), another.to_text()).unwrap();
        let another = load(Some(&dir), "elsewhere").unwrap_err();
        assert!(another.contains("does not call cgocall_cshim"), "{another}");
        std::fs::write(record::index_path(&dir), index.to_text()).unwrap();
        let unseen = load(Some(&dir), "here").unwrap_err();
        assert!(unseen.contains("It reads `src/main.rs` and"), "{unseen}");

        std::fs::write(
            record::record_path(&dir, &hash()),
            Record::default().to_text(),
        )
        .unwrap();
        assert_eq!(load(Some(&dir), "here"), Ok(Record::default()));
        std::fs::write(record::record_path(&dir, &hash()), "cgocall 0\n").unwrap();
        assert!(
            load(Some(&dir), "here")
                .unwrap_err()
                .contains("same version")
        );
        std::fs::remove_dir_all(dir).unwrap();
    }
}
