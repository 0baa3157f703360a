//! The structs that C has for Rust's types: the same in the headers of all packages, so that a C file may include several.

use std::fmt::Write as _;

use cgocall_syntax::Mirror;

use super::Types;

const STR: &str = "\
/** A text: UTF-8, without a NUL at its end. */
typedef struct cgo_str {
    const char *data;
    size_t len;
} cgo_str;

/** What is up to the NUL of text: cgo_str_of(\"abc\"). */
static inline cgo_str cgo_str_of(const char *text)
{
    cgo_str str;
    str.data = text;
    str.len = text == NULL ? 0 : strlen(text);
    return str;
}
";

const OWNER: &str = "\
/** Who has allocated something, and knows how to free it. */
typedef struct cgo_owner {
    void (*release)(void *data, size_t len, size_t cap);
} cgo_owner;
";

/// The definition of `mirror`; `owner` says whether that of `cgo_owner` is there.
pub(super) fn define(mirror: &Mirror, owner: &mut bool, types: &mut Types<'_>) -> String {
    let name = mirror.name();
    match mirror {
        Mirror::Str => once(&name, STR),
        Mirror::Text => {
            let docs = "/**\n * A text of Rust's: UTF-8, with a NUL behind it. Whoever has it frees it, or gives it back.\n * Of \
                        one that is all zeros there is nothing to free.\n */";
            once_owner(owner) + &once(&name, &owned(docs, &name, "char *data"))
        }
        Mirror::Vec(elem) => {
            let data = types.declare_pointer(elem, "data");
            let docs = "/**\n * An array of Rust's. Whoever has it frees it, or gives it back.\n * Of one that is all zeros \
                        there is nothing to free.\n */";
            once_owner(owner) + &once(&name, &owned(docs, &name, &data))
        }
        Mirror::Maybe(prim) => {
            let value = prim.portable();
            let text = format!(
                "/** A value, if there is one. */\ntypedef struct {name} {{\n    bool has;\n    {value} value;\n}} {name};\n"
            );
            once(&name, &text)
        }
        Mirror::Results(_, parts) => {
            let mut text = format!("typedef struct {name} {{\n");
            for (index, part) in parts.iter().enumerate() {
                let _ = writeln!(text, "    {};", types.declare(part, &format!("r{index}")));
            }
            let _ = write!(text, "}} {name};\n\n");
            text
        }
    }
}

fn once_owner(owner: &mut bool) -> String {
    match std::mem::replace(owner, true) {
        true => String::new(),
        false => once("cgo_owner", OWNER),
    }
}

/// For the first of the headers that has it.
fn once(name: &str, text: &str) -> String {
    format!("#ifndef {name}_DEFINED\n#define {name}_DEFINED\n{text}#endif\n\n")
}

fn owned(docs: &str, name: &str, data: &str) -> String {
    format!(
        "{docs}\n\
         typedef struct {name} {{\n    {data};\n    size_t len;\n    size_t cap;\n    const cgo_owner *owner;\n}} {name};\n\n\
         static inline void {name}_free({name} owned)\n{{\n    \
         if (owned.owner != NULL && owned.data != NULL)\n        \
         owned.owner->release(owned.data, owned.len, owned.cap);\n}}\n"
    )
}
