//! Which module of a package owns a type that several have discovered: one struct of C is one type of Rust.
//!
//! The most visible module owns, the others have an alias, by a path that begins at their own place: a root need not be
//! the crate's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::discover::declare::{TypeItem, escape};
use crate::scan::{Level, Reach};

type Types = BTreeMap<String, TypeItem>;

/// Where a module of a package is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Which root led there.
    pub(crate) root: usize,
    /// From the root down to the module itself; `None` inside of a function, where no path leads.
    pub(crate) levels: Option<Vec<Level>>,
    /// The Rust file, and the line of the module's name.
    pub(crate) file: String,
    pub(crate) line: usize,
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
pub(crate) fn owners(modules: &[(Place, &Types)]) -> Vec<HashMap<String, Owner>> {
    let secrets = secrets(modules);
    let mut claims: BTreeMap<(usize, &str, String), Vec<usize>> = BTreeMap::new();
    for (index, (place, types)) in modules.iter().enumerate() {
        for name in types.keys() {
            let meaning = meaning(types, name, &secrets[index]);
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
fn standing(place: &Place) -> Option<[usize; 3]> {
    let levels = place.levels.as_ref()?;
    let is_certain = levels.iter().all(|level| level.certain);
    let depth = levels.iter().map(|level| level.reach.depth()).max();
    let hidden = levels.iter().filter(|level| level.reach != Reach::All);
    let low = [depth.unwrap_or(0), hidden.count(), levels.len()];
    is_certain.then_some(low.map(|low| usize::MAX - low))
}

/// What tells opaque structs of one name apart: for each module a number for each. They are one if some file declares it to
/// both; the rest of C's text, which only C knows, can be anything.
fn secrets<'t>(modules: &[(Place, &'t Types)]) -> Vec<HashMap<&'t str, usize>> {
    let mut secrets = vec![HashMap::new(); modules.len()];
    let mut known: HashMap<&str, Vec<(usize, BTreeSet<&str>)>> = HashMap::new();
    let mut next = 0;
    for (_, types) in modules {
        for (name, item) in types.iter().filter(|(_, item)| item.is_opaque) {
            let homes: BTreeSet<&str> = item.homes.iter().map(String::as_str).collect();
            let groups = known.entry(name).or_default();
            let (same, others) = std::mem::take(groups).into_iter().partition(|(_, theirs)| {
                homes.is_empty() && theirs.is_empty() || !homes.is_disjoint(theirs)
            });
            let same: Vec<(usize, BTreeSet<&str>)> = same;
            next += 1;
            let all = same.into_iter().flat_map(|(_, homes)| homes).chain(homes);
            *groups = others;
            groups.push((next, all.collect()));
        }
    }
    for (secrets, (_, types)) in secrets.iter_mut().zip(modules) {
        for (name, item) in types.iter().filter(|(_, item)| item.is_opaque) {
            let home = item.homes.first().map(String::as_str);
            let mut groups = known[name.as_str()].iter();
            let group = groups.find(|(_, homes)| match home {
                Some(home) => homes.contains(home),
                None => homes.is_empty(),
            });
            secrets.extend(group.map(|(number, _)| (name.as_str(), *number)));
        }
    }
    secrets
}

/// What a type is, with all that it mentions.
fn meaning(types: &Types, name: &str, secrets: &HashMap<&str, usize>) -> String {
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
    let texts = reached.iter().filter_map(|name| {
        let item = types.get(*name)?;
        let secret = secrets.get(name).map(usize::to_string);
        Some(item.text.clone() + &secret.unwrap_or_default())
    });
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
    if let Some(closed) = to.iter().find(|level| level.reach.depth() > shared) {
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
        let mut levels: Vec<Level> = Vec::new();
        for module in path {
            let (vis, name) = module.rsplit_once(' ').unwrap_or(("", module));
            let module = format!("{vis} mod {name} {{}}");
            let module: syn::ItemMod = syn::parse_str(&module).unwrap();
            levels.push(Level {
                name: module.ident.to_string(),
                reach: Reach::of(&module.vis, &levels),
                certain: true,
            });
        }
        Place {
            root: 0,
            levels: Some(levels),
            file: String::new(),
            line: 1,
        }
    }

    fn types(list: &[(&str, &str, &[&str])]) -> BTreeMap<String, TypeItem> {
        let item = |(name, text, mentions): &(&str, &str, &[&str])| {
            let is_opaque = text.starts_with("opaque");
            let (text, homes) = match is_opaque {
                true => text.split_once(' ').unwrap(),
                false => (*text, ""),
            };
            let item = TypeItem {
                docs: String::new(),
                at: None,
                text: text.to_owned(),
                after: String::new(),
                is_opaque,
                c: (*name).to_owned(),
                homes: homes.split_whitespace().map(str::to_owned).collect(),
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
            levels: None,
            ..place(&[])
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

    #[test]
    fn who_may_name_a_module_is_as_its_visibility_says() {
        let way = |from: &[&str], to: &[&str]| {
            let [from, to] = [from, to].map(|path| place(path).levels.unwrap());
            path(&from, &to, "s")
        };
        let closed = |name: &str| Owner::Closed(name.to_owned());
        for open in ["pub", "pub(crate)", "pub(in crate)"] {
            let z = format!("{open} z");
            let z = way(&["y"], &["a", "pub(super) b", &z]);
            assert_eq!(z, other("super::super::a::b::z::C::s"), "{open}");
        }
        // Open to `a` alone, and to what is in it.
        for open in [
            "pub(super)",
            "pub(in super::super)",
            "pub(in crate::a)",
            "pub(in crate::ffi::a)",
        ] {
            let z = format!("{open} z");
            let to: &[&str] = match open {
                "pub(in super::super)" => &["a", "b", "pub c", &z],
                _ => &["a", "b", &z],
            };
            let deeper = if to.len() == 4 { "b::c::z" } else { "b::z" };
            let found = way(&["a", "y"], to);
            assert_eq!(
                found,
                other(&format!("super::super::{deeper}::C::s")),
                "{open}"
            );
            assert_eq!(way(&["y"], to), closed("b"), "{open}");
        }
        for private in ["", "pub(self)", "pub(in self)", "pub(in crate::a::b)"] {
            let to = ["a", "b", &format!("{private} z")];
            assert_eq!(way(&["a", "y"], &to), closed("z"), "{private}");
            assert_eq!(way(&["a", "b", "y"], &to), other("super::super::z::C::s"));
        }
    }

    #[test]
    fn opaque_structs_are_one_if_one_file_declares_them() {
        let types = |homes: &str| {
            let opaque = format!("opaque {homes}");
            types(&[("s", "struct s", &["o"]), ("o", &opaque, &[])])
        };
        let lists = ["a.h", "b.h", "c.h a.h", "d.h"].map(types);
        let names = ["w", "x", "y", "z"];
        let modules = names.iter().zip(&lists);
        let modules: Vec<_> = modules
            .map(|(name, types)| (place(&[name]), types))
            .collect();
        let owned = owners(&modules);
        for name in ["s", "o"] {
            let own = owned.iter().map(|owners| owners[name] == Owner::Own);
            assert_eq!(own.collect::<Vec<_>>(), [true, true, false, true], "{name}");
        }
        // A third that both know makes them one.
        let both = types("a.h b.h d.h");
        let modules = [&modules[..], &[(place(&["v"]), &both)]].concat();
        let owned = owners(&modules);
        let own = owned.iter().filter(|owners| owners["o"] == Owner::Own);
        assert_eq!(own.count(), 1);
    }
}
