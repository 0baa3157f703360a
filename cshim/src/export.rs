//! Exports whose prototype also stands in a header: C calls them by that one, so it must be theirs.
//!
//! `#[cgo_export(include = "plugin.h")]` names the header; without, every header that an import of the package includes
//! is asked whether it knows the symbol. The answers are those of an import, but in the other direction: see
//! [`spell::of_export`].

use std::collections::HashMap;
use std::{fs, io};

use cgocall_syntax::hash::Hash;
use cgocall_syntax::record::{self, Finding, Record};
use cgocall_syntax::{CType, Export, Function, node};

use crate::callee::Callee;
use crate::context::{Context, Origin};
use crate::explain::{self, Explained};
use crate::group::{Report, Shop};
use crate::libs::Libraries;
use crate::magic::Question;
use crate::names::PackageNames;
use crate::probe::{self, Kinds, Names};
use crate::spell::{self, Signature};
use crate::unit::{Unit, has_type};
use crate::verify::slots;
use crate::{ctext, fresh, out, refuse};

/// An export with a symbol.
pub(crate) struct Exported {
    pub(crate) declaration: Function,
    pub(crate) hash: Hash,
    /// What `include` and its fellows say; `None` without `include`.
    pub(crate) header: Option<Context>,
    /// The Rust file, relative to the package.
    pub(crate) file: String,
}

impl Exported {
    pub(crate) fn of(export: &Export, hash: Hash, file: String) -> Option<Exported> {
        let header = &export.attr.header;
        Some(Exported {
            declaration: export.declaration()?,
            hash,
            header: (!header.include.is_empty()).then(|| Context::of(header)),
            file,
        })
    }
}

/// What headers say of exports that agree with them, where it is not what our own would say: by symbol and by part,
/// the parameters of C and then the result.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Agreed(HashMap<String, Vec<String>>);

/// Of a part that the generated header may say as it likes.
const AS_IT_IS: &str = "=";
/// Of a pointer to a type with a name, what it points to being `const`, or not.
const CONSTNESS: [&str; 2] = ["mut", "const"];

impl Agreed {
    /// The type of a part of `symbol`, which is `ours` but for spelling and constness.
    pub(crate) fn part(&self, symbol: &str, at: usize, ours: CType) -> CType {
        let said = self.0.get(symbol).and_then(|parts| parts.get(at));
        match (said.map_or(AS_IT_IS, String::as_str), ours) {
            (AS_IT_IS, ours) => ours,
            (said, CType::Pointer { pointee, .. }) if CONSTNESS.contains(&said) => CType::Pointer {
                pointee,
                is_const: said == CONSTNESS[1],
            },
            (said, _) => {
                let (base, pointers) =
                    ctext::pointer_base(said).unwrap_or((said.to_owned(), Vec::new()));
                let base = match base.as_str() {
                    "void" => CType::Void,
                    base => spell::verbatim(base),
                };
                pointers.into_iter().fold(base, CType::pointer)
            }
        }
    }

    fn note(&mut self, function: &Function, signature: &Signature, chosen: &[CType]) {
        let slots = function.params.iter().flat_map(|param| &param.arg.slots);
        let ours = slots.chain(&function.ret.slot).map(|slot| &slot.c);
        let spelled = signature.params.iter().chain([&signature.result]);
        let parts = ours
            .zip(chosen)
            .zip(spelled)
            .map(|((ours, chosen), spelled)| part(ours, chosen, &spelled.spell()));
        self.0.insert(function.c_name.clone(), parts.collect());
    }

    /// A line for each symbol.
    fn to_text(&self) -> String {
        let mut lines: Vec<String> = self
            .0
            .iter()
            .map(|(symbol, parts)| format!("{symbol}\t{}\n", parts.join("\t")))
            .collect();
        lines.sort();
        lines.concat()
    }

    fn parse(text: &str) -> Agreed {
        let lines = text.lines().filter_map(|line| {
            let (symbol, parts) = line.split_once('\t')?;
            let parts = parts.split('\t').map(str::to_owned).collect();
            Some((symbol.to_owned(), parts))
        });
        Agreed(lines.collect())
    }

    fn add(&mut self, others: Agreed) {
        for (symbol, parts) in others.0 {
            self.0.entry(symbol).or_insert(parts);
        }
    }
}

fn part(ours: &CType, chosen: &CType, spelled: &str) -> String {
    let is_named = chosen.named().iter().any(|named| !named.rust.is_empty());
    let is_simple = !spelled.contains(['(', '[']);
    match (ours, chosen) {
        _ if !is_named && is_simple => spelled.to_owned(),
        (CType::Pointer { is_const: ours, .. }, CType::Pointer { is_const, .. })
            if ours != is_const =>
        {
            CONSTNESS[usize::from(*is_const)].to_owned()
        }
        _ => AS_IT_IS.to_owned(),
    }
}

impl Shop<'_> {
    /// Compares `exports` with the headers that they name and with those of `imports`; leaves a record of each that was
    /// compared, and says which. `prepare` is called before a compiler runs.
    pub(crate) fn exports(
        &self,
        exports: &[Exported],
        imports: &[Context],
        names: &PackageNames,
        prepare: &dyn Fn() -> io::Result<()>,
    ) -> io::Result<(Report, Agreed, Vec<Hash>)> {
        let mut contexts: Vec<Context> = Vec::new();
        let named = exports.iter().filter_map(|export| export.header.clone());
        for context in named.chain(imports.iter().filter_map(Context::headers)) {
            if !exports.is_empty() && !contexts.contains(&context) {
                contexts.push(context);
            }
        }
        let mut findings: Vec<Vec<Finding>> = vec![Vec::new(); exports.len()];
        let mut report = Report::default();
        let mut agreed = Agreed::default();
        for context in &contexts {
            let of_context =
                self.exports_in(context, exports, names, prepare, &mut report, &mut agreed)?;
            for (all, found) in findings.iter_mut().zip(of_context) {
                // Two contexts may hold the same header.
                all.extend(
                    found
                        .into_iter()
                        .filter(|found| !all.contains(found))
                        .collect::<Vec<_>>(),
                );
            }
        }
        let compared = exports.iter().filter(|_| !contexts.is_empty());
        let recorded: Vec<Hash> = compared.map(|export| export.hash.clone()).collect();
        for (hash, findings) in recorded.iter().zip(findings) {
            let record = Record {
                findings,
                ..Record::default()
            };
            self.leave(hash, &record)?;
        }
        Ok((report, agreed, recorded))
    }

    /// Adds to the records of `exports`, of which there are these, the names that clash in their own header.
    pub(crate) fn note_clashes(
        &self,
        exports: &[Exported],
        clashes: Vec<(String, String)>,
        recorded: &mut Vec<Hash>,
    ) -> io::Result<()> {
        for (symbol, message) in clashes {
            let mut found = exports.iter();
            let Some(export) = found.find(|export| export.declaration.c_name == symbol) else {
                continue;
            };
            // Of an earlier run nothing counts.
            let mut record = Record::default();
            if recorded.contains(&export.hash) {
                let text = fs::read_to_string(record::record_path(&self.out_dir, &export.hash))?;
                record = Record::parse(&text).unwrap_or_default();
            }
            record.findings.push(Finding {
                node: node::item(&export.declaration.name()),
                message,
            });
            self.leave(&export.hash, &record)?;
            recorded.push(export.hash.clone());
        }
        Ok(())
    }

    /// What `context` has against each of the exports.
    fn exports_in(
        &self,
        context: &Context,
        exports: &[Exported],
        names: &PackageNames,
        prepare: &dyn Fn() -> io::Result<()>,
        report: &mut Report,
        agreed: &mut Agreed,
    ) -> io::Result<Vec<Vec<Finding>>> {
        let is_named = |export: &Exported| export.header.as_ref() == Some(context);
        // Of the context itself: whoever names it is told.
        let of_all = |findings: Vec<Finding>| -> Vec<Vec<Finding>> {
            let told = exports.iter().map(|export| match is_named(export) {
                true => findings.clone(),
                false => Vec::new(),
            });
            told.collect()
        };
        let libraries = match Libraries::of(context, &self.includes) {
            Ok(libraries) => libraries,
            Err(findings) => {
                report.look_again = true;
                return Ok(of_all(findings));
            }
        };
        let hashes: Vec<String> = exports.iter().map(|e| e.hash.to_string()).collect();
        let id = format!("{:016x}", fresh::hash(&("exports", context, &hashes)));
        let stamp = self.cgo().join("group").join(format!("{id}.stamp"));
        let kept = stamp.with_extension("agreed");
        let resolved: Vec<String> = exports
            .iter()
            .flat_map(|export| slots(&export.declaration))
            .map(|(_, ty)| names.resolve(ty, &|_| false).spell())
            .collect();
        let key = self.key(context, &hashes, resolved, &libraries);
        if let (Some(files), Ok(text)) = (
            fresh::files(&stamp, key, &self.dir),
            fs::read_to_string(&kept),
        ) {
            report.files.extend(files);
            agreed.add(Agreed::parse(&text));
            return Ok(of_all(Vec::new()));
        }
        let Ok(compiler) = self.compiler.get_or_init(self.find_compiler) else {
            return Ok(of_all(Vec::new()));
        };
        prepare()?;
        let first = exports.iter().find(|export| is_named(export));
        let origin = Origin {
            file: first
                .or(exports.first())
                .map_or_else(String::new, |e| e.file.clone()),
            preamble_line: 1,
        };
        let unit = self.unit(compiler, context, &origin, &libraries, names, &id)?;
        let wanted: Vec<bool> = exports.iter().map(is_named).collect();
        let (findings, found) = match verify(&unit, exports, &wanted)? {
            Ok(answer) => answer,
            Err(finding) => (of_all(vec![finding]), Agreed::default()),
        };
        // Who does not know what was read cannot know when to read it again.
        let listed = self.dependencies(&unit.depends());
        let is_good = listed.is_some() && findings.iter().all(Vec::is_empty);
        let files = listed.unwrap_or_default();
        if is_good {
            out::write_own(&kept, &found.to_text())?;
            fresh::stamp(&stamp, key, &self.dir, &files, &[kept])?;
        } else {
            out::clear(&stamp)?;
            report.look_again = true;
        }
        agreed.add(found);
        report.files.extend(files);
        Ok(findings)
    }
}

/// Findings by export, and what is agreed upon; or why the headers cannot be read.
type Answer = Result<(Vec<Vec<Finding>>, Agreed), Finding>;

/// Compares `exports` with what the unit's headers declare; those that are `wanted` must be declared there.
fn verify(unit: &Unit<'_>, exports: &[Exported], wanted: &[bool]) -> io::Result<Answer> {
    let kinds = match probe::kinds(&names_of(unit, exports), false, |text| {
        unit.check("kinds", text)
    })? {
        Ok(kinds) => kinds,
        Err(outcome) => return Ok(Err(unit.broken(&outcome)?)),
    };
    let mut findings: Vec<Vec<Finding>> = vec![Vec::new(); exports.len()];
    let mut declared = Vec::new();
    for (index, export) in exports.iter().enumerate() {
        let function = &export.declaration;
        let callee = kinds.callees.get(&function.c_name).copied();
        let callee = callee.unwrap_or_default().for_use(true);
        let is_declared = matches!(
            callee,
            Callee::Function | Callee::Pointer | Callee::Variable
        );
        match ways(unit, &kinds, function) {
            _ if !is_declared && wanted[index] => findings[index].push(Finding {
                node: node::item(&function.name()),
                message: refuse::export(unit, &function.c_name, callee),
            }),
            _ if !is_declared => {}
            Ok(ways) => declared.push((index, ways)),
            Err(finding) => findings[index].push(finding),
        }
    }
    let questions: Vec<Vec<Question>> = declared
        .iter()
        .map(|(index, ways)| {
            let name = format!("&({})", exports[*index].declaration.c_name);
            let ask = |(way, _): &Way| has_type(&name, &way.pointer(), &way.conditions);
            ways.iter().map(ask).map(Question::Integer).collect()
        })
        .collect();
    let mut agreed = Agreed::default();
    if questions.is_empty() {
        return Ok(Ok((findings, agreed)));
    }
    let answers = match unit.evaluate("types", &questions, &[])? {
        Ok(answers) => answers.lists,
        Err(outcome) => return Ok(Err(unit.broken(&outcome)?)),
    };
    let mut contradicted = Vec::new();
    for ((index, ways), answer) in declared.iter().zip(answers) {
        let function = &exports[*index].declaration;
        let yes = answer.map(|values| values.iter().position(|value| value.value == 1));
        match yes {
            Ok(Some(yes)) => agreed.note(function, &ways[yes].0, &ways[yes].1),
            Ok(None) => {
                let ways: Vec<Signature> = ways.iter().map(|(way, _)| way.clone()).collect();
                contradicted.push((*index, explain::Subject::export(function, &ways)));
            }
            Err(error) => findings[*index].push(Finding {
                node: node::item(&function.name()),
                message: format!("C has no such function type: {error}"),
            }),
        }
    }
    let (indices, subjects): (Vec<usize>, Vec<_>) = contradicted.into_iter().unzip();
    if !subjects.is_empty() {
        for (index, found) in indices.into_iter().zip(explain::explain(unit, subjects)?) {
            if let Explained::Differs(found) = found {
                findings[index].extend(found);
            }
        }
    }
    Ok(Ok((findings, agreed)))
}

/// A signature that a header may have, and its parts before names are spelled out.
type Way = (Signature, Vec<CType>);

/// All of an export's, unless C lacks a type.
fn ways(unit: &Unit<'_>, kinds: &Kinds, function: &Function) -> Result<Vec<Way>, Finding> {
    let resolve = |ty: &CType| unit.resolve(ty, kinds);
    let is_known = |ty: &CType| {
        ty.named().iter().all(|named| {
            kinds
                .types
                .values()
                .any(|known| known.spelling == named.c_name())
        })
    };
    spell::of_export(function, unit.widths, &resolve, &is_known).map_err(|part| {
        let (node, ty) = slots(function).swap_remove(part);
        let name = ty.named().first().map_or("", |named| named.c_name());
        Finding {
            node,
            message: refuse::unknown_in_export(unit.context, name),
        }
    })
}

fn names_of(unit: &Unit<'_>, exports: &[Exported]) -> Names {
    let mut names = Names::default();
    for export in exports {
        names.functions.insert(export.declaration.c_name.clone());
        let types = slots(&export.declaration).into_iter();
        types.for_each(|(_, ty)| names.add_type(unit, ty));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_agreed_upon_survives_a_run() {
        let parts = ["=", "const", "const unsigned char *", "unsigned long long"];
        let agreed = Agreed(HashMap::from([(
            "f".to_owned(),
            parts.map(str::to_owned).to_vec(),
        )]));
        assert_eq!(Agreed::parse(&agreed.to_text()), agreed);
        let part = |at| {
            let ours = CType::pointer(spell::verbatim("T"), false);
            agreed.part("f", at, ours).declare("x")
        };
        assert_eq!(part(0), "T *x");
        assert_eq!(part(1), "const T *x");
        assert_eq!(part(2), "const unsigned char *x");
        assert_eq!(part(3), "unsigned long long x");
        assert_eq!(part(4), "T *x", "of which nothing is known");
    }
}
