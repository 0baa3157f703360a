//! What the header says of a name, as far as the compiler tells.

use super::{Declared, Subject};
use crate::ctext::{self, Prototype};
use crate::debug_info::{DebugInfo, Id, Type};
use crate::diagnostics::Diagnostic;
use crate::unit::Unit;

/// What the header says.
pub(super) struct Theirs {
    /// `zlib.h:1773`.
    place: Option<String>,
    /// For a variable, a prototype without parameters whose result is the variable's type.
    pub(super) prototype: Option<Prototype>,
    /// For what cannot be taken apart.
    pub(super) text: Option<String>,
    /// The compiler's own words.
    pub(super) error: Option<String>,
}

impl Theirs {
    pub(super) fn of(unit: &Unit<'_>, subject: &Subject<'_>, error: Option<&Diagnostic>) -> Theirs {
        let note = error.and_then(|error| {
            error
                .notes
                .iter()
                .find(|note| note.text.starts_with("previous "))
        });
        let mut theirs = Theirs {
            place: note.map(|note| unit.context.place(&note.at, &unit.dir)),
            prototype: None,
            text: None,
            error: error.map(|error| error.text.clone()),
        };
        if let Some(text) = note.and_then(|note| ctext::type_of_note(&note.text)) {
            theirs.is(subject, text);
        }
        theirs
    }

    /// Notes the type's text.
    fn is(&mut self, subject: &Subject<'_>, text: String) {
        self.prototype = match subject.declared {
            Declared::Function(_) | Declared::Export(_) | Declared::Pointee(..) => {
                ctext::prototype(&text)
            }
            Declared::Static(_) => Some(Prototype {
                result: text.clone(),
                params: Vec::new(),
                variadic: false,
                open: false,
            }),
        };
        self.text = Some(text);
    }

    /// Notes the type, which a typedef may be of a pointer to.
    pub(super) fn is_typed(
        &mut self,
        unit: &Unit<'_>,
        subject: &Subject<'_>,
        info: &DebugInfo,
        id: Id,
    ) {
        let Declared::Pointee(..) = subject.declared else {
            return self.is(subject, info.declare(id, ""));
        };
        let Type::Typedef { target, at, .. } = info.get(id) else {
            return self.is(subject, info.declare(id, ""));
        };
        self.place = at.as_ref().map(|at| unit.context.place(at, &unit.dir));
        match info.get(info.peel(*target)) {
            Type::Pointer(pointee) if info.is_function(*pointee) => {
                self.is(subject, info.declare(info.peel(*pointee), ""));
            }
            _ => self.is(subject, info.declare(*target, "")),
        }
    }

    pub(super) fn at(&self) -> String {
        self.place
            .clone()
            .unwrap_or_else(|| "the header".to_owned())
    }
}
