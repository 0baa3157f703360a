//! The true declarations: what the compiler answers to `mod z { use C::{..}; }` with all names of the headers.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, process};

use cgocall_syntax::{Import, ImportItem};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{ForeignItem, ForeignItemFn, ForeignItemStatic, Item, Type};

use super::abi::{self, Pointers};
use super::generate::{self, ConstantValue};
use super::layout::Layouts;
use super::names::Names;
use super::{ENUMS, HEADERS, PREAMBLE};
use crate::compiler::{Compiler, Search};
use crate::context::{Context, Origin};
use crate::discover::{self, text};
use crate::names::PackageNames;
use crate::scan;
use crate::spell::Widths;
use crate::unit::Unit;

pub(super) struct Lab {
    pub(super) dir: PathBuf,
    pub(super) attr: String,
    pub(super) compiler: Compiler,
    pub(super) context: Context,
    pub(super) origin: Origin,
}

impl Lab {
    pub(super) fn new() -> Lab {
        let dir = env::temp_dir().join(format!("cgocall-mutants-{}", process::id()));
        fs::create_dir_all(dir.join("out")).unwrap();
        let target = format!("{}-unknown-linux-gnu", env::consts::ARCH);
        let mut build = cc::Build::new();
        build.target(&target).host(&target).opt_level(0).debug(true);
        let search = Search {
            build,
            words: vec!["cc".to_owned()],
            limit: Duration::from_secs(600),
        };
        let compiler = Compiler::find(search, &dir, &dir.join("out")).unwrap();
        let includes: Vec<String> = HEADERS
            .iter()
            .map(|h| format!("include = \"{h}\""))
            .collect();
        let attr = format!(
            "define = \"_GNU_SOURCE\", {}, preamble = {PREAMBLE:?}",
            includes.join(", ")
        );
        let import = Import::parse(
            attr.parse().unwrap(),
            "mod z { use C::puts; }".parse().unwrap(),
        )
        .unwrap();
        Lab {
            context: Context::of(&import.attr),
            origin: Origin::of(&import, "src/ffi.rs"),
            dir,
            attr,
            compiler,
        }
    }

    pub(super) fn unit<'a>(&'a self, names: &'a PackageNames, id: &str) -> Unit<'a> {
        Unit {
            compiler: &self.compiler,
            context: &self.context,
            origin: &self.origin,
            text: self.context.text(&self.origin, &self.dir, true),
            flags: self.context.flags(&[]),
            dir: self.dir.clone(),
            scratch: self.dir.join("out").join(id),
            widths: Widths {
                long: 8,
                pointer: 8,
            },
            names,
            words: Default::default(),
        }
    }
}

/// The true declarations of all that the headers have.
pub(super) struct Truth {
    /// One item for each declaration.
    pub(super) imports: Vec<Import>,
    pub(super) functions: Vec<ForeignItemFn>,
    pub(super) variables: Vec<ForeignItemStatic>,
    pub(super) aggregates: Vec<Item>,
    pub(super) aliases: Vec<syn::ItemType>,
    /// The types of function pointers by themselves.
    pub(super) pointers: Pointers,
    pub(super) enums: Vec<syn::ItemEnum>,
    /// Constants, with their types.
    pub(super) constants: Vec<(String, Type)>,
    /// What Rust has no words for, and why.
    pub(super) inexpressible: Vec<String>,
}

impl Lab {
    pub(super) fn import(&self, item: TokenStream) -> Result<Import, String> {
        Import::parse(self.attr.parse().unwrap(), item).map_err(|errors| errors.to_string())
    }

    /// What the compiler answers to `mod z { use C::{..}; }` with all names.
    pub(super) fn truth(&self) -> Truth {
        let no_names = PackageNames::default();
        let unit = self.unit(&no_names, "discover");
        let names = Names::of(&unit.expanded().unwrap());
        let (enums, others): (Vec<&str>, Vec<&str>) = names
            .all()
            .into_iter()
            .partition(|name| ENUMS.contains(name));
        let uses = |names: Vec<&str>| {
            let names: Vec<String> = names.into_iter().map(discover::declare::escape).collect();
            names.join(", ")
        };
        let module = format!(
            "mod z {{ #[cgo(rust_enum)] use C::{{{}}}; use C::{{{}}}; }}",
            uses(enums),
            uses(others)
        );
        let import = self.import(module.parse().unwrap()).unwrap();
        let ImportItem::Module(module) = &import.item else {
            panic!("no module");
        };
        let mut found = match discover::discover(&unit, &[module]).unwrap() {
            Ok(found) => found,
            Err(outcome) => panic!(
                "the headers do not compile; Debian has them in libc6-dev, libsqlite3-dev and zlib1g-dev: {}",
                outcome.first_words()
            ),
        };
        let found = found.remove(0);
        let text = text::of(&import.attr, &found.declarations, &Default::default());
        let mut truth = Truth {
            imports: Vec::new(),
            functions: Vec::new(),
            variables: Vec::new(),
            aggregates: Vec::new(),
            aliases: Vec::new(),
            pointers: Pointers::new(),
            enums: Vec::new(),
            constants: Vec::new(),
            inexpressible: Vec::new(),
        };
        for finding in found.findings {
            truth.inexpressible.push(finding.message);
        }
        let file = syn::parse_file(&text).unwrap();
        for (_, mut item) in scan::imports(file) {
            undocumented(&mut item);
            truth.add(self, item, &names);
        }
        truth.leave_out_unknown();
        truth
    }
}

impl Truth {
    /// What is made of something that is left out is left out.
    pub(super) fn leave_out_unknown(&mut self) {
        let mut layouts = Layouts::default();
        self.aggregates.iter().for_each(|item| layouts.add(item));
        let (known, unknown) = self
            .aggregates
            .drain(..)
            .partition(|item| layouts.of(item).is_some());
        self.aggregates = known;
        for item in unknown {
            let name = generate::ident_of(&item).to_string();
            self.imports.retain(
                |import| !matches!(&import.item, ImportItem::Aggregate(item) if item.ident == name),
            );
            self.inexpressible
                .push(format!("`{name}` has a field of something left out"));
        }
    }

    pub(super) fn add(&mut self, lab: &Lab, item: Item, names: &Names) {
        if let Item::ForeignMod(block) = item {
            for part in block.items {
                let unsafety = quote!(unsafe extern "C" { #part });
                let Some(import) = self.parsed(lab, unsafety) else {
                    continue;
                };
                match part {
                    // What is evaluated at each use.
                    ForeignItem::Fn(function)
                        if !names.functions.contains(&ident(&function.sig.ident)) =>
                    {
                        self.inexpressible
                            .push(format!("`{}` is an expression", function.sig.ident));
                        continue;
                    }
                    ForeignItem::Fn(function) => self.functions.push(function),
                    ForeignItem::Static(item) => match import.block().unwrap().constants().next() {
                        Some(constant) => {
                            let name = constant.name();
                            self.constants.push((name, *item.ty));
                        }
                        None => self.variables.push(item),
                    },
                    _ => {}
                }
                self.imports.push(import);
            }
            return;
        }
        let Some(import) = self.parsed(lab, item.to_token_stream()) else {
            return;
        };
        self.imports.push(import);
        match item {
            Item::Type(alias) if matches!(*alias.ty, Type::FnPtr(_)) => {
                self.pointers
                    .insert(ident(&alias.ident), (*alias.ty).clone());
                self.aliases.push(alias);
            }
            Item::Type(alias) => self.aliases.push(alias),
            Item::Enum(list) => self.enums.push(list),
            item => self.aggregates.push(item),
        }
    }

    pub(super) fn parsed(&mut self, lab: &Lab, item: TokenStream) -> Option<Import> {
        match lab.import(item.clone()) {
            Ok(import) => Some(import),
            Err(error) => {
                self.inexpressible.push(format!("{error}: {item}"));
                None
            }
        }
    }

    /// Takes these as a person would declare them, not as they were discovered.
    pub(super) fn declare(
        &mut self,
        lab: &Lab,
        declarations: impl IntoIterator<Item = &'static str>,
    ) {
        for declaration in declarations {
            let function: ForeignItemFn = syn::parse_str(declaration).unwrap();
            self.functions
                .retain(|discovered| discovered.sig.ident != function.sig.ident);
            self.imports
                .push(lab.import(quote!(unsafe extern "C" { #function })).unwrap());
            self.functions.push(function);
        }
    }

    pub(super) fn names(&self) -> PackageNames {
        PackageNames::of(&self.imports, &[])
    }
}

pub(super) fn ident(ident: &syn::Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

/// Docs would fill the messages of a failure.
pub(super) fn undocumented(item: &mut Item) {
    let clean = |attrs: &mut Vec<syn::Attribute>| attrs.retain(|attr| !attr.path().is_ident("doc"));
    match item {
        Item::ForeignMod(block) => block.items.iter_mut().for_each(|item| match item {
            ForeignItem::Fn(item) => clean(&mut item.attrs),
            ForeignItem::Static(item) => clean(&mut item.attrs),
            ForeignItem::Type(item) => clean(&mut item.attrs),
            _ => {}
        }),
        Item::Struct(item) => clean(&mut item.attrs),
        Item::Union(item) => clean(&mut item.attrs),
        Item::Enum(item) => clean(&mut item.attrs),
        Item::Type(item) => clean(&mut item.attrs),
        _ => {}
    }
}

/// The values of constants, from a program that prints them.
pub(super) fn run_constants(lab: &Lab, names: &[(String, Type)]) -> HashMap<String, ConstantValue> {
    let mut text = lab.context.text(&lab.origin, &lab.dir, true);
    text += "#include <stdio.h>\n\
        static void number(const char *name, int negative, unsigned long long value) {\n\
        if (negative) printf(\"%s i %lld\\n\", name, (long long)value); else printf(\"%s i %llu\\n\", name, value); }\n\
        static void text(const char *name, const char *value) {\n\
        printf(\"%s t \", name); for (; *value; value++) printf(\"%02x\", (unsigned char)*value); printf(\"\\n\"); }\n\
        int main(void) {\n";
    for (name, ty) in names {
        text += &match () {
            () if abi::integer(ty).is_some() => {
                format!("number(\"{name}\", ({name}) < 0, (unsigned long long)({name}));\n")
            }
            () if abi::float(ty).is_some() => {
                format!("printf(\"{name} f %a\\n\", (double)({name}));\n")
            }
            () => format!("text(\"{name}\", {name});\n"),
        };
    }
    text += "return 0; }\n";
    let file = lab.dir.join("constants.c");
    fs::write(&file, text).unwrap();
    let program = lab.dir.join("constants");
    let flags = [
        &lab.context.flags(&[])[..],
        &["-o".into(), program.clone().into()],
    ]
    .concat();
    let outcome = lab.compiler.run(&file, &flags).unwrap();
    assert!(outcome.success, "{}", outcome.first_words());
    let output = process::Command::new(&program).output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines()
        .map(|line| {
            let [name, kind, value] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let value = match kind {
                "i" => ConstantValue::Integer(value.parse().unwrap()),
                "f" => ConstantValue::Float(hex_float(value)),
                _ => {
                    let pairs = value.as_bytes().chunks(2);
                    let byte =
                        |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
                    ConstantValue::Text(pairs.map(byte).collect())
                }
            };
            (name.to_owned(), value)
        })
        .collect()
}

/// `-0x1.8p+3`.
pub(super) fn hex_float(text: &str) -> f64 {
    let (sign, text) = text
        .strip_prefix('-')
        .map_or((1.0, text), |rest| (-1.0, rest));
    let (digits, exponent) = text.trim_start_matches("0x").split_once('p').unwrap();
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let bits = u64::from_str_radix(&format!("{whole}{part}"), 16).unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    sign * (bits as f64 / 16_f64.powi(part.len() as i32)) * 2_f64.powi(exponent)
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}
