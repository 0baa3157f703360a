//! Says of a contradicted declaration what the header says, where, and what to write instead.
//!
//! The declaration is repeated after the header, so that the compiler complains and names the other one:
//! gcc with its type, clang with its place alone, and then the type is in the debug information. From the type's
//! text follows which parameter differs; that text goes back to the compiler, which alone can compare types.

use std::collections::{HashMap, HashSet};
use std::io;

use cgocall_syntax::record::Finding;
use cgocall_syntax::types::Role;
use cgocall_syntax::{CType, Function, Static, node};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;

use crate::ctext::{self, Prototype};
use crate::debug_info::{DebugInfo, Id, Type};
use crate::diagnostics::Diagnostic;
use crate::part::Part;
use crate::probe::{Kinds, PROBE, Questions};
use crate::spell::{self, Signature};
use crate::unit::{Unit, type_probe};

/// A declaration that the header contradicts.
pub(crate) struct Subject<'a> {
    declared: Declared<'a>,
    /// What C calls it.
    c_name: &'a str,
    /// The best of the types that would have agreed.
    ours: CType,
    /// The results that would have agreed, or the types of a variable.
    results: Vec<CType>,
    /// All that would have agreed, of a function.
    signatures: Vec<Signature>,
}

enum Declared<'a> {
    Function(&'a Function),
    Export(&'a Function),
    Static(&'a Static),
    /// What a typedef of this spelling points to.
    Pointee(&'a Function, &'a str),
}

impl<'a> Subject<'a> {
    pub(crate) fn function(function: &'a Function, signatures: &[Signature]) -> Subject<'a> {
        Subject {
            declared: Declared::Function(function),
            c_name: &function.c_name,
            ours: signatures[0].function(),
            results: distinct(signatures.iter().map(|signature| signature.result.clone())),
            signatures: signatures.to_vec(),
        }
    }

    /// The types that would have agreed for each parameter, where the header has so many before any `...`.
    fn params(&self, fixed: usize) -> Vec<Vec<CType>> {
        let of_format = |signature: &&Signature| {
            let literal = signature.call.literal_at();
            literal.is_none_or(|at| at + 1 == fixed)
        };
        let like: Vec<&Signature> = self.signatures.iter().filter(of_format).collect();
        let count = like.first().map_or(0, |signature| signature.params.len());
        let params = (0..count)
            .map(|at| distinct(like.iter().map(|signature| signature.params[at].clone())));
        params.collect()
    }

    /// A function that C calls by this declaration.
    pub(crate) fn export(function: &'a Function, signatures: &[Signature]) -> Subject<'a> {
        Subject {
            declared: Declared::Export(function),
            ..Subject::function(function, signatures)
        }
    }

    /// What a function pointer type points to.
    pub(crate) fn pointee(
        function: &'a Function,
        spelling: &'a str,
        signatures: &[Signature],
    ) -> Subject<'a> {
        Subject {
            declared: Declared::Pointee(function, spelling),
            ..Subject::function(function, signatures)
        }
    }

    pub(crate) fn variable(unit: &Unit<'_>, kinds: &Kinds, variable: &'a Static) -> Subject<'a> {
        let types = spell::types(&unit.resolve(&variable.c, kinds), unit.widths);
        let types = distinct(types.into_iter().map(|(ty, _)| ty));
        Subject {
            declared: Declared::Static(variable),
            c_name: &variable.c_name,
            ours: types[0].clone(),
            results: types,
            signatures: Vec::new(),
        }
    }
}

fn distinct(types: impl Iterator<Item = CType>) -> Vec<CType> {
    let mut seen = HashSet::new();
    types.filter(|ty| seen.insert(ty.spell())).collect()
}

/// The findings for each of `subjects`.
pub(crate) fn explain(
    unit: &Unit<'_>,
    subjects: Vec<Subject<'_>>,
) -> io::Result<Vec<Vec<Finding>>> {
    let mut questions = Questions::default();
    // Once for each name: a second declaration would be compared with the first, not with the header's.
    let mut asked = HashMap::new();
    let ids: Vec<Option<u32>> = subjects
        .iter()
        .map(
            |Subject {
                 c_name,
                 ours,
                 declared,
                 ..
             }| {
                // A typedef is not declared again.
                if let Declared::Pointee(..) = declared {
                    return None;
                }
                let line =
                    || questions.ask(&format!("extern {};", ours.declare(&format!("({c_name})"))));
                Some(*asked.entry(*c_name).or_insert_with(line))
            },
        )
        .collect();
    let outcome = unit.check("again", &questions.into_text())?;
    let mut errors = HashMap::new();
    for error in &outcome.errors {
        if let Some(line) = error.line_of(PROBE) {
            errors.entry(line).or_insert(error);
        }
    }
    let mut theirs: Vec<Theirs> = ids
        .into_iter()
        .zip(&subjects)
        .map(|(id, subject)| {
            let error = id.and_then(|id| errors.get(&id).copied());
            Theirs::of(unit, subject, error)
        })
        .collect();
    if theirs.iter().any(|theirs| theirs.text.is_none()) {
        let names: Vec<String> = subjects
            .iter()
            .map(|subject| match subject.declared {
                Declared::Pointee(_, spelling) => spelling.to_owned(),
                _ => format!("({})", subject.c_name),
            })
            .collect();
        let info = unit
            .evaluate("others", &[], &names)?
            .unwrap_or_default()
            .info;
        for (index, (theirs, subject)) in theirs.iter_mut().zip(&subjects).enumerate() {
            if let (None, Some(id)) = (&theirs.text, info.pointee(&type_probe(index))) {
                theirs.is_typed(unit, subject, &info, id);
            }
        }
    }
    let parts = Parts::compare(unit, &subjects, &theirs)?;
    let all = subjects.iter().zip(&theirs).enumerate();
    Ok(all
        .map(|(index, (subject, theirs))| subject.findings(theirs, &parts, index))
        .collect())
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
        let note = error.and_then(|error| {
            error
                .notes
                .iter()
                .find(|note| note.text.starts_with("previous "))
        });
        let mut theirs = Theirs {
            place: note.map(|note| unit.context.place(&note.at, &unit.dir)),
            prototype: None,
            text: None,
            error: error.map(|error| error.text.clone()),
        };
        if let Some(text) = note.and_then(|note| ctext::type_of_note(&note.text)) {
            theirs.is(subject, text);
        }
        theirs
    }

    /// Notes the type's text.
    fn is(&mut self, subject: &Subject<'_>, text: String) {
        self.prototype = match subject.declared {
            Declared::Function(_) | Declared::Export(_) | Declared::Pointee(..) => {
                ctext::prototype(&text)
            }
            Declared::Static(_) => Some(Prototype {
                result: text.clone(),
                params: Vec::new(),
                variadic: false,
                open: false,
            }),
        };
        self.text = Some(text);
    }

    /// Notes the type, which a typedef may be of a pointer to.
    fn is_typed(&mut self, unit: &Unit<'_>, subject: &Subject<'_>, info: &DebugInfo, id: Id) {
        let Declared::Pointee(..) = subject.declared else {
            return self.is(subject, info.declare(id, ""));
        };
        let Type::Typedef { target, at, .. } = info.get(id) else {
            return self.is(subject, info.declare(id, ""));
        };
        self.place = at.as_ref().map(|at| unit.context.place(at, &unit.dir));
        match info.get(info.peel(*target)) {
            Type::Pointer(pointee) if info.is_function(*pointee) => {
                self.is(subject, info.declare(info.peel(*pointee), ""));
            }
            _ => self.is(subject, info.declare(*target, "")),
        }
    }

    fn at(&self) -> String {
        self.place
            .clone()
            .unwrap_or_else(|| "the header".to_owned())
    }
}

/// Which parts of a declaration differ, and what the others are: by subject, and by part, the result first.
struct Parts(HashMap<(usize, usize), Part>);

impl Parts {
    fn compare(unit: &Unit<'_>, subjects: &[Subject<'_>], theirs: &[Theirs]) -> io::Result<Parts> {
        let (mut keys, mut texts) = (Vec::new(), Vec::new());
        for (index, (subject, theirs)) in subjects.iter().zip(theirs).enumerate() {
            let Some(prototype) = &theirs.prototype else {
                continue;
            };
            keys.push((index, 0));
            texts.push((prototype.result.as_str(), subject.results.clone()));
            let theirs = prototype.params.len();
            let ours = subject.params(theirs);
            if theirs == ours.len() || (prototype.variadic && theirs < ours.len()) {
                for (at, (text, ours)) in prototype.params.iter().zip(ours).enumerate() {
                    keys.push((index, at + 1));
                    texts.push((text, ours));
                }
            }
        }
        let parts = keys.into_iter().zip(Part::ask(unit, &texts)?);
        Ok(Parts(
            parts.filter_map(|(key, part)| Some((key, part?))).collect(),
        ))
    }

    fn get(&self, subject: usize, part: usize) -> Option<&Part> {
        self.0.get(&(subject, part))
    }

    /// Whether each of the parameters and the result is known to be the same.
    fn agree(&self, params: usize, theirs: &Theirs, subject: usize) -> bool {
        let prototype = theirs.prototype.as_ref();
        prototype.is_some_and(|theirs| theirs.params.len() == params && !theirs.variadic)
            && (0..=params).all(|part| self.get(subject, part).is_some_and(|part| part.same))
    }

    fn differs(&self, subject: usize, part: usize) -> bool {
        self.get(subject, part).is_some_and(|part| !part.same)
    }
}

impl Subject<'_> {
    fn findings(&self, theirs: &Theirs, parts: &Parts, index: usize) -> Vec<Finding> {
        let findings = match self.declared {
            Declared::Pointee(function, _)
                if theirs
                    .prototype
                    .as_ref()
                    .is_some_and(|theirs| theirs.variadic) =>
            {
                vec![variadic_pointee(function, theirs)]
            }
            Declared::Function(function) | Declared::Pointee(function, _) => {
                in_function(function, false, theirs, parts, index)
            }
            Declared::Export(function) => {
                let findings = in_function(function, true, theirs, parts, index);
                // All combinations may be too many to be tried: part by part they are not.
                let params = self.signatures[0].params.len();
                if findings.is_empty() && parts.agree(params, theirs, index) {
                    return Vec::new();
                }
                findings
            }
            Declared::Static(variable) => in_static(variable, theirs, parts, index),
        };
        match findings.is_empty() {
            true => vec![self.in_whole(theirs)],
            false => findings,
        }
    }

    /// When nothing more exact can be said.
    fn in_whole(&self, theirs: &Theirs) -> Finding {
        let c_name = self.c_name;
        let ours = self.ours.declare(c_name);
        let message = match (&theirs.text, &theirs.error) {
            (Some(text), _) => {
                format!(
                    "`{c_name}` is `{text}` in {}; declared here as `{ours}`",
                    theirs.at()
                )
            }
            (None, error) => {
                let error = error
                    .as_ref()
                    .map_or(String::new(), |error| format!(" ({error})"));
                format!(
                    "{} declares `{c_name}` otherwise; declared here as `{ours}`{error}",
                    theirs.at()
                )
            }
        };
        let name = match self.declared {
            Declared::Function(function)
            | Declared::Export(function)
            | Declared::Pointee(function, _) => function.name(),
            Declared::Static(variable) => variable.name(),
        };
        Finding {
            node: node::item(&name),
            message,
        }
    }
}

fn variadic_pointee(function: &Function, theirs: &Theirs) -> Finding {
    Finding {
        node: node::item(&function.name()),
        message: format!(
            "`{}` takes any number of arguments in {}, and is called in none of its forms here; to hand it on, leave \
             `#[cgo_import]` away and end the list with `...`",
            function.c_name,
            theirs.at()
        ),
    }
}

fn in_static(variable: &Static, theirs: &Theirs, parts: &Parts, index: usize) -> Vec<Finding> {
    let (Some(prototype), Some(part)) = (&theirs.prototype, parts.get(index, 0)) else {
        return Vec::new();
    };
    let name = &variable.c_name;
    let text = &prototype.result;
    if part.same || (variable.mutable && text.starts_with("const ") && !text.contains('*')) {
        let message = format!(
            "`{name}` is `const` in {}; write `static` without `mut`",
            theirs.at()
        );
        return vec![Finding {
            node: node::item(&variable.name()),
            message,
        }];
    }
    let declared = source_of(&variable.ty);
    let message = format!(
        "`{name}` is `{text}`{} in {}; declared here as `{declared}`{}",
        part.describe(text),
        theirs.at(),
        write_instead(part.rust(text), &declared, text),
    );
    vec![Finding {
        node: node::ty(&variable.name()),
        message,
    }]
}

fn in_function(
    function: &Function,
    is_export: bool,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Vec<Finding> {
    let Some(prototype) = &theirs.prototype else {
        return Vec::new();
    };
    let name = &function.c_name;
    if prototype.variadic && is_export {
        let message = format!(
            "`{name}` takes any number of arguments in {}, which Rust cannot take; define it in a `source` file that \
             calls an export of another name",
            theirs.at()
        );
        return vec![Finding {
            node: node::item(&function.name()),
            message,
        }];
    }
    if prototype.open {
        let mut findings = promoted(function, theirs);
        findings.extend(in_result(function, &prototype.result, theirs, parts, index));
        return findings;
    }
    let mut findings = Vec::new();
    let count = prototype.params.len();
    if let Some(message) = against_format(function, prototype, theirs, parts, index) {
        return vec![Finding {
            node: node::format(&function.name()),
            message,
        }];
    }
    let format = function.format.as_ref().map(|_| count);
    let slots = function.params.iter().map(|param| param.arg.slots.len());
    let slots = slots.sum::<usize>() + usize::from(format.is_some());
    if slots < count || (count < slots && !prototype.variadic) {
        let two = if slots == function.params.len() {
            ""
        } else if format.is_some() {
            ", the format among them"
        } else {
            " (a slice counts as two)"
        };
        let message = format!(
            "`{name}` takes {}{count} parameter{} in {}: `{}`; declared here with {slots}{two}",
            if prototype.variadic { "at least " } else { "" },
            if count == 1 { "" } else { "s" },
            theirs.at(),
            prototype.declare(name),
        );
        findings.push(Finding {
            node: node::item(&function.name()),
            message,
        });
    }
    let mut slot = 1;
    for (at, param) in function.params.iter().enumerate() {
        // The format is not among the declared ones.
        slot += usize::from(format == Some(slot));
        let differing =
            (slot..slot + param.arg.slots.len()).find(|slot| parts.differs(index, *slot));
        slot += param.arg.slots.len();
        let Some(different) = differing else { continue };
        let text = &prototype.params[different - 1];
        let Some(part) = parts.get(index, different) else {
            continue;
        };
        let is_length = param
            .arg
            .slots
            .last()
            .is_some_and(|slot| slot.role == Role::SliceLength)
            && different + 1 == slot;
        let declared = source_of(&param.ty);
        let message = if is_length && is_export {
            format!(
                "`{}` is a slice, whose length Rust takes as `size_t`; in {} it is `{text}`; take a raw pointer and a \
                 length, and make the slice of them",
                param.ident,
                theirs.at(),
            )
        } else if is_length {
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
                write_instead(part.rust(text), &declared, text),
            )
        };
        findings.push(Finding {
            node: node::param_type(&function.name(), at),
            message,
        });
    }
    findings.extend(in_result(function, &prototype.result, theirs, parts, index));
    findings
}

/// Why the header's function takes no format.
fn against_format(
    function: &Function,
    prototype: &Prototype,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Option<String> {
    function.format.as_ref()?;
    let (name, at) = (&function.c_name, theirs.at());
    let count = prototype.params.len();
    if !prototype.variadic {
        let declaration = prototype.declare(name);
        return Some(format!(
            "`{name}` takes no further arguments in {at}: `{declaration}`; remove `format`"
        ));
    }
    parts.differs(index, count).then(|| {
        format!(
            "the format would be the last parameter of `{name}` before `...`, which is `{}` in {at}; remove `format`",
            prototype.params[count - 1],
        )
    })
}

/// Parameters that C does not take as they are where a declaration leaves them open.
fn promoted(function: &Function, theirs: &Theirs) -> Vec<Finding> {
    let (name, at) = (&function.c_name, theirs.at());
    let params = function.params.iter().enumerate();
    let narrow = params.filter_map(|(index, param)| {
        let declared = source_of(&param.ty);
        let promoted = match declared.rsplit("::").next()? {
            "c_char" | "c_schar" | "c_uchar" | "c_short" | "c_ushort" | "i8" | "u8" | "i16" | "u16" | "bool" => "c_int",
            "f32" | "c_float" => "f64",
            _ => return None,
        };
        let message = format!(
            "`{}` cannot be `{declared}`: {at} leaves the parameters of `{name}` open, in C's old way, and C then passes a \
             `{promoted}`; write that",
            param.ident
        );
        Some(Finding { node: node::param_type(&function.name(), index), message })
    });
    narrow.collect()
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
            format!(
                "`{name}` returns nothing in {at}; remove `-> {}`",
                source_of(ty)
            )
        }
        Some(ty) => {
            let declared = source_of(ty);
            format!(
                "`{name}` returns `{text}`{} in {at}; declared here as `{declared}`{}",
                part.describe(text),
                write_result(function, part.rust(text), &declared, text),
            )
        }
        None => format!(
            "`{name}` returns `{text}`{} in {at}; declared here without a result{}",
            part.describe(text),
            part.rust(text)
                .map_or(String::new(), |rust| format!("; write `-> {rust}`")),
        ),
    };
    Some(Finding {
        node: node::result(&function.name()),
        message,
    })
}

/// As [`write_instead`], for a result: `Result<c_int, Errno>` keeps its shape.
pub(crate) fn write_result(
    function: &Function,
    rust: Option<String>,
    declared: &str,
    c: &str,
) -> String {
    let instead = rust.map(|rust| match function.ret.errno {
        true => format!("Result<{rust}, Errno>"),
        false => rust,
    });
    write_instead(instead, declared, c)
}

/// `; write `..``, in the manner of what stands there: a reference stays one, a slice too.
fn write_instead(rust: Option<String>, declared: &str, c: &str) -> String {
    let Some(rust) = rust else {
        // An alias that another file declares is only a name here.
        let alias = c.contains("(*)") && syn::parse_str::<syn::Path>(declared).is_ok();
        return match (alias, ctext::unknown_to_rust(c)) {
            (true, _) => "; write the type of the function pointer in full".to_owned(),
            (_, Some(what)) => {
                format!("; Rust has no {what}: put a function around it in a preamble")
            }
            _ => String::new(),
        };
    };
    let pointee = |mark: &str| rust.strip_prefix(mark).filter(|rest| *rest != "c_void");
    let slice = declared.starts_with("&[") || declared.starts_with("&mut [");
    let reference =
        declared.starts_with('&') && declared != "&CStr" && !declared.ends_with(" CStr");
    let instead = match (pointee("*const "), pointee("*mut ")) {
        (Some(of), _) if slice => format!("&[{of}]"),
        (_, Some(of)) if slice => format!("&mut [{of}]"),
        (Some(of), _) if reference => format!("&{of}"),
        (_, Some(of)) if reference => format!("&mut {of}"),
        _ => rust,
    };
    if instead == declared {
        String::new()
    } else {
        format!("; write `{instead}`")
    }
}

/// The type as the user wrote it.
pub(crate) fn source_of(ty: &syn::Type) -> String {
    ty.span()
        .source_text()
        .unwrap_or_else(|| ty.to_token_stream().to_string())
}
