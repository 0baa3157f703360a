//! Types and constants that Rust declares and C defines: the model.

use crate::bits::Bitfield;
use crate::ctype::{CType, Named};
use crate::import::c_spelling;
use syn::{Attribute, Expr, Ident, Item, Type};

/// A `#[repr(C)]` struct or union that has to be as C's.
#[derive(Clone)]
pub struct Aggregate {
    /// As rustc shall see it.
    pub item: Item,
    /// Its attributes.
    pub attrs: Vec<Attribute>,
    /// Whether it is a union.
    pub is_union: bool,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its spelling in C: `z_stream`, or `struct stat`.
    pub c_name: String,
    /// In the order of the text.
    pub fields: Vec<Field>,
}

/// A field of an [`Aggregate`].
#[derive(Clone)]
pub struct Field {
    /// Its attributes.
    pub attrs: Vec<Attribute>,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its name in C.
    pub c_name: String,
    /// Its type.
    pub ty: Type,
    /// What of C it stands for.
    pub kind: FieldKind,
}

/// What of C a [`Field`] stands for.
#[derive(Clone)]
pub enum FieldKind {
    /// The member of its name, whose type is this.
    Member(CType),
    /// `#[cgo(opaque)]`: the member of its name, of a type that Rust has not. Its place and its size count.
    Opaque,
    /// `#[cgo(anonymous)]`: the next member without a name, which this type of Rust stands for.
    Anonymous(Named),
    /// `#[cgo(bits(..))]`: the storage of these bitfields; of none, padding.
    Bits(Vec<Bitfield>),
}

/// An enum whose values have to be C's.
#[derive(Clone)]
pub struct Enumeration {
    /// As rustc shall see it.
    pub item: Item,
    /// Its attributes.
    pub attrs: Vec<Attribute>,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its spelling in C: `enum mode`, or the name of a typedef.
    pub c_name: String,
    /// In the order of the text.
    pub variants: Vec<Variant>,
}

/// A variant of an [`Enumeration`].
#[derive(Clone)]
pub struct Variant {
    /// Its attributes.
    pub attrs: Vec<Attribute>,
    /// Its name in Rust.
    pub ident: Ident,
    /// The constant's name in C.
    pub c_name: String,
    /// Its value, where it is a number that the text shows: counted on from the one before, if it is not written, and
    /// that one is always there.
    pub value: Option<i128>,
    /// The value as written.
    pub expr: Option<Expr>,
}

/// A `type` that has to be the typedef of the same name.
#[derive(Clone)]
pub struct Alias {
    /// As rustc shall see it.
    pub item: Item,
    /// Its attributes.
    pub attrs: Vec<Attribute>,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its spelling in C.
    pub c_name: String,
    /// The right-hand side.
    pub ty: Type,
    /// The right-hand side in C.
    pub c: CType,
}

/// A constant whose value C has too: a macro, or an enumerator.
#[derive(Clone)]
pub struct Constant {
    /// Its attributes.
    pub attrs: Vec<Attribute>,
    /// As rustc shall see it; none of a `#[cgo(constant)] static`, whose value is the header's.
    pub item: Option<Item>,
    /// Its visibility.
    pub vis: syn::Visibility,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its name in C.
    pub c_name: String,
    /// Its type.
    pub ty: Type,
    /// What is asked about it.
    pub kind: ConstantKind,
    /// The value as written, and what it says, where the text shows it.
    pub value: Option<(Expr, Option<Value>)>,
}

/// What a constant's type can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantKind {
    /// An integer, or `bool`.
    Integer,
    /// `f32` or `f64`.
    Float,
    /// `&CStr`.
    Text,
}

/// The value of a constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of an integer type; `true` is 1.
    Integer(i128),
    /// Of a floating point type.
    Float(f64),
    /// The bytes of a string before its NUL.
    Text(Vec<u8>),
}

impl Aggregate {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}

impl Field {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }

    /// Its type in C, if there is one to compare.
    #[must_use]
    pub fn c(&self) -> Option<&CType> {
        match &self.kind {
            FieldKind::Member(c) => Some(c),
            FieldKind::Opaque | FieldKind::Anonymous(_) | FieldKind::Bits(_) => None,
        }
    }

    /// The bitfields that it stores.
    #[must_use]
    pub fn bits(&self) -> &[Bitfield] {
        match &self.kind {
            FieldKind::Bits(list) => list,
            _ => &[],
        }
    }
}

impl FieldKind {
    /// For the hash.
    pub(crate) fn canonical(&self) -> String {
        match self {
            FieldKind::Member(c) => c.spell(),
            FieldKind::Opaque => "opaque".to_owned(),
            FieldKind::Anonymous(named) => format!("anonymous {}", named.rust),
            FieldKind::Bits(list) => {
                let list: Vec<String> = list.iter().map(Bitfield::canonical).collect();
                format!("bits({})", list.join(", "))
            }
        }
    }
}

impl Enumeration {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}

impl Variant {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}

impl Alias {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}

impl Constant {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}
