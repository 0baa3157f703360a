//! What the imports of a package know of each other's types.

use std::collections::HashMap;

use cgocall_syntax::{CType, Import, ImportItem};

/// Types that one import declares and another may name.
#[derive(Default)]
pub(crate) struct PackageNames {
    types: HashMap<String, Option<Known>>,
}

#[derive(Clone, PartialEq)]
enum Known {
    /// `type Db;`, and its spelling in C.
    Opaque(String),
    /// `type Token = unsafe extern "C" fn(..);`.
    Pointer(CType),
}

impl PackageNames {
    pub(crate) fn of<'a>(imports: impl IntoIterator<Item = &'a Import>) -> PackageNames {
        let mut names = PackageNames::default();
        for import in imports {
            match &import.item {
                ImportItem::Block(block) => {
                    for opaque in block.opaques() {
                        names.add(opaque.name(), Known::Opaque(opaque.c_name.clone()));
                    }
                }
                ImportItem::FnPointer(pointer) => {
                    names.add(pointer.name(), Known::Pointer(pointer.c.clone()));
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

    /// Whether some import of the package declares `name` as opaque.
    pub(crate) fn is_opaque(&self, name: &str) -> bool {
        matches!(self.types.get(name), Some(Some(Known::Opaque(_)) | None))
    }

    /// `ty`, with the C side of each named type that the package knows.
    pub(crate) fn resolve(&self, ty: &CType) -> CType {
        let mut ty = ty.clone();
        // Function pointers may name function pointers; a cycle cannot be written in Rust.
        ty.visit_mut(&mut |ty| {
            while let CType::Named(named) = ty
                && named.c.is_none()
                && let Some(Some(known)) = self.types.get(named.name())
            {
                match known {
                    Known::Opaque(c) => named.c = Some(c.clone()),
                    Known::Pointer(pointer) => *ty = pointer.clone(),
                }
            }
        });
        ty
    }
}
