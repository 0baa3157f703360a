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
use crate::magic::{Question, Value};
use crate::probe::{Kinds, PROBE, Questions};
use crate::spell::{self, Signature};
use crate::unit::{Unit, has_type};

/// A declaration that the header contradicts.
pub(crate) struct Subject<'a> {
    declared: Declared<'a>,
    /// What C calls it.
    c_name: &'a str,
    /// The best of the types that would have agreed.
    ours: CType,
    /// The results that would have agreed, or the types of a variable.
    results: Vec<CType>,
    /// The same for each parameter of the C function.
    params: Vec<Vec<CType>>,
}

enum Declared<'a> {
    Function(&'a Function),
    Static(&'a Static),
}

impl<'a> Subject<'a> {
    pub(crate) fn function(function: &'a Function, signatures: &[Signature]) -> Subject<'a> {
        let params = (0..signatures[0].params.len()).map(|at| {
            distinct(
                signatures
                    .iter()
                    .map(|signature| signature.params[at].clone()),
            )
        });
        Subject {
            declared: Declared::Function(function),
            c_name: &function.c_name,
            ours: signatures[0].function(),
            results: distinct(signatures.iter().map(|signature| signature.result.clone())),
            params: params.collect(),
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
            params: Vec::new(),
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
    let ids: Vec<u32> = subjects
        .iter()
        .map(|Subject { c_name, ours, .. }| {
            let line =
                || questions.ask(&format!("extern {};", ours.declare(&format!("({c_name})"))));
            *asked.entry(*c_name).or_insert_with(line)
        })
        .collect();
    let outcome = unit.check("again", &questions.into_text())?;
    let theirs: Vec<Theirs> = ids
        .into_iter()
        .zip(&subjects)
        .map(|(id, subject)| {
            let mut errors = outcome.errors.iter();
            Theirs::of(
                unit,
                subject,
                errors.find(|error| error.line_of(PROBE) == Some(id)),
            )
        })
        .collect();
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
        let text = note.and_then(|note| ctext::type_of_note(&note.text));
        let prototype = text.as_deref().and_then(|text| match subject.declared {
            Declared::Function(_) => ctext::prototype(text),
            Declared::Static(_) => {
                let result = text.to_owned();
                Some(Prototype {
                    result,
                    params: Vec::new(),
                    variadic: false,
                })
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
        self.place
            .clone()
            .unwrap_or_else(|| "the header".to_owned())
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

impl Parts {
    fn compare(unit: &Unit<'_>, subjects: &[Subject<'_>], theirs: &[Theirs]) -> io::Result<Parts> {
        let mut keys = Vec::new();
        let mut questions = Vec::new();
        let mut ask = |key, text: &str, ours: &[CType]| {
            keys.push(key);
            questions.push(questions_about(text, ours));
        };
        for (index, (subject, theirs)) in subjects.iter().zip(theirs).enumerate() {
            let Some(prototype) = &theirs.prototype else {
                continue;
            };
            ask((index, 0), &prototype.result, &subject.results);
            if prototype.params.len() == subject.params.len() {
                for (at, text) in prototype.params.iter().enumerate() {
                    ask((index, at + 1), text, &subject.params[at]);
                }
            }
        }
        // A text that C does not read again, such as that of an anonymous struct, is left out.
        let answers = unit.evaluate("parts", &questions, &[])?;
        let answers = answers.unwrap_or_default().lists;
        let parts = keys.into_iter().zip(answers);
        Ok(Parts(
            parts
                .filter_map(|(key, answer)| Some((key, Part::of(&answer.ok()?))))
                .collect(),
        ))
    }

    fn get(&self, subject: usize, part: usize) -> Option<&Part> {
        self.0.get(&(subject, part))
    }

    fn differs(&self, subject: usize, part: usize) -> bool {
        self.get(subject, part).is_some_and(|part| !part.same)
    }
}

/// What a [`Part`] is made of: size, built-in type, built-in type behind pointers, and for each of `ours`
/// whether it is the same.
fn questions_about(text: &str, ours: &[CType]) -> Vec<Question> {
    let basic_of = ctext::basic_of;
    let base = ctext::pointer_base(text).map_or("0".to_owned(), |(base, _)| basic_of(&base));
    let same = ours.iter().map(|ours| {
        let pointer = spell::verbatim(&format!("__typeof__({}) *", ours.spell()));
        has_type(&format!("(__typeof__({text}) *)0"), &pointer, &[])
    });
    // An array without a length has no size.
    let bytes = match text.ends_with("[]") {
        true => "0".to_owned(),
        false => format!("sizeof({text})"),
    };
    [bytes, basic_of(text), base]
        .into_iter()
        .chain(same)
        .map(Question::Integer)
        .collect()
}

impl Part {
    fn of(values: &[Value]) -> Part {
        let index = |value: &Value| (value.value > 0).then_some(value.value as usize);
        Part {
            bytes: values[0].value,
            basic: index(&values[1]),
            base: index(&values[2]),
            same: values[3..].iter().any(|value| value.value == 1),
        }
    }

    /// ` (32-bit unsigned)`, for a typedef of an integer.
    fn describe(&self, text: &str) -> String {
        let Some((c, rust)) = self.basic.map(|index| ctext::BASICS[index - 1]) else {
            return String::new();
        };
        if c == text || matches!(rust, "f32" | "f64" | "bool") {
            return String::new();
        }
        let sign = if c.starts_with("unsigned") {
            "unsigned"
        } else {
            "signed"
        };
        format!(" ({}-bit {sign})", self.bytes * 8)
    }

    /// What Rust calls the type.
    fn rust(&self, text: &str) -> Option<String> {
        let basic = |index: Option<usize>| index.map(|index| ctext::BASICS[index - 1].1);
        ctext::rust_type(text, basic(self.basic), basic(self.base))
    }
}

impl Subject<'_> {
    fn findings(&self, theirs: &Theirs, parts: &Parts, index: usize) -> Vec<Finding> {
        let findings = match self.declared {
            Declared::Function(function) => {
                in_function(function, self.params.len(), theirs, parts, index)
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
            Declared::Function(function) => function.name(),
            Declared::Static(variable) => variable.name(),
        };
        Finding {
            node: node::item(&name),
            message,
        }
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
            "`{name}` is `{text}` in {}; write `static` without `mut`",
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
    slots: usize,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Vec<Finding> {
    let Some(prototype) = &theirs.prototype else {
        return Vec::new();
    };
    let name = &function.c_name;
    if prototype.variadic {
        let message = format!(
            "`{name}` takes any number of arguments in {}; give it a fixed form in a preamble: \
             `static inline int my_{name}(..) {{ return {name}(..); }}`",
            theirs.at()
        );
        return vec![Finding {
            node: node::item(&function.name()),
            message,
        }];
    }
    let mut findings = Vec::new();
    if prototype.params.len() != slots {
        let count = prototype.params.len();
        let two = if slots == function.params.len() {
            ""
        } else {
            " (a slice counts as two)"
        };
        let message = format!(
            "`{name}` takes {count} parameter{} in {}: `{}`; declared here with {slots}{two}",
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
            // `Result<c_int, Errno>` keeps its shape.
            let instead = part.rust(text).map(|rust| match function.ret.errno {
                true => format!("Result<{rust}, Errno>"),
                false => rust,
            });
            format!(
                "`{name}` returns `{text}`{} in {at}; declared here as `{declared}`{}",
                part.describe(text),
                write_instead(instead, &declared, text),
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

/// `; write `..``, in the manner of what stands there: a reference stays one, a slice too.
fn write_instead(rust: Option<String>, declared: &str, c: &str) -> String {
    let Some(rust) = rust else {
        // An alias that another file declares is only a name here.
        let alias = c.contains("(*)") && syn::parse_str::<syn::Path>(declared).is_ok();
        return match alias {
            true => "; write the type of the function pointer in full".to_owned(),
            false => String::new(),
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
fn source_of(ty: &syn::Type) -> String {
    ty.span()
        .source_text()
        .unwrap_or_else(|| ty.to_token_stream().to_string())
}
