//! Why a name cannot be imported, and what to do instead.

use cgocall_syntax::{CPath, CType, Constant, ConstantKind, Static};

use crate::callee::Callee;
use crate::context::Context;
use crate::explain::source_of;
use crate::probe::Problem;
use crate::unit::Unit;

/// A variable that Rust cannot refer to.
pub(crate) fn variable(unit: &Unit<'_>, item: &Static, problem: Problem) -> String {
    let header = unit.context.name();
    let name = &item.c_name;
    let instead = || format!("declare a function, which reads it: `{}`", reader(item));
    match problem {
        Problem::Undeclared => undeclared(unit, name),
        Problem::NoVariable => {
            format!(
                "`{name}` is no variable in {header}, but a macro or a constant; {}",
                instead()
            )
        }
        Problem::Internal if unit.context.is_source_only() => hidden(unit.context, name),
        Problem::Internal => {
            format!(
                "`{name}` is `static` in {header}: there is no symbol to refer to; {}",
                instead()
            )
        }
        Problem::ThreadLocal => format!(
            "`{name}` is one variable for each thread, which a Rust static cannot be; {}",
            instead()
        ),
    }
}

/// `fn errno() -> c_int;`. An array is read as a pointer to its first element.
fn reader(item: &Static) -> String {
    let ty = match &item.ty {
        syn::Type::Array(array) => {
            let mutability = if item.mutable { "mut" } else { "const" };
            format!("*{mutability} {}", source_of(&array.elem))
        }
        other => source_of(other),
    };
    let name = match item.name() == item.c_name {
        true => String::new(),
        false => format!("#[cgo(c = \"{}\")] ", item.c_name),
    };
    format!("{name}fn {}() -> {ty};", item.ident)
}

/// A function that is none.
pub(crate) fn callee(unit: &Unit<'_>, name: &str, callee: Callee) -> String {
    match callee {
        Callee::Constant => {
            let header = unit.context.name();
            format!("`{name}` is a constant in {header}; declare it without parameters, to read it")
        }
        Callee::Hidden => hidden(unit.context, name),
        _ => undeclared(unit, name),
    }
}

fn undeclared(unit: &Unit<'_>, name: &str) -> String {
    let header = unit.context.name();
    match unit.context.is_source_only() {
        true => format!("{header} does not define `{name}`"),
        false => format!("{header} does not declare `{name}`; {}", cure(unit, name)),
    }
}

/// What a source file has for itself.
fn hidden(context: &Context, name: &str) -> String {
    let file = context.name();
    format!(
        "`{name}` is `static` in {file}, which hides it from all other files; remove the `static`"
    )
}

/// A macro that no stub sees.
pub(crate) fn macro_of_a_source(context: &Context, name: &str) -> String {
    let header = context.name();
    format!(
        "`{name}` is a macro or a value of {header}, and other C does not see it; declare it in a header, and add \
         `include = \"..\"`"
    )
}

/// A format for a macro.
pub(crate) fn format_of_no_function(context: &Context, name: &str) -> String {
    let header = context.name();
    format!(
        "`{name}` is no function in {header}, so nothing says which argument is a format; pass it as one, \
         `format: &CStr`"
    )
}

/// An export that the header, which it names, has not.
pub(crate) fn export(unit: &Unit<'_>, name: &str, callee: Callee) -> String {
    let header = unit.context.name();
    match (callee, unit.nearest(name)) {
        (Callee::Macro, _) => format!(
            "`{name}` is a macro in {header}, and no function: C that includes it never calls this export; give it \
             another name, `#[cgo_export(name = \"..\")]`"
        ),
        (_, Some(near)) => format!(
            "{header} does not declare `{name}`; did you mean `{near}`? (`#[cgo_export(name = \"{near}\")]` keeps the \
             name in Rust)"
        ),
        (_, None) => format!(
            "{header} does not declare `{name}`; check the name (`#[cgo_export(name = \"..\")]` gives another one in C) \
             and the `define`s that the header wants, or remove `include`"
        ),
    }
}

/// A type in an export that its header does not know.
pub(crate) fn unknown_in_export(context: &Context, c: &str) -> String {
    let header = context.name();
    format!(
        "{header} declares this function, and knows no type `{c}`; import the type, `#[cgo_import(include = \"..\")]`, \
         with its name in C, `#[cgo(c = \"struct stat\")]`, or write the type behind it"
    )
}

/// A variable that safe code may not read.
pub(crate) fn not_const(context: &Context, name: &str) -> String {
    let header = context.name();
    format!(
        "`{name}` is not `const` in {header}: C may change it while safe code reads it; declare it without `safe`"
    )
}

/// A type that C does not know.
pub(crate) fn unknown_type(context: &Context, c: &str) -> String {
    let header = context.name();
    format!(
        "{header} knows no type `{c}`; say its name in C on the parameter, `#[cgo(c = \"struct stat\")]`, or \
         write the type behind it"
    )
}

/// An opaque type that C does not know.
pub(crate) fn unknown_opaque(context: &Context, rust: &str, c: &str) -> String {
    let header = context.name();
    format!("{header} knows no type `{c}`; say its name in C: `#[cgo(c = \"..\")] type {rust};`")
}

/// A type under `#[cgo_import]` that C does not know.
pub(crate) fn unknown_imported(unit: &Unit<'_>, c: &str) -> String {
    let header = unit.context.name();
    if CPath::parse(c).is_some() {
        return format!(
            "{header} knows no type `{c}`: before each `.` a struct or union has to stand, and behind it one of its \
             members"
        );
    }
    let tag = c.rsplit(' ').next().unwrap_or(c);
    match unit.nearest(tag) {
        Some(near) => format!("{header} knows no type `{c}`; did you mean `{near}`?"),
        None => format!("{header} knows no type `{c}`; say its name in C: `#[cgo(c = \"..\")]`"),
    }
}

/// What to do about a name that C has not.
fn cure(unit: &Unit<'_>, name: &str) -> String {
    match unit.nearest(name) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "check the name (`#[cgo(c = \"..\")]` gives another one in C) and the `define`s that the header wants"
            .to_owned(),
    }
}

/// A struct of which C only knows that it is one.
pub(crate) fn incomplete(context: &Context, rust: &str, c: &str) -> String {
    let header = context.name();
    format!(
        "{header} only declares `{c}`, and nobody outside of the library knows its fields; make it an opaque type, \
         `type {rust};` in a block"
    )
}

/// A constant that has no value.
pub(crate) fn constant(unit: &Unit<'_>, item: &Constant, error: &str) -> String {
    let (header, name) = (unit.context.name(), &item.c_name);
    if error.contains("undeclared") {
        return format!("{header} has no constant `{name}`; {}", cure(unit, name));
    }
    let what = match item.kind {
        ConstantKind::Text => "no string literal",
        ConstantKind::Integer | ConstantKind::Float => "no constant of such a type",
    };
    format!("`{name}` is {what} in {header} ({error}); read it through a function in a preamble")
}

/// Where the only C is a source file, a stub has no definition of a struct to pass.
pub(crate) fn by_value<'t>(
    context: &Context,
    mut types: impl Iterator<Item = &'t CType>,
) -> Option<String> {
    if !context.is_source_only() {
        return None;
    }
    types.find_map(|ty| match ty {
        CType::Named(named) if !named.rust.is_empty() => Some(format!(
            "`{}` is passed by value, and only a source file defines it; declare it and the function in a \
             header, and add `include = \"..\"`",
            named.name()
        )),
        _ => None,
    })
}

/// A name that a module wants and C has not.
pub(crate) fn unknown_name(unit: &Unit<'_>, name: &str) -> String {
    // `struct_stat` is cgo's way to write `struct stat`.
    let tag = ["struct_", "union_", "enum_"]
        .iter()
        .find_map(|prefix| Some((prefix, name.strip_prefix(prefix)?)));
    let cure = match tag.and_then(|(prefix, tag)| Some((prefix, unit.nearest(tag)?))) {
        Some((prefix, near)) => format!("did you mean `{prefix}{near}`?"),
        None => match unit.nearest(name) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "check the name, and the `define`s that the header wants".to_owned(),
        },
    };
    format!("{} declares no `{name}`; {cure}", unit.context.name())
}

/// What comes out as no declaration.
pub(crate) fn undeclarable(unit: &Unit<'_>, name: &str, error: &str) -> String {
    format!(
        "`{name}` is in {} what Rust cannot declare: {error}; wrap it in a function of a preamble",
        unit.context.name()
    )
}

/// A variable that the linker knows under another name.
pub(crate) fn other_symbol(context: &Context, item: &Static, symbol: &str) -> String {
    format!(
        "`{}` is `{symbol}` to the linker in {}, by which a Rust static goes; declare a function, which reads it: `{}`",
        item.c_name,
        context.name(),
        reader(item)
    )
}

/// A variable that `__attribute__((aligned(1)))` puts where no Rust static of its type may be.
pub(crate) fn not_aligned(context: &Context, item: &Static) -> String {
    format!(
        "`{}` is aligned to less than its type in {}, as no Rust static is; declare a function, which reads it: `{}`",
        item.c_name,
        context.name(),
        reader(item)
    )
}

/// What needs no header.
pub(crate) fn word_of_c(name: &str) -> String {
    format!("`{name}` is a word of C itself; for its types Rust has `std::ffi::c_int` and such")
}

/// A macro whose parameters' types nobody has said.
pub(crate) fn bare_macro(unit: &Unit<'_>, name: &str) -> String {
    format!(
        "`{name}` is a macro in {}, and only a use shows what it takes; say it in the module: \
         `fn {name}(x: c_int) -> c_int;`",
        unit.context.name()
    )
}

/// A function of no one signature.
pub(crate) fn variadic(unit: &Unit<'_>, name: &str, example: &str) -> String {
    format!(
        "`{name}` takes any number of arguments in {}; say in the module what a use of it takes: `{example}`",
        unit.context.name()
    )
}

/// A macro that stands for something else than a value.
pub(crate) fn no_expression(unit: &Unit<'_>, name: &str) -> String {
    format!(
        "`{name}` is a macro in {}, and stands for no value: perhaps for an initializer, or for nothing; use it in a \
         function of a preamble",
        unit.context.name()
    )
}

/// What Rust has no type for.
pub(crate) fn inexpressible(unit: &Unit<'_>, name: &str, what: &str) -> String {
    format!(
        "`{name}` needs `{what}` in {}, which Rust has no type for; wrap it in a function of a preamble, with types \
         that Rust has",
        unit.context.name()
    )
}

/// The compiler knows the name, and has not described it.
pub(crate) fn unreadable(name: &str) -> String {
    format!(
        "the C compiler does not describe `{name}`: its debug information is missing or cannot be read; look for flags \
         such as `-gsplit-dwarf` in CFLAGS"
    )
}

/// What two imports with one preamble both define.
pub(crate) fn defined_twice(name: &str, other: &str) -> String {
    format!(
        "`{name}` is defined in this preamble, and in the same one of {other}, and the linker takes only one; write \
         `static` before it in both, or define it in a C file, `source = \"{name}.c\"`"
    )
}
