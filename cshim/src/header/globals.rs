//! The names at file scope, of which C has one space: functions, types and enumerators of all modules of a package.

use std::collections::HashMap;

use cgocall_syntax::standard;

/// What has a name, written or made up.
pub(super) struct Global {
    pub(super) name: String,
    pub(super) what: What,
    /// The export that brings it into the header.
    pub(super) of: usize,
}

/// What it is.
#[derive(Clone, PartialEq)]
pub(super) enum What {
    /// The export itself.
    Export,
    /// The function that says why it has failed.
    Error,
    /// The struct of its results.
    Results,
    /// A type; whether it is one that has been looked at with its attribute.
    Type { ours: bool },
    /// A variant of this enum.
    Variant(String),
}

/// What is wrong with a name, told of the export `of`; of two exports, that they are `apart`, perhaps in two programs.
pub(super) struct Clash {
    pub(super) of: usize,
    pub(super) with: Option<usize>,
    pub(super) message: String,
}

/// What C would refuse, or take for something else.
pub(super) fn clashes(globals: &[Global], symbols: &[&str]) -> Vec<Clash> {
    let mut first: HashMap<&str, &Global> = HashMap::new();
    let mut list = Vec::new();
    for global in globals {
        let name = &global.name;
        if let Some(message) = taken(global) {
            list.push(Clash {
                of: global.of,
                with: None,
                message,
            });
            continue;
        }
        let Some(other) = first.get(name.as_str()) else {
            first.insert(name, global);
            continue;
        };
        // An export can have another name.
        let (blamed, other) = match (&global.what, &other.what) {
            (What::Export, _) => (global, *other),
            (_, What::Export) => (*other, global),
            _ => (global, *other),
        };
        let theirs = said(other, symbols);
        let message = match blamed.what {
            What::Export => format!(
                "`{name}` is {theirs} in the header; say another name, `name = \"..\"`, or rename that"
            ),
            _ => {
                let ours = said(blamed, symbols);
                format!(
                    "the header has one name, `{name}`, for {theirs} and {ours}; rename one of them"
                )
            }
        };
        list.push(Clash {
            of: blamed.of,
            with: Some(other.of),
            message,
        });
    }
    list
}

/// Of what has the name in C already.
fn taken(global: &Global) -> Option<String> {
    let name = &global.name;
    match &global.what {
        What::Type { ours: false } => {
            let owner = standard::owner_of_type(name)?;
            Some(format!(
                "`{name}` is {owner}; a type is called in C as in Rust: rename it, or import it from its header"
            ))
        }
        What::Variant(of) => {
            let owner = standard::owner(name)?;
            Some(format!(
                "a variant of `{of}` is `{name}` in C, and that is {owner}; rename the variant or the enum"
            ))
        }
        _ => None,
    }
}

fn said(global: &Global, symbols: &[&str]) -> String {
    let symbol = symbols.get(global.of).copied().unwrap_or_default();
    match &global.what {
        What::Export => "an export".to_owned(),
        What::Error => format!("what says why `{symbol}` has failed"),
        What::Results => format!("the struct of what `{symbol}` returns"),
        What::Type { .. } => "a type".to_owned(),
        What::Variant(of) => format!("a variant of `{of}`"),
    }
}
