//! What C passes to an export, as far as one can tell that it is wrong.

use crate::convert::How;
use crate::shape::Shape;
use crate::slot::{Param, Role};
use syn::Type;

/// What an argument of an export is made of.
#[derive(Clone, Debug)]
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

impl Param {
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
