//! What C passes to an export, as far as one can tell that it is wrong.

use crate::convert::How;
use crate::exported::elements;
use crate::shape::{Shape, may_be_enumerated};
use crate::slot::{Param, Role};
use syn::Type;

/// What an argument of an export is made of.
#[derive(Clone)]
pub enum Passed {
    /// A pointer to one value, or to none if it is null and may be.
    Pointer {
        /// Whether it may be.
        nullable: bool,
        /// The value's type.
        pointee: Type,
    },
    /// A pointer that is not looked behind, and not null.
    Address,
    /// A pointer and a number of values.
    Slice {
        /// Their type.
        elem: Type,
    },
}

/// What of an argument of an export may be no value of Rust's, whatever it points to is there.
#[derive(Clone)]
pub enum Looked {
    /// Itself.
    Value(Type),
    /// Itself, a function pointer that is not null.
    Function(Type),
    /// What it points to, unless it is null.
    Behind(Type),
    /// As many as C says.
    Slice(Type),
    /// The same of what C gives back.
    Vec(Type),
}

impl Param {
    /// What is looked at in every build, for C may make what no safe code has.
    #[must_use]
    pub fn looked(&self) -> Option<Looked> {
        let may_be = |ty: &&Type| may_be_enumerated(ty);
        if let Some(elem) = elements(&self.ty) {
            return Some(elem).filter(may_be).cloned().map(Looked::Vec);
        }
        // What has an `impl` of functions C has from Rust.
        let is_told = matches!(self.arg.unpack.how, How::Told { .. });
        match Shape::of(&self.ty).ok().filter(|_| !is_told)? {
            Shape::Reference {
                uninit: false,
                pointee,
                ..
            } => Some(pointee).filter(may_be).cloned().map(Looked::Behind),
            Shape::Slice {
                uninit: false,
                elem,
                ..
            } => Some(elem).filter(may_be).cloned().map(Looked::Slice),
            Shape::Named(_) | Shape::Prim(_) => {
                Some(&self.ty).filter(may_be).cloned().map(Looked::Value)
            }
            Shape::FnPointer(_) => Some(Looked::Function(self.ty.clone())),
            _ => None,
        }
    }

    /// What C passes, if Rust takes more for granted of it than C does.
    #[must_use]
    pub fn passed(&self) -> Option<Passed> {
        if self.object().is_some() {
            return None;
        }
        let slot = self.arg.slots.first()?;
        let is_plain = matches!(slot.role, Role::Value | Role::Owned | Role::SlicePointer);
        // What is looked at in every build need not be looked at here.
        let is_told = matches!(self.arg.unpack.how, How::Told { .. });
        match Shape::of(&self.ty).ok().filter(|_| is_plain && !is_told)? {
            Shape::Reference {
                nullable, pointee, ..
            }
            | Shape::Boxed { nullable, pointee } => Some(Passed::Pointer {
                nullable,
                pointee: pointee.clone(),
            }),
            Shape::NonNull {
                nullable: false, ..
            }
            | Shape::Text { nullable: false } => Some(Passed::Address),
            Shape::Slice { elem, .. } => Some(Passed::Slice { elem: elem.clone() }),
            _ => None,
        }
    }
}
