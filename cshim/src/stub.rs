//! The C side of a call: `void _cgo_<hash>_Cfunc_<name>(void *frame)`.
//!
//! A stub loads the arguments from the frame that Rust has packed, calls the C function, and stores the
//! result. The frame's fields have the types that the header was found to declare; the names are cgo's.

use std::fmt::Write as _;

use cgocall_syntax::hash::Hash;
use cgocall_syntax::types::Role;
use cgocall_syntax::{Block, CType, Function, Slot, symbol};

use crate::call;
use crate::quote;
use crate::spell::Signature;

/// The stubs of `block`, for the functions that agree with their header. `declare`: there is no header, so
/// the functions must be declared here.
pub(crate) fn stubs(
    hash: &Hash,
    block: &Block,
    signatures: &[Option<Signature>],
    file: &str,
    declare: bool,
) -> String {
    let agreed: Vec<(&Function, &Signature)> = block
        .functions()
        .zip(signatures)
        .filter_map(|(f, s)| Some((f, s.as_ref()?)))
        .collect();
    let mut text = String::new();
    if agreed.iter().any(|(function, _)| function.ret.errno) {
        text += "#include <errno.h>\n";
    }
    if agreed.iter().any(|(function, _)| has_length(function)) {
        text += LENGTH;
    }
    for (function, signature) in agreed {
        let erased;
        let signature = if declare {
            erased = erase(signature);
            let _ = writeln!(
                text,
                "extern {};",
                erased.function().declare(&function.c_name)
            );
            &erased
        } else {
            signature
        };
        stub(&mut text, hash, function, signature, file);
    }
    text
}

/// Rust passes a length as `size_t`. Where C wants less, a length that does not fit must not arrive cut
/// off; no Rust frame may be unwound through this one, so it ends here.
const LENGTH: &str = "\
#include <stdio.h>
#include <stdlib.h>
#define _CGO_LENGTH(type, n, function) \\
    if ((size_t)(type)(n) != (n) || (type)(n) < 0) { \\
        fprintf(stderr, \"cgocall: %s: a slice of %lu elements, but its length in C is `%s`\\n\", \\
                function, (unsigned long)(n), #type); \\
        abort(); \\
    }
";

fn has_length(function: &Function) -> bool {
    function
        .params
        .iter()
        .flat_map(|param| &param.arg.slots)
        .any(|slot| matches!(slot.role, Role::SliceLength | Role::FilledLength))
}

fn stub(text: &mut String, hash: &Hash, function: &Function, signature: &Signature, file: &str) {
    let line = function.ident.span().start().line;
    let name = &function.c_name;
    let mut frame = frame_fields(function, signature);
    let (mut checks, mut written) = (Vec::new(), Vec::new());
    for (index, (slot, ty, _)) in slots(function, signature).into_iter().enumerate() {
        let of =
            |ty: &CType, length: &str| format!("_CGO_LENGTH({}, {length}, \"{name}\")", ty.spell());
        match slot.role {
            Role::SliceLength => checks.push(of(ty, &format!("_cgo_a->p{index}"))),
            Role::FilledLength => {
                checks.push(of(behind(ty), &format!("*_cgo_a->p{index}")));
                written.push(format!("*_cgo_a->p{index} = (size_t)_cgo_n{index};"));
            }
            _ => {}
        }
    }
    checks.extend(locals(function, signature));
    let args = arguments(function, signature);
    let mut call = signature.call.parts(name, &args).concat();
    if !signature.call.is_statement() {
        call.push(';');
    }
    if signature.result != CType::Void {
        let _ = write!(frame, "{}; ", signature.result.declare("r"));
        call = format!("_cgo_a->r = {call}");
    }
    if function.ret.errno {
        frame += "int e; ";
        call = format!("errno = 0; {call} _cgo_a->e = errno;");
    }
    let mut body = Vec::new();
    if !frame.is_empty() {
        body.push(format!("struct {{ {frame}}} *_cgo_a = _cgo_v;"));
    }
    body.extend(checks);
    body.push(call);
    body.extend(written);
    // Every line is the declaration's line in Rust: there a debugger and a message should point.
    let at = format!("#line {line} \"{}\"\n", quote::string(file));
    let _ = write!(
        text,
        "{at}void {}(void *_cgo_v)\n{at}{{\n",
        symbol::stub(hash, &function.name())
    );
    for statement in body {
        let _ = writeln!(text, "{at}    {statement}");
    }
    let _ = writeln!(text, "{at}}}");
}

/// The slots, each with its type in C and its place there.
fn slots<'f>(
    function: &'f Function,
    signature: &'f Signature,
) -> Vec<(&'f Slot, &'f CType, usize)> {
    let types: Vec<&CType> = signature.slots().collect();
    let slots = function.params.iter().flat_map(|param| &param.arg.slots);
    let places = signature.places(function).into_iter();
    let slots = slots.zip(places);
    slots
        .map(|(slot, place)| (slot, types[place], place))
        .collect()
}

/// The arguments in the frame, as a struct's fields.
pub(crate) fn frame_fields(function: &Function, signature: &Signature) -> String {
    let fields = slots(function, signature).into_iter().enumerate();
    let fields = fields.map(|(index, (slot, ty, _))| match slot.role {
        Role::SliceLength => format!("size_t p{index}; "),
        Role::FilledLength => format!("size_t *p{index}; "),
        _ => format!("{}; ", ty.declare(&format!("p{index}"))),
    });
    fields.collect()
}

/// The lengths that C is given pointers to, of the types that it has them of.
pub(crate) fn locals(function: &Function, signature: &Signature) -> Vec<String> {
    let slots = slots(function, signature).into_iter().enumerate();
    let filled = slots.filter(|(_, (slot, ..))| slot.role == Role::FilledLength);
    let locals = filled.map(|(index, (_, ty, _))| {
        let ty = behind(ty).spell();
        format!("{ty} _cgo_n{index} = ({ty})*_cgo_a->p{index};")
    });
    locals.collect()
}

fn behind(ty: &CType) -> &CType {
    match ty {
        CType::Pointer { pointee, .. } => pointee,
        ty => ty,
    }
}

/// What C is given, out of the frame.
pub(crate) fn arguments(function: &Function, signature: &Signature) -> Vec<String> {
    let slots = slots(function, signature).into_iter().enumerate();
    let args = slots.map(|(index, (slot, ty, place))| match slot.role {
        Role::SliceLength => (place, format!("({})_cgo_a->p{index}", ty.spell())),
        Role::FilledLength => (place, format!("&_cgo_n{index}")),
        _ => (place, format!("_cgo_a->p{index}")),
    });
    let mut args: Vec<(usize, String)> = args.collect();
    args.sort_by_key(|(place, _)| *place);
    let mut args: Vec<String> = args.into_iter().map(|(_, arg)| arg).collect();
    if let (Some(at), Some(format)) = (signature.call.literal_at(), &function.format) {
        args.insert(at, call::literal(&format.value()));
    }
    args
}

/// The same to the calling convention, without the names of types that only a source file defines.
fn erase(signature: &Signature) -> Signature {
    let erase = |ty: &CType| {
        let mut ty = ty.clone();
        ty.visit_mut(&mut |ty| {
            if let CType::Pointer { pointee, .. } = ty
                && matches!(&**pointee, CType::Named(named) if !named.rust.is_empty())
            {
                **pointee = CType::Void;
            }
        });
        ty
    };
    Signature {
        result: erase(&signature.result),
        params: signature.params.iter().map(erase).collect(),
        call: signature.call,
        conditions: Vec::new(),
    }
}
