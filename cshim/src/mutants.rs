//! Thousands of wrong declarations of well known headers, each refused on the very token; and the true ones, which pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, process};

use cgocall_syntax::{Import, ImportItem, node};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{ForeignItem, ForeignItemFn, ForeignItemStatic, Item, Type};

use crate::compiler::{Compiler, Search};
use crate::context::{Context, Origin};
use crate::discover::{self, text};
use crate::names::PackageNames;
use crate::scan;
use crate::spell::Widths;
use crate::unit::Unit;
use crate::verify::{Verdict, verify};
use abi::Pointers;
use generate::{ConstantValue, Generator, Mutant};
use layout::Layouts;
use names::Names;

mod abi;
mod generate;
mod layout;
mod names;
mod types;

const HEADERS: [&str; 8] = [
    "sqlite3.h",
    "zlib.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "time.h",
    "sys/socket.h",
    "pthread.h",
];

/// Those enums that are to be enums of Rust.
const ENUMS: [&str; 2] = ["__socket_type", "idtype_t"];

struct Lab {
    dir: PathBuf,
    attr: String,
    compiler: Compiler,
    context: Context,
    origin: Origin,
}

impl Lab {
    fn new() -> Lab {
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
        let attr = format!("define = \"_GNU_SOURCE\", {}", includes.join(", "));
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

    fn unit<'a>(&'a self, names: &'a PackageNames, id: &str) -> Unit<'a> {
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
struct Truth {
    /// One item for each declaration.
    imports: Vec<Import>,
    functions: Vec<ForeignItemFn>,
    variables: Vec<ForeignItemStatic>,
    aggregates: Vec<Item>,
    aliases: Vec<syn::ItemType>,
    /// The types of function pointers by themselves.
    pointers: Pointers,
    /// The same as typedefs.
    typedefs: Vec<Import>,
    enums: Vec<syn::ItemEnum>,
    /// Constants, with their types.
    constants: Vec<(String, Type)>,
    /// What Rust has no words for, and why.
    inexpressible: Vec<String>,
}

impl Lab {
    fn import(&self, item: TokenStream) -> Result<Import, String> {
        // The type of a function pointer is nobody's but Rust's.
        let is_pointer = matches!(syn::parse2(item.clone()), Ok(Item::Type(alias)) if matches!(*alias.ty, Type::FnPtr(_)));
        let attr = if is_pointer { "" } else { &self.attr };
        Import::parse(attr.parse().unwrap(), item).map_err(|errors| errors.to_string())
    }

    /// What the compiler answers to `mod z { use C::{..}; }` with all names.
    fn truth(&self) -> Truth {
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
        let Ok(mut found) = discover::discover(&unit, &[module]).unwrap() else {
            panic!("the headers do not compile");
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
            typedefs: Vec::new(),
            enums: Vec::new(),
            constants: Vec::new(),
            inexpressible: Vec::new(),
        };
        for finding in found.findings {
            truth.inexpressible.push(finding.message);
        }
        let file = syn::parse_file(&text).unwrap();
        for (_, item) in scan::imports(&file) {
            let mut item = syn::parse2(item).unwrap();
            undocumented(&mut item);
            truth.add(self, item, &names);
        }
        truth.leave_out_unknown();
        truth
    }
}

impl Truth {
    /// What is made of something that is left out is left out.
    fn leave_out_unknown(&mut self) {
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

    fn add(&mut self, lab: &Lab, item: Item, names: &Names) {
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
            // The type is nobody's but Rust's; what is compared is the typedef, which may be null.
            Item::Type(mut alias) if matches!(*alias.ty, Type::FnPtr(_)) => {
                let function = (*alias.ty).clone();
                self.pointers.insert(ident(&alias.ident), function.clone());
                *alias.ty = syn::parse_quote!(::core::option::Option<#function>);
                let import = lab.import(alias.to_token_stream()).unwrap();
                self.typedefs.push(import);
                self.aliases.push(alias);
            }
            Item::Type(alias) => self.aliases.push(alias),
            Item::Enum(list) => self.enums.push(list),
            item => self.aggregates.push(item),
        }
    }

    fn parsed(&mut self, lab: &Lab, item: TokenStream) -> Option<Import> {
        match lab.import(item.clone()) {
            Ok(import) => Some(import),
            Err(error) => {
                self.inexpressible.push(format!("{error}: {item}"));
                None
            }
        }
    }

    fn names(&self) -> PackageNames {
        PackageNames::of(&self.imports, &[])
    }
}

fn ident(ident: &syn::Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

/// Docs would fill the messages of a failure.
fn undocumented(item: &mut Item) {
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
fn run_constants(lab: &Lab, names: &[(String, Type)]) -> HashMap<String, ConstantValue> {
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
fn hex_float(text: &str) -> f64 {
    let (sign, text) = text
        .strip_prefix('-')
        .map_or((1.0, text), |rest| (-1.0, rest));
    let (digits, exponent) = text.trim_start_matches("0x").split_once('p').unwrap();
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let bits = u64::from_str_radix(&format!("{whole}{part}"), 16).unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    sign * bits as f64 * 2_f64.powi(exponent - 4 * part.len() as i32)
}

/// Where a declaration without a finding is refused by what the macro has rustc assert of it.
fn asserted(layouts: &Layouts, item: &ImportItem, verdict: &Verdict) -> Vec<String> {
    let mut nodes = Vec::new();
    let theirs = |name: &str| verdict.layouts.iter().find(|layout| layout.ty == name);
    match item {
        ImportItem::Aggregate(item) => {
            let Some(ours) = layouts.of(&item.item) else {
                return nodes;
            };
            let theirs = theirs(&item.name()).expect("C says how large it is");
            if (ours.size, ours.align) != (theirs.size, theirs.align) {
                nodes.push(node::item(&item.name()));
            }
            for (field, bytes) in &ours.offsets {
                let mut offsets = verdict.offsets.iter();
                let theirs = offsets.find(|offset| offset.field == *field);
                if theirs.is_some_and(|theirs| theirs.bytes != *bytes) {
                    nodes.push(node::member(&item.name(), field));
                }
            }
        }
        ImportItem::Enumeration(item) => {
            let repr = item
                .attrs
                .iter()
                .find(|attr| attr.path().is_ident("repr"))
                .unwrap();
            let size = match &*repr.parse_args::<syn::Ident>().unwrap().to_string() {
                "C" => 4,
                other => abi::integer(&syn::parse_str(other).unwrap()).unwrap().0,
            };
            if theirs(&item.name()).expect("C says how large it is").size != size {
                nodes.push(node::item(&item.name()));
            }
        }
        ImportItem::Block(block) => {
            for constant in block.constants() {
                let Some((bytes, signed)) = abi::integer(&constant.ty) else {
                    continue;
                };
                let value: i128 = verdict.constants[0].value.parse().unwrap();
                let bits = bytes * 8;
                let (least, most) = match signed {
                    true => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
                    false => (0, (1_i128 << bits) - 1),
                };
                if !(least..=most).contains(&value) {
                    nodes.push(node::ty(&constant.name()));
                }
            }
        }
        _ => {}
    }
    nodes
}

/// How many mutants there are in one compiler run.
const BATCH: usize = 3000;

/// Every so many-th mutant is tried; all of them if `CGOCALL_ALL_MUTANTS` is set.
const STRIDE: usize = 7;

#[test]
fn every_mutant_is_refused_on_its_token() {
    let start = std::time::Instant::now();
    let lab = Lab::new();
    let truth = lab.truth();
    eprintln!("discovered {:?}", start.elapsed());
    let names = truth.names();
    let mut layouts = Layouts::default();
    truth.aggregates.iter().for_each(|item| layouts.add(item));
    for why in &truth.inexpressible {
        println!("left out: {}", why.chars().take(200).collect::<String>());
    }
    let (functions, structs) = (truth.functions.len(), truth.aggregates.len());
    let constants = truth.constants.len();
    println!(
        "{functions} functions, {structs} structs, {constants} constants, {} variables, {} aliases, {} enums",
        truth.variables.len(),
        truth.aliases.len(),
        truth.enums.len()
    );

    let values = run_constants(&lab, &truth.constants);
    eprintln!("constants {:?}", start.elapsed());
    // The true ones.
    let mut imports: Vec<(String, Import)> = truth
        .imports
        .iter()
        .chain(&truth.typedefs)
        .map(|import| (String::new(), import.clone()))
        .collect();
    for (name, ty) in &truth.constants {
        let (ident, value) = (
            syn::parse_str::<syn::Ident>(name).unwrap(),
            values[name].tokens(),
        );
        imports.push((
            name.clone(),
            lab.import(quote!(const #ident: #ty = #value;)).unwrap(),
        ));
    }
    let mut alarms = Vec::new();
    let mut wrong = BTreeSet::new();
    {
        let items: Vec<&ImportItem> = imports.iter().map(|(_, import)| &import.item).collect();
        let verdicts = verify(&lab.unit(&names, "truth"), &items).unwrap();
        for (item, verdict) in items.iter().zip(&verdicts) {
            for finding in &verdict.findings {
                alarms.push(format!("{}: {}", finding.node, finding.message));
            }
            let findings = verdict.findings.iter().map(|finding| finding.node.clone());
            let mut nodes: Vec<String> = findings.collect();
            if nodes.is_empty() {
                nodes = asserted(&layouts, item, verdict);
                alarms.extend(
                    nodes
                        .iter()
                        .map(|node| format!("{node}: rustc's assertion fails")),
                );
            }
            let names = nodes.iter().filter_map(|node| node.split('/').next());
            wrong.extend(names.map(str::to_owned));
        }
    }
    eprintln!("truth {:?}", start.elapsed());

    let every = env::var_os("CGOCALL_ALL_MUTANTS").is_some();
    let mut generator = Generator {
        pointers: &truth.pointers,
        made: Vec::new(),
        all: 0,
        stride: if every { 1 } else { STRIDE },
    };
    truth
        .functions
        .iter()
        .for_each(|function| generator.function(function));
    truth
        .variables
        .iter()
        .for_each(|variable| generator.variable(variable));
    truth
        .aggregates
        .iter()
        .for_each(|item| generator.aggregate(item));
    truth
        .aliases
        .iter()
        .for_each(|alias| generator.alias(alias));
    truth
        .enums
        .iter()
        .for_each(|list| generator.enumeration(list));
    for (name, ty) in &truth.constants {
        generator.constant(name, ty, &values[name]);
    }
    let (all, mut mutants) = (generator.all, generator.made);
    // Of what is refused as it is, no mutant tells anything.
    mutants.retain(|mutant| {
        let mut nodes = mutant.allowed.iter();
        !nodes.any(|node| wrong.contains(node.split('/').next().unwrap_or_default()))
    });
    eprintln!("{} mutants {:?}", mutants.len(), start.elapsed());
    let mut tally = Tally {
        alarms,
        ..Tally::default()
    };
    for (batch, mutants) in mutants.chunks(BATCH).enumerate() {
        let parsed: Vec<(&Mutant, Import)> = mutants
            .iter()
            .filter_map(|mutant| match lab.import(mutant.item.clone()) {
                Ok(import) => Some((mutant, import)),
                Err(error) => {
                    *tally.ungrammatical.entry(error).or_default() += 1;
                    None
                }
            })
            .collect();
        let items: Vec<&ImportItem> = parsed.iter().map(|(_, import)| &import.item).collect();
        let verdicts = verify(&lab.unit(&names, &format!("mutants{batch}")), &items).unwrap();
        for ((mutant, import), verdict) in parsed.iter().zip(&verdicts) {
            tally.count(&layouts, mutant, &import.item, verdict);
        }
        eprintln!("batch {batch} {:?}", start.elapsed());
    }
    println!("{:?}", tally.ungrammatical);
    println!("{:?}", tally.by_kind);
    for miss in tally.missed.iter().take(4000) {
        println!("missed: {miss}");
    }
    for alarm in tally.alarms.iter().take(400) {
        println!("false alarm: {alarm}");
    }
    println!(
        "mutants: {} tried of {all}, {} missed, {} by rustc's assertion, {} equal, {} false alarms; {functions} functions, {structs} structs, \
         {constants} constants",
        tally.tried,
        tally.missed.len(),
        tally.by_assertion,
        tally.equal,
        tally.alarms.len(),
    );
    assert!(
        functions >= 300 && structs >= 40 && constants >= 200,
        "the headers have shrunk"
    );
    assert_eq!(tally.missed.len(), 0);
    assert_eq!(tally.alarms, Vec::<String>::new());
}

#[derive(Default)]
struct Tally {
    tried: usize,
    missed: Vec<String>,
    by_assertion: usize,
    equal: usize,
    alarms: Vec<String>,
    /// What the grammar refuses: no declaration of C.
    ungrammatical: HashMap<String, usize>,
    by_kind: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn count(&mut self, layouts: &Layouts, mutant: &Mutant, item: &ImportItem, verdict: &Verdict) {
        let text = || {
            mutant
                .item
                .to_string()
                .replace(":: core :: ffi :: ", "")
                .chars()
                .take(400)
                .collect::<String>()
        };
        let mut nodes: Vec<String> = verdict
            .findings
            .iter()
            .map(|finding| finding.node.clone())
            .collect();
        if nodes.is_empty() && !mutant.is_equal {
            nodes = asserted(layouts, item, verdict);
            self.by_assertion += usize::from(!nodes.is_empty());
        }
        if mutant.what == "repr" && nodes.is_empty() {
            // Nothing is where it was not before.
            self.equal += 1;
            return;
        }
        if mutant.is_equal {
            self.equal += 1;
            if !nodes.is_empty() {
                self.alarms.push(format!(
                    "{} ({}): {:?}",
                    text(),
                    mutant.what,
                    verdict.findings
                ));
            }
            return;
        }
        self.tried += 1;
        *self.by_kind.entry(mutant.what).or_default() += 1;
        let is_right = !nodes.is_empty()
            && nodes.iter().all(|node| mutant.allowed.contains(node))
            && mutant.needed.iter().all(|node| nodes.contains(node));
        if !is_right {
            let messages: Vec<String> = verdict
                .findings
                .iter()
                .map(|finding| format!("{}: {}", finding.node, finding.message))
                .collect();
            self.missed.push(format!(
                "{}: {}\n    at {nodes:?}, not {:?}\n    {}",
                mutant.what,
                text(),
                mutant.allowed,
                messages.join("\n    ")
            ));
        }
    }
}
