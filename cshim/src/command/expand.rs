//! `cgocall expand`: the files between a Rust file and its C, named as `go tool cgo` names them.
//!
//! ```text
//! ffi.cgo1.rs       the file, with what C says of discovered names in it: `mod C { .. }` has the declarations
//! _cgo_gotypes.rs   the file, with what the macros make of its imports and exports in their places
//! ffi.cgo2.c        the stubs of its imports; ffi_2.cgo2.c and so on where headers or preambles differ
//! _cgo_export.h     the package's exports, for C
//! ```
//!
//! There is no `_cgo_export.c`: the C symbol of an export is a Rust function.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use cgocall_syntax::hash::{self, Package as Name};
use cgocall_syntax::{Import, record};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree, Visibility};

use super::Failure;
use super::args::ExpandWish;
use super::check::{current_dir, verify};
use super::gotypes;
use super::package::Package;
use super::paste;
use super::rustc;
use super::script::Script;
use crate::context::Context;
use crate::quote;
use crate::scan::{self, Found};

/// What the macros make, which rustc alone can say.
const GOTYPES: &str = "_cgo_gotypes.rs";
const EXPORT: &str = "_cgo_export.h";

/// Writes the files; the text names them.
pub(super) fn expand(wish: &ExpandWish) -> Result<String, Failure> {
    let dir = current_dir()?;
    let file = &wish.file;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let package = match dir.join("Cargo.toml").exists() {
        true => Package::read(&dir, &wish.common.features)?,
        false => Package::none(dir.clone(), &stem),
    };
    let script = Script::of(&package, &wish.common)?;
    let here = rustc::real(&dir.join(file));
    let is_here = |file: &Path| rustc::real(&dir.join(file)) == here;
    // What it speaks of may stand in other files of the package.
    let mut roots = package.roots();
    let mut found = scan::scan(&dir, &roots, &script.cfgs());
    let is_part = found.watched.iter().any(|file| is_here(file));
    if !is_part {
        roots = vec![file.clone()];
        found = scan::scan(&dir, &roots, &script.cfgs());
    }
    let mut verified = verify(&package, &script, "expand", roots, true)?;
    verified
        .mistakes
        .retain(|mistake| !is_part || is_here(&mistake.file));
    verified.tell(&dir)?;
    let expander = Expander {
        package: Name {
            name: package.name.clone(),
            version: package.version.clone(),
        },
        out_dir: &script.out("expand"),
    };
    let text = fs::read_to_string(dir.join(file))
        .map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
    let mut written = vec![(format!("{stem}.cgo1.rs"), expander.rust(&text)?)];
    let is_here = |found: &&Found| is_here(&found.file);
    let imports = found.imports.iter().filter(is_here);
    let imports: Vec<Import> = imports
        .filter_map(|found| Import::parse(found.attr.clone(), found.item.clone()).ok())
        .collect();
    let stubs = expander.stubs(&imports, &first_line(file));
    for (index, stubs) in stubs.into_iter().enumerate() {
        written.push((stubs_name(&stem, index + 1), stubs));
    }
    let header = expander
        .out_dir
        .join("cgo")
        .join(format!("{}.h", package.name));
    let header = fs::read_to_string(header).ok();
    written.extend(header.map(|text| (EXPORT.to_owned(), text)));
    let unwritable = |error| {
        Failure::Sentence(format!(
            "`{}` cannot be written to: {error}",
            wish.dir.display()
        ))
    };
    write(&wish.dir, &written).map_err(unwritable)?;
    forget(&wish.dir, &stem, file, &written).map_err(unwritable)?;
    let mut list: String = written
        .iter()
        .map(|(name, _)| format!("{}\n", wish.dir.join(name).display()))
        .collect();
    let mut ours = found.imports.iter().chain(&found.exports);
    if !ours.any(|found| is_here(&found)) {
        return Ok(list);
    }
    if !dir.join("Cargo.toml").exists() {
        eprintln!(
            "note: `{GOTYPES}` is not written: there is no Cargo.toml here, and only cargo runs macros"
        );
        return Ok(list);
    }
    let made = rustc::expanded(&dir, &wish.common, &script.cfgs(), file)
        .and_then(|made| gotypes::merged(&text, made));
    match made {
        Ok(made) => {
            write(&wish.dir, &[(GOTYPES.to_owned(), made)]).map_err(unwritable)?;
            list += &format!("{}\n", wish.dir.join(GOTYPES).display());
            Ok(list)
        }
        Err(sentence) => {
            super::print(&list);
            Err(Failure::Sentence(format!(
                "{sentence}; `{GOTYPES}` is not written, the other files are"
            )))
        }
    }
}

fn write(dir: &Path, files: &[(String, String)]) -> std::io::Result<()> {
    fs::create_dir_all(dir)?;
    files
        .iter()
        .try_for_each(|(name, text)| fs::write(dir.join(name), text))
}

/// From 1.
fn stubs_name(stem: &str, number: usize) -> String {
    match number {
        1 => format!("{stem}.cgo2.c"),
        _ => format!("{stem}_{number}.cgo2.c"),
    }
}

/// Of the stubs of a file.
fn first_line(file: &Path) -> String {
    format!("/* The stubs of imports in {}. */\n", file.display())
}

/// Removes what an earlier run has left for the file, and this one has not written.
fn forget(
    dir: &Path,
    stem: &str,
    file: &Path,
    written: &[(String, String)],
) -> std::io::Result<()> {
    for name in [GOTYPES, EXPORT] {
        if dir.join(name).is_file() && written.iter().all(|(other, _)| other != name) {
            fs::remove_file(dir.join(name))?;
        }
    }
    for number in 1.. {
        let name = stubs_name(stem, number);
        if written.iter().any(|(other, _)| *other == name) {
            continue;
        }
        // Of another file that is called so, perhaps.
        let text = fs::read(dir.join(&name)).unwrap_or_default();
        if !text.starts_with(first_line(file).as_bytes()) {
            break;
        }
        fs::remove_file(dir.join(&name))?;
    }
    Ok(())
}

struct Expander<'a> {
    package: Name,
    out_dir: &'a Path,
}

impl Expander<'_> {
    /// The Rust file, with modules that say themselves what C says.
    fn rust(&self, text: &str) -> Result<String, String> {
        let (head, file) =
            super::parse_after_head(text).map_err(|error| format!("this is no Rust: {error}"))?;
        let (head, text) = text.split_at(head);
        let mut modules = Modules {
            expander: self,
            text,
            edits: Vec::new(),
            error: None,
        };
        modules.visit_file(&file);
        if let Some(error) = modules.error {
            return Err(error);
        }
        let mut edits = modules.edits;
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.from));
        let mut text = text.to_owned();
        for Edit { from, to, new } in edits {
            text.replace_range(from..to, &new);
        }
        Ok(format!("{head}{text}"))
    }

    /// What C says of the names of `module`.
    fn declarations(&self, module: &Import) -> Option<String> {
        let hash = hash::of(&self.package, module);
        let file = fs::read_to_string(record::text_path(self.out_dir, &hash)).ok()?;
        let (_, text) = record::texts(&file).next()?;
        Some(text.to_owned())
    }

    /// The stubs, a file for each C context.
    fn stubs(&self, imports: &[Import], first_line: &str) -> Vec<String> {
        let mut all: Vec<Import> = Vec::new();
        for import in imports {
            all.push(import.clone());
            if let cgocall_syntax::ImportItem::Module(module) = &import.item {
                all.extend(module.declared.as_deref().cloned());
                let text = self.declarations(import).unwrap_or_default();
                let file = syn::parse_file(&text);
                let found = file.map(scan::imports).unwrap_or_default();
                let found = found.into_iter();
                all.extend(found.filter_map(|(attr, item)| Import::of_item(attr, item).ok()));
            }
        }
        let mut files: Vec<(Context, String)> = Vec::new();
        let mut seen = HashSet::new();
        for import in all {
            let hash = hash::of(&self.package, &import);
            let path = self.out_dir.join("cgo/stub").join(format!("{hash}.c"));
            let Ok(text) = fs::read_to_string(path) else {
                continue;
            };
            // One file may have been reached in two ways.
            if !seen.insert(hash) {
                continue;
            }
            let text = text.split_once('\n').map_or("", |(_, rest)| rest);
            let text = self.place(text);
            let context = Context::of(&import.attr);
            match files.iter_mut().find(|(known, _)| *known == context) {
                // The same text of C comes before it.
                Some((_, file)) => {
                    let stubs = text
                        .split_once(GENERATED)
                        .map_or(&*text, |(_, stubs)| stubs);
                    file.push_str(stubs);
                }
                None => {
                    files.push((context, first_line.to_owned() + &text));
                }
            }
        }
        files.into_iter().map(|(_, text)| text).collect()
    }
}

impl Expander<'_> {
    /// The stubs with the files of ours as `C`: their folder is gone when somebody reads this.
    fn place(&self, stubs: &str) -> String {
        let ours = format!("\"{}", quote::string(&self.out_dir.display().to_string()));
        let lines = stubs.lines().map(|line| match line.split_once(&ours) {
            Some((line, _)) if line.starts_with("#line ") => format!("{line}\"C\"\n"),
            _ => format!("{line}\n"),
        });
        lines.collect()
    }
}

/// The end of what a context has before the stubs.
const GENERATED: &str = "#line 1 \"cgo-generated\"\n#include <stddef.h>\n";

/// Before what C says; the macro allows the same.
const OPENING: &str = "
    /// What the C compiler says of the names.
    #[allow(dead_code, unused_imports, clippy::all, clippy::pedantic)]
    #[allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]
    pub mod C {
";

/// A change of the text, in bytes.
struct Edit {
    from: usize,
    to: usize,
    new: String,
}

/// Finds the modules under `#[cgo_import]`, and what to change in them.
struct Modules<'a> {
    expander: &'a Expander<'a>,
    text: &'a str,
    edits: Vec<Edit>,
    error: Option<String>,
}

impl<'ast> Visit<'ast> for Modules<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let ours = |attr: &&Attribute| {
            let last = attr.path().segments.last();
            last.is_some_and(|last| last.ident == "cgo_import")
        };
        if let (Some(attr), Some((brace, items))) =
            (module.attrs.iter().find(ours), &module.content)
        {
            match self.module(module, attr, brace.span.open(), items) {
                Ok(()) => {}
                Err(error) => self.error = Some(error),
            }
        }
        visit::visit_item_mod(self, module);
    }
}

impl Modules<'_> {
    fn module(
        &mut self,
        module: &ItemMod,
        attr: &Attribute,
        open: Span,
        items: &[Item],
    ) -> Result<(), String> {
        let file = syn::File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items: vec![Item::Mod(module.clone())],
        };
        let import = scan::imports(file).pop();
        let import = import.and_then(|(attr, item)| Import::of_item(attr, item).ok());
        let Some(said) = import.and_then(|import| self.expander.declarations(&import)) else {
            // Under a `cfg` that is false.
            return Ok(());
        };
        self.remove(attr.span());
        let said = paste::paste(&said)?;
        let said: String = said
            .lines()
            .map(|line| {
                if line.is_empty() {
                    "\n".to_owned()
                } else {
                    format!("        {line}\n")
                }
            })
            .collect();
        self.after(open, &format!("{OPENING}{said}    }}\n"));
        for item in items {
            match item {
                Item::Use(item) if is_of_c(&item.tree) => self.names(item),
                Item::Verbatim(tokens)
                    if syn::parse2::<syn::ForeignItem>(tokens.clone()).is_ok() =>
                {
                    let attr = self.text_of(attr.span());
                    let before = format!("{attr}\n    unsafe extern \"C\" {{ ");
                    self.before(tokens.span(), &before);
                    self.after(tokens.span(), " }");
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `use C::x;` is `pub use self::C::x;`.
    fn names(&mut self, item: &ItemUse) {
        for attr in item.attrs.iter().filter(|attr| attr.path().is_ident("cgo")) {
            self.remove(attr.span());
        }
        if matches!(item.vis, Visibility::Inherited) {
            self.before(item.use_token.span, "pub ");
        }
        self.before(item.tree.span(), "self::");
    }

    fn text_of(&self, span: Span) -> String {
        self.text
            .get(span.byte_range())
            .unwrap_or_default()
            .to_owned()
    }

    /// With the space up to what follows.
    fn remove(&mut self, span: Span) {
        let range = span.byte_range();
        let rest = self.text.get(range.end..).unwrap_or_default();
        self.edits.push(Edit {
            from: range.start,
            to: range.end + (rest.len() - rest.trim_start().len()),
            new: String::new(),
        });
    }

    fn before(&mut self, span: Span, new: &str) {
        let from = span.byte_range().start;
        self.edits.push(Edit {
            from,
            to: from,
            new: new.to_owned(),
        });
    }

    fn after(&mut self, span: Span, new: &str) {
        let from = span.byte_range().end;
        self.edits.push(Edit {
            from,
            to: from,
            new: new.to_owned(),
        });
    }
}

pub(super) fn is_of_c(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Path(path) if path.ident == "C")
}
