//! What the compiler knows, as Rust declarations: the very imports that a person would write.
//!
//! So they are verified like any other, and what `mod z { use C::{..}; }` means can be read, and pasted.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cgocall_syntax::Import;

use crate::ctext;
use crate::debug_info::{
    Aggregate, Class, DebugInfo, Enumeration, Id, MOST_LAYERS, Qualifier, Type,
};
use crate::diagnostics::Location;

/// The declarations of some names.
#[derive(Debug, Default)]
pub(crate) struct Declarations {
    /// By their names in Rust.
    pub(crate) types: BTreeMap<String, TypeItem>,
    /// What stands in the block: functions, constants, variables.
    pub(crate) members: Vec<String>,
    /// What stands beside it.
    pub(crate) beside: Vec<String>,
    /// How C spells the structs and unions whose fields are known, where it can.
    pub(crate) spellings: Vec<String>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypeItem {
    /// Doc attributes: no part of what it is.
    pub(crate) docs: String,
    /// Of a struct, where the header defines it.
    pub(crate) at: Option<Location>,
    /// How C spells it.
    pub(crate) c: String,
    /// Its declaration, without the attribute that says where C has it.
    pub(crate) text: String,
    /// What follows it, without that attribute.
    pub(crate) after: String,
    /// Whether it stands in the block: a type of which only pointers exist.
    pub(crate) is_opaque: bool,
    /// Of such a type, the files that declare it, which tell it from others of its name.
    pub(crate) homes: BTreeSet<String>,
    /// The types that its text names.
    pub(crate) mentions: BTreeSet<String>,
}

/// Why something cannot be said in Rust: what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inexpressible(pub(crate) String);

impl Declarations {
    /// What is wrong with the members from `first` on, as declarations.
    pub(crate) fn error_after(&self, first: usize) -> Option<String> {
        let members = self
            .members
            .get(first..)
            .filter(|members| !members.is_empty())?;
        let opaques = self.types.values().filter(|item| item.is_opaque);
        let opaques: String = opaques.map(|item| item.text.as_str()).collect();
        let block = format!("unsafe extern \"C\" {{ {opaques} {} }}", members.concat());
        let (attr, block) = ("include = \"header.h\"".parse().ok()?, block.parse());
        match block {
            Ok(block) => {
                let errors = Import::parse(attr, block).err()?;
                let first = errors.iter().next();
                first.map(|(_, message)| message)
            }
            Err(_) => Some("its name is none of Rust's".to_owned()),
        }
    }
}

type Rust = Result<String, Inexpressible>;

/// Makes declarations of the types in `info`.
pub(crate) struct Declarer<'a> {
    pub(crate) info: &'a DebugInfo,
    /// Of a pointer, in bytes.
    pub(crate) pointer: u64,
    pub(crate) made: Declarations,
    /// The Rust names of structs and unions.
    names: HashMap<Id, Named>,
    taken: HashSet<String>,
    /// Typedefs that are Rust types of their own.
    aliases: HashSet<String>,
    constants: HashSet<String>,
    /// Structs that are named and not yet declared.
    waiting: Vec<Id>,
    /// What the type being made mentions.
    mentions: BTreeSet<String>,
    /// What is to follow it.
    after: String,
    /// A struct is the same whatever else is wanted.
    in_struct: bool,
    /// How many layers the type being made has so far.
    layers: usize,
    aligns: RefCell<HashMap<Id, u64>>,
    /// What the compiler says of structs, by their spellings in C.
    said_aligns: &'a HashMap<String, u64>,
    /// Names that typedefs are going to have, and of what.
    reserved: HashMap<String, Id>,
}

#[derive(Clone, Debug)]
struct Named {
    rust: String,
    /// Its spelling in C, or the way to it: `struct outer.member`.
    c: String,
}

pub(crate) const CORE: &str = "::core::ffi::";
pub(crate) const PRIMITIVE: &str = "::core::primitive::";

impl<'a> Declarer<'a> {
    pub(crate) fn new(
        info: &'a DebugInfo,
        pointer: u64,
        said_aligns: &'a HashMap<String, u64>,
    ) -> Declarer<'a> {
        Declarer {
            info,
            pointer,
            made: Declarations::default(),
            names: HashMap::new(),
            taken: HashSet::new(),
            aliases: HashSet::new(),
            constants: HashSet::new(),
            waiting: Vec::new(),
            mentions: BTreeSet::new(),
            after: String::new(),
            in_struct: false,
            layers: 0,
            aligns: RefCell::default(),
            said_aligns,
            reserved: HashMap::new(),
        }
    }

    /// Keeps a name for the typedef that is going to be declared.
    pub(crate) fn reserve(&mut self, name: &str, id: Id) {
        self.reserved.insert(name.to_owned(), self.info.peel(id));
    }

    /// Declares the typedef `name`, whose type is `id`.
    pub(crate) fn typedef(&mut self, name: &str, id: Id, docs: &str) -> Result<(), Inexpressible> {
        // A macro may stand for a type, too.
        let target = match *self.info.get(id) {
            Type::Typedef { target, .. } => target,
            _ => id,
        };
        if *self.info.get(self.info.peel(target)) == Type::Void {
            return Err(Inexpressible("void".to_owned()));
        }
        if let Some(function) = self.function_pointer(target) {
            let text = self.function(function)?;
            self.aliases.insert(name.to_owned());
            let text = format!("pub type {} = {text};\n", escape(name));
            self.add_type(name, docs, text, false);
            self.finish();
            return Ok(());
        }
        let rust = self.ty(id)?;
        if rust != escape(name) {
            let text = format!("pub type {} = {rust};\n", escape(name));
            self.add_type(name, docs, text, false);
        }
        self.finish();
        Ok(())
    }

    /// Declares the type `struct name`, `union name` or `enum name`, under `rust` besides if that is another name.
    pub(crate) fn tag(
        &mut self,
        rust: &str,
        c: &str,
        id: Id,
        docs: &str,
    ) -> Result<(), Inexpressible> {
        if let Type::Enum(list) = self.info.get(id) {
            let list = list.clone();
            return self.enumeration(rust, c, &list, docs);
        }
        let named = self.ty(id)?;
        if named != escape(rust) {
            let c_name = c_name(rust, c);
            let text = format!("{c_name}pub type {} = {named};\n", escape(rust));
            self.add_type(rust, docs, text, false);
        }
        self.finish();
        Ok(())
    }

    /// An enum is its integer; its values are constants of that.
    fn enumeration(
        &mut self,
        rust: &str,
        c: &str,
        list: &Enumeration,
        docs: &str,
    ) -> Result<(), Inexpressible> {
        let integer = self.integer(list)?;
        let c_name = c_name(rust, c);
        let text = format!("{c_name}pub type {} = {integer};\n", escape(rust));
        self.add_type(rust, docs, text, false);
        for (name, _) in list.values.iter().filter(|(name, _)| is_expressible(name)) {
            self.constant(name, &integer, "");
        }
        Ok(())
    }

    /// An enum of C as one of Rust.
    pub(crate) fn rust_enum(
        &mut self,
        rust: &str,
        c: &str,
        id: Id,
        docs: &str,
    ) -> Result<(), Inexpressible> {
        let Type::Enum(list) = self.info.get(self.info.peel(id)) else {
            return Err(Inexpressible("an enum that it is not".to_owned()));
        };
        let list = list.clone();
        let integer = self.integer(&list)?;
        let Some(repr) = Self::repr(&integer, list.bytes) else {
            return Err(Inexpressible("an enum of such an integer".to_owned()));
        };
        let c_name = c_name(rust, c);
        if !list.values.iter().all(|(name, _)| is_expressible(name)) {
            return Err(Inexpressible("an enum of such names".to_owned()));
        }
        let mut seen = HashSet::new();
        let mut text = format!(
            "{c_name}#[repr({repr})]\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum {} {{\n",
            escape(rust)
        );
        for (name, value) in &list.values {
            // Two names of one value are two variants to nobody.
            if seen.insert(*value) {
                text += &format!("    {} = {value},\n", escape(name));
            }
        }
        text += "}\n";
        self.add_type(rust, docs, text, false);
        Ok(())
    }

    fn repr(integer: &str, bytes: u64) -> Option<&'static str> {
        let signed = !integer.contains("_u");
        Some(match (bytes, signed) {
            (1, true) => "i8",
            (1, false) => "u8",
            (2, true) => "i16",
            (2, false) => "u16",
            (4, _) => "C",
            (8, true) => "i64",
            (8, false) => "u64",
            _ => return None,
        })
    }

    fn integer(&mut self, list: &Enumeration) -> Rust {
        match list.integer {
            Some(integer) => self.ty(integer),
            None => {
                let negative = list.values.iter().any(|(_, value)| *value < 0);
                Ok(match (list.bytes, negative) {
                    (4, true) => format!("{CORE}c_int"),
                    (4, false) => format!("{CORE}c_uint"),
                    _ => return Err(Inexpressible("an enum that is only declared".to_owned())),
                })
            }
        }
    }

    fn result(&mut self, id: Id) -> Rust {
        Ok(match self.info.get(self.info.peel(id)) {
            Type::Void => String::new(),
            _ => format!(" -> {}", self.ty(id)?),
        })
    }

    fn add_type(&mut self, rust: &str, docs: &str, text: String, is_opaque: bool) {
        let mentions = std::mem::take(&mut self.mentions);
        let item = TypeItem {
            docs: docs.to_owned(),
            at: None,
            c: rust.to_owned(),
            homes: BTreeSet::new(),
            text,
            after: std::mem::take(&mut self.after),
            is_opaque,
            mentions,
        };
        self.taken.insert(rust.to_owned());
        self.made.types.insert(rust.to_owned(), item);
    }

    /// Declares the structs that were named.
    fn finish(&mut self) {
        let outer = std::mem::take(&mut self.mentions);
        self.in_struct = true;
        while let Some(id) = self.waiting.pop() {
            let Type::Aggregate(aggregate) = self.info.get(id) else {
                continue;
            };
            self.aggregate(id, aggregate);
        }
        self.in_struct = false;
        self.mentions = outer;
    }

    /// The type in Rust. Structs are declared when they are first named.
    pub(crate) fn ty(&mut self, id: Id) -> Rust {
        let is_outermost = self.layers == 0;
        self.layers += 1;
        let rust = match self.layers {
            ..=MOST_LAYERS => self.layer(id),
            _ => Err(self.cannot(id)),
        };
        if !is_outermost {
            return rust;
        }
        match std::mem::take(&mut self.layers) {
            ..=MOST_LAYERS => rust,
            _ => Err(self.cannot(id)),
        }
    }

    fn layer(&mut self, id: Id) -> Rust {
        Ok(match self.info.get(id) {
            Type::Void => format!("{CORE}c_void"),
            Type::Base { name, bytes, class } => basic(&ctext::tidy(name), *bytes, *class)?,
            Type::Typedef { name, target, .. } => {
                if let Some(rust) = ctext::fixed(name) {
                    return Ok(format!("::core::primitive::{rust}"));
                }
                if !self.in_struct && self.aliases.contains(name) {
                    self.mentions.insert(name.clone());
                    return Ok(format!("::core::option::Option<{}>", escape(name)));
                }
                // It may be the only name that a struct has.
                let peeled = self.info.peel(*target);
                if let Type::Aggregate(Aggregate { tag: None, .. }) = self.info.get(peeled)
                    && is_expressible(name)
                {
                    self.name(peeled, name, name);
                }
                self.ty(*target)?
            }
            Type::Qualified(Qualifier::Atomic, _) => return Err(self.cannot(id)),
            Type::Qualified(_, target) => self.ty(*target)?,
            // What `va_list` is, under a name that C itself does not know.
            Type::Aggregate(aggregate) if aggregate.tag.as_deref() == Some("__va_list_tag") => {
                return Err(Inexpressible("va_list".to_owned()));
            }
            Type::Aggregate(aggregate) => {
                if let Some(tag) = aggregate.tag.as_ref().filter(|tag| is_expressible(tag)) {
                    let keyword = if aggregate.is_union {
                        "union"
                    } else {
                        "struct"
                    };
                    self.name(id, tag, &format!("{keyword} {tag}"));
                }
                let Some(named) = self.names.get(&id) else {
                    return Err(self.cannot(id));
                };
                self.mentions.insert(named.rust.clone());
                escape(&named.rust)
            }
            Type::Enum(list) => self.integer(&list.clone())?,
            Type::Pointer(pointee) => match self.info.get(self.info.peel(*pointee)) {
                Type::Function { .. } => {
                    let function = self.function(self.info.peel(*pointee))?;
                    format!("::core::option::Option<{function}>")
                }
                _ => {
                    let mutability = if self.info.is_const(*pointee) {
                        "const"
                    } else {
                        "mut"
                    };
                    format!("*{mutability} {}", self.ty(*pointee)?)
                }
            },
            Type::Array { elem, len } => format!("[{}; {}]", self.ty(*elem)?, len.unwrap_or(0)),
            Type::Function { .. } | Type::Other { .. } => return Err(self.cannot(id)),
        })
    }

    fn function_pointer(&self, id: Id) -> Option<Id> {
        let id = self.info.peel(id);
        let id = match self.info.get(id) {
            Type::Pointer(pointee) => self.info.peel(*pointee),
            // `typedef int visit(void *);`, of which C has pointers.
            _ => id,
        };
        matches!(self.info.get(id), Type::Function { .. }).then_some(id)
    }

    fn function(&mut self, id: Id) -> Rust {
        let Type::Function {
            params,
            result,
            variadic,
            prototyped,
        } = self.info.get(id).clone()
        else {
            return Err(self.cannot(id));
        };
        if variadic && prototyped {
            return Err(self.cannot(id));
        }
        let mut list = Vec::new();
        for param in params {
            list.push(self.ty(param)?);
        }
        let result = self.result(result)?;
        Ok(format!(
            "unsafe extern \"C\" fn({}){result}",
            list.join(", ")
        ))
    }

    fn cannot(&self, id: Id) -> Inexpressible {
        Inexpressible(self.info.declare(id, ""))
    }

    /// Names a struct, unless it has a name.
    fn name(&mut self, id: Id, wish: &str, c: &str) {
        if self.names.contains_key(&id) {
            return;
        }
        let is_taken = |this: &Self, rust: &str| {
            let reserved = this.reserved.get(rust);
            this.taken.contains(rust) || reserved.is_some_and(|other| *other != id)
        };
        let mut rust = wish.to_owned();
        if is_taken(self, &rust) && !c.contains('.') {
            let keyword = c.split(' ').next().unwrap_or("struct");
            rust = format!("{keyword}_{wish}");
        }
        while is_taken(self, &rust) {
            rust.push('_');
        }
        self.taken.insert(rust.clone());
        self.names.insert(
            id,
            Named {
                rust,
                c: c.to_owned(),
            },
        );
        self.waiting.push(id);
    }
}

mod aggregate;
mod value;

/// Whether Rust can have C's `name`: some compilers take `a$b` for one.
pub(crate) fn is_expressible(name: &str) -> bool {
    // The parser passes over spaces and comments.
    name.chars().all(|c| c == '_' || c.is_alphanumeric())
        && syn::parse_str::<syn::Ident>(&escape(name)).is_ok()
}

/// A Rust identifier of C's `name`.
pub(crate) fn escape(name: &str) -> String {
    match syn::parse_str::<syn::Ident>(name) {
        // Of one edition, and syn's of none.
        Ok(_) if name == "gen" => format!("r#{name}"),
        Ok(_) => name.to_owned(),
        // These cannot be raw.
        Err(_) if ["self", "Self", "super", "crate", "_"].contains(&name) => format!("{name}_"),
        Err(_) => format!("r#{name}"),
    }
}

/// What a declaration begins with whose name in C is another.
fn c_name(rust: &str, c: &str) -> String {
    match rust == c {
        true => String::new(),
        false => format!("#[cgo(c = \"{c}\")]\n"),
    }
}

fn basic(name: &str, bytes: u64, class: Class) -> Rust {
    if let Some((_, rust)) = ctext::BASICS.iter().find(|(c, _)| *c == name) {
        let path = if rust.starts_with("c_") {
            CORE
        } else {
            "::core::primitive::"
        };
        return Ok(format!("{path}{rust}"));
    }
    let kind = match class {
        Class::Signed => 'i',
        Class::Unsigned => 'u',
        Class::Char | Class::Bool | Class::Float | Class::Complex => {
            return Err(Inexpressible(name.to_owned()));
        }
    };
    match bytes {
        1 | 2 | 4 | 8 => Ok(format!("::core::primitive::{kind}{}", bytes * 8)),
        _ => Err(Inexpressible(name.to_owned())),
    }
}
