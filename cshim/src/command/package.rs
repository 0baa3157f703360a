//! A package as its Cargo.toml has it: what cargo tells build scripts of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use toml::{Table, Value};

use super::args::Features;

/// The package in a folder.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) dir: PathBuf,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) features: BTreeSet<String>,
}

impl Package {
    /// The package whose Cargo.toml is in `dir`.
    ///
    /// # Errors
    /// A sentence, also for a feature that it has not.
    pub(super) fn read(dir: &Path, features: &Features) -> Result<Package, String> {
        let file = dir.join("Cargo.toml");
        if !file.exists() {
            return Err(format!(
                "there is no Cargo.toml in {}; run it in the folder of the package",
                dir.display()
            ));
        }
        let manifest = table(&file)?;
        let Some(package) = manifest.get("package").and_then(Value::as_table) else {
            return Err(format!(
                "{} is of a workspace and of no package; run it in the folder of a member",
                file.display()
            ));
        };
        let text = |key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
        let name = text("name").ok_or_else(|| format!("{} names no package", file.display()))?;
        // It is a file's name here, and a word of C.
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(is_word) {
            return Err(format!(
                "{} names a package {name:?}; a name has letters, digits, `_` and `-` alone",
                file.display()
            ));
        }
        let version = text("version").or_else(|| of_workspace(dir, package));
        Ok(Package {
            dir: dir.to_path_buf(),
            features: enabled(&manifest, features).map_err(|feature| {
                format!("package `{name}` has no feature `{feature}`; its Cargo.toml lists them")
            })?,
            name,
            version: version.unwrap_or_else(|| "0.0.0".to_owned()),
        })
    }

    /// Of a file that belongs to no package.
    pub(super) fn none(dir: PathBuf, name: &str) -> Package {
        Package {
            dir,
            name: name.to_owned(),
            version: "0.0.0".to_owned(),
            features: BTreeSet::new(),
        }
    }

    /// The roots that its build.rs names, or the crate roots that are there.
    pub(super) fn roots(&self) -> Vec<PathBuf> {
        let build = fs::read_to_string(self.dir.join("build.rs")).unwrap_or_default();
        let mut calls = Calls(Vec::new());
        if let Ok(file) = super::parse(&build) {
            calls.visit_file(&file);
        }
        if !calls.0.is_empty() {
            return calls.0;
        }
        let roots = ["src/lib.rs", "src/main.rs"].map(PathBuf::from).into_iter();
        roots.filter(|root| self.dir.join(root).is_file()).collect()
    }
}

fn table(file: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    text.parse::<Table>()
        .map_err(|error| format!("{} is no TOML: {}", file.display(), error.message()))
}

/// `version.workspace = true`.
fn of_workspace(dir: &Path, package: &Table) -> Option<String> {
    package.get("version")?.get("workspace")?.as_bool()?;
    let dir = fs::canonicalize(dir).ok()?;
    let named = package.get("workspace").and_then(Value::as_str);
    let named = named.map(|path| dir.join(path));
    let folders = named
        .into_iter()
        .chain(dir.ancestors().map(Path::to_path_buf));
    folders.map(|dir| dir.join("Cargo.toml")).find_map(|file| {
        let manifest = table(&file).ok()?;
        let version = manifest.get("workspace")?.get("package")?.get("version")?;
        version.as_str().map(str::to_owned)
    })
}

/// The features that are on; or the one that does not exist.
fn enabled(manifest: &Table, wish: &Features) -> Result<BTreeSet<String>, String> {
    let features = manifest.get("features").and_then(Value::as_table);
    let optional = |name: &str| {
        let tables = ["dependencies", "build-dependencies"].into_iter();
        let mut found = tables.filter_map(|table| manifest.get(table)?.get(name)?.get("optional"));
        found.any(|optional| optional.as_bool() == Some(true))
    };
    let mut open: Vec<String> = wish.named.clone();
    let has_default = features.is_some_and(|list| list.contains_key("default"));
    if !wish.no_default && has_default {
        open.push("default".to_owned());
    }
    if wish.all {
        open.extend(features.into_iter().flat_map(Table::keys).cloned());
    }
    let mut on = BTreeSet::new();
    while let Some(feature) = open.pop() {
        // Another package's affair.
        if feature.starts_with("dep:") || feature.contains('/') {
            continue;
        }
        let more = features.and_then(|list| list.get(&feature));
        if more.is_none() && !optional(&feature) {
            return Err(feature);
        }
        if on.insert(feature) {
            let more = more.and_then(Value::as_array).into_iter().flatten();
            open.extend(more.filter_map(Value::as_str).map(str::to_owned));
        }
    }
    Ok(on)
}

/// `cgocall_cshim::build("src/ffi.rs").root("src/main.rs")`.
struct Calls(Vec<PathBuf>);

impl Calls {
    fn take(&mut self, arg: Option<&syn::Expr>) {
        if let Some(syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        })) = arg
        {
            self.0.push(text.value().into());
        }
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func
            && function
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "build")
        {
            self.take(call.args.first());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // The receiver comes first in the text.
        visit::visit_expr_method_call(self, call);
        if call.method == "root" {
            self.take(call.args.first());
        }
    }
}
