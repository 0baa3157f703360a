//! What C calls parameters, fields and members: as Rust does, unless that is no name there.
//!
//! What the user has written keeps its name where C can have it; what cannot, and what we make up, has as many `_` behind it
//! as set it apart from the others.

use crate::ctype::CType;
use crate::slot::Param;
use crate::standard;
use proc_macro2::Ident;

/// A name before it is known whether C can have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// By the user.
    Written(String),
    /// By us.
    Made(String),
}

/// The names in C of those that stand side by side; none is one that `is_taken`.
#[must_use]
pub fn side_by_side(names: &[Member], is_taken: &dyn Fn(&str) -> bool) -> Vec<String> {
    let is_taken = |name: &String| standard::is_taken(name) || is_taken(name);
    let mut used: Vec<String> = Vec::new();
    let kept = names.iter().map(|name| match name {
        Member::Written(name)
            if !standard::is_reserved(name) && !is_taken(name) && !used.contains(name) =>
        {
            used.push(name.clone());
            Some(name.clone())
        }
        _ => None,
    });
    let kept: Vec<Option<String>> = kept.collect();
    let called = kept.into_iter().zip(names).map(|(kept, name)| {
        let (Member::Written(name) | Member::Made(name)) = name;
        kept.unwrap_or_else(|| {
            let mut name = name.clone();
            if standard::is_reserved(&name) {
                name.push('_');
            }
            while is_taken(&name) || used.contains(&name) {
                name.push('_');
            }
            used.push(name.clone());
            name
        })
    });
    called.collect()
}

/// The names that parameters would have in C: `called` says what Rust calls one.
pub(crate) fn of_params(params: &[Param], called: impl Fn(&Ident) -> String) -> Vec<Member> {
    let names = params.iter().flat_map(|param| {
        let slots = param.arg.slots.len();
        let name = called(&param.ident);
        (0..slots).map(move |slot| match slot {
            0 => Member::Written(name.clone()),
            _ => Member::Made(format!("{name}_len")),
        })
    });
    names.collect()
}

/// Whether `name` is a type in one of `types`, which could not be written behind a parameter or a member of that name. (What is
/// `struct stat` can.)
#[must_use]
pub fn is_type_in(types: &[&CType], name: &str) -> bool {
    let mut named = types.iter().flat_map(|ty| ty.named());
    named.any(|named| named.c_name() == name || named.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(names: &[Member]) -> Vec<String> {
        side_by_side(names, &|_| false)
    }

    fn written(name: &str) -> Member {
        Member::Written(name.to_owned())
    }

    fn made(name: &str) -> Member {
        Member::Made(name.to_owned())
    }

    #[test]
    fn what_is_written_stays_where_c_can_have_it() {
        let names = [
            made("buf_len"),
            written("buf_len"),
            made("result"),
            written("result_"),
        ];
        assert_eq!(called(&names), ["buf_len_", "buf_len", "result", "result_"]);
        let names = [written("class"), written("class_"), written("errno")];
        assert_eq!(called(&names), ["class__", "class_", "errno_"]);
        let names = [made("x"), written("x"), made("x")];
        assert_eq!(called(&names), ["x_", "x", "x__"]);
    }

    #[test]
    fn a_type_of_the_declaration_is_no_name_in_it() {
        let ty = |rust: &str, c: Option<&str>| {
            let c = c.map(str::to_owned);
            CType::pointer(
                CType::Named(crate::Named {
                    rust: rust.to_owned(),
                    c,
                }),
                false,
            )
        };
        let (point, stat) = (ty("ffi::point", None), ty("Stat", Some("struct stat")));
        let types = [&point, &stat];
        let names = [written("point"), written("stat"), written("other")];
        let called = side_by_side(&names, &|name| is_type_in(&types, name));
        assert_eq!(called, ["point_", "stat", "other"]);
    }
}
