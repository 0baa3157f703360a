//! What C is lent for a call, and what it may do with it.

use crate::shape::Shape;
use crate::slot::{Hold, Param, Role};

/// Memory behind a parameter of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lend {
    /// Whether C may write to it.
    pub mutable: bool,
    /// How far it goes.
    pub extent: Extent,
}

/// How far lent memory goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// One value.
    One,
    /// As many as the next slot says.
    Slice,
    /// Characters up to a NUL.
    Text,
}

impl Param {
    /// The memory that its first slot points to, if C has it for the call alone, and knows what it is.
    #[must_use]
    pub fn lend(&self) -> Option<Lend> {
        let lend = |mutable, extent| Some(Lend { mutable, extent });
        match Shape::of(&self.ty).ok()? {
            _ if self.keeps => None,
            // C's own, whatever Rust calls it.
            _ if self
                .arg
                .slots
                .first()
                .is_some_and(|slot| slot.role == Role::Owned) =>
            {
                None
            }
            // The place for a result.
            Shape::Array { .. } if self.hidden => None,
            _ if matches!(self.arg.hold, Some(Hold::Out(_))) => lend(true, Extent::One),
            _ if self.hidden => None,
            // In a struct with its length.
            Shape::Copied if self.arg.hold.is_none() => None,
            Shape::Text { .. } | Shape::Copied => lend(false, Extent::Text),
            Shape::Slice { mutable, .. } => lend(mutable, Extent::Slice),
            Shape::Reference {
                mutable, pointee, ..
            } => match Shape::of(pointee).ok()? {
                // C gives it back, and does not look at it.
                Shape::Generic | Shape::Void | Shape::Unit => None,
                // Others change it meanwhile.
                Shape::Named(named) if named.name().starts_with("Atomic") => None,
                _ => lend(mutable, Extent::One),
            },
            _ => None,
        }
    }
}
