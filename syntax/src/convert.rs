//! How a value of Rust's becomes what a frame holds, and the other way.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Index;

/// `value`, `value.method()`, `function(value)`, `Option::map_or(value, null, function)`, and a cast of it.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    pub(crate) method: Option<TokenStream>,
    pub(crate) function: Option<TokenStream>,
    /// What stands for `None`.
    pub(crate) null: Option<TokenStream>,
    pub(crate) cast: bool,
    /// Of a tuple: the struct that C has for it, and how each of its values becomes a field of that.
    pub(crate) parts: Option<(TokenStream, Vec<Pack>)>,
}

/// The same way back, within `unsafe`.
#[derive(Clone, Debug)]
pub struct Unpack {
    pub(crate) how: How,
    pub(crate) cast: bool,
    /// Null is `None`, and what is not is `Some`.
    pub(crate) nullable: bool,
    /// Of a pointer and a length, the length is the first.
    pub(crate) is_length_first: bool,
}

/// How a value is made of its slots' values.
#[derive(Clone, Debug)]
pub(crate) enum How {
    AsItIs,
    Function(TokenStream),
    /// A function that may refuse the value, and then says of which function it is which argument.
    Told {
        function: TokenStream,
        said: [String; 2],
    },
    Deref {
        mutable: bool,
    },
    Slice {
        mutable: bool,
    },
    /// The bytes of a text, for the runtime to look at.
    Text,
}

impl Pack {
    pub(crate) fn function(function: TokenStream) -> Pack {
        Pack {
            function: Some(function),
            ..Pack::default()
        }
    }

    pub(crate) fn method(method: TokenStream) -> Pack {
        Pack {
            method: Some(method),
            ..Pack::default()
        }
    }

    pub(crate) fn parts(made: TokenStream, parts: Vec<Pack>) -> Pack {
        Pack {
            parts: Some((made, parts)),
            ..Pack::default()
        }
    }

    pub(crate) fn cast(self, cast: bool) -> Pack {
        Pack { cast, ..self }
    }

    /// Of an `Option`, if there is something that stands for `None`.
    pub(crate) fn nullable(self, null: Option<TokenStream>) -> Pack {
        Pack { null, ..self }
    }

    /// The frame's field, made of `value`.
    #[must_use]
    pub fn of(&self, value: &TokenStream) -> TokenStream {
        let Pack {
            method,
            function,
            null,
            cast,
            parts,
        } = self;
        if let Some((made, parts)) = parts {
            let fields = parts.iter().enumerate().map(|(index, part)| {
                let (field, index) = (format_ident!("r{index}"), Index::from(index));
                let value = part.of(&quote!(#value.#index));
                quote!(#field: #value)
            });
            return quote!(#made { #(#fields),* });
        }
        let method = method.iter();
        let cast = cast.then(|| quote!(.cast()));
        match (function, null) {
            (Some(function), Some(null)) => {
                quote!(::core::option::Option::map_or(#value, #null, #function) #cast)
            }
            (Some(function), None) => quote!(#function(#value) #cast),
            (None, _) => quote!(#value #(.#method())* #cast),
        }
    }
}

impl Unpack {
    pub(crate) fn of_one(how: How) -> Unpack {
        Unpack {
            how,
            cast: false,
            nullable: false,
            is_length_first: false,
        }
    }

    pub(crate) fn cast(self, cast: bool) -> Unpack {
        Unpack { cast, ..self }
    }

    pub(crate) fn nullable(self, nullable: bool) -> Unpack {
        Unpack { nullable, ..self }
    }

    /// The value, made of the frame's fields.
    #[must_use]
    pub fn of(&self, slots: &[TokenStream]) -> TokenStream {
        let data = usize::from(self.is_length_first);
        let slot = &slots[data];
        let cast = self.cast.then(|| quote!(.cast()));
        let value = match &self.how {
            How::AsItIs => quote!(#slot #cast),
            How::Function(function) => quote!(#function(#slot #cast)),
            How::Told {
                function,
                said: [name, argument],
            } => quote!(#function(#slot #cast, #name, #argument)),
            How::Deref { mutable: true } => quote!(&mut *#slot #cast),
            How::Deref { mutable: false } => quote!(&*#slot #cast),
            How::Slice { mutable } => {
                return slice(*mutable, &quote!(#slot #cast), slot, &slots[1 - data]);
            }
            How::Text => {
                return slice(false, &quote!(#slot.cast()), slot, &slots[1 - data]);
            }
        };
        if !self.nullable {
            return value;
        }
        quote! {
            if #slot.is_null() {
                ::core::option::Option::None
            } else {
                ::core::option::Option::Some(#value)
            }
        }
    }
}

/// C may say null for "none", which no Rust slice may have.
fn slice(
    mutable: bool,
    data: &TokenStream,
    slot: &TokenStream,
    length: &TokenStream,
) -> TokenStream {
    let (empty, from_raw_parts) = if mutable {
        (quote!(&mut []), quote!(from_raw_parts_mut))
    } else {
        (quote!(&[]), quote!(from_raw_parts))
    };
    quote! {
        if #slot.is_null() {
            #empty
        } else {
            ::core::slice::#from_raw_parts(#data, #length)
        }
    }
}
