//! Several exported `impl` blocks of one type: which of them has the function that frees.
//!
//! A block that gives out its type brings `counter_free`, and cannot know of another that does. So the first that is surely
//! there keeps it, and the others have a record that says so.

use cgocall_syntax::hash::{self, Hash, Package};
use cgocall_syntax::record::{Finding, Record};
use cgocall_syntax::{Exported, Methods, node};
use syn::ItemImpl;

use crate::cfg::{Cfgs, Truth};
use crate::scan::Found;

/// Takes the function away from all of the `parsed` blocks but one, and says whose these are.
pub(crate) fn settle(
    parsed: &mut [(&Found, Exported)],
    cfgs: &Cfgs,
    package: &Package,
) -> Vec<Hash> {
    let mut keepers: Vec<(String, Hash)> = Vec::new();
    for (found, exported) in parsed.iter() {
        let Exported::Methods(methods) = exported else {
            continue;
        };
        let Some(symbol) = symbol(methods).filter(|_| is_certain(found, cfgs)) else {
            continue;
        };
        if keepers.iter().all(|(known, _)| *known != symbol) {
            keepers.push((symbol, hash::of_methods(package, methods)));
        }
    }
    let mut elsewhere = Vec::new();
    for (_, exported) in parsed.iter_mut() {
        let Exported::Methods(methods) = exported else {
            continue;
        };
        let (hash, symbol) = (hash::of_methods(package, methods), symbol(methods));
        let keeper = keepers
            .iter()
            .find(|(known, _)| Some(known) == symbol.as_ref());
        if methods.frees && keeper.is_some_and(|(_, keeper)| *keeper != hash) {
            methods.leave_free();
            elsewhere.push(hash);
        }
    }
    elsewhere
}

/// What such a block is told.
pub(crate) fn record() -> Record {
    Record {
        findings: vec![Finding {
            node: node::FREED_ELSEWHERE.to_owned(),
            message: String::new(),
        }],
        ..Record::default()
    }
}

/// What C calls the function that frees, if the block has one; the user's own is one too.
fn symbol(methods: &Methods) -> Option<String> {
    let frees = methods
        .exports
        .iter()
        .find(|export| export.name() == "free");
    frees?.symbol.clone()
}

fn is_certain(found: &Found, cfgs: &Cfgs) -> bool {
    let attrs = syn::parse2::<ItemImpl>(found.item.clone()).map(|item| item.attrs);
    let here = attrs.is_ok_and(|attrs| cfgs.of(&attrs) == Truth::Yes);
    let levels = found.levels.as_ref();
    here && levels.is_some_and(|levels| levels.iter().all(|level| level.certain))
}
