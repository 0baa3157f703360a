//! Compares the declarations of a group with its header.
//!
//! `_Generic` decides: its answer for each signature that would agree (see [`crate::spell`]) comes back as
//! a record in the object file. Sizes, offsets and values of constants come the same way; which fields a struct
//! has is in the same file's debug information. Two compiler runs when all is well: one for the kinds of names, one
//! for the answers. What is no plain function has more: see `calls`.

use std::collections::BTreeMap;
use std::io;

use cgocall_syntax::record::{self, Finding, Layout, Offset, Size};
use cgocall_syntax::{
    Aggregate, Alias, Block, CType, Constant, Enumeration, FnPointer, Function, ImportItem, Named,
    Static, node,
};

use crate::magic::Question;
use crate::probe::{self, Kinds, KnownType};
use crate::spell::Signature;
use crate::unit::Unit;
use crate::{ctext, refuse};

/// What was found out about one import.
#[derive(Clone, Default)]
pub(crate) struct Verdict {
    pub(crate) findings: Vec<Finding>,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) offsets: Vec<Offset>,
    pub(crate) sizes: Vec<Size>,
    pub(crate) bitfields: Vec<record::Bitfield>,
    pub(crate) constants: Vec<record::Constant>,
    /// The signature in the header of each function that agrees with it, in the block's order.
    pub(crate) signatures: Vec<Option<Signature>>,
}

impl Verdict {
    fn find(&mut self, node: String, message: String) {
        self.findings.push(Finding { node, message });
    }

    /// Notes the signature of the function at this place of the block.
    fn agrees(&mut self, unit: &Unit<'_>, function: &Function, at: usize, signature: Signature) {
        let types = signature.params.iter().chain([&signature.result]);
        match refuse::by_value(unit.context, types) {
            Some(message) => self.find(node::item(&function.name()), message),
            None => self.signatures[at] = Some(signature),
        }
    }
}

mod calls;
mod judge;
mod names;
mod pointers;
mod types;
mod variables;

pub(crate) use judge::signed;
pub(crate) use names::{resolved, slots};

use calls::Used;
use types::{FieldTypes, PointerAlias};

/// Compares `items` with what the unit's context declares.
pub(crate) fn verify(unit: &Unit<'_>, items: &[&ImportItem]) -> io::Result<Vec<Verdict>> {
    let broken = |outcome| {
        let findings = vec![unit.broken(&outcome)?];
        let verdict = Verdict {
            findings,
            ..Verdict::default()
        };
        Ok(vec![verdict; items.len()])
    };
    let names = names::names_of(unit, items);
    let kinds = match probe::kinds(&names, unit.context.is_source_only(), |questions| {
        unit.check("kinds", questions)
    })? {
        Ok(kinds) => kinds,
        Err(outcome) => return broken(outcome),
    };
    let mut round = Round {
        unit,
        kinds: &kinds,
        verdicts: vec![Verdict::default(); items.len()],
        subjects: Vec::new(),
        questions: Vec::new(),
        types: Vec::new(),
        uses: Vec::new(),
    };
    for (index, item) in items.iter().enumerate() {
        round.ask(index, item);
    }
    let variables: Vec<String> = names.statics.iter().cloned().collect();
    let answers =
        match unit.evaluate_with_symbols("types", &round.questions, &round.types, &variables)? {
            Ok(answers) => answers,
            Err(outcome) => return broken(outcome),
        };
    round.judge(answers)
}

/// The second compiler run: questions with many possible answers.
struct Round<'a> {
    unit: &'a Unit<'a>,
    kinds: &'a Kinds,
    verdicts: Vec<Verdict>,
    /// What is asked about, with its verdict.
    subjects: Vec<(usize, Subject<'a>)>,
    /// What is asked, for each subject.
    questions: Vec<Vec<Question>>,
    /// The types whose makeup is asked for.
    types: Vec<String>,
    /// What is no function, for the next run.
    uses: Vec<Used<'a>>,
}

enum Subject<'a> {
    /// Its place among the block's functions, and what would agree with it.
    Function(&'a Function, usize, Vec<Signature>),
    Static(&'a Static),
    /// Its spelling in C, and what would agree with it.
    Pointer(&'a FnPointer, String, Vec<Signature>),
    /// Of the Rust type of this name.
    Layout(String),
    /// A field, whose struct's makeup is the type at this place; and what is asked of its own type.
    Field(&'a Aggregate, usize, usize, FieldTypes),
    /// The same of a variant.
    Variant(&'a Enumeration, usize, usize),
    /// The same of an alias.
    Alias(&'a Alias, usize),
    /// The same of a pointer that the package has an alias for, which no import declares.
    PointerAlias(PointerAlias),
    Constant(&'a Constant),
}

/// C may promise more than Rust asks: what Rust only reads may be `const`.
const QUALIFIERS: [&str; 2] = ["", "const "];

impl<'a> Round<'a> {
    fn ask(&mut self, index: usize, item: &'a ImportItem) {
        match item {
            ImportItem::Block(block) => self.ask_block(index, block),
            ImportItem::Aggregate(item) => self.ask_aggregate(index, item),
            ImportItem::Enumeration(item) => self.ask_enumeration(index, item),
            ImportItem::Alias(item) => self.ask_alias(index, item),
            ImportItem::Constant(item) => self.ask_constant(index, item),
            // The imports that it came to are asked about.
            ImportItem::Module(_) => {}
            ImportItem::FnPointer(item) => self.ask_fn_pointer(index, item),
        }
    }

    fn put(&mut self, index: usize, subject: Subject<'a>, questions: Vec<Question>) {
        self.subjects.push((index, subject));
        self.questions.push(questions);
    }

    fn ask_block(&mut self, index: usize, block: &'a Block) {
        let context = self.unit.context;
        for opaque in block.opaques() {
            if !self.kinds.types.contains_key(&opaque.c_name) {
                let message = refuse::unknown_opaque(context, &opaque.name(), &opaque.c_name);
                self.verdicts[index].find(opaque.name(), message);
            }
        }
        let mut layouts = BTreeMap::new();
        for (at, function) in block.functions().enumerate() {
            self.verdicts[index].signatures.push(None);
            let types = slots(function);
            if self.are_known(index, Some(block), &types, &mut layouts) {
                self.ask_function(index, at, function);
            }
        }
        for variable in block.statics() {
            let types = [(node::ty(&variable.name()), &variable.c)];
            if self.is_declared(index, variable)
                && self.are_known(index, Some(block), &types, &mut layouts)
            {
                self.ask_static(index, variable);
            }
        }
        for constant in block.constants() {
            self.ask_constant(index, constant);
        }
        self.ask_layouts(index, layouts);
    }

    fn ask_layouts(&mut self, index: usize, layouts: BTreeMap<String, String>) {
        for (rust, c) in layouts {
            let questions = [
                format!("sizeof({c})"),
                format!("_Alignof({c})"),
                ctext::basic_of(&c),
            ];
            let questions = questions.map(Question::Integer).to_vec();
            self.put(index, Subject::Layout(rust), questions);
        }
    }

    /// Whether C knows the types; those of known size are noted for their layout.
    fn are_known(
        &mut self,
        index: usize,
        block: Option<&Block>,
        types: &[(String, &CType)],
        layouts: &mut BTreeMap<String, String>,
    ) -> bool {
        let context = self.unit.context;
        let mut all = true;
        for (node, ty) in types {
            for named in self.unit.names.resolve(ty, &|_| true).named() {
                let Some(known) = self.known(named) else {
                    all = false;
                    // An opaque type of the block has been refused where it is declared.
                    let is_opaque = block.is_some_and(|block| {
                        block
                            .opaques()
                            .any(|opaque| opaque.c_name == named.c_name())
                    });
                    if !is_opaque {
                        let message = refuse::unknown_type(context, named.c_name());
                        self.verdicts[index].find(node.clone(), message);
                    }
                    continue;
                };
                if known.complete
                    && layouts
                        .insert(named.rust.clone(), known.spelling.clone())
                        .is_none()
                {
                    self.ask_pointer_alias(index, node, named, known.spelling);
                }
            }
        }
        all
    }

    /// A type that C knows, or an alias of such types.
    fn known(&self, named: &Named) -> Option<KnownType> {
        if let Some(known) = self.kinds.types.get(named.c_name()) {
            return Some(known.clone());
        }
        let named = CType::Named(named.clone());
        let ty = self.unit.resolve(&named, self.kinds);
        let is_known = |named: &&Named| {
            self.kinds
                .types
                .values()
                .any(|known| known.spelling == named.c_name())
        };
        (ty != named && ty.named().iter().all(is_known)).then(|| KnownType {
            complete: ty != CType::Void,
            pointer: false,
            spelling: ty.spell(),
        })
    }
}
