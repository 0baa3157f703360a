//! `#[cgo_export]`: a C function that packs a frame and enters Rust through the runtime.

use crate::evidence::{self, Load};
use crate::frame::initializer;
use crate::joined::joined;
use crate::{asserts, data, look, methods, names, passed, refused, traits, truth, twice};
use cgocall_syntax::hash::{self, Package};
use cgocall_syntax::types::Role;
use cgocall_syntax::{Export, Exported, OnPanic, Ret, depth};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned as _;

pub(crate) fn expand(attr: TokenStream, item: TokenStream, load: Load<'_>) -> TokenStream {
    match Exported::parse(attr, item.clone()) {
        Ok(Exported::Methods(methods)) => methods::expand(&methods, &item, load),
        Ok(Exported::Trait(found)) => traits::expand(&found, &item),
        Ok(Exported::Data(data)) => data::expand(&data, load),
        Ok(Exported::Function(export)) => {
            let said = Package::from_env().map(|package| {
                let hash = hash::of_export(&package, &export);
                evidence::of_export(&export, load(&package, &hash))
            });
            let (twice, expansion) = (twice::said(&item), expand_export(&export));
            quote!(#said #twice #expansion)
        }
        Err(errors) => {
            let said = errors.to_compile_error();
            let item = match depth::of(&item, depth::OF_ITEM) > depth::OF_ITEM {
                true => item,
                false => refused::without_ours(item),
            };
            quote!(#said #item)
        }
    }
}

/// A parameter of the C function.
struct CParam {
    name: Ident,
    ty: TokenStream,
    /// Its type where it may be no value of that.
    from_c: Option<TokenStream>,
    field: TokenStream,
    /// The frame field's value.
    pack: TokenStream,
}

fn expand_export(export: &Export) -> TokenStream {
    let item = &export.item;
    let (ident, vis) = (&item.sig.ident, &item.vis);
    let shared = shared(export);
    let doc = format!(" The C function pointer of [`{}`].", export.name());
    // At the function's name: that is where rustc sees a type of the same name.
    let made = names::made(ident);
    let holder = quote_spanned! {made.span()=>
        #(#shared)*
        #[doc(hidden)]
        #vis enum #made {}
    };
    let truths = truths(export);
    // C owns a box, whatever is in it.
    let boxed = export.params.iter().flat_map(|param| &param.arg.slots);
    let boxed = boxed.map(|slot| slot.role).any(|role| role == Role::Owned);
    let boxed = boxed.then(|| quote!(#[allow(clippy::boxed_local)]));
    let deprecated = deprecated(export);
    let constant = constant(export, &Ident::new("C", Span::call_site()), &doc);
    quote! {
        #boxed
        #item

        #truths

        #holder

        #(#shared)*
        #deprecated
        impl #ident {
            #constant
        }
    }
}

/// What holds of the function and of what is made for it.
pub(crate) fn shared(export: &Export) -> Vec<&Attribute> {
    let attrs = export.item.attrs.iter();
    let shared = attrs.filter(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("allow"));
    shared.collect()
}

pub(crate) fn deprecated(export: &Export) -> Option<TokenStream> {
    let mut attrs = export.item.attrs.iter();
    let is_deprecated = attrs.any(|attr| attr.path().is_ident("deprecated"));
    is_deprecated.then(|| quote!(#[allow(deprecated)]))
}

/// The header spells them for C.
pub(crate) fn truths(export: &Export) -> TokenStream {
    let (private, shared) = (export.attr.runtime(), shared(export));
    let symbol = export.symbol.as_ref();
    let prims = symbol.map(|_| truth::prims(&private, export.types_in_c(), &shared));
    let remain = asserts::remain(&private, export.types_in_c(), &shared);
    let params = export.params.iter();
    let params = params.filter(|param| param.object().is_none());
    let params = params.map(|param| (&param.ty, !export.is_unsafe));
    let result = export.ret.ty.iter().filter(|_| !export.fallible);
    let taken = params.chain(result.map(|ty| (ty, false)));
    let taken = taken.flat_map(|(ty, from_c)| asserts::taken(&private, ty, from_c));
    let taken = taken.map(|assert| quote!(#(#shared)* #assert));
    quote!(#prims #remain #(#taken)*)
}

/// `name`, which is the C function.
pub(crate) fn constant(export: &Export, name: &Ident, doc: &str) -> TokenStream {
    let vis = &export.item.vis;
    let private = export.attr.runtime();
    let params = c_params(export);
    let names = params.iter().map(|param| &param.name);
    let types = params
        .iter()
        .map(|param| param.from_c.as_ref().unwrap_or(&param.ty));
    let pointer_types: Vec<_> = params.iter().map(|param| &param.ty).collect();
    let output = export.ret.slot.as_ref().map(|slot| {
        let ty = &slot.field;
        quote!(-> #ty)
    });
    // A bare pointer in the signature makes a promise that a safe caller could break.
    let is_bare = export.out.is_some() || export.params.iter().any(|param| !param.arg.direct);
    let unsafety = (export.is_unsafe || is_bare).then(|| quote!(unsafe));
    let symbol = export
        .symbol
        .as_ref()
        // SAFETY: names of the C library are refused, and two exports of one name; the header tells C the type.
        .map(|symbol| quote!(#[unsafe(export_name = #symbol)]));
    // Not inlined where Rust code calls it, which may park before it does: it asks for a thread-local.
    let body = body(export, &private, &params);
    // To whoever has a value, the two types are one.
    let pointer = match params.iter().any(|param| param.from_c.is_some()) {
        true => {
            let from_c = params
                .iter()
                .map(|param| param.from_c.as_ref().unwrap_or(&param.ty));
            let from_c = quote!(#unsafety extern "C" fn(#(#from_c),*) #output);
            let shown = quote!(#unsafety extern "C" fn(#(#pointer_types),*) #output);
            // SAFETY: a `MaybeUninit<T>` is passed as a `T` is, and takes each of them; and a pointer as a reference.
            quote!(unsafe { ::core::mem::transmute::<#from_c, #shown>(__export) })
        }
        false => quote!(__export),
    };
    let error = error(export, &private);
    quote! {
        #[doc = #doc]
        #vis const #name: #unsafety extern "C" fn(#(#pointer_types),*) #output = {
            #symbol
            #[inline(never)]
            #unsafety extern "C" fn __export(#(#names: #types),*) #output {
                #body
            }
            #error
            #pointer
        };
    }
}

fn c_params(export: &Export) -> Vec<CParam> {
    let mut params = Vec::new();
    for param in &export.params {
        for slot in &param.arg.slots {
            let name = names::slot(params.len());
            let direct = param.arg.direct;
            let from_c = look::from_c(param).or_else(|| passed::from_c(param));
            let field = from_c.clone().unwrap_or_else(|| slot.field.clone());
            params.push(CParam {
                ty: if direct {
                    param.ty.to_token_stream()
                } else {
                    field.clone()
                },
                pack: if direct && from_c.is_none() {
                    slot.pack.of(&quote!(#name))
                } else {
                    quote!(#name)
                },
                from_c,
                field,
                name,
            });
        }
    }
    params.extend(export.out.as_ref().map(|out| {
        let (name, field) = (names::slot(params.len()), &out.field);
        CParam {
            ty: quote!(*mut #field),
            field: quote!(*mut #field),
            pack: quote!(#name),
            from_c: None,
            name,
        }
    }));
    params
}

/// What C asks why it has failed.
fn error(export: &Export, private: &TokenStream) -> Option<TokenStream> {
    let symbol = export.error_symbol()?;
    // SAFETY: of the name: as that of the export, of which this is a part.
    Some(quote! {
        #[unsafe(export_name = #symbol)]
        extern "C" fn __error() -> *const ::core::ffi::c_char {
            #private::last_error()
        }
    })
}

fn body(export: &Export, private: &TokenStream, params: &[CParam]) -> TokenStream {
    let frame = names::local("__frame");
    let (outer, args, r) = (
        names::local("__frame"),
        names::local("__args"),
        names::local("__r"),
    );
    let (item, callee) = (&export.item, &export.callee);
    let fields: Vec<_> = params.iter().map(|param| &param.name).collect();
    let field_types = params.iter().map(|param| &param.field);
    let values = params
        .iter()
        .map(|param| initializer(&param.name, &param.pack));
    let asserts = asserts(export, private);

    let name = export.symbol.clone().unwrap_or_else(|| export.name());
    let mut slots = fields.iter();
    let arguments: Vec<TokenStream> = export
        .params
        .iter()
        .enumerate()
        .map(|(index, param)| {
            let own: Vec<_> = slots.by_ref().take(param.arg.slots.len()).collect();
            let places: Vec<TokenStream> = own.iter().map(|field| quote!(#args.#field)).collect();
            let argument = match param.object() {
                Some(object) => {
                    let (read, field) = (&places[0], own[0]);
                    let place = quote!((*#frame).#field);
                    traits::argument(private, &name, param, object, read, &place)
                }
                None => look::argument(private, export, &name, param, &places[0])
                    .unwrap_or_else(|| param.arg.unpack.of(&places)),
            };
            match callee.unboxed.get(index) {
                Some(true) => quote!(*#argument),
                _ => argument,
            }
        })
        .collect();
    let looks = passed::arguments(private, &name, &export.params, &args);
    let behind = look::behind(private, export, &name, &args);
    let mutable = look::has_vec(export).then(|| quote!(mut));
    let read =
        (!fields.is_empty()).then(|| quote!(let #mutable #args = #frame.read(); #looks #behind));
    let path = &callee.path;
    let call = callee.wrap.of(quote!(#path(#(#arguments),*)));
    let (result_field, result_value, run) = match &export.ret.slot {
        None => (None, None, quote!(#call;)),
        Some(slot) => {
            let ty = &slot.field;
            let look = passed::result(private, &name, slot, &frame);
            let packed = match export.fallible {
                true => status(
                    export,
                    private,
                    &r,
                    slots.next().map(|out| quote!(#args.#out)),
                ),
                false => slot.pack.of(&quote!(#r)),
            };
            (
                Some(quote!(r: ::core::mem::MaybeUninit<#ty>,)),
                Some(quote!(r: ::core::mem::MaybeUninit::uninit(),)),
                quote! {
                    let #r = #call;
                    (*#frame).r = ::core::mem::MaybeUninit::new(#packed);
                    #look
                },
            )
        }
    };
    let (pointer, cast) = if read.is_some() || result_field.is_some() {
        (
            quote!(#frame),
            quote!(let #frame = #frame.cast::<__Frame>();),
        )
    } else {
        (quote!(_), TokenStream::new())
    };
    let others = look::of_others(private, export);
    // Whatever another attribute makes of the function: it is not called within `unsafe` if that is not said of it here.
    let safe = (!export.is_unsafe).then(|| {
        let any = export.params.iter().map(|_| quote!(_));
        quote_spanned!(item.sig.ident.span()=> let _ = #path as fn(#(#any),*) -> _;)
    });
    let lent = traits::lent(private, &export.params);
    let untaken = traits::untaken(private, &export.params, &outer);
    // What C gives away is nobody's, if it stays in the frame.
    let crosscall2 = match export.takes_over() {
        true => quote!(crosscall2_drop),
        false => quote!(crosscall2),
    };
    let enter = enter_by(
        &crosscall2,
        &export.ret,
        &export.attr.on_panic,
        export.fallible,
        private,
        &name,
        &quote!(_cgoexp),
        &outer,
    );
    quote! {
        #[repr(C)]
        struct __Frame {
            #(#fields: #field_types,)*
            #result_field
        }
        #others
        #lent
        unsafe extern "C" fn _cgoexp(#pointer: *mut ::core::ffi::c_void) -> ::core::primitive::bool {
            // SAFETY: the runtime passes on the pointer that `__export` gave it, to a frame of its own that has been
            // filled and is nobody else's until this returns. The arguments are moved out of it once, and are what C
            // has passed: of an `unsafe` export, and of what is made of pointers, C keeps the contract.
            #private::catch(|| unsafe {
                #cast
                #read
                #run
            })
        }
        #safe
        #asserts
        // `_cgoexp` moves the arguments out.
        let mut #outer = ::core::mem::ManuallyDrop::new(__Frame {
            #(#values,)*
            #result_value
        });
        #untaken
        #enter
    }
}

/// What C gets of a `Result`, whose value goes to `out`.
fn status(
    export: &Export,
    private: &TokenStream,
    r: &Ident,
    out: Option<TokenStream>,
) -> TokenStream {
    let good = names::local("__good");
    // Whether it has a text is said of the type.
    let span = export
        .ret
        .ty
        .as_ref()
        .map_or_else(Span::call_site, syn::spanned::Spanned::span);
    let error = Ident::new("__error", Span::mixed_site().located_at(span));
    let failed = quote_spanned!(span=> #private::failed(&#error));
    let done = match (&export.out, out) {
        (Some(slot), Some(out)) => {
            let value = slot.pack.of(&quote!(#good));
            quote!(::core::result::Result::Ok(#good) => {
                #private::store(#out, #value);
                0
            })
        }
        _ => quote!(::core::result::Result::Ok(()) => 0,),
    };
    quote! {
        match #r {
            #done
            ::core::result::Result::Err(#error) => #failed,
        }
    }
}

/// The call into the runtime, and what C gets.
pub(crate) fn enter(
    ret: &Ret,
    on_panic: &OnPanic,
    fallible: bool,
    private: &TokenStream,
    name: &str,
    entry: &TokenStream,
    frame: &Ident,
) -> TokenStream {
    enter_by(
        &quote!(crosscall2),
        ret,
        on_panic,
        fallible,
        private,
        name,
        entry,
        frame,
    )
}

/// The same by another of the runtime's functions.
#[expect(clippy::too_many_arguments, reason = "one more than there are parts")]
fn enter_by(
    crosscall2: &TokenStream,
    ret: &Ret,
    on_panic: &OnPanic,
    fallible: bool,
    private: &TokenStream,
    name: &str,
    entry: &TokenStream,
    frame: &Ident,
) -> TokenStream {
    let arguments = quote!(#name, #entry, (&raw mut #frame).cast());
    // SAFETY, of every call into the runtime below: the frame is the one that the entry expects, stands beside it, and
    // outlives the call. That C keeps the function's contract is what calling an export promises, and what whoever declares
    // a closure's import does.
    let Some(slot) = &ret.slot else {
        return match on_panic {
            OnPanic::Abort => quote!(unsafe { #private::crosscall2_abort(#arguments) }),
            _ => quote!(unsafe { #private::#crosscall2(#arguments); }),
        };
    };
    let instead = match on_panic {
        OnPanic::Abort => {
            return quote! {
                // SAFETY: it has returned, so the function has, and `_cgoexp` has stored the result; it is read once.
                unsafe {
                    #private::crosscall2_abort(#arguments);
                    #frame.r.assume_init_read()
                }
            };
        }
        OnPanic::Zero if fallible => quote!(#private::panicked(#name)),
        OnPanic::Zero => {
            let ty = &slot.field;
            let span = ret
                .ty
                .as_ref()
                .map_or_else(Span::call_site, syn::spanned::Spanned::span);
            quote_spanned!(span=> #private::zero::<#ty>())
        }
        OnPanic::Value(value) => {
            let (ty, r) = (&ret.ty, names::local("__r"));
            let packed = slot.pack.of(&quote!(#r));
            // A function of its own: nothing unsafe is written around what the user has written.
            quote! {
                fn __on_panic() -> #ty {
                    #value
                }
                let #r = __on_panic();
                #packed
            }
        }
    };
    quote! {
        if unsafe { #private::#crosscall2(#arguments) } {
            // SAFETY: true says that the function has returned, and `_cgoexp` has stored the result; it is read once.
            unsafe { #frame.r.assume_init_read() }
        } else {
            #instead
        }
    }
}

/// C may call from any thread.
fn asserts(export: &Export, private: &TokenStream) -> TokenStream {
    let references = export
        .params
        .iter()
        .filter_map(|param| param.arg.reference.as_ref())
        .filter(|reference| !reference.is_of_pointer()); // which passes by itself too
    let owned = export.owned_by_c().into_iter();
    let owned = owned.map(|ty| quote_spanned!(ty.span()=> #private::assert_send_type::<#ty>();));
    let references = references.map(|reference| {
        let ty = &reference.pointee;
        if reference.mutable {
            quote_spanned!(ty.span()=> #private::assert_send_type::<#ty>();)
        } else {
            quote_spanned!(ty.span()=> #private::assert_sync_type::<#ty>();)
        }
    });
    let looked = [look::asserts(private, export)];
    joined(references.chain(owned).chain(looked))
}
