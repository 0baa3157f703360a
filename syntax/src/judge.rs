//! How a `Result` is made of what C returned: which values say that the call failed, and what the error is made of.

use crate::attr::CgoAttr;
use crate::canon::said;
use crate::ctype::CType;
use crate::error::Errors;
use crate::prim::Prim;
use crate::shape::{Shape, may_be_enumerated};
use crate::slot::{Ret, Slot};
use crate::types;
use quote::ToTokens;
use syn::{Expr, Ident, Type};

/// What C returns when a call has failed: the word behind `fails =`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fails {
    /// `-1`, of whatever width; all ones.
    MinusOne,
    /// `null`.
    Null,
    /// `negative`.
    Negative,
    /// `nonzero`.
    Nonzero,
    /// `errno`: anything, but `errno` is not 0 then.
    Errno,
}

impl Fails {
    const WORDS: [(&str, Fails); 4] = [
        ("null", Fails::Null),
        ("negative", Fails::Negative),
        ("nonzero", Fails::Nonzero),
        ("errno", Fails::Errno),
    ];

    /// Reads what stands behind `fails =`.
    pub(crate) fn of(value: &Expr, errors: &mut Errors) -> Option<Fails> {
        let text = value.to_token_stream().to_string().replace(' ', "");
        if text == "-1" {
            return Some(Fails::MinusOne);
        }
        let found = Fails::WORDS.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let message = "a call fails with `-1`, `null`, `negative`, `nonzero`, or with `errno` alone; write one of \
                           these";
            errors.push(value, message);
        }
        found.map(|(_, fails)| *fails)
    }
}

/// What `#[cgo(..)]` says of a result.
#[derive(Clone, Default)]
pub(crate) struct Words {
    pub(crate) fails: Option<(Ident, Fails)>,
    pub(crate) status: Option<(Ident, Type)>,
}

impl Words {
    pub(crate) fn of(cgo: &mut CgoAttr) -> Words {
        Words {
            fails: cgo.fails.take(),
            status: cgo.status.take(),
        }
    }
}

/// Of a `Result<T, E>`.
#[derive(Clone)]
pub struct Judge {
    /// What says that the call has failed, where it is not the default of the type.
    pub fails: Option<Fails>,
    /// `T`.
    pub good: Type,
    /// `E`; made of `errno` if it is `Errno`, else of the value.
    pub error: Type,
    /// The type of C's value, where that is written apart: `#[cgo(status = ..)]`.
    pub status: Option<Type>,
}

impl Judge {
    pub(crate) fn of(good: &Type, error: &Type) -> Judge {
        Judge {
            fails: None,
            good: good.clone(),
            error: error.clone(),
            status: None,
        }
    }

    /// Whether `T` is `()`.
    #[must_use]
    pub fn is_unit(&self) -> bool {
        matches!(Shape::of(&self.good), Ok(Shape::Unit))
    }

    /// Whether C's value says whether the call has failed, and nothing else.
    #[must_use]
    pub fn is_status(&self, ret: &Ret) -> bool {
        ret.slot.is_some() && self.is_unit()
    }
}

impl Ret {
    /// Whether it is a `Result`.
    #[must_use]
    pub fn is_result(&self) -> bool {
        self.judge.is_some()
    }
}

/// What the rules tell types apart by.
enum Kind {
    Signed,
    Unsigned,
    Bool,
    Float,
    Pointer {
        nullable: bool,
    },
    /// A name of the program's: the rule is a trait's to refuse.
    Named,
    Other,
}

impl Kind {
    fn of(ty: &Type) -> Kind {
        match Shape::of(ty) {
            Ok(Shape::Prim(prim)) => Kind::of_prim(prim),
            Ok(Shape::Named(_)) => Kind::Named,
            Ok(Shape::Pointer { .. }) => Kind::Pointer { nullable: false },
            Ok(
                Shape::NonNull { nullable, .. }
                | Shape::Text { nullable }
                | Shape::Reference { nullable, .. },
            ) => Kind::Pointer { nullable },
            _ => Kind::Other,
        }
    }

    fn of_prim(prim: &Prim) -> Kind {
        match prim.rust {
            "bool" => Kind::Bool,
            "f32" | "f64" | "c_float" | "c_double" => Kind::Float,
            // Which it is, the target says.
            "c_char" => Kind::Named,
            name if name.starts_with('u') || name.starts_with("c_u") => Kind::Unsigned,
            _ => Kind::Signed,
        }
    }

    /// Why `fails` cannot be said of it, and what can.
    fn refusal(&self, fails: Fails, ty: &str) -> Option<String> {
        let message = match (self, fails) {
            (_, Fails::Errno) | (Kind::Named, _) => return None,
            (Kind::Signed | Kind::Unsigned, Fails::MinusOne | Fails::Nonzero)
            | (Kind::Signed, Fails::Negative)
            | (Kind::Pointer { .. }, Fails::MinusOne)
            | (Kind::Pointer { nullable: false }, Fails::Null) => return None,
            (Kind::Signed, Fails::Null) => {
                format!("`{ty}` has no null; write `fails = -1`, `negative` or `nonzero`")
            }
            (Kind::Unsigned, Fails::Null) => {
                format!(
                    "`{ty}` has no null; write `fails = nonzero`, or `-1` if C returns that as a `{ty}`"
                )
            }
            (Kind::Unsigned, Fails::Negative) => {
                format!(
                    "`{ty}` is never negative; write `fails = -1` if C returns that as a `{ty}`, or `nonzero`"
                )
            }
            (Kind::Pointer { nullable: true }, Fails::Null) => {
                "null is `None` here; remove the `Option`, or write `fails = errno`".to_owned()
            }
            (Kind::Pointer { .. }, Fails::Negative | Fails::Nonzero) => {
                "this is of an integer; of a pointer write `fails = null`, or `-1` if C returns that as one".to_owned()
            }
            (Kind::Bool | Kind::Float | Kind::Other, _) => {
                format!("nothing of a `{ty}` is this; write `fails = errno`")
            }
        };
        Some(message)
    }
}

const NO_RESULT: &str = "this says which results are errors; return a `Result<T, Errno>`";

/// Puts what is said of a result into it. False if something of that was refused.
pub(crate) fn settle(ret: &mut Ret, words: Words, errors: &mut Errors) -> bool {
    let Some(judge) = &mut ret.judge else {
        let keys = [
            words.fails.map(|(key, _)| key),
            words.status.map(|(key, _)| key),
        ];
        keys.iter()
            .flatten()
            .for_each(|key| errors.push(key, NO_RESULT));
        return true;
    };
    let refusals = errors.iter().count();
    judge.fails = words.fails.as_ref().map(|(_, fails)| *fails);
    if judge.is_unit() {
        unit(ret, words, errors);
    } else {
        if let Some((key, _)) = &words.status {
            let good = said(&judge.good);
            let message = format!(
                "C's type is the result's, `{good}`; remove this, or write `Result<(), {}>`",
                said(&judge.error)
            );
            errors.push(key, message);
        }
        let fails = words.fails.as_ref();
        let kind = match &ret.returned {
            Some(_) => Kind::Pointer {
                nullable: ret.nullable,
            },
            None => Kind::of(&judge.good),
        };
        match ret.errno {
            true => by_errno(judge, kind, fails, errors),
            false => by_value(judge, kind, fails, errors),
        }
    }
    errors.iter().count() == refusals
}

/// `Result<(), E>`: what C returns, if it returns something, says whether the call has failed.
fn unit(ret: &mut Ret, words: Words, errors: &mut Errors) {
    let Some(judge) = &mut ret.judge else { return };
    if let Some((key, fails @ (Fails::Null | Fails::Errno))) = &words.fails {
        let message = match (fails, ret.errno) {
            (Fails::Null, _) => {
                "`()` has no null; if C returns a pointer, write its type: `Result<*mut T, Errno>`"
            }
            (_, true) => "",
            (_, false) => {
                "this error is made of what C returns; write `Result<(), Errno>` for one that is made of `errno`"
            }
        };
        if !message.is_empty() {
            return errors.push(key, message);
        }
    }
    let says_nothing = matches!(judge.fails, None | Some(Fails::Errno));
    if ret.errno && says_nothing && words.status.is_none() {
        return; // it is `void`
    }
    judge.fails = judge.fails.or(Some(Fails::Nonzero));
    judge.status = words.status.map(|(_, ty)| ty);
    ret.slot = match &judge.status {
        None => {
            let c_int = syn::parse_quote!(::core::ffi::c_int);
            Some(Slot::value(&c_int, CType::prim("c_int")))
        }
        Some(ty) => {
            if let (Some((key, fails)), kind) = (&words.fails, Kind::of(ty))
                && let Some(message) = kind.refusal(*fails, &said(ty))
            {
                errors.push(key, message);
            }
            if !matches!(Kind::of(ty), Kind::Signed | Kind::Unsigned | Kind::Named) {
                let message = "a status is an integer, or an enum; write the type that C returns";
                return errors.push(ty, message);
            }
            ret.enumerated = may_be_enumerated(ty).then(|| ty.clone());
            let c = errors.take(types::ctype(ty));
            c.map(|c| Slot::value(ty, c))
        }
    };
}

/// `Result<T, Errno>`.
fn by_errno(judge: &Judge, kind: Kind, fails: Option<&(Ident, Fails)>, errors: &mut Errors) {
    if let Some((key, fails)) = fails
        && let Some(message) = kind.refusal(*fails, &said(&judge.good))
    {
        errors.push(key, message);
    }
}

/// `Result<T, E>`: what says that the call has failed is also what the error is made of.
fn by_value(judge: &Judge, kind: Kind, fails: Option<&(Ident, Fails)>, errors: &mut Errors) {
    let (good, error) = (said(&judge.good), said(&judge.error));
    match (kind, fails) {
        (Kind::Pointer { .. }, _) => {
            let message = format!(
                "null is no number that a `{error}` could be made of; write `Result<{good}, Errno>`, or an `Option`"
            );
            errors.push(&judge.good, message);
        }
        (Kind::Bool | Kind::Float | Kind::Other, _) => {
            let message = format!(
                "`{error}` is made of an integer that C returns, which this is not; write `Result<{good}, Errno>`, or \
                 `Result<(), {error}>` if C returns a status"
            );
            errors.push(&judge.good, message);
        }
        (_, None) => {
            let message = format!(
                "which of the values are errors? Say `#[cgo(fails = negative)]` or `#[cgo(fails = -1)]`; if C returns a \
                 status alone, write `Result<(), {error}>`"
            );
            errors.push(&judge.good, message);
        }
        (_, Some((key, Fails::Nonzero))) => {
            let message = format!("what is left is always 0; write `Result<(), {error}>`");
            errors.push(key, message);
        }
        (_, Some((key, Fails::Errno))) => {
            let message = format!(
                "this error is made of what C returns; write `Result<{good}, Errno>` for one that is made of `errno`"
            );
            errors.push(key, message);
        }
        (kind, Some((key, fails))) => {
            if let Some(message) = kind.refusal(*fails, &good) {
                errors.push(key, message);
            }
        }
    }
}
