//! Frame slots: how a parameter and a result travel between Rust and C.

use crate::closure::Part;
use crate::convert::{Pack, Unpack};
use crate::ctype::CType;
use crate::judge::Judge;
use crate::out::Out;
use crate::returned::Returned;
use crate::shape::strip;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, Type};

/// A parameter of a function.
#[derive(Clone)]
pub struct Param {
    /// Its name.
    pub ident: Ident,
    /// Its type, as written.
    pub ty: Type,
    /// Its place in the frame.
    pub arg: Arg,
    /// Of an import: whether C alone knows it. Then it is no parameter of the Rust function, and [`Arg::hold`] makes it.
    pub hidden: bool,
    /// `#[cgo(keeps)]`: C may use what it points to after the call.
    pub keeps: bool,
}

/// How an argument travels.
#[derive(Clone)]
pub struct Arg {
    /// One slot, or two for a slice: the C function has a parameter for each.
    pub slots: Vec<Slot>,
    /// For imports: what is made of the argument first, and kept while the call lasts. [`Slot::pack`] gets that.
    pub hold: Option<Hold>,
    /// For exports: the argument made of the slots' values, inside `unsafe`.
    pub unpack: Unpack,
    /// For exports: what the C function pointer's type shows, if it is the user's own type and not the slots'.
    pub direct: bool,
    /// For exports: the type behind `&T` and `&mut T`, to assert that threads may share it.
    pub reference: Option<Reference>,
    /// A raw pointer: only an `unsafe fn` may hand it to another thread.
    pub raw: bool,
    /// The type of a value of which C may make what is none: an enum perhaps, or `bool`; or that it writes there.
    pub enumerated: Option<Type>,
    /// What it has to do with closures.
    pub part: Option<Part>,
}

/// What an import keeps while its call lasts.
#[derive(Clone)]
pub enum Hold {
    /// A copy of a text, with a NUL at its end.
    Text,
    /// A `struct timespec`.
    Time,
    /// The place for what C returns through a pointer; the parameter is [`hidden`](Param::hidden).
    Out(Box<Out>),
    /// Where C finds the length of a slice, and leaves how much it has filled.
    Filled,
}

/// What a reference points to.
#[derive(Clone)]
pub struct Reference {
    /// `&mut`.
    pub mutable: bool,
    /// `T`.
    pub pointee: Type,
}

/// A field of the frame.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The field's type in Rust.
    pub field: TokenStream,
    /// The field's type in C, and what the header must say.
    pub c: CType,
    /// Which further liberties the header has.
    pub role: Role,
    /// For imports: the field's value, made of the argument (or of the result, for an export).
    pub pack: Pack,
}

/// What a slot is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A value: the header says what [`Slot::c`] says.
    Value,
    /// The pointer of a slice: the header may also say `void *`, and any `char` for bytes.
    SlicePointer,
    /// What C owns from now on, and knows nothing of: the header may also say `const void *`.
    Owned,
    /// A number that C knows nothing of: the header may also say `const void *`, or an integer of that size.
    Handle,
    /// A result that Rust only reads, or a `&` to what it knows nothing of: the header may also say that it can be written.
    Lent,
    /// The same of a slice: of bytes the header may also say `void *`, and any `char`.
    LentSlice,
    /// The same of a text: the header may say any `char`.
    LentText,
    /// A function that calls a closure.
    Callback {
        /// Its parameters of which a bit is set here the header may spell as if they were [`Role::SlicePointer`] or
        /// [`Role::Owned`].
        free: u32,
        /// Those of which a bit is set here Rust only reads: the header may also say that it can be written.
        read: u32,
        /// Those of which a bit is set here are lengths: of any integer type, before or behind their pointers.
        lengths: u32,
    },
    /// The length of a slice: the header may say any integer type, and the stub must check that the length fits.
    SliceLength,
    /// The pointer to it, behind that of a slice that C fills: to any integer type.
    FilledLength,
}

/// How a result travels.
#[derive(Clone)]
pub struct Ret {
    /// The declared type; `None` where nothing is written.
    pub ty: Option<Type>,
    /// `r` in the frame; `None` for `()`.
    pub slot: Option<Slot>,
    /// Whether it is `Result<_, Errno>`: then `errno` is the frame's last field.
    pub errno: bool,
    /// Of a `Result`: what is an error.
    pub judge: Option<Judge>,
    /// For imports: what is made of the pointer that C returns, of texts that are not `'static`, references and slices.
    pub returned: Option<Returned>,
    /// For imports, where it is not `r` itself: the result made of `r`, inside `unsafe`; given the path of `__private` and
    /// the C function's name.
    pub unpack: Option<fn(&TokenStream, &str, TokenStream) -> TokenStream>,
    /// Whether it is a `&'static CStr`, that only its own thread may look at while it is made.
    pub is_text: bool,
    /// For imports: the type that closes itself which it is.
    pub owner: Option<Type>,
    /// Whether null is a value: with an `errno` of 0, that is.
    pub nullable: bool,
    /// A raw pointer: as [`Arg::raw`].
    pub raw: bool,
    /// As [`Arg::enumerated`].
    pub enumerated: Option<Type>,
    /// Of a method that C implements: no `unsafe` of the program's says that C returns what it is.
    pub is_undeclared: bool,
}

impl Ret {
    /// Whether the Rust function has a value of C's beside what C puts in places: a status is an error or nothing.
    #[must_use]
    pub fn has_value(&self) -> bool {
        let is_status = |judge: &Judge| judge.is_status(self);
        self.slot.is_some() && !self.judge.as_ref().is_some_and(is_status)
    }
}

impl Reference {
    /// Whether it is to a raw pointer, which any thread may have: only unsafe code looks behind it.
    #[must_use]
    pub fn is_of_pointer(&self) -> bool {
        matches!(strip(&self.pointee), Type::Ptr(_))
    }
}

impl Slot {
    pub(crate) fn value(ty: &Type, c: CType) -> Slot {
        Slot {
            field: ty.to_token_stream(),
            c,
            role: Role::Value,
            pack: Pack::default(),
        }
    }

    /// The same where each length that a closure gets is of a type that `how` says, and stands before its pointer if
    /// `how` says so.
    #[must_use]
    pub fn with_lengths(&self, mut how: impl FnMut() -> (CType, bool)) -> Slot {
        let mut slot = self.clone();
        let (
            Role::Callback {
                free,
                read,
                lengths,
            },
            Some(params),
        ) = (&mut slot.role, params_of(&mut slot.c))
        else {
            return slot;
        };
        let all = *lengths;
        for at in (0..params.len()).filter(|at| all >> at & 1 == 1) {
            let (length, is_first) = how();
            params[at] = length;
            if is_first {
                params.swap(at - 1, at);
                for bits in [&mut *free, &mut *read, &mut *lengths] {
                    *bits = swapped(*bits, at);
                }
            }
        }
        slot
    }

    /// One of all that the header may say, where `pick` says which of so many; 0 is the best spelling.
    #[must_use]
    pub fn choose(&self, mut pick: impl FnMut(usize) -> usize) -> CType {
        let mut slot = self.clone();
        if let (Role::Callback { free, read, .. }, Some(params)) =
            (self.role, params_of(&mut slot.c))
        {
            for (at, param) in params.iter_mut().enumerate() {
                let mut choices = in_callback(param, at, free, read);
                *param = choices.swap_remove(pick(choices.len()));
            }
            return slot.c;
        }
        let mut accepted = self.accepts();
        accepted.swap_remove(pick(accepted.len()))
    }

    /// Every C type that the header may give this slot, the best spelling first. Without the liberties of
    /// lengths and of [`Role::Callback`], for which there is [`choose`](Slot::choose), and with each
    /// [`Prim`](crate::Prim) standing for all of its spellings.
    #[must_use]
    pub fn accepts(&self) -> Vec<CType> {
        match self.role {
            Role::SlicePointer => as_bytes(&self.c),
            Role::Owned => as_owned(&self.c),
            Role::Handle => as_handle(&self.c),
            Role::Lent => either_const(vec![self.c.clone()]),
            Role::LentSlice => either_const(as_bytes(&self.c)),
            Role::LentText => either_const(as_characters(&self.c)),
            Role::Value | Role::SliceLength | Role::FilledLength | Role::Callback { .. } => {
                vec![self.c.clone()]
            }
        }
    }
}

/// What the header may say of the parameter at this place, of a function that calls a closure.
fn in_callback(param: &CType, at: usize, free: u32, read: u32) -> Vec<CType> {
    let is_void = matches!(param, CType::Pointer { pointee, .. } if **pointee == CType::Void);
    let choices = match free >> at & 1 {
        0 => vec![param.clone()],
        _ if is_void => as_owned(param),
        _ => as_bytes(param),
    };
    match read >> at & 1 {
        0 => choices,
        _ => either_const(choices),
    }
}

/// C's length counts bytes behind a `void *`, so only a slice of bytes may stand for one.
fn as_bytes(c: &CType) -> Vec<CType> {
    let mut list = as_characters(c);
    if let CType::Pointer { is_const, .. } = c
        && list.len() > 1
    {
        list.insert(1, CType::pointer(CType::Void, *is_const));
    }
    list
}

/// Bytes under every name that C has for them.
fn as_characters(c: &CType) -> Vec<CType> {
    let mut list = vec![c.clone()];
    if let CType::Pointer { pointee, is_const } = c
        && matches!(**pointee, CType::Prim(prim) if prim.is_byte())
    {
        let bytes = ["c_char", "c_schar", "c_uchar"].map(CType::prim);
        list.extend(
            bytes
                .into_iter()
                .filter(|other| other.spell() != pointee.spell())
                .map(|other| CType::pointer(other, *is_const)),
        );
    }
    list
}

/// What is only read, C may also let be written.
fn either_const(mut list: Vec<CType>) -> Vec<CType> {
    for index in 0..list.len() {
        if let CType::Pointer { pointee, is_const } = list[index].clone() {
            list.push(CType::pointer(*pointee, !is_const));
        }
    }
    list
}

fn as_handle(c: &CType) -> Vec<CType> {
    let mut list = as_owned(c);
    list.push(CType::prim("usize"));
    list
}

fn as_owned(c: &CType) -> Vec<CType> {
    let mut list = vec![c.clone()];
    if let CType::Pointer { pointee, is_const } = c {
        list.push(CType::pointer((**pointee).clone(), !is_const));
    }
    list
}

/// What a pointer to a function takes.
fn params_of(c: &mut CType) -> Option<&mut Vec<CType>> {
    match c {
        CType::Pointer { pointee, .. } => match &mut **pointee {
            CType::Function { params, .. } => Some(params),
            _ => None,
        },
        _ => None,
    }
}

/// With the bit at `at` in the place of the one before it.
fn swapped(bits: u32, at: usize) -> u32 {
    let (this, before) = (bits >> at & 1, bits >> (at - 1) & 1);
    let others = bits & !(0b11 << (at - 1));
    others | (this << (at - 1)) | (before << at)
}
