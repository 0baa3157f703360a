//! Constants, functions and variables: what stands in the block, or beside it.

use super::{CORE, Declarer, Inexpressible, PRIMITIVE, Rust, escape};
use crate::debug_info::{Id, Type};

impl Declarer<'_> {
    /// A constant whose value is the header's.
    pub(crate) fn constant(&mut self, name: &str, ty: &str, docs: &str) {
        let member = format!(
            "{docs}#[cgo(constant)]\npub static {}: {ty};\n",
            escape(name)
        );
        if self.constants.insert(name.to_owned()) {
            self.made.members.push(member);
        }
    }

    /// A function, whose parameters may have names.
    pub(crate) fn symbol_function(
        &mut self,
        name: &str,
        id: Id,
        params: &[String],
        docs: &str,
    ) -> Result<(), Inexpressible> {
        let Type::Function {
            params: types,
            result,
            variadic,
            prototyped,
        } = self.info.get(self.info.peel(id)).clone()
        else {
            return Err(Inexpressible("no function".to_owned()));
        };
        if variadic && prototyped {
            return Err(Inexpressible("variadic".to_owned()));
        }
        let mut list = Vec::new();
        for (index, ty) in types.iter().enumerate() {
            let name = params
                .get(index)
                .cloned()
                .unwrap_or_else(|| format!("p{index}"));
            list.push(format!("{name}: {}", self.ty(*ty)?));
        }
        let result = self.result(result)?;
        let member = format!(
            "{docs}pub fn {}({}){result};\n",
            escape(name),
            list.join(", ")
        );
        self.made.members.push(member);
        self.finish();
        Ok(())
    }

    /// How to declare one use of a variadic function: `fn printf(format: *const c_char, more: c_int) -> c_int;`.
    pub(crate) fn one_use(&mut self, name: &str, id: Id, params: &[String]) -> Rust {
        let Type::Function {
            params: types,
            result,
            ..
        } = self.info.get(self.info.peel(id)).clone()
        else {
            return Err(Inexpressible("no function".to_owned()));
        };
        let mut list = Vec::new();
        for (ty, name) in types.iter().zip(params) {
            list.push(format!("{name}: {}", self.ty(*ty)?));
        }
        list.push("more: c_int".to_owned());
        let result = self.result(result)?;
        let text = format!("fn {}({}){result};", escape(name), list.join(", "));
        Ok(text
            .replace(CORE, "")
            .replace(PRIMITIVE, "")
            .replace("::core::option::", ""))
    }

    /// An expression, evaluated at each use.
    pub(crate) fn expression(
        &mut self,
        name: &str,
        id: Id,
        docs: &str,
    ) -> Result<(), Inexpressible> {
        let result = self.result(id)?;
        self.made
            .members
            .push(format!("{docs}pub fn {}(){result};\n", escape(name)));
        self.finish();
        Ok(())
    }

    /// A variable: a function that tells where it is.
    pub(crate) fn variable(
        &mut self,
        name: &str,
        id: Id,
        is_const: bool,
        docs: &str,
    ) -> Result<(), Inexpressible> {
        let ty = self.ty(id)?;
        let (mutability, pointer) = if is_const {
            ("", "const")
        } else {
            ("mut ", "mut")
        };
        // Of an array without a length only the first element is known.
        let (target, cast) = match *self.info.get(self.info.peel(id)) {
            Type::Array { elem, len: None } => (self.ty(elem)?, ".cast()"),
            _ => (ty.clone(), ""),
        };
        let at = format!("_cgo_at_{name}");
        self.made.members.push(format!(
            "#[cgo(c = \"{name}\")]\nstatic {mutability}{at}: {ty};\n"
        ));
        let place = match cast.is_empty() {
            true => format!("&raw {pointer} {at}"),
            false => format!("(&raw {pointer} {at}){cast}"),
        };
        self.made.beside.push(format!(
            "{docs}#[inline]\n#[must_use]\npub fn {}() -> *{pointer} {target} {{\n    {place}\n}}\n",
            escape(name)
        ));
        self.finish();
        Ok(())
    }
}
