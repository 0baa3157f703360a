//! The grammar of cgocall's attributes: one front end for the macros and for the build script.
//!
//! An implementation detail of `cgocall`: both halves pin this crate with `=`, because they must agree on every name.
//!
//! The way through it, in order:
//!
//! 1. [`Import::parse`] and [`Export::parse`] take the tokens of an attribute and of its item, from a macro or from a
//!    parsed file alike, and give the model, or *all* the [`Errors`] of that item.
//! 2. The [type table](types) has turned each type of the model into frame [slots](types::Slot): a Rust field type,
//!    a [`CType`], and the expressions between a slot and the Rust value.
//! 3. [`hash`] names the item, [`symbol`] makes linker names of it, [`node`] addresses its parts, and [`record`] is
//!    what the build script leaves for the macro.

#![forbid(unsafe_code)]

mod attr;
mod bits;
mod canon;
mod cflags;
mod check;
mod clib;
pub mod closure;
mod convert;
mod cpath;
mod ctype;
pub mod depth;
mod entry;
mod error;
mod export;
mod exported;
pub mod filled;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod hash;
mod import;
mod judge;
pub mod keys;
pub mod keyword;
mod layout;
mod lend;
mod library;
mod mention;
mod mode;
mod module;
mod nearest;
pub mod node;
pub mod out;
pub mod owner;
pub mod pair;
mod parse;
mod parse_layout;
mod passed;
mod prim;
pub mod record;
pub mod returned;
mod shape;
mod slot;
pub mod standard;
pub mod symbol;
pub mod types;
mod walk;

pub use attr::{ExportAttr, ImportAttr, OnPanic, Text};
pub use bits::Bitfield;
pub use canon::{said, same};
pub use cflags::cflags;
pub use cpath::CPath;
pub use ctype::{CType, Named};
pub use error::Errors;
pub use export::{Callee, Export, Exported, Wrap, docs};
pub use exported::{
    Data, Held, Member, Method, Methods, Mirror, Object, Parts, Trait, is_type_in, side_by_side,
};
pub use import::{Block, BlockItem, FnPointer, Form, Function, Import, ImportItem, Opaque, Static};
pub use judge::{Fails, Judge};
pub use layout::{
    Aggregate, Alias, Constant, ConstantKind, Enumeration, Field, FieldKind, Value, Variant,
};
pub use library::Library;
pub use mode::{Mode, Modes};
pub use module::{Module, Use, Wanted, without_safe};
pub use nearest::nearest;
pub use prim::Prim;
pub use types::{Arg, Mention, Param, Ret, Slot};
