//! What a name is in C: cgo's guessing of kinds, in one compiler run for all names.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;

use crate::compiler::Outcome;
use crate::probe::{About, Questions, TypeLines};

/// What C has under a name. It may have two things: `stat` is a function, and `struct stat` a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) ordinary: Option<Ordinary>,
    /// The tag with its keyword: `struct stat`.
    pub(crate) tag: Option<String>,
    /// A macro that is no expression by itself, such as one with parameters.
    pub(crate) is_bare_macro: bool,
}

/// Of the names that need no keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ordinary {
    /// A typedef, or a built-in type.
    Type,
    /// A constant expression: an enumerator, or a macro.
    Integer,
    Float,
    Text,
    /// A function, a variable with a symbol of this name, or what is as good as one.
    Symbol,
    /// Another expression: evaluated at each use.
    Expression,
}

struct Lines {
    declared: u32,
    no_macro: u32,
    is_type: u32,
    /// A `static const` is a variable, whatever one compiler or another folds.
    address: u32,
    integer: u32,

    float: u32,
    text: u32,
    /// Asked last: of an enumerator these lines leave nothing of its name.
    variable: Option<About>,

    tag: TypeLines,
    is_enum: u32,
}

impl Lines {
    fn ask(q: &mut Questions, name: &str) -> Lines {
        Lines {
            declared: q.ask_numbered(|id| {
                format!("void _cgo_d{id}(void) {{ enum {{ z = sizeof(__typeof__({name}) *) }}; }}")
            }),
            no_macro: q.ask_no_macro(name),
            is_type: q.ask_numbered(|id| {
                format!("void _cgo_t{id}(void) {{ enum {{ z = sizeof({name} *) }}; }}")
            }),
            address: q.ask_numbered(|id| format!("enum {{ _cgo_a{id} = sizeof(&({name})) }};")),
            integer: q.ask_numbered(|id| format!("enum {{ _cgo_i{id} = ({name}) * 1 }};")),
            float: q.ask_numbered(|id| format!("static const double _cgo_x{id} = ({name});")),
            text: q.ask_numbered(|id| format!("static const char _cgo_s{id}[] = {name};")),
            variable: None,
            tag: TypeLines::ask(q, name),
            // Of a macro for a number, `struct 0` is refused like a tag of another kind.
            is_enum: q.ask_numbered(|id| {
                format!("void _cgo_e{id}(void) {{ enum {{ z = sizeof(enum {name} *) }}; }}")
            }),
        }
    }

    fn is_symbol(&self, no: &HashSet<u32>) -> bool {
        let variable = self.variable.as_ref();
        variable.is_some_and(|variable| variable.problem(no).is_none())
    }

    fn kind(&self, name: &str, no: &HashSet<u32>) -> Kind {
        let yes = |line: u32| !no.contains(&line);
        let tag = self.tag.tag(no);
        let tag = tag.filter(|keyword| *keyword != "enum" || yes(self.is_enum));
        let tag = tag.map(|keyword| format!("{keyword} {name}"));
        let ordinary = match () {
            () if !yes(self.declared) => None,
            () if yes(self.is_type) => Some(Ordinary::Type),
            () if yes(self.integer) && !yes(self.address) => Some(Ordinary::Integer),
            () if yes(self.text) => Some(Ordinary::Text),
            () if yes(self.float) && !yes(self.address) => Some(Ordinary::Float),
            () if self.is_symbol(no) => Some(Ordinary::Symbol),
            () => Some(Ordinary::Expression),
        };
        Kind {
            ordinary,
            tag,
            is_bare_macro: ordinary.is_none() && !yes(self.no_macro),
        }
    }
}

/// Asks what `names` are.
///
/// # Errors
/// The compiler's outcome, if the context itself does not compile.
pub(crate) fn kinds(
    names: &BTreeSet<String>,
    run: impl FnOnce(&str) -> io::Result<Outcome>,
) -> io::Result<Result<HashMap<String, Kind>, Outcome>> {
    let mut q = Questions::default();
    let mut lines: Vec<(&String, Lines)> = names
        .iter()
        .map(|name| (name, Lines::ask(&mut q, name)))
        .collect();
    for (name, lines) in &mut lines {
        lines.variable = Some(About::variable(&mut q, name));
    }
    Ok(q.refused(run)?.map(|no| {
        let kinds = lines.into_iter();
        kinds
            .map(|(name, lines)| (name.clone(), lines.kind(name, &no)))
            .collect()
    }))
}
