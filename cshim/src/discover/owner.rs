//! Which module of a package owns a type that several have discovered: one struct of C is one type of Rust.
//!
//! The most visible module owns, the others have an alias, by a path that begins at their own place: a root need not be
//! the crate's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::discover::declare::{TypeItem, escape};
use crate::scan::{Level, Reach};

/// Where a module of a package is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Which root led there.
    pub(crate) root: usize,
    /// From the root down to the module itself; `None` inside of a function, where no path leads.
    pub(crate) levels: Option<Vec<Level>>,
}

/// Who has a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The module itself.
    Own,
    /// Another: the path to it.
    Other(String),
    /// Another that cannot be reached from here: the module to open.
    Closed(String),
}

/// For each module and each of its types, who has it.
pub(crate) fn owners(
    modules: &[(Place, &BTreeMap<String, TypeItem>)],
) -> Vec<HashMap<String, Owner>> {
    let mut claims: BTreeMap<(usize, &str, String), Vec<usize>> = BTreeMap::new();
    for (index, (place, types)) in modules.iter().enumerate() {
        for name in types.keys() {
            let meaning = meaning(types, name);
            claims
                .entry((place.root, name, meaning))
                .or_default()
                .push(index);
        }
    }
    let mut owners = vec![HashMap::new(); modules.len()];
    for ((_, name, _), claimants) in claims {
        // The first of the most visible: `max_by_key` alone would take the last.
        let owner = claimants
            .iter()
            .copied()
            .rev()
            .filter_map(|index| Some((index, standing(&modules[index].0)?)))
            .max_by_key(|(_, standing)| *standing);
        for index in claimants {
            let whose = match owner {
                Some((owner, _)) if owner != index => {
                    match (&modules[index].0.levels, &modules[owner].0.levels) {
                        (Some(from), Some(to)) => path(from, to, name),
                        _ => Owner::Own,
                    }
                }
                _ => Owner::Own,
            };
            owners[index].insert(name.to_owned(), whose);
        }
    }
    owners
}

/// How good an owner the module is: how far out it can be seen. None if it may not be there, or cannot be named.
fn standing(place: &Place) -> Option<(usize, usize)> {
    let levels = place.levels.as_ref()?;
    let is_certain = levels.iter().all(|level| level.certain);
    let hidden = levels
        .iter()
        .filter(|level| level.reach == Reach::Parent)
        .count();
    is_certain.then_some((usize::MAX - hidden, usize::MAX - levels.len()))
}

/// What a type is, with all that it mentions.
fn meaning(types: &BTreeMap<String, TypeItem>, name: &str) -> String {
    let mut reached = BTreeSet::from([name]);
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        let mentions = types.get(name).into_iter().flat_map(|item| &item.mentions);
        open.extend(
            mentions
                .map(String::as_str)
                .filter(|name| reached.insert(name)),
        );
    }
    let texts = reached
        .iter()
        .filter_map(|name| Some(types.get(*name)?.text.as_str()));
    texts.collect()
}

/// From inside the `C` of the module at `from` to a type in the `C` of the module at `to`.
fn path(from: &[Level], to: &[Level], name: &str) -> Owner {
    let shared = from
        .iter()
        .zip(to)
        .take_while(|(a, b)| a.name == b.name)
        .count();
    // Whoever is below a module sees its children, however private; further down a module must be open.
    if let Some(closed) = to
        .iter()
        .skip(shared + 1)
        .find(|level| level.reach == Reach::Parent)
    {
        return Owner::Closed(closed.name.clone());
    }
    let up = std::iter::repeat_n("super", 1 + from.len() - shared);
    let down = to[shared..].iter().map(|level| level.name.as_str());
    let (down, name): (Vec<String>, String) = (down.map(escape).collect(), escape(name));
    let down = down.iter().map(String::as_str);
    let path: Vec<&str> = up.chain(down).chain(["C", &name]).collect();
    Owner::Other(path.join("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &[&str]) -> Place {
        let level = |name: &&str| {
            let (name, reach) = match name.strip_prefix("pub ") {
                Some(name) => (name, Reach::Crate),
                None => (*name, Reach::Parent),
            };
            Level {
                name: name.to_owned(),
                reach,
                certain: true,
            }
        };
        Place {
            root: 0,
            levels: Some(path.iter().map(level).collect()),
        }
    }

    fn types(list: &[(&str, &str, &[&str])]) -> BTreeMap<String, TypeItem> {
        let item = |(name, text, mentions): &(&str, &str, &[&str])| {
            let item = TypeItem {
                docs: String::new(),
                at: None,
                text: (*text).to_owned(),
                after: String::new(),
                is_opaque: false,
                mentions: mentions.iter().map(|name| (*name).to_owned()).collect(),
            };
            ((*name).to_owned(), item)
        };
        list.iter().map(item).collect()
    }

    fn other(path: &str) -> Owner {
        Owner::Other(path.to_owned())
    }

    #[test]
    fn the_most_visible_module_owns_and_the_others_use() {
        let types = types(&[("s", "struct s", &[])]);
        let modules = [
            (place(&["a", "z"]), &types),
            (place(&["pub b", "pub z"]), &types),
            (place(&["y"]), &types),
        ];
        let owners = owners(&modules);
        assert_eq!(owners[0]["s"], other("super::super::super::b::z::C::s"));
        assert_eq!(owners[1]["s"], Owner::Own);
        assert_eq!(owners[2]["s"], other("super::super::b::z::C::s"));
    }

    #[test]
    fn among_equals_the_first_owns() {
        let types = types(&[("s", "struct s", &[])]);
        let owners = owners(&[(place(&["a"]), &types), (place(&["b"]), &types)]);
        assert_eq!(
            (&owners[0]["s"], &owners[1]["s"]),
            (&Owner::Own, &other("super::super::a::C::s"))
        );
    }

    #[test]
    fn what_means_something_else_is_another_type() {
        let one = types(&[("s", "struct s", &["t"]), ("t", "struct t int", &[])]);
        let two = types(&[("s", "struct s", &["t"]), ("t", "struct t long", &[])]);
        let owners = owners(&[(place(&["a"]), &one), (place(&["b"]), &two)]);
        assert_eq!(owners[1]["s"], Owner::Own);
        assert_eq!(owners[1]["t"], Owner::Own);
    }

    #[test]
    fn a_module_that_cannot_be_reached_is_named() {
        let types = types(&[("s", "struct s", &[])]);
        let modules = [
            (place(&["pub a", "z"]), &types),
            (place(&["pub b", "z"]), &types),
        ];
        assert_eq!(owners(&modules)[1]["s"], Owner::Closed("z".to_owned()));
    }

    #[test]
    fn functions_and_uncertain_modules_own_for_themselves_alone() {
        let types = types(&[("s", "struct s", &[])]);
        let local = Place {
            root: 0,
            levels: None,
        };
        let mut uncertain = place(&["pub t"]);
        uncertain.levels.as_mut().unwrap()[0].certain = false;
        let owners = owners(&[
            (uncertain, &types),
            (local, &types),
            (place(&["z"]), &types),
        ]);
        assert_eq!(owners[0]["s"], other("super::super::z::C::s"));
        assert_eq!(owners[1]["s"], Owner::Own);
        assert_eq!(owners[2]["s"], Owner::Own);
    }
}
