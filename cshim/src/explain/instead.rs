//! What to write instead, in the manner of what stands there.

use cgocall_syntax::Function;
use cgocall_syntax::returned::What;
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
    let Some(judge) = &function.ret.judge else {
        let instead = write_instead(rust, declared, c);
        return match function
            .ret
            .returned
            .as_ref()
            .map(|returned| &returned.what)
        {
            Some(What::One | What::Slice { .. }) => lent(&instead, declared),
            _ => instead,
        };
    };
    if let (Some(rust), true) = (&rust, judge.is_status(&function.ret)) {
        return format!("; say `#[cgo(status = {rust})]`");
    }
    // Null is no code.
    let is_pointer = rust.as_ref().is_some_and(|rust| rust.starts_with('*'));
    let error = match is_pointer {
        true => "Errno".to_owned(),
        false => source_of(&judge.error),
    };
    let instead = rust.map(|rust| format!("Result<{rust}, {error}>"));
    let stated = match judge.is_unit() && instead.is_some() {
        true => ", or, if it says nothing but whether it has failed, how: `#[cgo(fails = -1)]`",
        false => "",
    };
    write_instead(instead, declared, c) + stated
}

/// What is lent, nobody else writes; and for as long as it was.
fn lent(instead: &str, declared: &str) -> String {
    let reference = match declared.contains("&'static ") {
        true => "&'static ",
        false => "&",
    };
    instead.replace("&mut ", "&").replace('&', reference)
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
    let declared_type = syn::parse_str::<syn::Type>(declared).ok();
    let if_any = (declared_type.as_ref()).and_then(|ty| argument_of(ty, "Option"));
    let pointer = if_any.or(declared_type.as_ref());
    let behind = match pointer {
        Some(syn::Type::Reference(reference)) => Some(&*reference.elem),
        _ => None,
    };
    let slice = matches!(behind, Some(syn::Type::Slice(_)));
    // C has no pointer to an array where it says `int fds[2]`.
    let reference = behind.is_some_and(|ty| !is_text(ty) && !matches!(ty, syn::Type::Array(_)));
    let uninit = behind.is_some_and(|ty| argument_of(ty, "MaybeUninit").is_some());
    let non_null = pointer.is_some_and(|ty| argument_of(ty, "NonNull").is_some());
    let instead = match (pointee("*const "), pointee("*mut ")) {
        (Some(of), _) if slice => Some(format!("&[{of}]")),
        (_, Some(of)) if slice => Some(format!("&mut [{of}]")),
        (_, Some(of)) if uninit => Some(format!("&mut MaybeUninit<{of}>")),
        (Some(of), _) if reference => Some(format!("&{of}")),
        (_, Some(of)) if reference => Some(format!("&mut {of}")),
        (_, Some(of)) if non_null => Some(format!("NonNull<{of}>")),
        _ => None,
    };
    let instead = match (instead, if_any) {
        (Some(instead), Some(_)) => format!("Option<{instead}>"),
        (Some(instead), None) => instead,
        (None, _) => rust,
    };
    if instead == declared {
        String::new()
    } else {
        format!("; write `{instead}`")
    }
}

/// The same of an out-parameter, whose type is what C puts where this points.
pub(super) fn write_out(rust: Option<String>, declared: &str) -> String {
    let Some(rust) = rust else {
        return String::new();
    };
    let Some(of) = rust.strip_prefix("*mut ").filter(|of| *of != "c_void") else {
        let (why, instead) = match rust.strip_prefix("*const ") {
            Some("c_void") => ("C only reads what is there", rust),
            Some(of) => ("C only reads what is there", format!("&{of}")),
            None if rust == "*mut c_void" => ("C does not say what it puts there", rust),
            None => ("C puts nothing there", rust),
        };
        return format!("; {why}: remove `#[cgo(out)]`, and write `{instead}`");
    };
    let ty = syn::parse_str::<syn::Type>(declared).ok();
    let if_any = ty.as_ref().and_then(|ty| argument_of(ty, "Option"));
    let pointer = if_any.or(ty.as_ref());
    let non_null = pointer.is_some_and(|ty| argument_of(ty, "NonNull").is_some());
    let instead = match (&ty, of.strip_prefix("*mut ")) {
        (Some(syn::Type::Array(array)), _) => format!("[{of}; {}]", array.len.to_token_stream()),
        (_, Some(of)) if non_null && if_any.is_some() => format!("Option<NonNull<{of}>>"),
        (_, Some(of)) if non_null => format!("NonNull<{of}>"),
        _ => of.to_owned(),
    };
    format!("; write `{instead}`")
}

/// C's characters are not behind a reference of Rust's.
fn is_text(ty: &syn::Type) -> bool {
    let last = last_of(ty).map(|last| last.ident.to_string());
    last.is_some_and(|last| ["CStr", "str", "Path", "OsStr"].contains(&&*last))
}

/// `T` of `name<T>`.
fn argument_of<'t>(ty: &'t syn::Type, name: &str) -> Option<&'t syn::Type> {
    let last = last_of(ty).filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(argument) => Some(argument),
        _ => None,
    }
}

fn last_of(ty: &syn::Type) -> Option<&syn::PathSegment> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// The type as the user wrote it.
pub(crate) fn source_of(ty: &syn::Type) -> String {
    ty.span()
        .source_text()
        .unwrap_or_else(|| ty.to_token_stream().to_string())
}
