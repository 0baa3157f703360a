//! The C side of a call: `void _cgo_<hash>_Cfunc_<name>(void *frame)`.
//!
//! A stub loads the arguments from the frame that Rust has packed, calls the C function, and stores the
//! result. The frame's fields have the types that the header was found to declare; the names are cgo's.

use std::fmt::Write as _;

use cgocall_syntax::hash::Hash;
use cgocall_syntax::types::Role;
use cgocall_syntax::{Block, CType, Function, symbol};

use crate::context::escape;
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
        .any(|slot| slot.role == Role::SliceLength)
}

fn stub(text: &mut String, hash: &Hash, function: &Function, signature: &Signature, file: &str) {
    let line = function.ident.span().start().line;
    let name = &function.c_name;
    let mut frame = String::new();
    let mut checks = Vec::new();
    let mut args = Vec::new();
    let slots = function.params.iter().flat_map(|param| &param.arg.slots);
    for (index, (slot, ty)) in slots.zip(&signature.params).enumerate() {
        let field = format!("p{index}");
        if slot.role == Role::SliceLength {
            let _ = write!(frame, "size_t {field}; ");
            let ty = ty.spell();
            checks.push(format!("_CGO_LENGTH({ty}, _cgo_a->{field}, \"{name}\")"));
            args.push(format!("({ty})_cgo_a->{field}"));
        } else {
            let _ = write!(frame, "{}; ", ty.declare(&field));
            args.push(format!("_cgo_a->{field}"));
        }
    }
    // In parentheses: a macro of the same name is not meant, nor verified.
    let mut call = format!("({name})({});", args.join(", "));
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
    // Every line is the declaration's line in Rust: there a debugger and a message should point.
    let at = format!("#line {line} \"{}\"\n", escape(file));
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
        conditions: Vec::new(),
    }
}
