//! The structs that C has for types of Rust's.

use super::kind::Kind;
use crate::ctype::{CType, Named};
use crate::prim::Prim;
use crate::types::ctype;
use syn::{Error, Type};

/// A struct that the header defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mirror {
    /// `&str`: `cgo_str`.
    Str,
    /// `String`: `cgo_string`.
    Text,
    /// `Vec<T>`: `cgo_vec_int`.
    Vec(CType),
    /// `Option` of a primitive: `cgo_option_int`.
    Maybe(&'static Prim),
    /// A tuple: `divide_result`.
    Results(String, Vec<CType>),
}

impl Mirror {
    /// Its name in C.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Mirror::Str => "cgo_str".to_owned(),
            Mirror::Text => "cgo_string".to_owned(),
            Mirror::Vec(elem) => format!("cgo_vec_{}", word(elem)),
            Mirror::Maybe(prim) => format!("cgo_option_{}", word(&CType::Prim(prim))),
            Mirror::Results(name, _) => name.clone(),
        }
    }

    pub(crate) fn c(&self) -> CType {
        CType::Named(Named {
            rust: String::new(),
            c: Some(self.name()),
        })
    }

    /// What stands in a `Vec`: one word to C, or a pointer to that.
    pub(crate) fn elem(ty: &Type) -> syn::Result<CType> {
        if !matches!(Kind::of(ty), Kind::Other) {
            let message = "C reads the elements as they stand in memory, and has no such type; let them be numbers, pointers or \
                           `#[repr(C)]` structs";
            return Err(Error::new_spanned(ty, message));
        }
        let c = ctype(ty)?;
        if word(&c).is_empty() {
            let message = "C gets an array of these by the name of the type; let the elements be of a type that has a name, \
                           or pointers to it";
            return Err(Error::new_spanned(ty, message));
        }
        Ok(c)
    }
}

/// What is part of another name for the type; nothing for what has no name itself. No two types have one.
fn word(ty: &CType) -> String {
    match ty {
        CType::Void => "void".to_owned(),
        CType::Prim(prim) => prim.portable().replace(' ', "_"),
        CType::Named(named) => user_word(named.name()),
        CType::Pointer { pointee, is_const } => match word(pointee) {
            word if word.is_empty() => word,
            word if *is_const && matches!(**pointee, CType::Pointer { .. }) => {
                format!("{word}_const_ptr")
            }
            word if *is_const => format!("const_{word}_ptr"),
            word => format!("{word}_ptr"),
        },
        CType::Function { .. } | CType::Array { .. } => String::new(),
    }
}

/// A type that the user has named like one of the words here, or like what the header puts around one, has a `_` there.
fn user_word(name: &str) -> String {
    let mut word = name.to_owned();
    let is_prim = |prim| self::word(&CType::Prim(prim)) == name;
    let ends = ["_", "_ptr", "_const", "_free", "_DEFINED"];
    if name == "void" || Prim::all().any(is_prim) || ends.iter().any(|end| name.ends_with(end)) {
        word.push('_');
    }
    if ["_", "const_"].iter().any(|start| name.starts_with(start)) {
        word.insert(0, '_');
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    #[test]
    fn no_two_types_have_one_word() {
        let names = [
            "Foo",
            "Foo_",
            "Foo_ptr",
            "Foo_const",
            "Foo_free",
            "Foo_DEFINED",
            "Foo_ptr_",
        ];
        let more = [
            "Foo_ptr_const",
            "const_Foo",
            "void",
            "unsigned_long",
            "const_Foo_ptr",
            "_const_Foo",
            "int",
        ];
        let named = names.iter().chain(&more).map(|name| {
            CType::Named(Named {
                rust: (*name).to_owned(),
                c: None,
            })
        });
        let prims = ["c_int", "c_ulong", "u8"].map(CType::prim);
        let mut types: HashSet<CType> = named.chain(prims).chain([CType::Void]).collect();
        for _ in 0..3 {
            let pointers = types
                .iter()
                .flat_map(|ty| [false, true].map(|is_const| CType::pointer(ty.clone(), is_const)));
            types = pointers.chain(types.iter().cloned()).collect();
        }
        let mut words: HashMap<String, CType> = HashMap::new();
        for ty in types {
            let made = word(&ty);
            for name in [
                made.clone(),
                format!("{made}_free"),
                format!("{made}_DEFINED"),
            ] {
                let other = words.insert(name.clone(), ty.clone());
                assert!(other.is_none(), "{name}: {ty:?} and {other:?}");
            }
        }
    }
}
