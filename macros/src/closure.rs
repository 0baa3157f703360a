//! The closures of an import: for each the C function that calls it, and for each user pointer what is behind it.

use crate::export;
use crate::joined::joined;
use crate::{names, value};
use cgocall_syntax::Param;
use cgocall_syntax::closure::{CallbackParam, Closure, Group, Owner, from_c, groups};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use std::collections::HashSet;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

/// What an import makes of its closures before it calls C: each parameter's name then stands for what C gets.
pub(crate) fn holds(private: &TokenStream, c_name: &str, params: &[Param]) -> TokenStream {
    let groups = groups(params);
    let groups = groups.iter().enumerate();
    groups
        .map(|(index, group)| {
            Maker {
                private,
                c_name,
                params,
                group,
                index,
            }
            .hold()
        })
        .collect()
}

/// That the words of the grammar are the runtime's types.
pub(crate) fn truths(private: &TokenStream, params: &[Param]) -> TokenStream {
    let own = params
        .iter()
        .filter(|param| param.hidden && param.arg.part.is_some());
    let own = own.map(|param| {
        let ty = &param.ty;
        let marker = match param.arg.part {
            Some(cgocall_syntax::closure::Part::DropUserData) => quote!(DropUserData),
            _ => quote!(UserData),
        };
        quote_spanned!(ty.span()=> const _: fn(#ty) -> #private::#marker = |__same| __same;)
    });
    let callbacks = params.iter().filter_map(Param::closure);
    let inner = callbacks.flat_map(|closure| &closure.params).filter_map(|param| match param {
        CallbackParam::UserData(path) => Some(
            quote_spanned!(path.span()=> const _: fn(#path) -> #private::UserData = |__same| __same;),
        ),
        CallbackParam::Argument(..) => None,
    });
    let mut seen = HashSet::new();
    let truths = own.chain(inner);
    joined(truths.filter(|truth| seen.insert(truth.to_string())))
}

struct Maker<'a> {
    private: &'a TokenStream,
    c_name: &'a str,
    params: &'a [Param],
    group: &'a Group,
    index: usize,
}

impl Maker<'_> {
    /// The closures, with the indices of their parameters.
    fn closures(&self) -> impl Iterator<Item = (usize, &Param, &Closure)> {
        let indices = self.group.closures.iter();
        indices.filter_map(|index| {
            let param = &self.params[*index];
            Some((*index, param, param.closure()?))
        })
    }

    /// A type parameter for each closure.
    fn generics(&self) -> Vec<Ident> {
        self.closures()
            .map(|(index, ..)| format_ident!("__F{index}"))
            .collect()
    }

    /// The same with their bounds.
    fn bounded(&self) -> Vec<TokenStream> {
        let bounds = self.closures().map(|(_, _, closure)| {
            let bound = &closure.bound;
            match (&closure.owner, closure.mutable) {
                (Owner::C, true) => quote!(#bound + ::core::marker::Send + 'static),
                (Owner::C, false) => {
                    quote!(#bound + ::core::marker::Send + ::core::marker::Sync + 'static)
                }
                _ => bound.clone(),
            }
        });
        let bounds = self.generics().into_iter().zip(bounds);
        bounds.map(|(name, bound)| quote!(#name: #bound)).collect()
    }

    /// Who may enter a closure.
    fn cell(&self, closure: &Closure) -> TokenStream {
        let private = self.private;
        match (closure.mutable, &closure.owner) {
            (false, _) => quote!(#private::Shared),
            (true, Owner::C) => quote!(#private::Single),
            (true, _) if closure.travels() => quote!(#private::Guarded),
            (true, _) => quote!(#private::Lent),
        }
    }

    /// What is behind the user pointer.
    fn tuple(&self) -> TokenStream {
        let cells = self
            .closures()
            .zip(self.generics())
            .map(|((_, _, closure), name)| {
                let cell = self.cell(closure);
                match closure.nullable {
                    true => quote!(::core::option::Option<#cell<#name>>),
                    false => quote!(#cell<#name>),
                }
            });
        quote!((#(#cells,)*))
    }

    fn hold(&self) -> TokenStream {
        match self.closures().next() {
            Some((index, param, closure)) => match &closure.owner {
                Owner::Callback(object) => self.hold_callback(index, param, closure, object),
                Owner::Call | Owner::C => self.hold_tuple(),
            },
            None => TokenStream::new(),
        }
    }

    /// The closures in a tuple, which the call owns, or C.
    fn hold_tuple(&self) -> TokenStream {
        let private = self.private;
        let tuple = names::local(&format!("__closures{}", self.index));
        let data = &self.params[self.group.user_data].ident;
        let drop = self.group.drop.map(|drop| &self.params[drop].ident);
        let (bounded, generics, ty) = (self.bounded(), self.generics(), self.tuple());
        let idents: Vec<&Ident> = self.closures().map(|(_, param, _)| &param.ident).collect();
        let cells = self.closures().map(|(_, param, closure)| {
            let (ident, cell) = (&param.ident, self.cell(closure));
            match closure.nullable {
                true => quote!(::core::option::Option::map(#ident, #cell::new)),
                false => quote!(#cell::new(#ident)),
            }
        });
        let pointers = self
            .closures()
            .enumerate()
            .map(|(at, (index, _, closure))| {
                let (at, function) = (syn::Index::from(at), callback_name(index));
                let pointer = quote!(#function::<#(#generics),*>);
                match closure.nullable {
                    // The arm says which type it has.
                    true => quote!(match &closures.#at {
                        ::core::option::Option::Some(_) => ::core::option::Option::Some(#pointer),
                        ::core::option::Option::None => ::core::option::Option::None,
                    }),
                    false => quote!(::core::option::Option::Some(#pointer)),
                }
            });
        let types = self
            .closures()
            .map(|(_, param, _)| &param.arg.slots[0].field);
        let make = format_ident!("__callbacks{}", self.index);
        let functions = self
            .closures()
            .enumerate()
            .map(|(index_of, (index, param, closure))| {
                let at = syn::Index::from(index_of);
                let place = match closure.nullable {
                    true => quote!(#private::some(&__closures.#at)),
                    false => quote!(__closures.#at),
                };
                let reach = match closure.owner {
                    // C calls it as long as its user pointer is there.
                    Owner::C if closure.mutable => {
                        let bit = Literal::usize_unsuffixed(index_of);
                        let phrase = phrase(self.c_name, param);
                        quote!(let __closures = #private::enter_alone::<#ty>(#phrase, #bit, __data);)
                    }
                    Owner::C => quote!(let __closures = #private::enter::<#ty>(__data);),
                    _ => quote!(let __closures = &*__data.cast::<#ty>();),
                };
                let call = Call {
                    reach,
                    run: quote!(#place.run),
                    bounded: &bounded,
                    generics: &generics,
                };
                self.function(index, param, closure, &call)
            });
        // Nobody has the user pointer where there is no function to have it.
        let is_null = self.closures().all(|(_, _, closure)| closure.nullable);
        let pointer = quote!((&raw const #tuple).cast_mut().cast());
        let given = match drop {
            None => {
                let pointer = unless_null(is_null, &idents, &pointer);
                quote! {
                    let #data: *mut ::core::ffi::c_void = #pointer;
                }
            }
            Some(drop) => {
                let kept = quote! {(
                    #private::keep(#tuple),
                    ::core::option::Option::Some(__drop),
                )};
                let none = quote!((::core::ptr::null_mut(), ::core::option::Option::None));
                let kept = unless(is_null, &idents, &kept, &none);
                quote! {
                    let __drop: unsafe extern "C" fn(*mut ::core::ffi::c_void) = #private::destructor(&#tuple);
                    let (#data, #drop) = #kept;
                }
            }
        };
        let value = match drop {
            None => quote!((#(#cells,)*)),
            Some(_) => quote!(#private::Kept::new((#(#cells,)*))),
        };
        quote! {
            #(#functions)*
            fn #make<#(#bounded),*>(closures: &#ty) -> (#(#types,)*) {
                (#(#pointers,)*)
            }
            let #tuple = #value;
            let (#(#idents,)*) = #make(&#tuple);
            #given
        }
    }

    /// The closure of a `Callback`, which stays where it is.
    fn hold_callback(
        &self,
        index: usize,
        param: &Param,
        closure: &Closure,
        object: &syn::Type,
    ) -> TokenStream {
        let private = self.private;
        let (ident, data) = (&param.ident, &self.params[self.group.user_data].ident);
        let (function, field) = (callback_name(index), &param.arg.slots[0].field);
        let phrase = phrase(self.c_name, param);
        let run = match closure.mutable {
            true => quote!(__closure.run),
            false => quote!(__closure.share),
        };
        let call = Call {
            reach: quote!(let __closure = #private::callback::<#object>(#phrase, __data);),
            run,
            bounded: &[],
            generics: &[],
        };
        let item = self.function(index, param, closure, &call);
        let given = match closure.nullable {
            true => quote! {
                match #ident {
                    ::core::option::Option::Some(callback) => {
                        (::core::option::Option::Some(#function), callback.user_data())
                    }
                    ::core::option::Option::None => (::core::option::Option::None, ::core::ptr::null_mut()),
                }
            },
            false => quote!((::core::option::Option::Some(#function), #ident.user_data())),
        };
        quote! {
            #item
            let (#ident, #data): (#field, *mut ::core::ffi::c_void) = #given;
        }
    }

    /// The C function that calls the closure.
    fn function(
        &self,
        index: usize,
        param: &Param,
        closure: &Closure,
        call: &Call<'_>,
    ) -> TokenStream {
        let private = self.private;
        let Call {
            reach,
            run,
            bounded,
            generics,
        } = call;
        let (frame, args, r) = (
            names::local("__frame"),
            names::local("__args"),
            names::local("__r"),
        );
        let phrase = phrase(self.c_name, param);
        // The slots of C, and of them what the closure gets.
        let (mut fields, mut types, mut arguments) = (Vec::new(), Vec::new(), Vec::new());
        let (mut data, mut looks) = (None, false);
        for param in &closure.params {
            let first = fields.len();
            match param {
                CallbackParam::UserData(_) => {
                    let field = names::slot(first);
                    data = Some(quote!(#args.#field));
                    fields.push(field);
                    types.push(quote!(*mut ::core::ffi::c_void));
                }
                CallbackParam::Argument(_, arg) => {
                    fields.extend((0..arg.slots.len()).map(|slot| names::slot(first + slot)));
                    types.extend(arg.slots.iter().map(|slot| from_c(arg, slot)));
                    let said = format!("argument {}", arguments.len() + 1);
                    let places = fields[first..].iter().zip(&arg.slots);
                    let places: Vec<TokenStream> = places
                        .map(|(field, slot)| match slot.is_narrow() {
                            true => quote!(#private::passed_length(#phrase, #said, #args.#field)),
                            false => quote!(#args.#field),
                        })
                        .collect();
                    let value = value::passed(private, &phrase, &said, arg, &places[0]);
                    looks |= value.is_some();
                    let value = value.unwrap_or_else(|| arg.unpack.of(&places));
                    arguments.push(match arg.is_str() {
                        true => quote!(#private::passed_text(#phrase, #said, #value)),
                        false => value,
                    });
                }
            }
        }
        let data = match (&closure.getter, data) {
            (None, Some(data)) => data,
            (Some(getter), _) => {
                let first = names::slot(0);
                let first = match closure.params.first() {
                    // As the closure gets it, and not a moment longer.
                    Some(CallbackParam::Argument(_, arg)) if arg.reference.is_some() => {
                        arguments[0].clone()
                    }
                    _ => quote!(#args.#first),
                };
                quote_spanned!(getter.span()=> #getter(#first))
            }
            (None, None) => return TokenStream::new(), // refused
        };
        let asserts = asserts(private, closure);
        let others = looks.then(|| quote!(use #private::AnyValue as _;));
        let result = closure.ret.slot.as_ref();
        let output = result.map(|slot| &slot.field);
        let output_type = output.map(|ty| quote!(-> #ty));
        let result_field = output.map(|ty| quote!(r: ::core::mem::MaybeUninit<#ty>,));
        let result_value = output.map(|_| quote!(r: ::core::mem::MaybeUninit::uninit(),));
        let called = quote!(#run(#phrase, |__closure| (*__closure)(#(#arguments),*)));
        let done = match result {
            None => quote!(#called;),
            Some(slot) => {
                let packed = slot.pack.of(&quote!(#r));
                quote! {
                    let #r = #called;
                    (*#frame).r = ::core::mem::MaybeUninit::new(#packed);
                }
            }
        };
        let name = callback_name(index);
        let entry = match generics.is_empty() {
            true => quote!(__run),
            false => quote!(__run::<#(#generics),*>),
        };
        let enter = export::enter(
            &closure.ret,
            &closure.on_panic,
            false,
            private,
            &phrase,
            &entry,
            &frame,
        );
        let generic = (!bounded.is_empty()).then(|| quote!(<#(#bounded),*>));
        let many = (fields.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        quote! {
            #many
            #[inline(never)]
            unsafe extern "C" fn #name #generic(#(#fields: #types),*) #output_type {
                #[repr(C)]
                struct __Frame {
                    #(#fields: #types,)*
                    #result_field
                }
                unsafe extern "C" fn __run #generic(#frame: *mut ::core::ffi::c_void) -> ::core::primitive::bool {
                    // SAFETY: the runtime passes on the pointer to the frame below, which has been filled and is nobody
                    // else's until this returns; its arguments are moved out once. C has passed them, and the user
                    // pointer, as the import says that it does: that one was made of these closures.
                    #private::catch(|| unsafe {
                        let #frame = #frame.cast::<__Frame>();
                        let #args = #frame.read();
                        #others
                        let __data: *mut ::core::ffi::c_void = #data;
                        #reach
                        #done
                    })
                }
                #asserts
                let mut #frame = ::core::mem::ManuallyDrop::new(__Frame {
                    #(#fields,)*
                    #result_value
                });
                #enter
            }
        }
    }
}

/// How a C function comes to its closure.
struct Call<'a> {
    reach: TokenStream,
    run: TokenStream,
    bounded: &'a [TokenStream],
    generics: &'a [Ident],
}

fn callback_name(index: usize) -> Ident {
    format_ident!("__callback{index}")
}

/// As messages name it.
fn phrase(c_name: &str, param: &Param) -> String {
    format!("the closure `{}` of `{c_name}`", param.ident.unraw())
}

fn unless_null(is_null: bool, idents: &[&Ident], value: &TokenStream) -> TokenStream {
    unless(is_null, idents, value, &quote!(::core::ptr::null_mut()))
}

/// `value`, or `none` if none of the functions is there, which may be where `is_null`.
fn unless(
    is_null: bool,
    idents: &[&Ident],
    value: &TokenStream,
    none: &TokenStream,
) -> TokenStream {
    match is_null {
        true => quote! {
            if #(#idents.is_none())&&* {
                #none
            } else {
                #value
            }
        },
        false => value.clone(),
    }
}

/// What C lends to a closure on whichever thread.
fn asserts(private: &TokenStream, closure: &Closure) -> TokenStream {
    if !closure.travels() {
        return TokenStream::new();
    }
    let references = closure.params.iter().filter_map(|param| match param {
        CallbackParam::Argument(_, arg) => arg.reference.as_ref(),
        CallbackParam::UserData(_) => None,
    });
    // A pointer passes by itself too.
    let references = references.filter(|reference| !reference.is_of_pointer());
    let asserts = references.map(|reference| {
        let ty = &reference.pointee;
        match reference.mutable {
            true => quote_spanned!(ty.span()=> #private::assert_send_type::<#ty>();),
            false => quote_spanned!(ty.span()=> #private::assert_sync_type::<#ty>();),
        }
    });
    joined(asserts)
}
