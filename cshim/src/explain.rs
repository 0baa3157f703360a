//! Says of a contradicted declaration what the header says, where, and what to write instead.
//!
//! The declaration is repeated after the header, so that the compiler complains and names the other one:
//! gcc with its type, clang with its place alone. From the type's text follows which parameter differs;
//! that text goes back to the compiler, which alone can compare types.

use std::collections::{HashMap, HashSet};
use std::io;

use cgocall_syntax::record::Finding;
use cgocall_syntax::types::Role;
use cgocall_syntax::{CType, Function, Static, node};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;

use crate::ctext::{self, Prototype};
use crate::diagnostics::Diagnostic;
use crate::magic;
use crate::probe::{Kinds, PROBE, Questions};
use crate::spell::{self, Signature};
use crate::verify::{Unit, Values, generic};

/// The findings for each of `functions`, then for each of `statics`.
pub(crate) fn explain(
    unit: &Unit<'_>,
    kinds: &Kinds,
    functions: Vec<(&Function, &[Signature])>,
    statics: Vec<&Static>,
) -> io::Result<Vec<Vec<Finding>>> {
    let mut q = Questions::default();
    let functions = functions.into_iter().map(|(function, signatures)| {
        let ours = signatures[0].function();
        Subject::Function { function, signatures, ours }
    });
    let statics = statics.into_iter().map(|variable| {
        let spellings = spell::types(&unit.resolve(&variable.c, kinds), unit.widths);
        let spellings: Vec<CType> = spellings.into_iter().map(|(ty, _)| ty).collect();
        Subject::Static { variable, ours: spellings[0].clone(), spellings }
    });
    let subjects: Vec<(u32, Subject<'_>)> = functions
        .chain(statics)
        .map(|subject| {
            let (c_name, ours) = match &subject {
                Subject::Function { function, ours, .. } => (&function.c_name, ours),
                Subject::Static { variable, ours, .. } => (&variable.c_name, ours),
            };
            (q.ask(&format!("extern {};", ours.declare(&format!("({c_name})")))), subject)
        })
        .collect();
    let outcome = unit.check("again", &q.into_text())?;
    let theirs: Vec<Theirs> = subjects
        .iter()
        .map(|(id, subject)| {
            let error = outcome
                .errors
                .iter()
                .find(|error| error.at.file == PROBE && error.at.line == *id);
            Theirs::of(unit, subject, error)
        })
        .collect();
    let parts = Parts::compare(unit, &subjects, &theirs)?;
    let all = subjects.iter().zip(&theirs).enumerate();
    Ok(all.map(|(index, ((_, subject), theirs))| subject.findings(theirs, &parts, index)).collect())
}

enum Subject<'a> {
    Function { function: &'a Function, signatures: &'a [Signature], ours: CType },
    Static { variable: &'a Static, spellings: Vec<CType>, ours: CType },
}

/// What the header says.
struct Theirs {
    /// `zlib.h:1773`.
    place: Option<String>,
    /// For a variable, a prototype without parameters whose result is the variable's type.
    prototype: Option<Prototype>,
    /// For what cannot be taken apart.
    text: Option<String>,
    /// The compiler's own words.
    error: Option<String>,
}

impl Theirs {
    fn of(unit: &Unit<'_>, subject: &Subject<'_>, error: Option<&Diagnostic>) -> Theirs {
        let note = error
            .and_then(|error| error.notes.iter().find(|note| note.text.starts_with("previous ")));
        let text = note.and_then(|note| ctext::type_of_note(&note.text));
        let prototype = text.as_deref().and_then(|text| match subject {
            Subject::Function { .. } => ctext::prototype(text),
            Subject::Static { .. } => {
                let result = text.to_owned();
                Some(Prototype { result, params: Vec::new(), variadic: false })
            }
        });
        Theirs {
            place: note.map(|note| unit.context.place(&note.at, &unit.dir)),
            prototype,
            text,
            error: error.map(|error| error.text.clone()),
        }
    }

    fn at(&self) -> String {
        self.place.as_ref().map_or_else(|| "the header".to_owned(), |place| format!("`{place}`"))
    }
}

/// Which parts of a declaration differ, and what the others are: by subject, and by part, the result first.
struct Parts(HashMap<(usize, usize), Part>);

struct Part {
    same: bool,
    bytes: u64,
    /// Index in [`ctext::BASICS`], from 1.
    basic: Option<usize>,
    /// The same of what is behind all pointers.
    base: Option<usize>,
}

const SIZE: u32 = 0;
const BASIC: u32 = 1;
const BASE: u32 = 2;
const SAME: u32 = 3;

impl Parts {
    fn compare(unit: &Unit<'_>, subjects: &[(u32, Subject<'_>)], theirs: &[Theirs]) -> io::Result<Parts> {
        let mut wanted = Vec::new();
        for (index, ((_, subject), theirs)) in subjects.iter().zip(theirs).enumerate() {
            let Some(prototype) = &theirs.prototype else { continue };
            wanted.push(((index, 0), &prototype.result, subject.result_types()));
            if let Subject::Function { signatures, .. } = subject
                && prototype.params.len() == signatures[0].params.len()
            {
                for (at, text) in prototype.params.iter().enumerate() {
                    let all = signatures.iter().map(|signature| signature.params[at].clone());
                    wanted.push(((index, at + 1), text, distinct(all)));
                }
            }
        }
        // A text that C does not read again, such as that of an anonymous struct, is left out.
        let mut unreadable = HashSet::new();
        for _ in 0..2 {
            let mut q = Questions::default();
            let ids: Vec<((usize, usize), u32)> = wanted
                .iter()
                .filter(|(key, ..)| !unreadable.contains(key))
                .map(|(key, text, ours)| (*key, ask_part(&mut q, text, ours)))
                .collect();
            match unit.values("parts", &q.into_text())? {
                Ok(values) => {
                    return Ok(Parts(ids.into_iter().map(|(key, id)| (key, Part::of(&values, id))).collect()));
                }
                Err(outcome) => {
                    let bad = |id: u32| outcome.errors.iter().any(|error| error.at.file == PROBE && error.at.line == id);
                    unreadable.extend(ids.into_iter().filter(|(_, id)| bad(*id)).map(|(key, _)| key));
                }
            }
        }
        Ok(Parts(HashMap::new()))
    }

    fn get(&self, subject: usize, part: usize) -> Option<&Part> {
        self.0.get(&(subject, part))
    }

    fn differs(&self, subject: usize, part: usize) -> bool {
        self.get(subject, part).is_some_and(|part| !part.same)
    }
}

fn ask_part(q: &mut Questions, text: &str, ours: &[CType]) -> u32 {
    let id = q.next();
    let basics: Vec<String> = ctext::BASICS
        .iter()
        .enumerate()
        .map(|(index, (c, _))| format!("{c} *: {}", index + 1))
        .collect();
    let basic_of =
        |text: &str| format!("_Generic((__typeof__({text}) *)0, {}, default: 0)", basics.join(", "));
    let mut values = vec![(SIZE, format!("sizeof({text})")), (BASIC, basic_of(text))];
    values.extend(ctext::pointer_base(text).map(|(base, _)| (BASE, basic_of(&base))));
    values.extend(ours.iter().enumerate().map(|(alt, ours)| {
        let pointer = spell::verbatim(&format!("__typeof__({}) *", ours.spell()));
        (SAME + alt as u32, generic(&format!("(__typeof__({text}) *)0"), &pointer, &[]))
    }));
    let lines: Vec<String> = values
        .into_iter()
        .map(|(alt, value)| magic::define(id, alt, &value).replace('\n', " "))
        .collect();
    q.ask(&lines.concat())
}

fn distinct(types: impl Iterator<Item = CType>) -> Vec<CType> {
    let mut seen = HashSet::new();
    types.filter(|ty| seen.insert(ty.spell())).collect()
}

impl Part {
    fn of(values: &Values, id: u32) -> Part {
        let index = |alt| values.get(id, alt).filter(|index| *index > 0).map(|index| index as usize);
        Part {
            same: (SAME..).map_while(|alt| values.get(id, alt)).any(|yes| yes == 1),
            bytes: values.get(id, SIZE).unwrap_or(0),
            basic: index(BASIC),
            base: index(BASE),
        }
    }

    /// ` (unsigned, 32 bits)`, for a typedef of an integer.
    fn describe(&self, text: &str) -> String {
        let Some((c, rust)) = self.basic.map(|index| ctext::BASICS[index - 1]) else {
            return String::new();
        };
        if c == text || matches!(rust, "f32" | "f64" | "bool") {
            return String::new();
        }
        let sign = if c.starts_with("unsigned") { "unsigned" } else { "signed" };
        format!(" ({sign}, {} bits)", self.bytes * 8)
    }

    /// What Rust calls the type.
    fn rust(&self, text: &str) -> Option<String> {
        let basic = |index: Option<usize>| index.map(|index| ctext::BASICS[index - 1].1);
        ctext::rust_type(text, basic(self.basic), basic(self.base))
    }
}

impl Subject<'_> {
    fn result_types(&self) -> Vec<CType> {
        match self {
            Subject::Function { signatures, .. } => {
                distinct(signatures.iter().map(|signature| signature.result.clone()))
            }
            Subject::Static { spellings, .. } => spellings.clone(),
        }
    }

    fn findings(&self, theirs: &Theirs, parts: &Parts, index: usize) -> Vec<Finding> {
        let mut findings = match self {
            Subject::Function { function, signatures, .. } => {
                in_function(function, signatures[0].params.len(), theirs, parts, index)
            }
            Subject::Static { variable, .. } => in_static(variable, theirs, parts, index),
        };
        if findings.is_empty() {
            findings.push(self.in_whole(theirs));
        }
        findings
    }

    /// When nothing more exact can be said.
    fn in_whole(&self, theirs: &Theirs) -> Finding {
        let (name, c_name, ours) = match self {
            Subject::Function { function, ours, .. } => (function.name(), &function.c_name, ours),
            Subject::Static { variable, ours, .. } => (variable.name(), &variable.c_name, ours),
        };
        let ours = ours.declare(c_name);
        let message = match (&theirs.text, &theirs.error) {
            (Some(text), _) => {
                format!("`{c_name}` is `{text}` in {}; declared here as `{ours}`", theirs.at())
            }
            (None, Some(error)) => {
                format!("{} declares `{c_name}` otherwise; declared here as `{ours}` ({error})", theirs.at())
            }
            (None, None) => {
                format!("{} declares `{c_name}` otherwise; declared here as `{ours}`", theirs.at())
            }
        };
        Finding { node: node::item(&name), message }
    }
}

fn in_static(variable: &Static, theirs: &Theirs, parts: &Parts, index: usize) -> Vec<Finding> {
    let (Some(prototype), Some(part)) = (&theirs.prototype, parts.get(index, 0)) else {
        return Vec::new();
    };
    let name = &variable.c_name;
    let text = &prototype.result;
    if part.same || (variable.mutable && text.starts_with("const ") && !text.contains('*')) {
        let message = format!("`{name}` is `{text}` in {}; write `static` without `mut`", theirs.at());
        return vec![Finding { node: node::item(&variable.name()), message }];
    }
    let declared = source_of(&variable.ty);
    let message = format!(
        "`{name}` is `{text}`{} in {}; declared here as `{declared}`{}",
        part.describe(text),
        theirs.at(),
        write_instead(part.rust(text), &declared),
    );
    vec![Finding { node: node::static_type(&variable.name()), message }]
}

fn in_function(
    function: &Function,
    slots: usize,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Vec<Finding> {
    let Some(prototype) = &theirs.prototype else { return Vec::new() };
    let name = &function.c_name;
    if prototype.variadic {
        let message = format!(
            "`{name}` takes any number of arguments in {}; give it a fixed form in a preamble: \
             `static inline int my_{name}(..) {{ return {name}(..); }}`",
            theirs.at()
        );
        return vec![Finding { node: node::item(&function.name()), message }];
    }
    let mut findings = Vec::new();
    if prototype.params.len() != slots {
        let count = prototype.params.len();
        let two = if slots == function.params.len() { "" } else { " (a slice counts as two)" };
        let message = format!(
            "`{name}` takes {count} parameter{} in {}: `{}`; declared here with {slots}{two}",
            if count == 1 { "" } else { "s" },
            theirs.at(),
            prototype.declare(name),
        );
        findings.push(Finding { node: node::item(&function.name()), message });
    }
    let mut slot = 1;
    for (at, param) in function.params.iter().enumerate() {
        let differing = (slot..slot + param.arg.slots.len()).find(|slot| parts.differs(index, *slot));
        slot += param.arg.slots.len();
        let Some(different) = differing else { continue };
        let text = &prototype.params[different - 1];
        let Some(part) = parts.get(index, different) else { continue };
        let is_length = param.arg.slots.last().is_some_and(|slot| slot.role == Role::SliceLength)
            && different + 1 == slot;
        let declared = source_of(&param.ty);
        let message = if is_length {
            format!(
                "`{}` is a slice, and after its pointer a length must come; in {} it is `{text}`; write a \
                 raw pointer, `*const T` or `*mut T`",
                param.ident,
                theirs.at(),
            )
        } else {
            format!(
                "`{}` is `{text}`{} in {}; declared here as `{declared}`{}",
                param.ident,
                part.describe(text),
                theirs.at(),
                write_instead(part.rust(text), &declared),
            )
        };
        findings.push(Finding { node: node::param_type(&function.name(), at), message });
    }
    findings.extend(in_result(function, &prototype.result, theirs, parts, index));
    findings
}

fn in_result(
    function: &Function,
    text: &str,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Option<Finding> {
    let part = parts.get(index, 0).filter(|part| !part.same)?;
    let name = &function.c_name;
    let at = theirs.at();
    let message = match &function.ret.ty {
        Some(ty) if text == "void" => {
            format!("`{name}` returns nothing in {at}; remove `-> {}`", source_of(ty))
        }
        Some(ty) => {
            let declared = source_of(ty);
            // `Result<c_int, Errno>` keeps its shape.
            let instead = part.rust(text).map(|rust| match function.ret.errno {
                true => format!("Result<{rust}, Errno>"),
                false => rust,
            });
            format!(
                "`{name}` returns `{text}`{} in {at}; declared here as `{declared}`{}",
                part.describe(text),
                write_instead(instead, &declared),
            )
        }
        None => format!(
            "`{name}` returns `{text}`{} in {at}; declared here without a result{}",
            part.describe(text),
            part.rust(text).map_or(String::new(), |rust| format!("; write `-> {rust}`")),
        ),
    };
    Some(Finding { node: node::result(&function.name()), message })
}

/// `; write `..``, in the manner of what stands there: a reference stays one, a slice too.
fn write_instead(rust: Option<String>, declared: &str) -> String {
    let Some(rust) = rust else { return String::new() };
    let pointee = |mark: &str| rust.strip_prefix(mark).filter(|rest| *rest != "c_void");
    let slice = declared.starts_with("&[") || declared.starts_with("&mut [");
    let reference = declared.starts_with('&') && declared != "&CStr" && !declared.ends_with(" CStr");
    let instead = match (pointee("*const "), pointee("*mut ")) {
        (Some(of), _) if slice => format!("&[{of}]"),
        (_, Some(of)) if slice => format!("&mut [{of}]"),
        (Some(of), _) if reference => format!("&{of}"),
        (_, Some(of)) if reference => format!("&mut {of}"),
        _ => rust,
    };
    if instead == declared { String::new() } else { format!("; write `{instead}`") }
}

/// The type as the user wrote it.
fn source_of(ty: &syn::Type) -> String {
    ty.span().source_text().unwrap_or_else(|| ty.to_token_stream().to_string())
}
