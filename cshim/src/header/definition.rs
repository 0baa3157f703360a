//! C definitions of the `repr(C)` types that exports pass by value.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cgocall_syntax::{CType, Member, docs, side_by_side, standard};
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, Fields, Item, Lit, UnOp};

use super::{Types, comment};
use crate::cfg::{Cfgs, Truth};
use crate::names::ctype;

/// A type's definition in C.
pub(crate) struct Definition {
    pub(crate) name: String,
    /// `typedef struct Point Point;`, to stand before all definitions.
    pub(crate) forward: Option<String>,
    pub(crate) text: String,
    /// Of an enum.
    pub(crate) enumerators: Vec<String>,
    /// Of a struct or union, what Rust calls each member, and what C does.
    pub(crate) members: Vec<(String, String)>,
}

pub(crate) fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.unraw().to_string()),
        Item::Enum(item) => Some(item.ident.unraw().to_string()),
        Item::Union(item) => Some(item.ident.unraw().to_string()),
        Item::Type(item) => Some(item.ident.unraw().to_string()),
        Item::Trait(item) => Some(item.ident.unraw().to_string()),
        _ => None,
    }
}

/// The docs of what stays a name.
pub(super) fn docs_of(item: &Item) -> Vec<String> {
    match item {
        Item::Struct(item) => docs(&item.attrs),
        Item::Enum(item) => docs(&item.attrs),
        Item::Union(item) => docs(&item.attrs),
        _ => Vec::new(),
    }
}

/// Why a type stays a name.
pub(super) enum Name {
    /// C cannot have more of it.
    Opaque,
    /// It could, if somebody said so.
    Unsaid,
    /// It is not known what there is.
    Unknown(String),
}

impl From<Option<Definition>> for Answer {
    fn from(definition: Option<Definition>) -> Answer {
        Answer(definition.ok_or(Name::Opaque))
    }
}

/// A definition, or why there is none.
pub(super) struct Answer(pub(super) Result<Definition, Name>);

/// The definition of `item`, if C can have one and is to: what is not `repr(C)` stays a name, and what has none of our
/// attributes.
pub(super) fn define(item: &Item, types: &mut Types<'_>) -> Answer {
    let attrs = match item {
        Item::Struct(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        _ => return define_known(item, types).into(),
    };
    let cfgs = types.cfgs;
    match repr(attrs, cfgs) {
        Ok(Some(_)) if !is_ours(attrs, cfgs) => return Answer(Err(Name::Unsaid)),
        Ok(Some(_)) => {}
        Ok(None) => return None.into(),
        Err(()) => {
            let what = "how it is laid out depends on a `cfg` that only rustc knows".to_owned();
            return Answer(Err(Name::Unknown(what)));
        }
    };
    match certain(item.clone(), cfgs) {
        Ok(item) => define_known(&item, types).into(),
        Err(part) => {
            let what = format!("whether it has `{part}` depends on a `cfg` that only rustc knows");
            Answer(Err(Name::Unknown(what)))
        }
    }
}

/// `item` with the fields and variants that this target has; or the name of one that nobody here knows of.
fn certain(mut item: Item, cfgs: &Cfgs) -> Result<Item, String> {
    let mut unknown = None;
    let mut has = |attrs: &[Attribute], name: String| match cfgs.of(attrs) {
        Truth::Yes => true,
        Truth::No => false,
        Truth::Unknown => {
            unknown.get_or_insert(name);
            true
        }
    };
    let field = |field: &syn::Field| {
        let ident = field.ident.as_ref();
        ident.map_or_else(String::new, |ident| ident.unraw().to_string())
    };
    fn keep<T: Clone, P: Default>(
        list: &mut syn::punctuated::Punctuated<T, P>,
        keep: impl FnMut(&T) -> bool,
    ) {
        let mut keep = keep;
        *list = list.iter().filter(|one| keep(one)).cloned().collect();
    }
    match &mut item {
        Item::Struct(item) => match &mut item.fields {
            Fields::Named(fields) => keep(&mut fields.named, |one| has(&one.attrs, field(one))),
            Fields::Unnamed(fields) => keep(&mut fields.unnamed, |one| has(&one.attrs, field(one))),
            Fields::Unit => {}
        },
        Item::Union(item) => keep(&mut item.fields.named, |one| has(&one.attrs, field(one))),
        Item::Enum(item) => keep(&mut item.variants, |one| {
            has(&one.attrs, one.ident.unraw().to_string())
        }),
        _ => {}
    }
    unknown.map_or(Ok(item), Err)
}

/// Whether `item` has one of our attributes.
pub(super) fn is_ours_of(item: &Item, cfgs: &Cfgs) -> bool {
    let attrs = match item {
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        _ => return false,
    };
    is_ours(attrs, cfgs)
}

/// Whether C is meant to see what is in it.
fn is_ours(attrs: &[Attribute], cfgs: &Cfgs) -> bool {
    let ours = ["cgo_export", "cgo_import"];
    cfgs.flatten(attrs).iter().any(|(_, meta)| {
        let last = meta.path().segments.last();
        last.is_some_and(|last| ours.iter().any(|name| last.ident == name))
    })
}

fn define_known(item: &Item, types: &mut Types<'_>) -> Option<Definition> {
    let cfgs = types.cfgs;
    let repr = |attrs: &[Attribute]| repr(attrs, cfgs).ok().flatten();
    match item {
        Item::Struct(item) if item.generics.params.is_empty() => {
            let repr = repr(&item.attrs)?;
            let name = item.ident.unraw().to_string();
            match (repr.as_str(), &item.fields) {
                ("C", Fields::Named(fields)) if !fields.named.is_empty() => {
                    aggregate("struct", &name, &item.attrs, &fields.named, types)
                }
                // The same as its only field, to every calling convention.
                ("transparent", fields) if fields.len() == 1 => {
                    alias(&name, &item.attrs, &fields.iter().next()?.ty, types)
                }
                _ => None,
            }
        }
        Item::Union(item) if item.generics.params.is_empty() && repr(&item.attrs)? == "C" => {
            let name = item.ident.unraw().to_string();
            aggregate("union", &name, &item.attrs, &item.fields.named, types)
        }
        Item::Enum(item) => enumeration(item, &repr(&item.attrs)?),
        Item::Type(item) if item.generics.params.is_empty() => alias(
            &item.ident.unraw().to_string(),
            &item.attrs,
            &item.ty,
            types,
        ),
        _ => None,
    }
}

fn aggregate<'f>(
    keyword: &str,
    name: &str,
    attrs: &[Attribute],
    fields: impl IntoIterator<Item = &'f syn::Field>,
    types: &mut Types<'_>,
) -> Option<Definition> {
    let fields: Vec<&syn::Field> = fields.into_iter().collect();
    let tys = fields
        .iter()
        .map(|field| Some(types.spelled(&ctype(&field.ty)?)));
    let tys: Vec<CType> = tys.collect::<Option<_>>()?;
    let members = members(&fields, &tys, types)?;
    let mut text = String::new();
    comment::write(&mut text, &docs(attrs), &[]);
    let _ = writeln!(text, "{keyword} {name} {{");
    for ((field, ty), member) in fields.iter().zip(tys).zip(&members) {
        comment::member(&mut text, &docs(&field.attrs));
        let _ = writeln!(text, "    {};", types.declare(&ty, member));
    }
    let forward = Some(format!("typedef {keyword} {name} {name};"));
    Some(Definition {
        name: name.to_owned(),
        forward,
        text: text + "};",
        enumerators: Vec::new(),
        members: idents(&fields).into_iter().zip(members).collect(),
    })
}

fn idents(fields: &[&syn::Field]) -> Vec<String> {
    let idents = fields.iter().filter_map(|field| field.ident.as_ref());
    idents.map(|ident| ident.unraw().to_string()).collect()
}

/// What C calls the `fields`, which are of `tys`.
fn members(fields: &[&syn::Field], tys: &[CType], types: &Types<'_>) -> Option<Vec<String>> {
    let names = fields.iter().map(|field| {
        let ident = field.ident.as_ref()?;
        Some(Member::Written(ident.unraw().to_string()))
    });
    let names: Vec<Member> = names.collect::<Option<_>>()?;
    let is_called = |name: &str| {
        let mut named = names.iter().zip(tys);
        named.any(|(known, ty)| *known == Member::Written(name.to_owned()) && is_function(ty))
    };
    Some(side_by_side(&names, &|name| {
        types.is_taken(name, tys) || (standard::is_taken_by_a_call(name) && is_called(name))
    }))
}

fn is_function(ty: &CType) -> bool {
    matches!(ty, CType::Pointer { pointee, .. } if matches!(**pointee, CType::Function { .. }))
}

/// The macros that the definitions of `items` have in them.
pub(super) fn macros<'i>(items: impl Iterator<Item = &'i Item>) -> BTreeSet<String> {
    let enums = items.filter_map(|item| match item {
        Item::Enum(item) => Some(item),
        _ => None,
    });
    let enumerators = enums.flat_map(|item| {
        let name = item.ident.unraw().to_string();
        let variants = item.variants.iter();
        variants.map(move |variant| enumerator(&name, variant))
    });
    enumerators.collect()
}

fn enumerator(of: &str, variant: &syn::Variant) -> String {
    format!("{of}_{}", variant.ident.unraw())
}

fn alias(
    name: &str,
    attrs: &[Attribute],
    ty: &syn::Type,
    types: &mut Types<'_>,
) -> Option<Definition> {
    let mut text = String::new();
    comment::write(&mut text, &docs(attrs), &[]);
    let _ = write!(text, "typedef {};", types.declare(&ctype(ty)?, name));
    Some(Definition {
        name: name.to_owned(),
        forward: None,
        text,
        enumerators: Vec::new(),
        members: Vec::new(),
    })
}

/// `Color::Red` is `Color_Red`: C has one space for all enumerators.
fn enumeration(item: &syn::ItemEnum, repr: &str) -> Option<Definition> {
    let name = item.ident.unraw().to_string();
    let mut variants = Vec::new();
    let mut next = 0;
    for variant in &item.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return None;
        }
        let value = match &variant.discriminant {
            Some((_, value)) => integer(value)?,
            None => next,
        };
        next = value.checked_add(1)?;
        variants.push((variant, enumerator(&name, variant), value));
    }
    let mut text = String::new();
    comment::write(&mut text, &docs(&item.attrs), &[]);
    // What is no `int` is no enumerator before C23.
    let are_ints = variants
        .iter()
        .all(|(_, _, value)| i32::try_from(*value).is_ok());
    if repr == "C" {
        let list = are_ints.then(|| enumerators(&variants))?;
        let _ = write!(text, "typedef enum {name} {{\n{list}}} {name};");
    } else {
        let underlying = super::portable(&ctype(&syn::parse_str(repr).ok()?)?);
        let _ = writeln!(text, "typedef {};", underlying.declare(&name));
        if are_ints {
            let _ = write!(text, "enum {{\n{}}};", enumerators(&variants));
        } else {
            for (variant, name, value) in &variants {
                comment::write(&mut text, &docs(&variant.attrs), &[]);
                let value = match (*value, repr.starts_with('u')) {
                    // C's number would be without the sign, and of no type that has it.
                    (value, _) if value == i128::from(i64::MIN) => format!("({} - 1)", value + 1),
                    (value, true) => format!("{value}U"),
                    (value, false) => value.to_string(),
                };
                let _ = writeln!(text, "#define {name} (({}){value})", underlying.spell());
            }
            text.truncate(text.trim_end().len());
        }
    }
    Some(Definition {
        name,
        forward: None,
        text,
        enumerators: variants.into_iter().map(|(_, name, _)| name).collect(),
        members: Vec::new(),
    })
}

fn enumerators(variants: &[(&syn::Variant, String, i128)]) -> String {
    let mut text = String::new();
    let mut next = 0;
    for (index, (variant, name, value)) in variants.iter().enumerate() {
        comment::member(&mut text, &docs(&variant.attrs));
        let said = match *value == next {
            true => String::new(),
            false => format!(" = {value}"),
        };
        let comma = if index + 1 < variants.len() { "," } else { "" };
        let _ = writeln!(text, "    {name}{said}{comma}");
        next = value + 1;
    }
    text
}

fn integer(value: &Expr) -> Option<i128> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Paren(inner) => integer(&inner.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Some(-integer(&unary.expr)?),
        _ => None,
    }
}

/// What `#[repr(..)]` says, if it is one word: with `packed` or `align` C would have to be told more. Unless only rustc
/// knows it.
fn repr(attrs: &[Attribute], cfgs: &Cfgs) -> Result<Option<String>, ()> {
    let mut words = Vec::new();
    for (when, meta) in cfgs.flatten(attrs) {
        if !meta.path().is_ident("repr") {
            continue;
        }
        if when != Truth::Yes {
            return Err(());
        }
        let attr: Attribute = syn::parse_quote!(#[#meta]);
        let parsed = attr.parse_nested_meta(|meta| {
            words.extend(meta.path.get_ident().map(ToString::to_string));
            Ok(())
        });
        if parsed.is_err() {
            return Ok(None);
        }
    }
    Ok(<[String; 1]>::try_from(words).ok().map(|[word]| word))
}
