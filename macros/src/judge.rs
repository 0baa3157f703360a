//! The value that an import returns, made of what C left in its frame.

use crate::{names, value};
use cgocall_syntax::returned::What;
use cgocall_syntax::{Fails, Judge, Ret};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

/// The value, inside `unsafe`; nothing where there is none.
pub(crate) fn value(private: &TokenStream, name: &str, ret: &Ret) -> TokenStream {
    // Whether the result's type can fail is said of that type.
    let ty = ret.ty.as_ref();
    let span = ty.map_or_else(Span::call_site, syn::spanned::Spanned::span);
    let frame = Ident::new("__frame", Span::mixed_site().located_at(span));
    let r = match (&ret.slot, &ret.enumerated) {
        (Some(_), Some(ty)) if ret.is_undeclared => {
            value::given(private, ty, name, &quote!(#frame.r))
        }
        (Some(_), Some(ty)) => value::raw(private, ty, &quote!(#frame.r)),
        (Some(_), None) => quote_spanned!(span=> #frame.r.assume_init_read()),
        (None, _) if ret.judge.is_some() => quote_spanned!(span=> ()),
        (None, _) => return TokenStream::new(),
    };
    let unpacked = |r: TokenStream| match (ret.unpack, &ret.returned, ty) {
        (Some(unpack), ..) => unpack(private, name, r),
        (None, Some(_), Some(ty)) => made(private, name, ret, ty, r),
        (None, None, _) => match &ret.enumerated {
            Some(ty) => value::result(private, ty, name, &r),
            None => r,
        },
        (None, Some(_), None) => r,
    };
    let Some(judge) = &ret.judge else {
        return unpacked(r);
    };
    let judged = judged(private, name, ret, judge, &frame, &r, span);
    if let Some(returned) = &ret.returned {
        let good = names::local("__good");
        let utf8 = matches!(returned.what, What::Text { utf8: true });
        let and = if utf8 { quote!(and_then) } else { quote!(map) };
        let made = made(private, name, ret, &judge.good, quote!(#good));
        return quote!(#judged.#and(|#good| #made));
    }
    if let (Some(ty), true, false) = (&ret.enumerated, ret.errno, judge.is_status(ret)) {
        let good = names::local("__good");
        let made = value::result(private, ty, name, &quote!(#good));
        return quote!(#judged.map(|#good| #made));
    }
    if ret.unpack.is_none() {
        return judged;
    }
    let good = names::local("__good");
    let unpacked = unpacked(quote_spanned!(good.span()=> #good));
    quote_spanned!(Span::mixed_site()=> #judged.map(|#good| #unpacked))
}

/// What is made of the pointer `r`; of a text in a `Result`, the `Result` of that.
fn made(private: &TokenStream, name: &str, ret: &Ret, good: &Type, r: TokenStream) -> TokenStream {
    let Some(returned) = &ret.returned else {
        return r;
    };
    let free = returned.free.as_ref();
    let (length, freed) = (names::local("__length"), names::local("__free"));
    let tried = match &returned.what {
        What::Text { utf8: true } if ret.judge.is_some() => "try_",
        What::Text { .. } => "",
        _ if ret.nullable => "nullable_",
        _ => "",
    };
    let kind = match (&returned.what, free) {
        (What::Text { .. }, None) => "text",
        (What::Text { .. }, Some(_)) => "copied",
        (What::One, _) => "reference",
        (What::Slice { .. }, None) => "slice",
        (What::Slice { .. }, Some(_)) => "vec",
    };
    let function = Ident::new(&format!("{tried}{kind}_result"), good.span());
    let private = names::located(private, good.span());
    let function = quote_spanned!(good.span()=> #private::#function);
    let r = looked(&private, name, ret, &returned.what, good, r);
    match (&returned.what, free) {
        (What::Text { .. }, None) => quote!(#function::<#good>(#name, #r)),
        (What::Text { .. }, Some(_)) => quote!(#function::<#good, _, _>(#name, #r, #freed)),
        (What::One, _) if ret.nullable => quote!(#function(#r)),
        (What::One, _) => quote!(#function(#name, #r)),
        (What::Slice { .. }, None) => quote!(#function(#name, #r, #length)),
        (What::Slice { .. }, Some(_)) => quote!(#function(#name, #r, #length, #freed)),
    }
}

/// `__free`, which frees the result, where C gives it away. One place says whether it can.
pub(crate) fn free(private: &TokenStream, ret: &Ret) -> Option<TokenStream> {
    let free = match (&ret.owner, &ret.returned) {
        (Some(ty), _) => quote_spanned!(ty.span()=> #private::close::<#ty>),
        (None, Some(returned)) => returned.free.as_ref()?.to_token_stream(),
        (None, None) => return None,
    };
    let freed = names::local("__free");
    Some(quote!(let #freed = #private::freeing(#free);))
}

/// The pointer `r`; of what C may get wrong, with a look at that.
fn looked(
    private: &TokenStream,
    name: &str,
    ret: &Ret,
    what: &What,
    good: &Type,
    r: TokenStream,
) -> TokenStream {
    let look = |ty: &Type| {
        let private = names::located(private, ty.span());
        quote_spanned!(ty.span()=> #private::Look::<#ty>::returned)
    };
    let looked = ret
        .returned
        .as_ref()
        .and_then(|returned| returned.looked(good));
    match (what, looked) {
        (What::Text { .. }, _) | (What::Slice { .. }, None) => r,
        (What::One, None) => quote!(#r.cast()),
        (What::Slice { .. }, Some(ty)) => {
            let look = look(&ty);
            quote!(#private::Looked::new(#r, #look))
        }
        (What::One, Some(ty)) => {
            let (look, place) = (look(&ty), names::local("__place"));
            quote!({
                let #place = #r;
                #look(#place, 1, #name);
                #place
            })
        }
    }
}

/// The `Result` of what is in the frame.
fn judged(
    private: &TokenStream,
    name: &str,
    ret: &Ret,
    judge: &Judge,
    frame: &Ident,
    r: &TokenStream,
    span: Span,
) -> TokenStream {
    let fails = match judge.fails {
        None if ret.nullable => {
            return quote_spanned!(span=> #private::nullable_errno_result(#r, #frame.errno));
        }
        None => return quote_spanned!(span=> #private::errno_result(#r, #frame.errno)),
        Some(fails) => fails,
    };
    let is_status = judge.is_status(ret);
    let rule = match fails {
        Fails::MinusOne => "is_minus_one",
        Fails::Null => "is_null",
        Fails::Negative => "is_negative",
        Fails::Nonzero => "is_nonzero",
        Fails::Errno if is_status => {
            return quote_spanned!(span=> #private::errno_alone((), #frame.errno));
        }
        Fails::Errno => {
            let freed = names::local("__free");
            return match free(private, ret) {
                Some(_) => {
                    quote_spanned!(span=> #private::errno_alone_or_free(#r, #frame.errno, #freed))
                }
                None => quote_spanned!(span=> #private::errno_alone(#r, #frame.errno)),
            };
        }
    };
    // What does not fit is said of the type that it does not fit.
    let good = judge.status.as_ref().unwrap_or(&judge.good);
    let at_good = names::located(private, good.span());
    let rule = Ident::new(rule, good.span());
    let value = names::local("__r");
    let at_value = Ident::new("__r", Span::mixed_site().located_at(good.span()));
    let failed = quote_spanned!(good.span()=> #at_good::#rule(&#at_value));
    let error = &judge.error;
    let at_error = names::located(private, error.span());
    let ty = ret.slot.as_ref().map(|slot| &slot.field);
    // The error too is made of a value.
    let checked = match &ret.enumerated {
        Some(ty) => value::result(private, ty, name, &quote!(#value)),
        None => quote!(#value),
    };
    let judged = match (ret.errno, is_status) {
        (true, true) => {
            quote_spanned!(span=> #private::errno_status_if(#failed, #frame.errno))
        }
        (true, false) => {
            quote_spanned!(span=> #private::errno_result_if(#failed, #value, #frame.errno))
        }
        (false, true) => {
            let status = quote_spanned!(error.span()=> #at_error::status_if::<#ty, #error>);
            quote_spanned!(span=> #status(#failed, #checked))
        }
        (false, false) => {
            let code = quote_spanned!(error.span()=> #at_error::code_if::<#ty, #error>);
            quote_spanned!(span=> #code(#failed, #checked))
        }
    };
    quote!(let #value = #r; #judged)
}
