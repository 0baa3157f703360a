//! Opaque types that close themselves: `#[cgo(drop = sqlite3_close)] type Db;`.
//!
//! Such a `Db` is a pointer that C has given away, and in signatures it, a reference to it, or an `Option` of these is that
//! pointer. Types are known by their text, so the [type table](crate::types) takes `Db` for what C calls so, until
//! [`adopt`] says who closes itself: of the block that declares it, and of those that the build script knows about.

use crate::convert::Pack;
use crate::ctype::{CType, Named};
use crate::error::Errors;
use crate::import::{Block, BlockItem, Function, Opaque};
use crate::mention::{Mention, mentions};
use crate::nearest::nearest;
use crate::out::{Out, Take};
use crate::returned::What;
use crate::shape::{Shape, only_argument, parts_of_result, strip};
use crate::slot::{Arg, Hold, Param, Ret, Role, Slot};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Type};

/// What `#[cgo(drop = ..)]` says of an opaque type.
#[derive(Clone, Debug)]
pub struct Closes {
    /// The function that closes it.
    pub drop: Ident,
}

/// A type that closes itself, as a signature names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The path as written, as [`Named::rust`](crate::Named::rust).
    pub rust: String,
    /// What C calls that which it points to.
    pub c: String,
}

/// How a type speaks of an owner.
enum Way<'t> {
    /// `Db`, or an `Option` of it.
    Itself { ty: &'t Type, nullable: bool },
    /// `&Db`, `&mut Db`, or an `Option` of one.
    Borrowed {
        ty: &'t Type,
        mutable: bool,
        nullable: bool,
    },
}

impl Owner {
    fn c(&self) -> CType {
        let named = Named {
            rust: self.rust.clone(),
            c: Some(self.c.clone()),
        };
        CType::pointer(CType::Named(named), false)
    }

    fn is(&self, ty: &Type) -> bool {
        matches!(Shape::of(ty), Ok(Shape::Named(named)) if named.rust == self.rust)
    }

    fn is_mentioned(&self, ty: &Type) -> bool {
        mentions(ty)
            .iter()
            .any(|found| matches!(found, Mention::Named(_, named, _) if named.rust == self.rust))
    }

    /// How `ty` speaks of it, if it does so as C understands.
    fn way<'t>(&self, ty: &'t Type) -> Option<Way<'t>> {
        let way = match Shape::of(ty).ok()? {
            Shape::Named(_) => Way::Itself {
                ty,
                nullable: false,
            },
            Shape::Nullable(ty) => Way::Itself { ty, nullable: true },
            Shape::Reference {
                mutable,
                nullable,
                uninit: false,
                pointee,
            } => Way::Borrowed {
                ty: pointee,
                mutable,
                nullable,
            },
            _ => return None,
        };
        let (Way::Itself { ty, .. } | Way::Borrowed { ty, .. }) = way;
        self.is(ty).then_some(way)
    }

    fn refusal(&self, ty: &Type) -> String {
        let name = &self.rust;
        let uninit = matches!(Shape::of(ty), Ok(Shape::Reference { uninit: true, .. }));
        if uninit {
            return format!(
                "`{name}` closes itself, and nobody would know whether it is there; write `#[cgo(out)]` and `{name}`, or \
                 `Option<{name}>`"
            );
        }
        let last = name.rsplit("::").next().unwrap_or(name);
        format!(
            "`{name}` closes itself, and to C it is a pointer already: a parameter is `&{name}`, `&mut {name}`, `{name}`, or \
             an `Option` of these, a result `{name}` or `Option<{name}>`; for a pointer that nobody closes declare \
             `#[cgo(c = \"{}\")] type Raw{last};`, and write `*mut Raw{last}`",
            self.c
        )
    }
}

/// The types of the block that close themselves.
#[must_use]
pub fn owners(block: &Block) -> Vec<Owner> {
    let owners = block.opaques().filter(|opaque| opaque.closes.is_some());
    let owner = |opaque: &Opaque| Owner {
        rust: opaque.name(),
        c: opaque.c_name.clone(),
    };
    owners.map(owner).collect()
}

/// Rewrites what the block says of `owners`.
pub fn adopt(block: &mut Block, owners: &[Owner], errors: &mut Errors) {
    if owners.is_empty() {
        return;
    }
    for item in &mut block.items {
        match item {
            BlockItem::Function(function) => {
                for param in &mut function.params {
                    adopt_param(param, owners, errors);
                }
                adopt_result(&mut function.ret, owners, errors);
            }
            BlockItem::Static(item) => {
                let mut owners = owners.iter();
                if let Some(owner) = owners.find(|owner| owner.is_mentioned(&item.ty)) {
                    let name = &owner.rust;
                    let message = format!(
                        "`{name}` closes itself, which a variable of C's does not; write `*mut c_void`, or the type that it \
                         is to C"
                    );
                    errors.push(&item.ty, message);
                }
            }
            BlockItem::Opaque(_) | BlockItem::Constant(_) => {}
        }
    }
}

fn adopt_param(param: &mut Param, owners: &[Owner], errors: &mut Errors) {
    let mut owners = owners.iter();
    let Some(owner) = owners.find(|owner| owner.is_mentioned(&param.ty)) else {
        return;
    };
    let arg = match (owner.way(&param.ty), param.hidden) {
        (Some(Way::Itself { ty, nullable }), true) => out(owner, ty, nullable),
        (Some(way), false) => {
            let slot = Slot {
                field: c_pointer(),
                c: owner.c(),
                role: Role::Owned,
                pack: pack(&way),
            };
            Arg::of_slot(slot)
        }
        _ => {
            if let Some(Hold::Out(out)) = &mut param.arg.hold {
                out.is_doubtful = false; // as all of it is
            }
            return errors.push(&param.ty, owner.refusal(&param.ty));
        }
    };
    param.arg = arg;
}

fn pack(way: &Way<'_>) -> Pack {
    let null = |nullable: &bool| nullable.then(|| quote!(::core::ptr::null_mut()));
    match way {
        Way::Itself { ty, nullable } => {
            Pack::function(quote!(#ty::into_raw)).nullable(null(nullable))
        }
        Way::Borrowed {
            ty,
            mutable: true,
            nullable: true,
        } => Pack::function(quote!(|owner| #ty::as_ptr(owner))).nullable(null(&true)),
        Way::Borrowed { ty, nullable, .. } => {
            Pack::function(quote!(#ty::as_ptr)).nullable(null(nullable))
        }
    }
}

fn out(owner: &Owner, ty: &Type, nullable: bool) -> Arg {
    let out = Out {
        enumerated: None,
        field: ty.to_token_stream(),
        take: Take::Owner {
            declared: owner.rust.clone(),
            nullable,
        },
        is_doubtful: false,
        is_text: false,
    };
    let field = c_pointer();
    Arg {
        hold: Some(Hold::Out(Box::new(out))),
        ..Arg::of_slot(Slot {
            field: quote!(*mut #field),
            c: CType::pointer(owner.c(), false),
            role: Role::Value,
            pack: Pack::default(),
        })
    }
}

fn adopt_result(ret: &mut Ret, owners: &[Owner], errors: &mut Errors) {
    let Some(declared) = &ret.ty else { return };
    let elem = match ret.returned.as_ref().map(|returned| &returned.what) {
        Some(What::Slice { elem, .. }) => Some(&**elem),
        _ => None,
    };
    let is_mentioned = |owner: &&Owner| {
        let mut types = elem.into_iter().chain([declared]);
        types.any(|ty| owner.is_mentioned(ty))
    };
    let Some(owner) = owners.iter().find(is_mentioned) else {
        return;
    };
    let parts = parts_of_result(declared).ok().flatten();
    let value = parts.map_or(declared, |(good, _)| good);
    let Some(Way::Itself { nullable, .. }) = owner.way(value) else {
        return errors.push(value, owner.refusal(value));
    };
    ret.slot = Some(Slot {
        field: c_pointer(),
        c: owner.c(),
        role: Role::Value,
        pack: Pack::default(),
    });
    ret.unpack = Some(match nullable {
        true => |private, _, r| quote!(#private::owned_if_any(#r)),
        false => |private, name, r| quote!(#private::owned_result(#name, #r)),
    });
    let itself = only_argument(strip(value), "Option").filter(|_| nullable);
    ret.owner = Some(itself.unwrap_or(value).clone());
    ret.nullable = nullable;
    ret.raw = false;
    ret.enumerated = None;
}

fn c_pointer() -> TokenStream {
    quote!(*mut ::core::ffi::c_void)
}

/// What the function that closes an owner takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The owner.
    Owner,
    /// The owner, in an `Option`.
    IfAny,
    /// The pointer.
    Pointer,
}

/// The function that closes `opaque`, and what it takes; if it is one that can.
#[must_use]
pub fn closer<'b>(block: &'b Block, opaque: &Opaque) -> Option<(&'b Function, Closed)> {
    let closes = opaque.closes.as_ref()?;
    let function = block.functions().find(|item| item.ident == closes.drop)?;
    let closed = closed(function, opaque).ok()?;
    Some((function, closed))
}

fn closed(function: &Function, opaque: &Opaque) -> Result<Closed, TokenStream> {
    let [param] = &function.params[..] else {
        return Err(function.ident.to_token_stream());
    };
    let owner = Owner {
        rust: opaque.name(),
        c: opaque.c_name.clone(),
    };
    let is_pointer = || match Shape::of(&param.ty) {
        Ok(Shape::Pointer { pointee, .. }) => match Shape::of(pointee) {
            Ok(Shape::Void) => true,
            Ok(Shape::Named(_)) => {
                let slot = param.arg.slots.first();
                slot.is_some_and(|slot| {
                    let named = slot.c.named();
                    named.iter().any(|named| named.c_name() == opaque.c_name)
                })
            }
            _ => false,
        },
        _ => false,
    };
    match owner.way(&param.ty) {
        Some(Way::Itself { nullable, .. }) if !param.hidden => Ok(match nullable {
            true => Closed::IfAny,
            false => Closed::Owner,
        }),
        _ if !param.hidden && is_pointer() => Ok(Closed::Pointer),
        _ => Err(param.ty.to_token_stream()),
    }
}

/// Whether the functions that close can.
pub(crate) fn check(block: &Block, errors: &mut Errors) {
    let all = owners(block);
    for opaque in block.opaques() {
        let Some(closes) = &opaque.closes else {
            continue;
        };
        let (name, drop) = (opaque.name(), &closes.drop);
        if block.refused.iter().any(|item| item.sig.ident == *drop) {
            continue;
        }
        let Some(function) = block.functions().find(|item| item.ident == *drop) else {
            let names: Vec<String> = block.functions().map(Function::name).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let near = match nearest(&drop.to_string(), &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("declare it here, `fn {drop}({}: {name});`", variable(&name)),
            };
            errors.push(
                drop,
                format!("`{drop}` is no function of this block; {near}"),
            );
            continue;
        };
        if let Err(tokens) = closed(function, opaque) {
            let message = format!(
                "`{drop}` closes `{name}`: it takes that alone, `fn {drop}({}: {name});`; what needs more is a C function in \
                 a `preamble`",
                variable(&name)
            );
            errors.push(tokens, message);
        }
        if let Some(ty) = &function.ret.ty
            && all.iter().any(|owner| owner.is_mentioned(ty))
        {
            let message = format!(
                "what `{drop}` returns when it closes `{name}` is ignored, and this would have to be closed too"
            );
            errors.push(ty, message);
        }
    }
}

/// A name for one of this type.
fn variable(name: &str) -> String {
    name.to_lowercase()
}
