//! C types, as a tree that can print declarators.

use crate::prim::Prim;

/// A C type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CType {
    /// `void`: behind a pointer, or no result.
    Void,
    /// A built-in type.
    Prim(&'static Prim),
    /// A type that the user named; whoever has the headers finds out what it is.
    Named(Named),
    /// A pointer.
    Pointer {
        /// What it points to.
        pointee: Box<CType>,
        /// Whether the pointee is `const`.
        is_const: bool,
    },
    /// A function: only behind a pointer.
    Function {
        /// Parameter types.
        params: Vec<CType>,
        /// The result, [`CType::Void`] for none.
        result: Box<CType>,
        /// Whether it ends in `...`.
        variadic: bool,
    },
    /// An array: a static, or behind a pointer.
    Array {
        /// The element.
        elem: Box<CType>,
        /// How many.
        len: u64,
    },
}

/// A type that the user named in Rust: a `repr(C)` struct or enum, an opaque type, a function pointer type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Named {
    /// The path as written, without spaces and `r#`: `ffi::Stat`.
    pub rust: String,
    /// The C spelling, where the item itself says it: `#[cgo(c = "struct stat")]`, or an opaque type of the same
    /// block. Without one, another item may know it (an opaque or function pointer type of that name), else it is
    /// [`name`](Named::name), with whatever tag the header gives it.
    pub c: Option<String>,
}

impl Named {
    /// The last segment of the Rust path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.rust.rsplit("::").next().unwrap_or(&self.rust)
    }

    /// The C spelling as far as this item knows it.
    #[must_use]
    pub fn c_name(&self) -> &str {
        self.c.as_deref().unwrap_or_else(|| self.name())
    }
}

impl CType {
    /// `pointee *`, or `const pointee *`.
    #[must_use]
    pub fn pointer(pointee: CType, is_const: bool) -> CType {
        CType::Pointer {
            pointee: Box::new(pointee),
            is_const,
        }
    }

    /// The primitive that Rust calls `name`.
    ///
    /// # Panics
    /// If there is none: `name` is a constant of the caller.
    #[must_use]
    pub fn prim(name: &str) -> CType {
        CType::Prim(Prim::find(name).expect("a primitive type's name"))
    }

    /// The type without a declarator: `int (*)(void *, const char *)`.
    #[must_use]
    pub fn spell(&self) -> String {
        self.declare("")
    }

    /// A declaration of `name` with this type: `int (*name)(void *, const char *)`.
    #[must_use]
    pub fn declare(&self, name: &str) -> String {
        self.declare_with(name, &|named| named.c_name().to_owned())
    }

    /// As [`declare`](CType::declare), with the C spelling of each named type from `resolve`.
    #[must_use]
    pub fn declare_with(&self, name: &str, resolve: &dyn Fn(&Named) -> String) -> String {
        self.declarator(name.to_owned(), false, resolve)
    }

    // Inside out, as C reads: what has been declared so far becomes the core of the next layer.
    fn declarator(
        &self,
        core: String,
        is_const: bool,
        resolve: &dyn Fn(&Named) -> String,
    ) -> String {
        let base = |name: &str| {
            let qualifier = if is_const { "const " } else { "" };
            let space = if core.is_empty() { "" } else { " " };
            format!("{qualifier}{name}{space}{core}")
        };
        match self {
            CType::Void => base("void"),
            CType::Prim(prim) => base(prim.c),
            CType::Named(named) => base(&resolve(named)),
            CType::Pointer {
                pointee,
                is_const: pointee_const,
            } => {
                let qualifier = match (is_const, core.is_empty()) {
                    (true, true) => "const",
                    (true, false) => "const ",
                    _ => "",
                };
                let star = format!("*{qualifier}{core}");
                let star = match **pointee {
                    CType::Function { .. } | CType::Array { .. } => format!("({star})"),
                    _ => star,
                };
                // A function cannot be const: `*const extern fn` does not exist on either side.
                pointee.declarator(star, *pointee_const, resolve)
            }
            CType::Function {
                params,
                result,
                variadic,
            } => {
                let mut list: Vec<String> = params
                    .iter()
                    .map(|param| param.declarator(String::new(), false, resolve))
                    .collect();
                if *variadic {
                    list.push("...".to_owned());
                }
                if list.is_empty() {
                    list.push("void".to_owned());
                }
                result.declarator(format!("{core}({})", list.join(", ")), false, resolve)
            }
            // `const` of an array is `const` of its elements.
            CType::Array { elem, len } => {
                elem.declarator(format!("{core}[{len}]"), is_const, resolve)
            }
        }
    }

    /// Every named type in it, outermost first.
    #[must_use]
    pub fn named(&self) -> Vec<&Named> {
        let mut list = Vec::new();
        self.visit(&mut |ty| {
            if let CType::Named(named) = ty {
                list.push(named);
            }
        });
        list
    }

    /// Calls `f` with this type and each type in it.
    pub fn visit<'a>(&'a self, f: &mut dyn FnMut(&'a CType)) {
        f(self);
        match self {
            CType::Void | CType::Prim(_) | CType::Named(_) => {}
            CType::Pointer { pointee, .. } => pointee.visit(f),
            CType::Function { params, result, .. } => {
                params.iter().for_each(|param| param.visit(f));
                result.visit(f);
            }
            CType::Array { elem, .. } => elem.visit(f),
        }
    }

    /// As [`visit`](CType::visit), to change them.
    pub fn visit_mut(&mut self, f: &mut dyn FnMut(&mut CType)) {
        f(self);
        match self {
            CType::Void | CType::Prim(_) | CType::Named(_) => {}
            CType::Pointer { pointee, .. } => pointee.visit_mut(f),
            CType::Function { params, result, .. } => {
                params.iter_mut().for_each(|param| param.visit_mut(f));
                result.visit_mut(f);
            }
            CType::Array { elem, .. } => elem.visit_mut(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CType;

    fn callback() -> CType {
        CType::pointer(
            CType::Function {
                params: vec![
                    CType::pointer(CType::Void, false),
                    CType::pointer(CType::prim("c_char"), true),
                ],
                result: Box::new(CType::prim("c_int")),
                variadic: false,
            },
            false,
        )
    }

    #[test]
    fn declarators_read_inside_out() {
        assert_eq!(callback().spell(), "int (*)(void *, const char *)");
        assert_eq!(callback().declare("p0"), "int (*p0)(void *, const char *)");
        let to_callback = CType::pointer(callback(), false);
        assert_eq!(to_callback.declare("x"), "int (**x)(void *, const char *)");
        let returns = CType::pointer(
            CType::Function {
                params: vec![],
                result: Box::new(callback()),
                variadic: false,
            },
            false,
        );
        assert_eq!(
            returns.declare("f"),
            "int (*(*f)(void))(void *, const char *)"
        );
    }

    #[test]
    fn const_stays_on_its_level() {
        let argv = CType::pointer(CType::pointer(CType::prim("c_char"), false), true);
        assert_eq!(argv.declare("argv"), "char *const *argv");
        let table = CType::Array {
            elem: Box::new(CType::pointer(CType::prim("c_char"), true)),
            len: 4,
        };
        assert_eq!(table.declare("names"), "const char *names[4]");
        assert_eq!(
            CType::pointer(table, true).spell(),
            "const char *const (*)[4]"
        );
    }
}
