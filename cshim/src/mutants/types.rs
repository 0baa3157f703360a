//! Every way to write one type wrongly in one place.

use quote::quote;
use syn::{ReturnType, Type, parse_quote};

use super::abi;

/// A wrong type, and what is wrong with it.
pub(super) type Wrong = (&'static str, Type);

/// All of them; among them are some that only look different.
pub(super) fn wrong(ty: &Type) -> Vec<Wrong> {
    let mut all = Vec::new();
    if let Some((bytes, signed)) = abi::integer(ty) {
        let sized = |bytes: u64, signed: bool| {
            let name = quote::format_ident!("{}{}", if signed { 'i' } else { 'u' }, bytes * 8);
            parse_quote!(#name)
        };
        if bytes < 8 {
            all.push(("width", sized(bytes * 2, signed)));
        }
        if bytes > 1 {
            all.push(("width", sized(bytes / 2, signed)));
        }
        all.push(("sign", sized(bytes, !signed)));
        all.push((
            "kind",
            if bytes == 8 {
                parse_quote!(f64)
            } else {
                parse_quote!(f32)
            },
        ));
        all.push(("spelling", sized(bytes, signed)));
        all.extend(platform(bytes, signed).map(|ty| ("spelling", ty)));
    } else if let Some(bytes) = abi::float(ty) {
        let (other, integer) = match bytes {
            4 => (parse_quote!(f64), parse_quote!(i32)),
            _ => (parse_quote!(f32), parse_quote!(i64)),
        };
        all.extend([("width", other), ("kind", integer)]);
    } else if let Some(inner) = abi::of_option(ty) {
        all.push(("kind", parse_quote!(*mut ::core::ffi::c_void)));
        let inner = wrong(inner)
            .into_iter()
            .filter(|(_, ty)| matches!(ty, Type::FnPtr(_)));
        all.extend(inner.map(|(what, ty)| (what, parse_quote!(::core::option::Option<#ty>))));
        return all;
    }
    match ty {
        Type::Ptr(pointer) => {
            let elem = &pointer.elem;
            let (same, other) = match abi::is_const(&pointer.mutability) {
                true => (quote!(*const), quote!(*mut)),
                false => (quote!(*mut), quote!(*const)),
            };
            all.push(("const", parse_quote!(#other #elem)));
            let is_void = abi::name(elem).is_some_and(|name| name == "c_void");
            if is_void {
                all.push(("pointee", parse_quote!(#same ::core::ffi::c_int)));
            } else {
                all.push(("pointee", parse_quote!(#same ::core::ffi::c_void)));
                all.push(("level", parse_quote!(#elem)));
            }
            let elems = wrong(elem)
                .into_iter()
                .filter(|(what, _)| *what != "level" || !is_void);
            all.extend(elems.map(|(what, ty)| (what, parse_quote!(#same #ty))));
        }
        Type::Array(array) => {
            let (elem, len) = (&array.elem, &array.len);
            let number: u64 = parse_len(len);
            let lens = [
                number.checked_add(1),
                number.checked_sub(1),
                number.checked_mul(2),
            ];
            for other in lens.into_iter().flatten().filter(|other| *other != number) {
                let other = proc_macro2::Literal::u64_unsuffixed(other);
                all.push(("length", parse_quote!([#elem; #other])));
            }
            let elems = wrong(elem);
            all.extend(
                elems
                    .into_iter()
                    .map(|(what, ty)| (what, parse_quote!([#ty; #len]))),
            );
            return all;
        }
        Type::FnPtr(function) => all.extend(wrong_function(function)),
        _ => {}
    }
    if !matches!(ty, Type::FnPtr(_)) {
        all.push(("level", parse_quote!(*mut #ty)));
    }
    all
}

/// Of a number that a literal says.
pub(super) fn parse_len(len: &syn::Expr) -> u64 {
    match len {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Int(len),
            ..
        }) => len.base10_parse().unwrap(),
        other => panic!("a length that is no number: {}", quote!(#other)),
    }
}

/// The other name of the type that `i32` and its kind have here; a `char` may be two types of C.
fn platform(bytes: u64, signed: bool) -> Option<Type> {
    Some(match (bytes, signed) {
        (1, true) => return None,
        (1, false) => parse_quote!(::core::ffi::c_uchar),
        (2, true) => parse_quote!(::core::ffi::c_short),
        (2, false) => parse_quote!(::core::ffi::c_ushort),
        (4, true) => parse_quote!(::core::ffi::c_int),
        (4, false) => parse_quote!(::core::ffi::c_uint),
        (_, true) => parse_quote!(isize),
        (_, false) => parse_quote!(usize),
    })
}

fn wrong_function(function: &syn::TypeFnPtr) -> Vec<Wrong> {
    let types: Vec<&Type> = function.inputs.iter().map(|input| &input.ty).collect();
    let output = &function.output;
    let make = |types: &[Type], output: &ReturnType| -> Type {
        parse_quote!(unsafe extern "C" fn(#(#types),*) #output)
    };
    let same: Vec<Type> = types.iter().map(|ty| (*ty).clone()).collect();
    let mut all = Vec::new();
    for (at, ty) in types.iter().enumerate() {
        let mut fewer = same.clone();
        fewer.remove(at);
        all.push(("count", make(&fewer, output)));
        if at > 0 {
            let mut swapped = same.clone();
            swapped.swap(at - 1, at);
            all.push(("order", make(&swapped, output)));
        }
        for (what, ty) in wrong(ty) {
            let mut changed = same.clone();
            changed[at] = ty;
            all.push((what, make(&changed, output)));
        }
    }
    let more: Vec<Type> = same
        .iter()
        .cloned()
        .chain([parse_quote!(::core::ffi::c_int)])
        .collect();
    all.push(("count", make(&more, output)));
    match output {
        ReturnType::Default => {
            all.push(("result", make(&same, &parse_quote!(-> ::core::ffi::c_int))))
        }
        ReturnType::Type(_, ty) => {
            all.push(("result", make(&same, &ReturnType::Default)));
            all.extend(
                wrong(ty)
                    .into_iter()
                    .map(|(what, ty)| (what, make(&same, &parse_quote!(-> #ty)))),
            );
        }
    }
    all
}
