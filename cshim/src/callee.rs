//! What stands in C behind a name that Rust declares as a function.

use std::collections::HashSet;

use crate::probe::Questions;

/// What stands behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    /// A function, whatever macro has the same name.
    Function,
    /// A variable that points to a function, to be called with arguments.
    Pointer,
    /// Another value: to be read, where no arguments are declared. It may be a macro for one.
    Value,
    /// A macro that is none of these, or a function that only the compiler knows: it shows when it is used.
    Macro,
    /// A variable that cannot be called.
    Variable,
    /// A constant.
    Constant,
    /// A function that only its own source file sees.
    Hidden,
    Undeclared,
}

/// The lines about one name.
pub(crate) struct CalleeLines {
    address: u32,
    no_macro: u32,
    /// It is no function if there are arrays of such.
    object: u32,
    pointer: u32,
    /// The same of what it points to.
    target: u32,
    value: u32,
    builtin: u32,
    /// Of a source file without a header.
    hidden: Option<u32>,
}

impl CalleeLines {
    pub(crate) fn ask(q: &mut Questions, name: &str, is_source_only: bool) -> CalleeLines {
        let sizes = [
            format!("&({name})"),
            format!("__typeof__({name})[1]"),
            format!("&*({name})"),
            format!("__typeof__(*({name}))[1]"),
        ];
        // Each in a function, where an undeclared name is an error every time, and a macro may have statements in it.
        let mut scoped =
            |body: &str| q.ask_numbered(|id| format!("void _cgo_f{id}(void) {{ {body}; }}"));
        let value = scoped(&format!("(void)({name})"));
        let [address, object, pointer, target] =
            sizes.map(|of| scoped(&format!("enum {{ size = sizeof({of}) }}")));
        CalleeLines {
            address,
            object,
            pointer,
            target,
            no_macro: q.ask_no_macro(name),
            value,
            builtin: q.ask_builtin(name),
            // After a declaration without `static` C refuses one with it.
            hidden: is_source_only.then(|| q.ask(&format!("static __typeof__({name}) ({name});"))),
        }
    }

    /// What it is, for who declares it with arguments or without; `no` are the lines that did not compile.
    pub(crate) fn callee(&self, no: &HashSet<u32>) -> Known {
        let yes = |line: u32| !no.contains(&line);
        let has_address = yes(self.address);
        Known {
            is_function: has_address && !yes(self.object),
            is_hidden: self.hidden.is_some_and(yes),
            is_pointer: has_address && yes(self.object) && yes(self.pointer) && !yes(self.target),
            is_variable: has_address,
            is_value: yes(self.value),
            is_macro: !yes(self.no_macro) || !yes(self.builtin),
        }
    }
}

/// What is known of a name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    is_function: bool,
    is_hidden: bool,
    is_pointer: bool,
    is_variable: bool,
    is_value: bool,
    is_macro: bool,
}

impl Known {
    /// What it is to who declares it, with arguments or without.
    pub(crate) fn for_use(self, has_arguments: bool) -> Callee {
        match self {
            _ if self.is_function && self.is_hidden => Callee::Hidden,
            _ if self.is_function => Callee::Function,
            _ if self.is_pointer && has_arguments => Callee::Pointer,
            _ if self.is_value && !has_arguments => Callee::Value,
            _ if self.is_macro => Callee::Macro,
            _ if self.is_variable => Callee::Variable,
            _ if self.is_value => Callee::Constant,
            _ => Callee::Undeclared,
        }
    }
}
