//! What the Rust text of a package says about its types' names.

use std::collections::{HashMap, HashSet};

use cgocall_syntax::owner::{self, Owner};
use cgocall_syntax::{CType, Import, ImportItem, Mention, Named, types};
use quote::quote;
use syn::Item;
use syn::ext::IdentExt as _;

/// Types that one item declares and another may name.
#[derive(Default)]
pub(crate) struct PackageNames {
    types: HashMap<String, Option<Known>>,
    /// Types that close themselves: what Rust calls them, and what C does.
    owners: HashSet<(String, String)>,
}

#[derive(Clone, PartialEq)]
enum Known {
    /// `type Db;` in an import, and its spelling in C.
    Opaque(String),
    /// `#[cgo(drop = ..)] type Db;` in an import, and the spelling in C of what it points to.
    Owner(String),
    /// A struct, union, enum or alias under `#[cgo_import]`, and its spelling in C.
    Spelled(String),
    /// `type Token = unsafe extern "C" fn(..);` under `#[cgo_import]`.
    Pointer(CType),
    /// `type Id = c_uint;`.
    Alias(CType),
}

/// More than anyone nests; a cycle, which rustc refuses, must end too.
const MOST_STEPS: usize = 64;

impl PackageNames {
    /// From the imports, and from the type aliases among `items`.
    pub(crate) fn of<'a>(
        imports: impl IntoIterator<Item = &'a Import>,
        items: &[Item],
    ) -> PackageNames {
        let mut names = PackageNames::default();
        for import in imports {
            match &import.item {
                ImportItem::Block(block) => {
                    for opaque in block.opaques() {
                        if opaque.closes.is_some() {
                            names.owners.insert((opaque.name(), opaque.c_name.clone()));
                        }
                        let known = match opaque.closes {
                            Some(_) => Known::Owner,
                            None => Known::Opaque,
                        };
                        names.add(opaque.name(), known(opaque.c_name.clone()));
                    }
                }
                ImportItem::FnPointer(pointer) => {
                    names.add(pointer.name(), Known::Pointer(pointer.c.clone()));
                }
                ImportItem::Aggregate(item) => {
                    names.add(item.name(), Known::Spelled(item.c_name.clone()));
                }
                ImportItem::Enumeration(item) => {
                    names.add(item.name(), Known::Spelled(item.c_name.clone()));
                }
                ImportItem::Alias(item) => {
                    names.add(item.name(), Known::Spelled(item.c_name.clone()));
                }
                ImportItem::Constant(_) | ImportItem::Module(_) => {}
            }
        }
        for item in items {
            if let Item::Type(alias) = item
                && alias.generics.params.is_empty()
                && let Some(ty) = ctype(&alias.ty)
            {
                let name = alias.ident.unraw().to_string();
                // A type under our attribute is known better, if this is it: of pointers to functions rustc tells none
                // from the other.
                match names.types.get(&name) {
                    Some(Some(Known::Spelled(_))) => {}
                    Some(Some(Known::Pointer(pointer))) if *pointer == ty => {}
                    _ => names.add(name, Known::Alias(ty)),
                }
            }
        }
        names
    }

    /// Two types of one name in different modules: neither is taken for the other.
    fn add(&mut self, name: String, known: Known) {
        let place = self
            .types
            .entry(name)
            .or_insert_with(|| Some(known.clone()));
        if place.as_ref() != Some(&known) {
            *place = None;
        }
    }

    /// What the package calls C's type `c`, where it imports it.
    pub(crate) fn in_rust(&self, c: &str) -> Option<&str> {
        let mut names: Vec<&str> = self
            .types
            .iter()
            .filter(|(_, known)| {
                matches!(known, Some(Known::Opaque(theirs) | Known::Spelled(theirs)) if theirs == c)
            })
            .map(|(name, _)| name.as_str())
            .collect();
        // Of several, always the same.
        names.sort_unstable();
        names.first().copied()
    }

    /// Whether some import of the package declares `name` as opaque.
    pub(crate) fn is_opaque(&self, name: &str) -> bool {
        matches!(
            self.types.get(name),
            Some(Some(Known::Opaque(_) | Known::Owner(_)) | None)
        )
    }

    /// Whether it is what a type that closes itself points to.
    pub(crate) fn is_owned(&self, named: &Named) -> bool {
        let name = (named.name().to_owned(), named.c_name().to_owned());
        self.owners.contains(&name)
    }

    /// Which of the types that `item` names close themselves, as another import of the package says.
    pub(crate) fn owners(&self, item: &ImportItem) -> Vec<Owner> {
        let ImportItem::Block(block) = item else {
            return Vec::new();
        };
        let own = owner::owners(block);
        let mut owners: Vec<Owner> = Vec::new();
        for function in block.functions() {
            let types = function.params.iter().map(|param| &param.ty);
            for mention in types.chain(&function.ret.ty).flat_map(types::mentions) {
                let Mention::Named(_, named, _) = mention else {
                    continue;
                };
                if let Some(Some(Known::Owner(c))) = self.types.get(named.name())
                    && !own
                        .iter()
                        .chain(&owners)
                        .any(|owner| owner.rust == named.rust)
                {
                    owners.push(Owner {
                        rust: named.rust,
                        c: c.clone(),
                    });
                }
            }
        }
        owners
    }

    /// What the package's own alias of this name is, if no import declares the type.
    pub(crate) fn alias(&self, named: &Named) -> Option<&CType> {
        match self.types.get(named.name()) {
            Some(Some(Known::Alias(ty))) if named.c.is_none() => Some(ty),
            _ => None,
        }
    }

    /// `ty`, with the C side of each named type that the package knows. An alias counts only where C has
    /// no type of that name: `in_c` says so.
    pub(crate) fn resolve(&self, ty: &CType, in_c: &dyn Fn(&str) -> bool) -> CType {
        let mut ty = ty.clone();
        let mut steps = 0;
        ty.visit_mut(&mut |ty| {
            while let CType::Named(named) = ty
                && named.c.is_none()
                && let Some(Some(known)) = self.types.get(named.name())
                && steps < MOST_STEPS
            {
                steps += 1;
                match known {
                    Known::Opaque(c) | Known::Owner(c) | Known::Spelled(c) => {
                        named.c = Some(c.clone())
                    }
                    Known::Pointer(pointer) => *ty = pointer.clone(),
                    Known::Alias(_) if in_c(named.name()) => break,
                    Known::Alias(target) => *ty = target.clone(),
                }
            }
        });
        ty
    }
}

/// The C type of a type that stands outside an import: the type table's, by way of a declaration.
pub(crate) fn ctype(ty: &syn::Type) -> Option<CType> {
    let block = quote!(unsafe extern "C" { static field: #ty; });
    let import = Import::parse(Default::default(), block).ok()?;
    Some(import.block()?.statics().next()?.c.clone())
}
