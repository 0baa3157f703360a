//! Compares constants and aliases with C's.

use cgocall_syntax::record::Finding;
use cgocall_syntax::{Alias, Constant, ConstantKind, Value, node};

use crate::context::Context;
use crate::ctext;
use crate::debug_info::{DebugInfo, Id, Type};
use crate::layout::source_of;
use crate::magic;
use crate::unit::Unit;
use crate::verify::signed;

/// The value of a constant, as a record has it.
///
/// # Errors
/// If Rust declares another.
pub(crate) fn value(
    context: &Context,
    item: &Constant,
    values: &[magic::Value],
) -> Result<String, Finding> {
    let header = context.name();
    let name = &item.c_name;
    let theirs = match item.kind {
        ConstantKind::Integer if values[2].value == 1 => {
            return Err(Finding {
                node: node::ty(&item.name()),
                message: format!("`{name}` is a floating point number in {header}; write `f64`"),
            });
        }
        ConstantKind::Integer if values[2].value == 2 => {
            return Err(Finding {
                node: node::item(&item.name()),
                message: format!(
                    "`{name}` is a 128-bit integer in {header}; read it through a function in a preamble, in halves"
                ),
            });
        }
        ConstantKind::Integer => Value::Integer(signed(values)),
        ConstantKind::Float => Value::Float(f64::from_bits(values[0].value)),
        ConstantKind::Text => Value::Text(values[0].text.clone().unwrap_or_default()),
    };
    if let Value::Integer(value) = &theirs
        && let Some((least, most)) = range(item)
        && !(least..=most).contains(value)
    {
        return Err(Finding {
            node: node::ty(&item.name()),
            message: format!(
                "`{name}` is {value} in {header}, which a `{}` cannot hold",
                source_of(&item.ty)
            ),
        });
    }
    if let Value::Text(bytes) = &theirs
        && bytes.contains(&0)
    {
        return Err(Finding {
            node: node::item(&item.name()),
            message: format!(
                "`{name}` is {} in {header}, which goes on after a NUL, as no `&CStr` does; read it through a function \
                 in a preamble",
                say(&theirs)
            ),
        });
    }
    if let Some((_, Some(ours))) = &item.value
        && !agree(item, ours, &theirs)
    {
        return Err(Finding {
            node: node::value(&item.name()),
            message: format!("`{name}` is {} in {header}; write that", say(&theirs)),
        });
    }
    Ok(match theirs {
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_bits().to_string(),
        Value::Text(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

/// A `f32` of Rust has lost what a `double` of C has more.
fn agree(item: &Constant, ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Float(ours), Value::Float(theirs)) => {
            let is_single =
                source_of(&item.ty).ends_with("f32") || source_of(&item.ty).ends_with("c_float");
            ours.to_bits() == theirs.to_bits()
                || (is_single && (*ours as f32).to_bits() == (*theirs as f32).to_bits())
        }
        (Value::Integer(ours), Value::Float(theirs)) => *ours as f64 == *theirs,
        (ours, theirs) => ours == theirs,
    }
}

fn say(value: &Value) -> String {
    match value {
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(bytes) => format!("c\"{}\"", bytes.escape_ascii()),
    }
}

/// What the type of an integer constant can hold, on any platform.
fn range(item: &Constant) -> Option<(i128, i128)> {
    let text = source_of(&item.ty);
    let name = text.rsplit("::").next().unwrap_or(&text).trim();
    let signed = |bits: u32| Some((-(1 << (bits - 1)), (1 << (bits - 1)) - 1));
    let unsigned = |bits: u32| Some((0, (1 << bits) - 1));
    match name {
        "bool" => Some((0, 1)),
        "i8" | "c_schar" => signed(8),
        "u8" | "c_uchar" => unsigned(8),
        "i16" | "c_short" => signed(16),
        "u16" | "c_ushort" => unsigned(16),
        "i32" | "c_int" => signed(32),
        "u32" | "c_uint" => unsigned(32),
        "i64" | "c_longlong" => signed(64),
        "u64" | "c_ulonglong" => unsigned(64),
        // Of the others the width depends on the platform: rustc finds out.
        _ => None,
    }
}

/// What to say of an alias that is another type in C.
pub(crate) fn alias(unit: &Unit<'_>, info: &DebugInfo, item: &Alias, id: Option<Id>) -> Finding {
    let declared = source_of(&item.ty);
    let name = &item.c_name;
    let (target, text, at) = match id.map(|id| (id, info.get(id))) {
        Some((_, Type::Typedef { target, at, .. })) => {
            (*target, format!("`{}`", info.declare(*target, "")), at)
        }
        // Without a typedef, a tag is all the name that it has.
        Some((id, Type::Enum(list))) => {
            let integer = info.integer(id).unwrap_or_default();
            let text = format!("`{}` (`{integer}`)", info.declare(id, ""));
            (id, text, &list.at)
        }
        _ => {
            return Finding {
                node: node::ty(&item.name()),
                message: format!(
                    "`{name}` is another type in {}; declared here as `{declared}`",
                    unit.context.name()
                ),
            };
        }
    };
    let place = at.as_ref().map_or_else(
        || unit.context.name(),
        |at| unit.context.place(at, &unit.dir),
    );
    let rust = match info.get(info.peel(target)) {
        // Its own name would be this alias.
        Type::Enum(_) => info.integer(target).and_then(|c| ctext::basic(&c)),
        _ => info.rust(target, unit.names),
    };
    let cure = match rust.filter(|rust| *rust != declared) {
        Some(rust) => format!("; write `{rust}`"),
        None if info.is_untagged(target) => format!(
            "; import the struct or union itself, `#[cgo(c = \"{name}\")]` on a `#[repr(C)]` one"
        ),
        None => String::new(),
    };
    Finding {
        node: node::ty(&item.name()),
        message: format!("`{name}` is {text} in {place}; declared here as `{declared}`{cure}"),
    }
}
