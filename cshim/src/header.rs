//! The C header of a package's exports: what a C program includes to call them.
//!
//! It is the same on every machine: declarations in the order of the Rust text, and no paths. C99 and later can read it,
//! and C++11 and later.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use cgocall_syntax::hash::Package;
use cgocall_syntax::{CPath, CType, Export, Import, ImportItem, Mirror, Trait, is_type_in, same};
use syn::Item;

use crate::cfg::Cfgs;
use crate::export::Agreed;
use crate::names::PackageNames;

mod comment;
mod definition;
mod ends;
mod globals;
mod mirror;
mod traits;

pub(crate) use definition::Definition;
use definition::Name;
use globals::{Global, What};

/// A header in the making.
pub(crate) struct Header<'a> {
    package: &'a Package,
    /// Rust types by name; `None` where two have the same name.
    items: HashMap<String, Option<&'a Item>>,
    /// Those that implement `Drop`.
    ends: BTreeSet<String>,
    names: &'a PackageNames,
    imports: Vec<&'a Import>,
    cfgs: &'a Cfgs,
    exports: Vec<Exported>,
    warnings: Vec<String>,
}

struct Exported {
    export: Export,
    symbol: String,
    place: String,
    root: String,
}

impl<'a> Header<'a> {
    pub(crate) fn new(
        package: &'a Package,
        types: &'a [Item],
        names: &'a PackageNames,
        imports: Vec<&'a Import>,
        cfgs: &'a Cfgs,
    ) -> Header<'a> {
        let mut items: HashMap<String, Option<&Item>> = HashMap::new();
        for item in types {
            if let Some(name) = definition::name_of(item) {
                items
                    .entry(name)
                    .and_modify(|known| {
                        if known.is_some_and(|known| !same(known, item)) {
                            *known = None;
                        }
                    })
                    .or_insert(Some(item));
            }
        }
        Header {
            package,
            items,
            ends: ends::of(types),
            names,
            imports,
            cfgs,
            exports: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds an export that stands at `place` and was reached from `root`; a private one is left out.
    pub(crate) fn add(&mut self, export: Export, place: String, root: &str) {
        let Some(symbol) = export.symbol.clone() else {
            return;
        };
        let root = root.to_owned();
        let Some(known) = self.exports.iter().find(|known| known.symbol == symbol) else {
            self.exports.push(Exported {
                export,
                symbol,
                place,
                root,
            });
            return;
        };
        if known.place == place
            && known.root != root
            && [&known.root, &root].iter().any(|r| is_library(r))
        {
            self.warnings.push(format!(
                "`{symbol}` ({place}) is exported by both {} and {root}: a program made of the two has it twice; \
                 let {root} use the library's, or write #[cgo_export(private)]",
                known.root
            ));
        } else if known.place != place {
            self.warnings.push(format!(
                "two functions are exported as `{symbol}`, at {} and at {place}; the header has the first",
                known.place
            ));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.exports.is_empty()
    }

    /// The text of the header, what it could not say, and what is wrong with its names. What a header of the user's declares too is declared
    /// as there: a C file may include both.
    pub(crate) fn finish(&self, agreed: &Agreed) -> Finished {
        let Header {
            package,
            items,
            ends,
            names,
            imports,
            cfgs,
            exports,
            warnings,
        } = self;
        let mut warnings = warnings.clone();
        let mut types = Types {
            items,
            ends,
            names,
            imports,
            cfgs,
            macros: definition::macros(items.values().copied().flatten()),
            used: Used::default(),
        };
        let mut functions = String::new();
        let mut mirrors: Vec<Mirror> = Vec::new();
        let mut mirror = |of: &[Mirror]| {
            for mirror in of {
                if mirrors.iter().all(|known| known.name() != mirror.name()) {
                    mirrors.push(mirror.clone());
                }
            }
        };
        let taker = |ty: &syn::Type| {
            let takers = exports.iter();
            let takes = |taken: Option<&syn::Type>| taken.is_some_and(|taken| same(taken, ty));
            let takers = takers.filter(|exported| takes(exported.export.taken()));
            // Who takes it may do more than free it.
            let taker = takers.min_by_key(|exported| exported.export.name() != "free")?;
            Some(taker.symbol.clone())
        };
        let mut globals: Vec<Global> = Vec::new();
        let mut objects: Vec<Definition> = Vec::new();
        for (of, exported) in exports.iter().enumerate() {
            let (seen, defined) = (types.used.seen.clone(), types.used.definitions.len());
            function(&mut functions, exported, agreed, &mut types, &taker);
            mirror(&exported.export.mirrors);
            // One may have methods that lead to others.
            while let Some(found) = types.used.traits.get(objects.len()).cloned() {
                objects.push(traits::define(&found, &mut types, &taker));
                mirror(&found.mirrors);
            }
            globals.extend(exported.globals(of));
            globals.extend(types.globals(of, &seen, defined));
        }
        let mut owner = false;
        let mirrored = mirrors.iter();
        let mirrored: String = mirrored
            .map(|mirror| mirror::define(mirror, &mut owner, &mut types))
            .collect();
        let last_error = last_error(package, exports);
        let Used {
            includes,
            forward,
            definitions,
            by_value,
            undefined,
            ..
        } = types.used;
        for name in by_value.difference(&definitions.iter().map(|d| d.name.clone()).collect()) {
            if includes.contains_key(name) {
                continue;
            }
            let why = match undefined.get(name) {
                Some(why) => why,
                None => "no `#[repr(C)]` type of that name was found under the roots",
            };
            warnings.push(format!("the header declares `{name}` by value, but {why}"));
        }
        let guard = format!("CGOCALL_{}_H", word(package).to_uppercase());
        let mut text = format!(
            "/* The functions that the Rust package {} exports. Generated by cgocall: changes here are lost. */\n\
             #ifndef {guard}\n#define {guard}\n\n\
             #include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n",
            package.name
        );
        if mirrors.contains(&Mirror::Str) {
            text += "#include <string.h>\n";
        }
        for include in includes.values().collect::<BTreeSet<_>>() {
            let _ = writeln!(text, "#include <{include}>");
        }
        text += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
        let defined: BTreeSet<&String> = definitions.iter().map(|d| &d.name).collect();
        let mut any = false;
        for name in forward.iter().filter(|name| !includes.contains_key(*name)) {
            if !defined.contains(name) {
                let known = items.get(name).copied().flatten();
                comment::write(
                    &mut text,
                    &known.map_or_else(Vec::new, definition::docs_of),
                    &[],
                );
                let _ = writeln!(text, "typedef struct {name} {name};");
                any = true;
            }
        }
        // A struct may hold a pointer to another that is defined later.
        let all = definitions.iter().chain(&objects);
        for definition in all.filter(|d| d.forward.is_some()) {
            let _ = writeln!(
                text,
                "{}",
                definition.forward.as_deref().unwrap_or_default()
            );
            any = true;
        }
        if any {
            text.push('\n');
        }
        for definition in &definitions {
            let _ = writeln!(text, "{}\n", definition.text);
        }
        text += &mirrored;
        for object in &objects {
            let _ = writeln!(text, "{}\n", object.text);
        }
        text += &functions;
        text += &last_error;
        text += "#ifdef __cplusplus\n}\n#endif\n\n";
        let _ = writeln!(text, "#endif /* {guard} */");
        let symbols: Vec<&str> = exports.iter().map(|one| &*one.symbol).collect();
        let mut clashes = Vec::new();
        for clash in globals::clashes(&globals, &symbols) {
            let (of, with) = (&exports[clash.of], clash.with.map(|with| &exports[with]));
            // Two programs of one package have one header, and perhaps never one file that includes it.
            if with.is_some_and(|with| with.root != of.root) {
                warnings.push(format!("`{}` ({}): {}", of.symbol, of.place, clash.message));
            } else {
                clashes.push((of.symbol.clone(), clash.message));
            }
        }
        Finished {
            text,
            warnings,
            clashes,
            definitions,
        }
    }
}

/// A header.
pub(crate) struct Finished {
    pub(crate) text: String,
    /// What it could not say.
    pub(crate) warnings: Vec<String>,
    /// Names that C refuses, or takes for something else: the symbol of an export that brings one, and a message.
    pub(crate) clashes: Vec<(String, String)>,
    /// The types that it defines.
    pub(crate) definitions: Vec<Definition>,
}

impl Exported {
    /// The names of its own.
    fn globals(&self, of: usize) -> Vec<Global> {
        let global = |name: &str, what: What| Global {
            name: name.to_owned(),
            what,
            of,
        };
        let error = self.export.error_symbol();
        let results = self
            .export
            .mirrors
            .iter()
            .filter_map(|mirror| match mirror {
                Mirror::Results(name, _) => Some(global(name, What::Results)),
                _ => None,
            });
        let error = error.map(|error| global(&error, What::Error));
        let own = global(&self.symbol, What::Export);
        [own].into_iter().chain(error).chain(results).collect()
    }
}

fn is_library(root: &str) -> bool {
    root.ends_with("lib.rs")
}

fn function(
    text: &mut String,
    exported: &Exported,
    agreed: &Agreed,
    types: &mut Types<'_>,
    taker: &dyn Fn(&syn::Type) -> Option<String>,
) {
    let export = &exported.export;
    let own = export.c_param_types().into_iter().enumerate();
    let own: Vec<CType> = own
        .map(|(at, ty)| types.spelled(&agreed.part(&exported.symbol, at, ty)))
        .collect();
    let names = export.c_param_names(&|name| types.is_taken(name, &own));
    let mut promises = export.promises(&names, taker);
    promises.extend(ends::promises(export, &names, types));
    comment::write(text, &export.docs(), &promises);
    let params = own.iter().zip(&names);
    let params: Vec<String> = params.map(|(ty, name)| types.declare(ty, name)).collect();
    let result = agreed.part(&exported.symbol, params.len(), export.c_result());
    let params = if params.is_empty() {
        "void".to_owned()
    } else {
        params.join(", ")
    };
    let declaration = types.declare(&result, &format!("{}({params})", exported.symbol));
    let _ = writeln!(text, "{declaration};\n");
    if let Some(error) = export.error_symbol() {
        let symbol = &exported.symbol;
        let _ = writeln!(
            text,
            "/**\n * Why {symbol} has failed: what the last function of this library that failed on this thread said;\n \
             * called by a goroutine, the last that it has called. NULL if none has; there until the next one fails.\n */\nconst char *{error}(void);\n"
        );
    }
}

/// The package's name in names of C.
fn word(package: &Package) -> String {
    let name = package.ident();
    let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    match name.starts_with(|first: char| first.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
}

/// The function that answers for all of them.
fn last_error(package: &Package, exports: &[Exported]) -> String {
    let mut errors = exports
        .iter()
        .filter_map(|exported| exported.export.error_symbol());
    let Some(error) = errors.next() else {
        return String::new();
    };
    let name = format!("{}_last_error", word(package));
    if exports.iter().any(|exported| exported.symbol == name) {
        return String::new(); // it is the user's
    }
    format!(
        "/**\n * What the last function of this library that failed on this thread said; called by a goroutine, the\n * last that \
         it has called. NULL if none has; there until the next one fails.\n */\nstatic inline const char *{name}(void)\n{{\n    return {error}();\n}}\n\n"
    )
}

/// The types that the declarations use.
struct Types<'a> {
    items: &'a HashMap<String, Option<&'a Item>>,
    ends: &'a BTreeSet<String>,
    names: &'a PackageNames,
    imports: &'a [&'a Import],
    cfgs: &'a Cfgs,
    /// What the header may define as macros: enumerators.
    macros: BTreeSet<String>,
    used: Used,
}

#[derive(Default)]
struct Used {
    /// C types whose header an import names.
    includes: HashMap<String, String>,
    /// Types behind pointers.
    forward: BTreeSet<String>,
    /// In the order in which C must see them.
    definitions: Vec<Definition>,
    /// What C implements, in order.
    traits: Vec<Trait>,
    /// Types used by value.
    by_value: BTreeSet<String>,
    /// Types that are there, and why they are not defined.
    undefined: HashMap<String, String>,
    /// Looked at already.
    seen: BTreeSet<String>,
}

impl Types<'_> {
    /// A declaration of `name`; the types in it are noted.
    fn declare(&mut self, ty: &CType, name: &str) -> String {
        let ty = self.spelled(ty);
        self.note(&ty, false);
        ty.declare_with(name, &|named| match &named.c {
            Some(c) => CPath::in_c(c),
            None => named.name().to_owned(),
        })
    }

    /// The type as a declaration has it.
    fn spelled(&self, ty: &CType) -> CType {
        portable(&self.names.resolve(ty, &|_| true))
    }

    /// Whether nothing that is declared beside `types` can be called `name`.
    fn is_taken(&self, name: &str, types: &[CType]) -> bool {
        let types: Vec<&CType> = types.iter().collect();
        self.macros.contains(name) || is_type_in(&types, name)
    }

    /// A declaration of `name` as a pointer to `ty`, which is an element of an array.
    fn declare_pointer(&mut self, ty: &CType, name: &str) -> String {
        self.note(&self.names.resolve(ty, &|_| true), false);
        self.declare(&CType::pointer(ty.clone(), false), name)
    }

    fn note(&mut self, ty: &CType, pointed_to: bool) {
        match ty {
            CType::Void | CType::Prim(_) => {}
            // A portable spelling of a primitive.
            CType::Named(named) if named.rust.is_empty() => {}
            CType::Named(named) => self.name(named.c_name().to_owned(), named.name(), pointed_to),
            CType::Pointer { pointee, .. } => self.note(pointee, true),
            CType::Function { params, result, .. } => {
                params.iter().for_each(|param| self.note(param, false));
                self.note(result, false);
            }
            CType::Array { elem, .. } => self.note(elem, false),
        }
    }

    fn name(&mut self, c: String, rust: &str, pointed_to: bool) {
        if let Some(include) = self.include_of(&c) {
            self.used.includes.insert(c, include);
            return;
        }
        if c.contains(' ') {
            return; // `struct stat *` declares itself
        }
        if !pointed_to {
            self.used.by_value.insert(c.clone());
        }
        if !self.used.seen.insert(c.clone()) {
            return;
        }
        let item = self.items.get(rust).copied().flatten();
        if let Some(Item::Trait(item)) = item
            && let Some(found) = traits::of(item)
        {
            self.used.traits.push(*found);
            return;
        }
        // A definition first notes, and so defines, what it is made of.
        match item.map(|item| definition::define(item, self).0) {
            Some(Ok(definition)) => self.used.definitions.push(definition),
            Some(Err(why)) => {
                let why = match why {
                    Name::Opaque => None,
                    Name::Unsaid => {
                        Some("C has nothing but its name: write `#[cgo_export]` on it".to_owned())
                    }
                    Name::Unknown(why) => {
                        Some(format!("{why}; write two types, each under a `cfg`"))
                    }
                };
                if let Some(why) = why {
                    self.used.undefined.insert(c.clone(), why);
                }
                self.used.forward.insert(c);
            }
            None => {
                self.used.forward.insert(c);
            }
        }
    }

    /// The names of the types that the export `of` has brought, since these were `seen` and so many `defined`.
    fn globals(&self, of: usize, seen: &BTreeSet<String>, defined: usize) -> Vec<Global> {
        let mut list = Vec::new();
        for name in self.used.seen.difference(seen) {
            let item = self.items.get(name).copied().flatten();
            let ours = item.is_some_and(|item| definition::is_ours_of(item, self.cfgs));
            list.push(Global {
                name: name.clone(),
                what: What::Type { ours },
                of,
            });
        }
        for definition in &self.used.definitions[defined..] {
            list.extend(definition.enumerators.iter().map(|name| Global {
                name: name.clone(),
                what: What::Variant(definition.name.clone()),
                of,
            }));
        }
        list
    }

    /// The header that an import has for the type `c`.
    fn include_of(&self, c: &str) -> Option<String> {
        self.imports.iter().find_map(|import| {
            let is_theirs = match &import.item {
                ImportItem::Block(block) => block.opaques().any(|opaque| opaque.c_name == c),
                ImportItem::Aggregate(item) => item.c_name == c,
                ImportItem::Enumeration(item) => item.c_name == c,
                ImportItem::Alias(item) => item.c_name == c,
                ImportItem::FnPointer(_) | ImportItem::Constant(_) | ImportItem::Module(_) => false,
            };
            is_theirs.then_some(())?;
            import.attr.include.last().map(|text| text.value.clone())
        })
    }
}

/// The type with primitives as a header for others should spell them.
fn portable(ty: &CType) -> CType {
    let mut ty = ty.clone();
    ty.visit_mut(&mut |ty| {
        if let CType::Prim(prim) = ty {
            *ty = crate::spell::verbatim(&prim.portable());
        }
    });
    ty
}

#[cfg(test)]
mod clashes;
#[cfg(test)]
mod tests;
