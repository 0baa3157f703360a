//! `cgocall check`: everything that rustc would say of a package's imports and exports, without rustc.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use cgocall_syntax::hash::{self, Hash, Package as Name};
use cgocall_syntax::owner::{self, Owner};
use cgocall_syntax::record::{self, Record};
use cgocall_syntax::{Errors, Export, Exported, Form, Import, ImportItem};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;

use super::Failure;
use super::args::{CheckWish, Role};
use super::package::Package;
use super::script::{Said, Script};
use super::snippet::{Files, Mistake};
use crate::scan::{self, Found, Scan};

/// Verifies the package in the current folder; the text tells what has been found right.
pub(super) fn check(wish: &CheckWish) -> Result<String, Failure> {
    let dir = current_dir()?;
    let package = Package::read(&dir, &wish.common.features)?;
    let roots = match wish.roots.is_empty() {
        true => package.roots(),
        false => wish.roots.clone(),
    };
    if roots.is_empty() {
        return Err(Failure::Sentence(
            "there is neither src/lib.rs nor src/main.rs here; name the file that holds the imports: \
             `cgocall check src/ffi.rs`"
                .to_owned(),
        ));
    }
    let script = Script::of(&package, &wish.common)?;
    let verified = verify(&package, &script, "check", roots, false)?;
    verified.tell(&dir)?;
    let name = &package.name;
    Ok(match verified.count {
        0 => format!(
            "no import or export of package `{name}` names a header, so there is nothing to verify\n"
        ),
        count => format!(
            "package `{name}` contradicts no header; imports and exports verified: {count}\n"
        ),
    })
}

pub(super) fn current_dir() -> Result<PathBuf, String> {
    env::current_dir().map_err(|error| format!("the current folder cannot be entered: {error}"))
}

/// What a verification has come to.
pub(super) struct Verified {
    pub(super) said: Said,
    pub(super) mistakes: BTreeSet<Mistake>,
    /// What was compared with a header.
    pub(super) count: usize,
}

impl Verified {
    /// Warns of what may be, and fails of what is wrong.
    pub(super) fn tell(&self, dir: &Path) -> Result<(), Failure> {
        for warning in &self.said.warnings {
            eprintln!("warning: {warning}");
        }
        let mut files = Files::of(dir);
        let said = self.said.errors.iter();
        let errors: Vec<String> = said
            .map(|error| format!("error: {error}\n"))
            .chain(self.mistakes.iter().map(|mistake| files.show(mistake)))
            .collect();
        match errors.is_empty() {
            true => Ok(()),
            false => Err(Failure::Errors(errors)),
        }
    }
}

/// Runs the build script over `roots`, and reads what it has left in the folder called `name`.
pub(super) fn verify(
    package: &Package,
    script: &Script,
    name: &str,
    roots: Vec<PathBuf>,
    stubs: bool,
) -> Result<Verified, String> {
    for root in &roots {
        readable(&package.dir, root)?;
    }
    let scan = scan::scan(&package.dir, &roots, &script.cfgs());
    let parsed = scan.imports.iter().map(Parsed::of);
    let parsed: Vec<Parsed<'_>> = parsed.collect();
    let exports = scan.exports.iter().flat_map(|found| {
        let exports = Exported::parse(found.attr.clone(), found.item.clone());
        let exports = match exports {
            Ok(exports) => exports.into_exports().into_iter().map(Ok).collect(),
            Err(errors) => vec![Err(errors)],
        };
        exports.into_iter().map(move |export| (found, export))
    });
    let exports: Vec<(&Found, Result<Export, Errors>)> = exports.collect();
    let is_of_c = |parsed: &Parsed<'_>| {
        let import = parsed.import.as_ref();
        import.is_some_and(|import| import.form() == Form::C)
    };
    let has_header = |export: &Result<Export, Errors>| {
        let header = export.as_ref().map(|export| &export.attr.header);
        header.is_ok_and(|header| !header.include.is_empty())
    };
    let is_asked = parsed.iter().any(is_of_c) || exports.iter().any(|(_, it)| has_header(it));
    let said = match is_asked {
        true => script.run(name, &Role::Build { roots, stubs })?,
        false => Said::default(),
    };
    let mut reader = Reader {
        package: Name {
            name: package.name.clone(),
            version: package.version.clone(),
        },
        out_dir: script.out(name),
        mistakes: BTreeSet::new(),
        seen: BTreeSet::new(),
    };
    reader.texts(&package.dir, &scan);
    parsed.iter().for_each(|parsed| reader.import(parsed));
    for (found, export) in &exports {
        match export {
            Ok(export) => reader.export(found, export),
            Err(errors) => reader.errors(found, errors),
        }
    }
    Ok(Verified {
        // Without a compiler there are no records either, and that has been said.
        mistakes: match said.errors.is_empty() {
            true => reader.mistakes,
            false => BTreeSet::new(),
        },
        count: reader.seen.len(),
        said,
    })
}

fn readable(dir: &Path, root: &Path) -> Result<(), String> {
    let shown = root.display();
    match fs::read(dir.join(root)) {
        Ok(bytes) if std::str::from_utf8(&bytes).is_ok() => Ok(()),
        Ok(_) => Err(format!("`{shown}` is no Rust file: it is not UTF-8")),
        Err(_) if !dir.join(root).exists() => Err(format!(
            "there is no file `{shown}`; write its path relative to the current folder"
        )),
        Err(error) => Err(format!("`{shown}` cannot be read: {error}")),
    }
}

/// What the scan has found, as the macro would take it.
struct Parsed<'a> {
    found: &'a Found,
    import: Option<Import>,
    errors: Errors,
}

impl<'a> Parsed<'a> {
    fn of(found: &'a Found) -> Parsed<'a> {
        let (import, errors) = Import::parse_partly(found.attr.clone(), found.item.clone());
        Parsed {
            found,
            import,
            errors,
        }
    }
}

struct Reader {
    package: Name,
    out_dir: PathBuf,
    mistakes: BTreeSet<Mistake>,
    /// Where each thing of C stands: one file may be reached in two ways.
    seen: BTreeSet<(PathBuf, usize)>,
}

impl Reader {
    /// Files that are no Rust.
    fn texts(&mut self, dir: &Path, scan: &Scan) {
        for file in &scan.watched {
            let Ok(text) = fs::read_to_string(dir.join(file)) else {
                continue;
            };
            if super::is_too_deep(&text) {
                self.mistakes
                    .insert(Mistake::on_line(file, 1, super::TOO_DEEP));
                continue;
            }
            let Err(error) = syn::parse_file(&text) else {
                continue;
            };
            // What `include!` brings may be an expression.
            if syn::parse_str::<syn::Expr>(&text).is_err() {
                let message = format!("this is no Rust: {error}");
                let mistake = Mistake::new(file, error.span(), &message);
                self.mistakes.insert(mistake);
            }
        }
    }

    fn errors(&mut self, found: &Found, errors: &Errors) {
        for (span, message) in errors.iter() {
            self.add(found, span, &message);
        }
    }

    fn add(&mut self, found: &Found, span: Span, message: &str) {
        let mistake = match span.start().line {
            // The call site has no place.
            0 => Mistake::on_line(&found.file, found.line, message),
            _ => Mistake::new(&found.file, span, message),
        };
        self.mistakes.insert(mistake);
    }

    fn import(&mut self, parsed: &Parsed<'_>) {
        self.errors(parsed.found, &parsed.errors);
        let Some(import) = &parsed.import else {
            return;
        };
        // One mistake, one error, as in the macro.
        if parsed.errors.is_empty() {
            self.record(parsed.found, import);
        }
        if let ImportItem::Module(module) = &import.item {
            if let Some(declared) = &module.declared {
                self.record(parsed.found, declared);
            }
            self.discovered(parsed.found, import);
        }
    }

    fn record(&mut self, found: &Found, import: &Import) {
        if import.form() != Form::C {
            return;
        }
        let of = |address: &str| import.tokens_of(address);
        let hash = hash::of(&self.package, import);
        match self.findings(found, &hash, &of) {
            Ok(owners) => {
                let mut errors = Errors::new();
                if let ImportItem::Block(block) = &mut import.item.clone() {
                    owner::adopt(block, &owners, &mut errors);
                }
                self.errors(found, &errors);
            }
            Err(error) => {
                let message = format!("nothing is known of this import: {error}");
                self.add(found, Span::call_site(), &message);
            }
        }
    }

    /// An export has a record if some header knows it.
    fn export(&mut self, found: &Found, export: &Export) {
        let of = |address: &str| export.tokens_of(address);
        let hash = hash::of_export(&self.package, export);
        let _ = self.findings(found, &hash, &of);
    }

    /// Says what is found, and gives what the record tells of types that close themselves.
    fn findings(
        &mut self,
        found: &Found,
        hash: &Hash,
        tokens_of: &dyn Fn(&str) -> Option<TokenStream>,
    ) -> Result<Vec<Owner>, record::Error> {
        let path = record::record_path(&self.out_dir, hash);
        let record = Record::parse(&fs::read_to_string(path).unwrap_or_default())?;
        self.seen.insert((found.file.clone(), found.line));
        for finding in record.findings {
            let tokens = tokens_of(&finding.node);
            let span = tokens.map_or_else(Span::call_site, |tokens| tokens.span());
            self.add(found, span, &finding.message);
        }
        Ok(record.owners)
    }

    /// What C is found to say is verified like what a person writes; what is wrong with it is said where its name is.
    fn discovered(&mut self, found: &Found, module: &Import) {
        let file = record::text_path(&self.out_dir, &hash::of(&self.package, module));
        let text = fs::read_to_string(&file).unwrap_or_default();
        let ImportItem::Module(asked) = &module.item else {
            return;
        };
        for (_, text) in record::texts(&text) {
            let Ok(parsed) = syn::parse_file(text) else {
                continue;
            };
            for (attr, item) in scan::imports(parsed) {
                let Ok(import) = Import::of_item(attr, item) else {
                    continue;
                };
                let place = |address: &str| {
                    let name = address.split('/').next().unwrap_or(address);
                    let wanted = asked.asked_for(name, c_name(&import, name).as_deref());
                    let ident = wanted.map_or(&asked.ident, |wanted| &wanted.ident);
                    Some(ident.to_token_stream())
                };
                let _ = self.findings(found, &hash::of(&self.package, &import), &place);
            }
        }
    }
}

/// What C calls the part of `import` that is called `name`.
fn c_name(import: &Import, name: &str) -> Option<String> {
    let block = match &import.item {
        ImportItem::Block(block) => block,
        ImportItem::Aggregate(item) => return Some(item.c_name.clone()),
        ImportItem::Enumeration(item) => return Some(item.c_name.clone()),
        ImportItem::Alias(item) => return Some(item.c_name.clone()),
        ImportItem::FnPointer(item) => return Some(item.c_name.clone()),
        ImportItem::Constant(_) | ImportItem::Module(_) => return None,
    };
    let mut statics = block.statics();
    let variable = statics.find(|variable| variable.name() == name)?;
    Some(variable.c_name.clone())
}
