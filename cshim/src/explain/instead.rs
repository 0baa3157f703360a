//! What to write instead, in the manner of what stands there.

use cgocall_syntax::Function;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;

use crate::ctext;

/// As [`write_instead`], for a result: `Result<c_int, Errno>` keeps its shape.
pub(crate) fn write_result(
    function: &Function,
    rust: Option<String>,
    declared: &str,
    c: &str,
) -> String {
    let instead = rust.map(|rust| match function.ret.errno {
        true => format!("Result<{rust}, Errno>"),
        false => rust,
    });
    write_instead(instead, declared, c)
}

/// `; write `..``, in the manner of what stands there: a reference stays one, a slice too.
pub(super) fn write_instead(rust: Option<String>, declared: &str, c: &str) -> String {
    let Some(rust) = rust else {
        // An alias that another file declares is only a name here.
        let alias = c.contains("(*)") && syn::parse_str::<syn::Path>(declared).is_ok();
        return match (alias, ctext::unknown_to_rust(c)) {
            (true, _) => "; write the type of the function pointer in full".to_owned(),
            (_, Some(what)) => {
                format!("; Rust has no {what}: put a function around it in a preamble")
            }
            _ => String::new(),
        };
    };
    let pointee = |mark: &str| rust.strip_prefix(mark).filter(|rest| *rest != "c_void");
    let behind = match syn::parse_str::<syn::Type>(declared) {
        Ok(syn::Type::Reference(reference)) => Some(*reference.elem),
        _ => None,
    };
    let slice = matches!(behind, Some(syn::Type::Slice(_)));
    // C has no pointer to an array where it says `int fds[2]`.
    let is_text = declared == "&CStr" || declared.ends_with(" CStr");
    let reference =
        !is_text && (behind.as_ref()).is_some_and(|ty| !matches!(ty, syn::Type::Array(_)));
    let instead = match (pointee("*const "), pointee("*mut ")) {
        (Some(of), _) if slice => format!("&[{of}]"),
        (_, Some(of)) if slice => format!("&mut [{of}]"),
        (Some(of), _) if reference => format!("&{of}"),
        (_, Some(of)) if reference => format!("&mut {of}"),
        _ => rust,
    };
    if instead == declared {
        String::new()
    } else {
        format!("; write `{instead}`")
    }
}

/// The type as the user wrote it.
pub(crate) fn source_of(ty: &syn::Type) -> String {
    ty.span()
        .source_text()
        .unwrap_or_else(|| ty.to_token_stream().to_string())
}
