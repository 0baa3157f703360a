//! What became of the mutants.

use std::collections::{BTreeMap, HashMap};

use cgocall_syntax::{ImportItem, node};

use super::abi;
use super::generate::Mutant;
use super::layout::Layouts;
use crate::verify::Verdict;

/// Where a declaration without a finding is refused by what the macro has rustc assert of it.
pub(super) fn asserted(layouts: &Layouts, item: &ImportItem, verdict: &Verdict) -> Vec<String> {
    let mut nodes = Vec::new();
    let theirs = |name: &str| verdict.layouts.iter().find(|layout| layout.ty == name);
    match item {
        ImportItem::Aggregate(item) => {
            let Some(ours) = layouts.of(&item.item) else {
                return nodes;
            };
            let theirs = theirs(&item.name()).expect("C says how large it is");
            // Of a member without a name C does not tell how it is aligned by itself.
            let is_aligned = theirs.align == 0 || theirs.align == ours.align;
            if ours.size != theirs.size || !is_aligned {
                nodes.push(node::item(&item.name()));
            }
            for field in &item.fields {
                let mut sizes = verdict.sizes.iter();
                let theirs = sizes.find(|size| size.field == field.name());
                if theirs.is_some_and(|theirs| layouts.size(&field.ty) != Some(theirs.bytes)) {
                    nodes.push(node::ty(&node::member(&item.name(), &field.name())));
                }
            }
            for (field, bytes) in &ours.offsets {
                let mut offsets = verdict.offsets.iter();
                let theirs = offsets.find(|offset| offset.field == *field);
                if theirs.is_some_and(|theirs| theirs.bytes != *bytes) {
                    nodes.push(node::member(&item.name(), field));
                }
            }
        }
        ImportItem::Enumeration(item) => {
            let repr = item
                .attrs
                .iter()
                .find(|attr| attr.path().is_ident("repr"))
                .unwrap();
            let size = match &*repr.parse_args::<syn::Ident>().unwrap().to_string() {
                "C" => 4,
                other => abi::integer(&syn::parse_str(other).unwrap()).unwrap().0,
            };
            if theirs(&item.name()).expect("C says how large it is").size != size {
                nodes.push(node::item(&item.name()));
            }
        }
        ImportItem::Block(block) => {
            for constant in block.constants() {
                let Some((bytes, signed)) = abi::integer(&constant.ty) else {
                    continue;
                };
                let value: i128 = verdict.constants[0].value.parse().unwrap();
                let bits = bytes * 8;
                let (least, most) = match signed {
                    true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
                    false => (0, (1_i128 << bits) - 1),
                };
                if !(least..=most).contains(&value) {
                    nodes.push(node::ty(&constant.name()));
                }
            }
        }
        _ => {}
    }
    nodes
}

#[derive(Default)]
pub(super) struct Tally {
    pub(super) tried: usize,
    pub(super) missed: Vec<String>,
    pub(super) by_assertion: usize,
    pub(super) equal: usize,
    pub(super) alarms: Vec<String>,
    /// What the grammar refuses: no declaration of C.
    pub(super) ungrammatical: HashMap<String, usize>,
    pub(super) by_kind: BTreeMap<&'static str, usize>,
}

impl Tally {
    pub(super) fn count(
        &mut self,
        layouts: &Layouts,
        mutant: &Mutant,
        item: &ImportItem,
        verdict: &Verdict,
    ) {
        let text = || {
            mutant
                .item
                .to_string()
                .replace(":: core :: ffi :: ", "")
                .chars()
                .take(400)
                .collect::<String>()
        };
        let mut nodes: Vec<String> = verdict
            .findings
            .iter()
            .map(|finding| finding.node.clone())
            .collect();
        if nodes.is_empty() && !mutant.is_equal {
            nodes = asserted(layouts, item, verdict);
            self.by_assertion += usize::from(!nodes.is_empty());
        }
        if mutant.what == "repr" && nodes.is_empty() {
            // Nothing is where it was not before.
            self.equal += 1;
            return;
        }
        if mutant.is_equal {
            self.equal += 1;
            if !nodes.is_empty() {
                self.alarms.push(format!(
                    "{} ({}): {:?}",
                    text(),
                    mutant.what,
                    verdict.findings
                ));
            }
            return;
        }
        self.tried += 1;
        *self.by_kind.entry(mutant.what).or_default() += 1;
        let is_right = !nodes.is_empty()
            && nodes.iter().all(|node| mutant.allowed.contains(node))
            && mutant.needed.iter().all(|node| nodes.contains(node));
        if !is_right {
            let messages: Vec<String> = verdict
                .findings
                .iter()
                .map(|finding| format!("{}: {}", finding.node, finding.message))
                .collect();
            self.missed.push(format!(
                "{}: {}\n    at {nodes:?}, not {:?}\n    {}",
                mutant.what,
                text(),
                mutant.allowed,
                messages.join("\n    ")
            ));
        }
    }
}
