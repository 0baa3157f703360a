//! Pairs of a pointer and a length that C passes to closures: slices, and `&str`. The length is of the integer type
//! that the header says, and stands where the header has it, before the pointer or behind it; without a header it is a
//! `size_t` behind it.

use crate::closure::{CallbackParam, Part};
use crate::convert::{How, Pack, Unpack};
use crate::ctype::CType;
use crate::import::{Block, BlockItem};
use crate::node;
use crate::prim::Prim;
use crate::record::Length;
use crate::shape::strip;
use crate::slot::{Arg, Role, Slot};
use quote::quote;
use syn::Type;

/// The length of a pair, in Rust's own type of it.
pub(crate) fn length() -> Slot {
    Slot {
        field: quote!(::core::primitive::usize),
        c: CType::prim("usize"),
        role: Role::SliceLength,
        pack: Pack::method(quote!(len)),
    }
}

/// The row of a `&str` that C passes.
pub(crate) fn text(ty: &Type) -> Option<Arg> {
    let Type::Reference(reference) = strip(ty) else {
        return None;
    };
    let is_str = matches!(strip(&reference.elem), Type::Path(path) if path.path.is_ident("str"));
    if !is_str || reference.mutability.is_some() {
        return None;
    }
    let mut arg = Arg::of_slot(Slot {
        field: quote!(*const ::core::ffi::c_char),
        c: CType::pointer(CType::prim("c_char"), true),
        role: Role::SlicePointer,
        pack: Pack::default(),
    });
    arg.slots.push(length());
    arg.unpack = Unpack::of_one(How::Text);
    arg.direct = false;
    Some(arg)
}

impl Arg {
    /// Whether it is a text that comes as a pointer and a length: what is [unpacked](Arg::unpack) are its bytes.
    #[must_use]
    pub fn is_str(&self) -> bool {
        matches!(self.unpack.how, How::Text)
    }
}

impl Slot {
    /// Whether it is a length that may be none of Rust's.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        self.role == Role::SliceLength && self.c != CType::prim("usize")
    }
}

/// Gives the lengths that closures of the block get the types that the header has.
pub fn adopt(block: &mut Block, lengths: &[Length]) {
    for item in &mut block.items {
        let BlockItem::Function(function) = item else {
            continue;
        };
        let name = function.name();
        for (index, param) in function.params.iter_mut().enumerate() {
            let node = node::param_type(&name, index);
            let Some(Part::Closure(closure)) = &mut param.arg.part else {
                continue;
            };
            let own = lengths.iter().filter(|length| length.param == node);
            for length in own {
                if let Some(prim) = Prim::find(&length.ty) {
                    settle(&mut closure.params, length.slot, prim);
                }
            }
            param.arg.slots[0].field = closure.field();
        }
    }
}

/// That at this place among what C passes there is a length of this type.
fn settle(params: &mut [CallbackParam], place: usize, prim: &'static Prim) {
    let mut first = 0;
    for param in params {
        let CallbackParam::Argument(_, arg) = param else {
            first += 1;
            continue;
        };
        let places = first..first + arg.slots.len();
        first = places.end;
        if places.len() != 2 || !places.contains(&place) {
            continue;
        }
        arg.slots[1].field = prim.true_path();
        arg.slots[1].c = CType::Prim(prim);
        if place == places.start {
            arg.slots.swap(0, 1);
            arg.unpack.is_length_first = true;
        }
        return;
    }
}
