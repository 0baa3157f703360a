//! The lengths that C passes to closures, as the header has them.

use cgocall_syntax::record::Length;
use cgocall_syntax::types::Role;
use cgocall_syntax::{Block, CType, Function, Prim, node};

use crate::spell::{Signature, Widths, is_length};

/// Every integer that C builds in, once.
const INTEGERS: [&str; 10] = [
    "c_schar",
    "c_uchar",
    "c_short",
    "c_ushort",
    "c_int",
    "c_uint",
    "c_long",
    "c_ulong",
    "c_longlong",
    "c_ulonglong",
];

/// Those that are no `size_t` behind their pointers, of the functions that agree with their header.
pub(crate) fn of(
    block: Option<&Block>,
    signatures: &[Option<Signature>],
    widths: Widths,
) -> Vec<Length> {
    let functions = block.into_iter().flat_map(Block::functions).zip(signatures);
    let agreed =
        functions.filter_map(|(function, signature)| Some((function, signature.as_ref()?)));
    agreed
        .flat_map(|(function, signature)| of_function(function, signature, widths))
        .collect()
}

fn of_function(function: &Function, signature: &Signature, widths: Widths) -> Vec<Length> {
    let mut types = signature.slots();
    let mut lengths = Vec::new();
    for (index, param) in function.params.iter().enumerate() {
        let node = node::param_type(&function.name(), index);
        let types: Vec<&CType> = types.by_ref().take(param.arg.slots.len()).collect();
        let (Some(slot), [ty]) = (param.arg.slots.first(), &types[..]) else {
            continue;
        };
        let Role::Callback { lengths: which, .. } = slot.role else {
            continue;
        };
        let passed = passed(ty);
        for slot in (1..passed.len()).filter(|slot| which >> slot & 1 == 1) {
            let is_first = !is_length(&passed[slot]);
            let slot = slot - usize::from(is_first);
            let ty = match narrow(&passed[slot].spell(), widths) {
                None if is_first => "usize",
                None => continue,
                Some(ty) => ty,
            };
            lengths.push(Length {
                param: node.clone(),
                slot,
                ty: ty.to_owned(),
            });
        }
    }
    lengths
}

/// What a pointer to a function takes.
fn passed(ty: &CType) -> &[CType] {
    match ty {
        CType::Pointer { pointee, .. } => match &**pointee {
            CType::Function { params, .. } => params,
            _ => &[],
        },
        _ => &[],
    }
}

/// What Rust calls it, if it is no `size_t`.
fn narrow(spelling: &str, widths: Widths) -> Option<&'static str> {
    let usize = Prim::find("usize")?;
    let mut same = widths.spellings(usize).into_iter();
    if same.any(|(same, _)| same == spelling) {
        return None;
    }
    let mut prims = INTEGERS.iter().filter_map(|name| Prim::find(name));
    prims.find(|prim| prim.c == spelling).map(|prim| prim.rust)
}
