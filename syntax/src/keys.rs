//! The keys of the attributes, from the lists that their parsers go by: the reference in `docs/` has to have each of them.

use crate::attr::{CgoOn, ExportAttr, ImportAttr};
use crate::exported::methods;
use crate::mode::Mode;

/// The attribute's name, what it stands on where that makes a difference, and its keys there.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let modes = Mode::ALL.map(Mode::word).to_vec();
    let mut all = vec![
        ("cgo_import", "", ImportAttr::KEYS.to_vec()),
        ("cgo_import", "a function pointer type, besides", modes),
        ("cgo_export", "", ExportAttr::KEYS.to_vec()),
    ];
    all.extend(CgoOn::ALL.map(|on| ("cgo", on.name(), on.keys())));
    let method = "a function of an exported `impl`";
    all.push(("cgo", method, methods::KEYS.to_vec()));
    all
}
