//! Sentences about `...`, and about the format before it.

use cgocall_syntax::record::Finding;
use cgocall_syntax::{Function, node};

use super::parts::Parts;
use super::theirs::Theirs;
use crate::ctext::Prototype;

pub(super) fn pointee(function: &Function, theirs: &Theirs) -> Finding {
    Finding {
        node: node::item(&function.name()),
        message: format!(
            "`{}` takes any number of arguments in {}, and is called in none of its forms here; to hand it on, leave \
             `#[cgo_import]` away and end the list with `...`",
            function.c_name,
            theirs.at()
        ),
    }
}

/// Why the header's function takes no format.
pub(super) fn against_format(
    function: &Function,
    prototype: &Prototype,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Option<String> {
    function.format.as_ref()?;
    let (name, at) = (&function.c_name, theirs.at());
    let count = prototype.params.len();
    if !prototype.variadic {
        let declaration = prototype.declare(name);
        return Some(format!(
            "`{name}` takes no further arguments in {at}: `{declaration}`; remove `format`"
        ));
    }
    parts.differs(index, count).then(|| {
        format!(
            "the format would be the last parameter of `{name}` before `...`, which is `{}` in {at}; remove `format`",
            prototype.params[count - 1],
        )
    })
}

/// Of an export.
pub(super) fn export(function: &Function, theirs: &Theirs) -> Finding {
    let name = &function.c_name;
    Finding {
        node: node::item(&function.name()),
        message: format!(
            "`{name}` takes any number of arguments in {}, which Rust cannot take; define it in a `source` file that \
             calls an export of another name",
            theirs.at()
        ),
    }
}
