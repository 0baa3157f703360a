//! Sentences about a function: its parameters, how many there are, and its result.

use cgocall_syntax::record::Finding;
use cgocall_syntax::types::{Hold, Role};
use cgocall_syntax::{Function, Judge, node};

use super::closure;
use super::instead::{source_of, write_instead, write_out, write_result};
use super::parts::Parts;
use super::theirs::Theirs;
use super::variadic;
use crate::ctext::Prototype;

pub(super) fn in_function(
    function: &Function,
    is_export: bool,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Vec<Finding> {
    let Some(prototype) = &theirs.prototype else {
        return Vec::new();
    };
    if prototype.variadic && is_export {
        return vec![variadic::export(function, theirs)];
    }
    if prototype.open {
        let mut findings = promoted(function, theirs);
        findings.extend(in_result(function, &prototype.result, theirs, parts, index));
        return findings;
    }
    if let Some(message) = variadic::against_format(function, prototype, theirs, parts, index) {
        return vec![Finding {
            node: node::format(&function.name()),
            message,
        }];
    }
    let mut findings = Vec::from_iter(in_count(function, prototype, theirs));
    findings.extend(in_params(
        function, is_export, prototype, theirs, parts, index,
    ));
    findings.extend(in_result(function, &prototype.result, theirs, parts, index));
    findings
}

/// That there are more parameters, or fewer.
fn in_count(function: &Function, prototype: &Prototype, theirs: &Theirs) -> Option<Finding> {
    let name = &function.c_name;
    let count = prototype.params.len();
    let format = usize::from(function.format.is_some());
    let slots = function.params.iter().map(|param| param.arg.slots.len());
    let slots = slots.sum::<usize>() + format;
    if slots == count || (count < slots && prototype.variadic) {
        return None;
    }
    let two = if slots == function.params.len() {
        ""
    } else if format > 0 {
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
    Some(Finding {
        node: node::item(&function.name()),
        message,
    })
}

/// Which parameters differ.
fn in_params(
    function: &Function,
    is_export: bool,
    prototype: &Prototype,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let format = function.format.as_ref().map(|_| prototype.params.len());
    let mut slot = 1;
    for (at, param) in function.params.iter().enumerate() {
        // The format is not among the declared ones.
        slot += usize::from(format == Some(slot));
        let first = slot;
        slot += param.arg.slots.len();
        let is_slice = param
            .arg
            .slots
            .last()
            .is_some_and(|slot| slot.role == Role::SliceLength);
        let differing = match is_slice && !is_export {
            true => in_pair(parts, index, first),
            false => (first..slot).find(|slot| parts.differs(index, *slot)),
        };
        let Some(different) = differing else { continue };
        let text = &prototype.params[different - 1];
        let Some(part) = parts.get(index, different) else {
            continue;
        };
        // What is beside the one that is left, if that is the pointer.
        let is_length = is_slice
            && match is_export {
                true => different + 1 == slot,
                false => {
                    let other = if different == first { first + 1 } else { first };
                    !parts.differs(index, other) && !parts.is_length(index, other)
                }
            };
        let declared = source_of(&param.ty);
        let message = if is_length && is_export {
            format!(
                "`{}` is a slice, whose length Rust takes as `size_t`; in {} it is `{text}`; take a raw pointer and a \
                 length, and make the slice of them",
                param.ident,
                theirs.at(),
            )
        } else if is_length && part.is_place_of_integer(text) {
            format!(
                "`{}` is a slice, and a length must stand beside its pointer; in {} it is `{text}`; say `#[cgo(filled)]` \
                 if C leaves there how much of a `&mut [T]` it has filled, else write a raw pointer",
                param.ident,
                theirs.at(),
            )
        } else if param.is_filled() && different + 1 == slot {
            let instead = match part.is_integer() {
                true => "remove `#[cgo(filled)]`",
                false => "write a raw pointer, `*mut T`, without `#[cgo(filled)]`",
            };
            format!(
                "`{}` is `#[cgo(filled)]`, and behind its pointer one to the length must come; in {} it is `{text}`; \
                 {instead}",
                param.ident,
                theirs.at(),
            )
        } else if is_length {
            format!(
                "`{}` is a slice, and a length must stand beside its pointer; in {} it is `{text}`; write a raw pointer, \
                 `*const T` or `*mut T`",
                param.ident,
                theirs.at(),
            )
        } else {
            let (out, instead) = match &param.arg.hold {
                Some(Hold::Out(_)) => ("#[cgo(out)] ", write_out(part.rust(text), &declared)),
                _ => match closure::instead(param, part.rust(text), &declared) {
                    Some(closure) => ("", format!("; write `{closure}`")),
                    None => ("", write_instead(part.rust(text), &declared, text)),
                },
            };
            format!(
                "`{}` is `{text}`{} in {}; declared here as `{out}{declared}`{instead}",
                param.ident,
                part.describe(text),
                theirs.at(),
            )
        };
        findings.push(Finding {
            node: node::param_type(&function.name(), at),
            message,
        });
    }
    findings
}

/// Which of the pair that begins at `first` differs, if it is no pointer and a length, in either order.
fn in_pair(parts: &Parts, index: usize, first: usize) -> Option<usize> {
    let (a, b) = (first, first + 1);
    match (parts.differs(index, a), parts.differs(index, b)) {
        (true, _) => Some(a),
        (_, true) => Some(b),
        // Two pointers, or two numbers.
        (false, false) => {
            let lengths = [a, b].map(|at| parts.is_length(index, at));
            match lengths {
                [true, true] => Some(a),
                [false, false] => parts.get(index, b).map(|_| b),
                _ => None,
            }
        }
    }
}

/// Parameters that C does not take as they are where a declaration leaves them open.
fn promoted(function: &Function, theirs: &Theirs) -> Vec<Finding> {
    let (name, at) = (&function.c_name, theirs.at());
    let params = function.params.iter().enumerate();
    let passed = params.filter(|(_, param)| !param.hidden);
    let narrow = passed.filter_map(|(index, param)| {
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
    let part = parts.get(index, 0).filter(|part| part.same.is_none())?;
    let name = &function.c_name;
    let at = theirs.at();
    let message = match &function.ret.ty {
        Some(_) if text == "void" && function.ret.judge.as_ref().is_some_and(Judge::is_unit) => {
            format!(
                "`{name}` returns nothing in {at}, so only `errno` can say whether it has failed; write \
                 `Result<(), Errno>` with `fails = errno`, or no result"
            )
        }
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
