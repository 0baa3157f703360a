//! C types in Rust: what to write for them.

use std::cell::Cell;

use crate::ctext;
use crate::debug_info::{Class, DebugInfo, Id, MOST_LAYERS, Qualifier, Type};
use crate::names::PackageNames;

impl DebugInfo {
    /// The type in Rust, if Rust has one for it. Structs, unions and enums have the names that the package gives them,
    /// else C's.
    pub(crate) fn rust(&self, id: Id, names: &PackageNames) -> Option<String> {
        self.layer(id, names, &Cell::new(MOST_LAYERS))
    }

    fn layer(&self, id: Id, names: &PackageNames, left: &Cell<usize>) -> Option<String> {
        left.set(left.get().checked_sub(1)?);
        let named = |keyword: &str, tag: &str| {
            let tagged = format!("{keyword} {tag}");
            let known = names.in_rust(&tagged).or_else(|| names.in_rust(tag));
            known.unwrap_or(tag).to_owned()
        };
        Some(match self.get(id) {
            Type::Void => "c_void".to_owned(),
            Type::Base { name, bytes, class } => basic(&ctext::tidy(name), *bytes, *class)?,
            Type::Typedef { name, target, .. } => match ctext::fixed(name) {
                Some(rust) => rust.to_owned(),
                None => match (names.in_rust(name), self.get(self.peel(*target))) {
                    (Some(known), _) => known.to_owned(),
                    (None, Type::Aggregate(_) | Type::Enum(_)) => name.clone(),
                    _ => self.layer(*target, names, left)?,
                },
            },
            Type::Qualified(Qualifier::Atomic, _) => return None,
            Type::Qualified(_, target) => self.layer(*target, names, left)?,
            Type::Aggregate(aggregate) => {
                let keyword = if aggregate.is_union {
                    "union"
                } else {
                    "struct"
                };
                named(keyword, aggregate.tag.as_deref()?)
            }
            Type::Enum(list) => match &list.tag {
                Some(tag) => named("enum", tag),
                None => self.layer(list.integer?, names, left)?,
            },
            Type::Pointer(pointee) => match self.get(self.peel(*pointee)) {
                Type::Function { .. } => {
                    format!(
                        "Option<{}>",
                        self.function(self.peel(*pointee), names, left)?
                    )
                }
                _ => {
                    let mutability = if self.is_const(*pointee) {
                        "const"
                    } else {
                        "mut"
                    };
                    format!("*{mutability} {}", self.layer(*pointee, names, left)?)
                }
            },
            Type::Array { elem, len } => {
                format!(
                    "[{}; {}]",
                    self.layer(*elem, names, left)?,
                    len.unwrap_or(0)
                )
            }
            Type::Function { .. } => self.function(id, names, left)?,
            Type::Other { .. } => return None,
        })
    }

    /// Whether what has this type may not be written.
    pub(crate) fn is_const(&self, mut id: Id) -> bool {
        loop {
            match self.get(id) {
                Type::Qualified(Qualifier::Const, _) => return true,
                // `const` of an array is `const` of its elements.
                Type::Qualified(_, next)
                | Type::Typedef { target: next, .. }
                | Type::Array { elem: next, .. } => id = *next,
                _ => return false,
            }
        }
    }

    fn function(&self, id: Id, names: &PackageNames, left: &Cell<usize>) -> Option<String> {
        let Type::Function {
            params,
            result,
            variadic,
            prototyped: true,
        } = self.get(id)
        else {
            return None;
        };
        let mut list = params
            .iter()
            .map(|param| self.layer(*param, names, left))
            .collect::<Option<Vec<String>>>()?;
        list.extend(variadic.then(|| "...".to_owned()));
        let result = match self.get(self.peel(*result)) {
            Type::Void => String::new(),
            _ => format!(" -> {}", self.layer(*result, names, left)?),
        };
        Some(format!(
            "unsafe extern \"C\" fn({}){result}",
            list.join(", ")
        ))
    }
}

fn basic(name: &str, bytes: u64, class: Class) -> Option<String> {
    if let Some((_, rust)) = ctext::BASICS.iter().find(|(c, _)| *c == name) {
        return Some((*rust).to_owned());
    }
    // Of another spelling: what `long double` is has no type in Rust.
    let kind = match class {
        Class::Signed => 'i',
        Class::Unsigned => 'u',
        Class::Char | Class::Bool | Class::Float | Class::Complex => return None,
    };
    (bytes <= 8).then(|| format!("{kind}{}", bytes * 8))
}
