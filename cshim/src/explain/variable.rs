//! Sentences about a variable.

use cgocall_syntax::record::Finding;
use cgocall_syntax::{Static, node};

use super::instead::{source_of, write_instead};
use super::parts::Parts;
use super::theirs::Theirs;

pub(super) fn in_static(
    variable: &Static,
    theirs: &Theirs,
    parts: &Parts,
    index: usize,
) -> Vec<Finding> {
    let (Some(prototype), Some(part)) = (&theirs.prototype, parts.get(index, 0)) else {
        return Vec::new();
    };
    let name = &variable.c_name;
    let text = &prototype.result;
    if part.same.is_some() {
        let message = format!(
            "`{name}` is `const` in {}; write `static` without `mut`",
            theirs.at()
        );
        return vec![Finding {
            node: node::item(&variable.name()),
            message,
        }];
    }
    let declared = source_of(&variable.ty);
    let message = format!(
        "`{name}` is `{text}`{} in {}; declared here as `{declared}`{}",
        part.describe(text),
        theirs.at(),
        write_instead(part.rust(text), &declared, text),
    );
    vec![Finding {
        node: node::ty(&variable.name()),
        message,
    }]
}
