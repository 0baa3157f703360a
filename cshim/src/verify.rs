//! Compares the declarations of a group with its header.
//!
//! `_Generic` decides: its answer for each signature that would agree (see [`crate::spell`]) comes back as
//! a record in the object file. Sizes and alignments of named types come the same way. Two compiler runs
//! when all is well: one for the kinds of names, one for the answers.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::PathBuf;
use std::{fs, io};

use cgocall_syntax::record::{Finding, Layout};
use cgocall_syntax::{Block, CType, Function, Import, ImportItem, Named, Static, node};

use crate::compiler::{Compiler, Outcome};
use crate::context::{Context, Origin};
use crate::explain;
use crate::magic;
use crate::names::PackageNames;
use crate::probe::{self, Kinds, Names, PROBE, Problem, Questions};
use crate::spell::{self, Signature, Widths};

/// A translation unit for a group: what it is compiled with, and where its files go.
pub(crate) struct Unit<'a> {
    pub(crate) compiler: &'a Compiler,
    pub(crate) context: &'a Context,
    pub(crate) origin: &'a Origin,
    /// The context's C text, for probes.
    pub(crate) text: String,
    pub(crate) flags: Vec<OsString>,
    /// The package: messages name files relative to it.
    pub(crate) dir: PathBuf,
    /// `<dir>/<group>`, without extension.
    pub(crate) scratch: PathBuf,
    pub(crate) widths: Widths,
    pub(crate) names: &'a PackageNames,
}

/// What was found out about one import.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) findings: Vec<Finding>,
    pub(crate) layouts: Vec<Layout>,
    /// The signature in the header of each function that agrees with it, in the block's order.
    pub(crate) signatures: Vec<Option<Signature>>,
}

impl Verdict {
    fn find(&mut self, node: String, message: String) {
        self.findings.push(Finding { node, message });
    }
}

impl Unit<'_> {
    /// Compiles the context with `questions` after it, without output.
    pub(crate) fn check(&self, name: &str, questions: &str) -> io::Result<Outcome> {
        self.compile(name, questions, &["-fsyntax-only".into()])
    }

    /// Compiles the context with `questions` after it, and reads the values back.
    pub(crate) fn values(&self, name: &str, questions: &str) -> io::Result<Result<Values, Outcome>> {
        let object = self.scratch.with_extension(format!("{name}.o"));
        let flags = ["-c", "-O0", "-g0", "-fno-lto", "-o"].map(OsString::from);
        let flags = [&flags[..], &[object.clone().into()]].concat();
        let questions = format!("{}{questions}", magic::preamble());
        let outcome = self.compile(name, &questions, &flags)?;
        if !outcome.success {
            return Ok(Err(outcome));
        }
        let values = magic::read(&fs::read(&object)?);
        fs::remove_file(&object)?;
        Ok(Ok(Values(values.into_iter().map(|v| ((v.id, v.alt), v.value)).collect())))
    }

    fn compile(&self, name: &str, questions: &str, flags: &[OsString]) -> io::Result<Outcome> {
        let file = self.scratch.with_extension(format!("{name}.c"));
        fs::write(&file, format!("{}{questions}", self.text))?;
        let depend = [OsString::from("-MMD"), "-MF".into(), self.depends().into()];
        self.compiler.run(&file, &[&self.flags[..], &depend, flags].concat())
    }

    /// Where the compiler lists the headers it read.
    pub(crate) fn depends(&self) -> PathBuf {
        self.scratch.with_extension("d")
    }

    /// The type with everything resolved that the package or the header knows.
    pub(crate) fn resolve(&self, ty: &CType, kinds: &Kinds) -> CType {
        let mut ty = self.names.resolve(ty);
        ty.visit_mut(&mut |ty| {
            if let CType::Named(Named { c, rust }) = ty {
                let spelling = c.as_deref().unwrap_or_else(|| last_segment(rust));
                if let Some(known) = kinds.types.get(spelling) {
                    *c = Some(known.spelling.clone());
                }
            }
        });
        ty
    }
}

/// Values by question and alternative.
pub(crate) struct Values(HashMap<(u32, u32), u64>);

impl Values {
    pub(crate) fn get(&self, id: u32, alt: u32) -> Option<u64> {
        self.0.get(&(id, alt)).copied()
    }

    /// The first alternative to which the answer is yes.
    fn first_yes(&self, id: u32, alternatives: usize) -> Option<usize> {
        (0..alternatives).find(|alt| self.get(id, *alt as u32) == Some(1))
    }
}

/// Compares `imports` with what the unit's context declares.
pub(crate) fn verify(unit: &Unit<'_>, imports: &[&Import]) -> io::Result<Vec<Verdict>> {
    let names = names_of(unit, imports);
    let kinds = match probe::kinds(&unit.text, &names, |text| {
        // The questions come with the context in front.
        unit.check("kinds", &text[unit.text.len()..])
    })? {
        Ok(kinds) => kinds,
        Err(outcome) => {
            let finding = unit.context.broken(unit.origin, &outcome);
            let broken = || Verdict { findings: vec![finding.clone()], ..Verdict::default() };
            return Ok(imports.iter().map(|_| broken()).collect());
        }
    };
    let mut verdicts: Vec<Verdict> = imports.iter().map(|_| Verdict::default()).collect();
    let mut round = Round::default();
    for (index, import) in imports.iter().enumerate() {
        round.ask(unit, &kinds, import, index, &mut verdicts[index]);
    }
    round.answer(unit, &kinds, &mut verdicts)?;
    Ok(verdicts)
}

fn names_of(unit: &Unit<'_>, imports: &[&Import]) -> Names {
    let mut names = Names::default();
    let add_type = |names: &mut Names, ty: &CType| {
        for named in unit.names.resolve(ty).named() {
            names.types.insert(named.c_name().to_owned());
        }
    };
    for import in imports {
        match &import.item {
            ImportItem::Block(block) => {
                for function in block.functions() {
                    names.functions.insert(function.c_name.clone());
                    slots(function).for_each(|(_, ty)| add_type(&mut names, ty));
                }
                for variable in block.statics() {
                    names.statics.insert(variable.c_name.clone());
                    add_type(&mut names, &variable.c);
                }
                names.types.extend(block.opaques().map(|opaque| opaque.c_name.clone()));
            }
            ImportItem::FnPointer(pointer) => {
                add_type(&mut names, &pointer.c);
                names.types.insert(pointer.name());
            }
        }
    }
    names
}

/// The C types of a function, each with the node to which a finding about it belongs.
fn slots(function: &Function) -> impl Iterator<Item = (String, &CType)> {
    let name = function.name();
    let params = function.params.iter().enumerate().flat_map({
        let name = name.clone();
        move |(index, param)| {
            let node = node::param_type(&name, index);
            param.arg.slots.iter().map(move |slot| (node.clone(), &slot.c))
        }
    });
    params.chain(function.ret.slot.iter().map(move |slot| (node::result(&name), &slot.c)))
}

/// The second compiler run: questions with many possible answers.
#[derive(Default)]
struct Round<'a> {
    questions: Questions,
    functions: Vec<(usize, u32, &'a Function, usize, Vec<Signature>)>,
    statics: Vec<(usize, u32, &'a Static, usize)>,
    pointers: Vec<(usize, u32, String, usize)>,
    layouts: Vec<(usize, u32, String)>,
}

impl<'a> Round<'a> {
    fn ask(
        &mut self,
        unit: &Unit<'_>,
        kinds: &Kinds,
        import: &'a Import,
        index: usize,
        verdict: &mut Verdict,
    ) {
        let mut layouts = BTreeMap::new();
        match &import.item {
            ImportItem::Block(block) => {
                self.ask_block(unit, kinds, block, index, verdict, &mut layouts);
            }
            ImportItem::FnPointer(pointer) => {
                if kinds.types.contains_key(&pointer.name()) {
                    let name = pointer.name();
                    let types = spell::types(&unit.resolve(&pointer.c, kinds), unit.widths);
                    let id = self.alternatives(types.iter().map(|(ty, conditions)| {
                        let pointer = CType::pointer(ty.clone(), false);
                        generic(&format!("({name} *)0"), &pointer, conditions)
                    }));
                    self.pointers.push((index, id, name, types.len()));
                }
            }
        }
        for (rust, spelling) in layouts {
            let values = [format!("sizeof({spelling})"), format!("_Alignof({spelling})")];
            let id = self.alternatives(values.into_iter());
            self.layouts.push((index, id, rust));
        }
    }

    fn ask_block(
        &mut self,
        unit: &Unit<'_>,
        kinds: &Kinds,
        block: &'a Block,
        index: usize,
        verdict: &mut Verdict,
        layouts: &mut BTreeMap<String, String>,
    ) {
        for opaque in block.opaques() {
            if !kinds.types.contains_key(&opaque.c_name) {
                verdict.find(opaque.name(), no_type(unit, &opaque.name(), &opaque.c_name, true));
            }
        }
        for (at, function) in block.functions().enumerate() {
            verdict.signatures.push(None);
            if let Some(problem) = kinds.problems.get(&function.c_name) {
                let message = problem_message(unit, &function.c_name, *problem);
                verdict.find(node::item(&function.name()), message);
                continue;
            }
            let types = slots(function).collect::<Vec<_>>();
            if self.unknown_types(unit, kinds, block, &types, verdict, layouts) {
                continue;
            }
            let signatures = spell::signatures(function, unit.widths, &|ty| unit.resolve(ty, kinds));
            let id = self.alternatives(signatures.iter().map(|signature| {
                let name = format!("&({})", function.c_name);
                generic(&name, &signature.pointer(), &signature.conditions)
            }));
            self.functions.push((index, id, function, at, signatures));
        }
        for variable in block.statics() {
            if let Some(problem) = kinds.problems.get(&variable.c_name) {
                let message = problem_message(unit, &variable.c_name, *problem);
                verdict.find(node::item(&variable.name()), message);
                continue;
            }
            let types = [(node::static_type(&variable.name()), &variable.c)];
            if self.unknown_types(unit, kinds, block, &types, verdict, layouts) {
                continue;
            }
            let types = spell::types(&unit.resolve(&variable.c, kinds), unit.widths);
            // C may promise more than Rust does: what nobody writes may be `const`, `volatile` is no type.
            let qualifiers: &[&str] = if variable.mutable { &["", "volatile "] } else { QUALIFIERS };
            let name = format!("&({})", variable.c_name);
            let id = self.alternatives(types.iter().flat_map(|(ty, conditions)| {
                qualifiers.iter().map(|qualifier| {
                    let pointer = format!("{qualifier}__typeof__({}) *", ty.spell());
                    generic(&name, &spell::verbatim(&pointer), conditions)
                })
            }));
            self.statics.push((index, id, variable, types.len() * qualifiers.len()));
        }
    }

    /// Whether a type is unknown to C; the known ones of known size are noted for their layout.
    fn unknown_types(
        &self,
        unit: &Unit<'_>,
        kinds: &Kinds,
        block: &Block,
        types: &[(String, &CType)],
        verdict: &mut Verdict,
        layouts: &mut BTreeMap<String, String>,
    ) -> bool {
        let mut unknown = false;
        for (node, ty) in types {
            for named in unit.names.resolve(ty).named() {
                let Some(known) = kinds.types.get(named.c_name()) else {
                    // An unknown opaque type has been reported where it is declared.
                    if !block.opaques().any(|opaque| opaque.c_name == named.c_name()) {
                        let message = no_type(unit, &named.rust, named.c_name(), false);
                        verdict.find(node.clone(), message);
                    }
                    unknown = true;
                    continue;
                };
                if known.complete && !unit.names.is_opaque(named.name()) {
                    layouts.insert(named.rust.clone(), known.spelling.clone());
                }
            }
        }
        unknown
    }

    fn alternatives(&mut self, values: impl Iterator<Item = String>) -> u32 {
        // All alternatives stand on the line of their question; the number is known only by asking.
        let id = self.questions.next();
        let lines: Vec<String> = values
            .enumerate()
            .map(|(alt, value)| magic::define(id, alt as u32, &value).replace('\n', " "))
            .collect();
        self.questions.ask(&lines.concat())
    }

    fn answer(self, unit: &Unit<'_>, kinds: &Kinds, verdicts: &mut [Verdict]) -> io::Result<()> {
        let values = match unit.values("types", &self.questions.into_text())? {
            Ok(values) => values,
            Err(outcome) => {
                // Not a question that C cannot answer, but one that it cannot read.
                for (verdict, id, function, ..) in &self.functions {
                    let error =
                        outcome.errors.iter().find(|error| error.at.file == PROBE && error.at.line == *id);
                    if let Some(error) = error {
                        let message = format!("C has no such function type: {}", error.text);
                        verdicts[*verdict].find(node::item(&function.name()), message);
                    }
                }
                if verdicts.iter().all(|verdict| verdict.findings.is_empty()) {
                    let finding = unit.context.broken(unit.origin, &outcome);
                    for verdict in verdicts {
                        verdict.findings.push(finding.clone());
                    }
                }
                return Ok(());
            }
        };
        let mut contradicted = Vec::new();
        for (verdict, id, function, at, signatures) in self.functions {
            match values.first_yes(id, signatures.len()) {
                Some(which) => {
                    verdicts[verdict].signatures[at] = Some(signatures[which].clone());
                    let by_value = signatures[which].params.iter().chain([&signatures[which].result]);
                    if let Some(name) = by_value_struct(unit, by_value) {
                        verdicts[verdict].find(node::item(&function.name()), name);
                    }
                }
                None => contradicted.push((verdict, function, signatures)),
            }
        }
        let wrong_statics: Vec<(usize, &Static)> = self
            .statics
            .into_iter()
            .filter(|(_, id, _, alternatives)| values.first_yes(*id, *alternatives).is_none())
            .map(|(verdict, _, variable, _)| (verdict, variable))
            .collect();
        if !contradicted.is_empty() || !wrong_statics.is_empty() {
            let signatures = contradicted.iter().map(|(_, function, all)| (*function, &all[..])).collect();
            let statics = wrong_statics.iter().map(|(_, variable)| *variable).collect();
            let explained = explain::explain(unit, kinds, signatures, statics)?;
            let owners = contradicted.iter().map(|(v, ..)| *v).chain(wrong_statics.iter().map(|(v, _)| *v));
            for (verdict, findings) in owners.zip(explained) {
                verdicts[verdict].findings.extend(findings);
            }
        }
        for (verdict, id, name, alternatives) in self.pointers {
            if values.first_yes(id, alternatives).is_none() {
                let message = format!("{} declares the type `{name}` otherwise", unit.context.name());
                verdicts[verdict].find(node::item(&name), message);
            }
        }
        for (verdict, id, ty) in self.layouts {
            if let (Some(size), Some(align)) = (values.get(id, 0), values.get(id, 1)) {
                verdicts[verdict].layouts.push(Layout { ty, size, align });
            }
        }
        Ok(())
    }
}

const QUALIFIERS: &[&str] = &["", "const ", "volatile ", "const volatile "];

/// 1 if `expression` has the type, 0 if not.
pub(crate) fn generic(expression: &str, ty: &CType, conditions: &[String]) -> String {
    let mut value = format!("_Generic({expression}, {}: 1, default: 0)", ty.spell());
    for condition in conditions {
        value += &format!(" && {condition}");
    }
    value
}

/// Where the only C is a source file, the stub has no definition of a struct to pass.
fn by_value_struct<'t>(unit: &Unit<'_>, types: impl Iterator<Item = &'t CType>) -> Option<String> {
    if !unit.context.is_source_only() {
        return None;
    }
    types.into_iter().find_map(|ty| match ty {
        CType::Named(named) if !named.rust.is_empty() => Some(format!(
            "`{}` is passed by value, and only a source file defines it; declare both in a header, and add \
             `include = \"..\"`",
            named.name()
        )),
        _ => None,
    })
}

fn problem_message(unit: &Unit<'_>, name: &str, problem: Problem) -> String {
    let context = unit.context.name();
    match problem {
        Problem::Undeclared if unit.context.is_source_only() => {
            format!("{context} does not define `{name}`")
        }
        Problem::Undeclared => format!(
            "{context} does not declare `{name}`; check the name (`#[cgo(c = \"..\")]` gives another one in C) \
             and the `define`s that the header wants"
        ),
        Problem::Macro => format!(
            "`{name}` is a macro in {context}, with no function of that name behind it; give it one in a \
             preamble: `static inline int my_{name}(..) {{ return {name}(..); }}`"
        ),
        Problem::NoVariable => format!(
            "`{name}` is no variable in {context}, but a macro or a constant; read it through a function in a \
             preamble: `static inline int get_{name}(void) {{ return {name}; }}`"
        ),
        Problem::Internal => format!(
            "`{name}` is `static` in {context}: there is no symbol to refer to; read it through a function in \
             a preamble"
        ),
        Problem::ThreadLocal => format!(
            "`{name}` is one variable for each thread, which a Rust static cannot be; read it through a \
             function in a preamble: `static inline void *at_{name}(void) {{ return &{name}; }}`"
        ),
    }
}

fn no_type(unit: &Unit<'_>, rust: &str, c: &str, opaque: bool) -> String {
    let context = unit.context.name();
    let cure = if opaque {
        format!("say its name in C: `#[cgo(c = \"..\")] type {rust};`")
    } else {
        "say its name in C on the parameter, `#[cgo(c = \"struct stat\")]`, or write the type behind it".to_owned()
    };
    format!("{context} knows no type `{c}`; {cure}")
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}
