//! `cgocall import`: what discovery would make of some names, as a person would paste it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cgocall_syntax::record::{self, Finding, Record};
use cgocall_syntax::{Import, hash, node};
use proc_macro2::Literal;

use super::Failure;
use super::args::{ImportWish, Role};
use super::check::{current_dir, verify};
use super::names::{self, Names};
use super::package::Package;
use super::paste;
use super::script::Script;
use super::snippet::Files;
use crate::context::WHERE;
use crate::discover::declare::escape;
use crate::scan;

/// The declarations; they have been verified as they are printed.
pub(super) fn import(wish: &ImportWish) -> Result<String, Failure> {
    let package = Package::none(current_dir()?, "import");
    let script = Script::of(&package, &wish.common)?;
    let names = match wish.all {
        true => all(&script, wish)?,
        false => Names {
            all: wish.names.clone(),
            macros: BTreeSet::new(),
        },
    };
    let module = module(wish, &names.all);
    let file = script.out_dir.path().join("names.rs");
    write(&file, &module)?;
    let roots = vec![file];
    said(
        &script,
        "names",
        &Role::Build {
            roots,
            stubs: false,
        },
    )?;
    let (findings, text) = discovered(&script, &module)?;
    // What a module came to may be no import, for one name's sake.
    let is_of_one = |finding: &&Finding| {
        names.all.contains(&finding.node) || finding.node == node::module(MODULE)
    };
    let (left_out, errors): (Vec<&Finding>, Vec<&Finding>) = findings
        .iter()
        .partition(|finding| wish.all && is_of_one(finding));
    if !errors.is_empty() {
        let messages = errors.iter().map(|finding| finding.message.as_str());
        return Err(failure(messages));
    }
    for finding in left_out {
        // A macro may be no constant, and then nobody misses it.
        if names.all.contains(&finding.node) && !names.macros.contains(&finding.node) {
            eprintln!("note: left out: {}", here(&finding.message));
        }
    }
    let some_of = wish.all.then_some(&names.macros);
    let text = verified(&package, &script, text, some_of)?;
    match text.contains('#') {
        true => Ok(text),
        false => Err(nothing(wish)),
    }
}

/// The text as it is to be printed, once nothing in it contradicts the header. Where some names of many do, the rest is
/// as good without them; and without macros, which nobody has called constants.
fn verified(
    package: &Package,
    script: &Script,
    mut text: String,
    some_of: Option<&BTreeSet<String>>,
) -> Result<String, Failure> {
    let file = script.out_dir.path().join("paste.rs");
    for round in 0.. {
        let pasted = paste::paste(&text)?;
        write(&file, &pasted)?;
        let name = format!("paste-{round}");
        let verified = verify(package, script, &name, vec![file.clone()], false)?;
        if !verified.said.errors.is_empty() {
            let messages = verified.said.errors.iter();
            return Err(failure(messages.map(String::as_str)));
        }
        if verified.mistakes.is_empty() {
            return Ok(pasted);
        }
        let macros = some_of.unwrap_or(&NONE);
        let mut wrong = BTreeMap::new();
        for mistake in &verified.mistakes {
            if let Some(name) = paste::name_at(&pasted, mistake.line).filter(|_| some_of.is_some())
            {
                wrong.entry(name).or_insert(mistake.message.as_str());
            }
        }
        if wrong.is_empty() {
            let mut files = Files::of(&package.dir);
            let shown = verified.mistakes.iter().map(|mistake| files.show(mistake));
            let sentence = "error: the declarations that came out contradict the header: this is a mistake of cgocall, \
                            please report it with the header\n";
            let errors = [sentence.to_owned()].into_iter().chain(shown);
            return Err(Failure::Errors(errors.collect()));
        }
        let (rest, dependents) = paste::without(&text, &wrong.keys().cloned().collect())?;
        for (name, message) in wrong.iter().filter(|(name, _)| !macros.contains(*name)) {
            let name = format!("`{name}`");
            let name = match message.contains(&name) {
                true => String::new(),
                false => name + ": ",
            };
            // The Rust text in it may be of several lines.
            let words: Vec<&str> = message.split_whitespace().collect();
            eprintln!("note: left out: {name}{}", here(&words.join(" ")));
        }
        for (name, cause) in dependents {
            eprintln!("note: left out: `{name}`, which needs `{cause}`");
        }
        text = rest;
    }
    unreachable!("each round leaves something out")
}

static NONE: BTreeSet<String> = BTreeSet::new();

/// Of the module that asks.
const MODULE: &str = "names";

/// The names of `--all`.
fn all(script: &Script, wish: &ImportWish) -> Result<Names, Failure> {
    let file = script.out_dir.path().join("all.rs");
    write(&file, &module(wish, &["nothing".to_owned()]))?;
    said(script, "all", &Role::Preprocess(file))?;
    let text = fs::read(names::preprocessed(&script.out("all")));
    let text = text.map_err(|error| format!("the preprocessed text is lost: {error}"))?;
    let names = names::of(&String::from_utf8_lossy(&text));
    match names.all.is_empty() {
        true => Err(nothing(wish)),
        false => Ok(names),
    }
}

fn nothing(wish: &ImportWish) -> Failure {
    Failure::Sentence(format!(
        "`{}` declares nothing itself that could be imported; what it includes is to be named instead",
        wish.headers.join("`, `")
    ))
}

/// The names as a module asks for them.
fn module(wish: &ImportWish, names: &[String]) -> String {
    let mut seen = BTreeSet::new();
    let names = names.iter().filter(|name| seen.insert(name.as_str()));
    let names: Vec<String> = names.map(|name| escape(name)).collect();
    let headers = wish.headers.iter().map(|header| ("include", header));
    let keys = wish.keys.iter().map(|(key, value)| (*key, value));
    let keys = headers.chain(keys);
    let mut keys: Vec<String> = keys
        .map(|(key, value)| format!("{key} = {}", Literal::string(value)))
        .collect();
    keys.extend(wish.sys.iter().map(|path| format!("sys = {path}")));
    format!(
        "#[cgo_import({})]\nmod {MODULE} {{ use C::{{{}}}; }}\n",
        keys.join(", "),
        names.join(", ")
    )
}

/// What the script has found out, and the Rust text.
fn discovered(script: &Script, module: &str) -> Result<(Vec<Finding>, String), Failure> {
    let file = syn::parse_file(module).map_err(|error| {
        format!(
            "these arguments make no attribute: {error}; the value of `--sys` is a crate's name"
        )
    })?;
    let Some((attr, item)) = scan::imports(file).pop() else {
        return Err(Failure::Sentence("nothing is asked for".to_owned()));
    };
    let import = Import::of_item(attr, item).map_err(|errors| {
        let messages: Vec<String> = errors.iter().map(|(_, message)| message).collect();
        failure(messages.iter().map(String::as_str))
    })?;
    let package = hash::Package {
        name: "import".to_owned(),
        version: "0.0.0".to_owned(),
    };
    let hash = hash::of(&package, &import);
    let out_dir = script.out("names");
    let lost = |error: &dyn std::fmt::Display| format!("what the C compiler said is lost: {error}");
    let record = fs::read_to_string(record::record_path(&out_dir, &hash));
    let record =
        Record::parse(&record.map_err(|error| lost(&error))?).map_err(|error| lost(&error))?;
    let text = fs::read_to_string(record::text_path(&out_dir, &hash));
    Ok((record.findings, text.map_err(|error| lost(&error))?))
}

fn said(script: &Script, name: &str, role: &Role) -> Result<(), Failure> {
    let said = script.run(name, role)?;
    match said.errors.is_empty() {
        true => Ok(()),
        false => Err(failure(said.errors.iter().map(String::as_str))),
    }
}

/// Each message once.
fn failure<'a>(messages: impl Iterator<Item = &'a str>) -> Failure {
    let mut seen = BTreeSet::new();
    let messages = messages.filter(|message| seen.insert(*message));
    Failure::Errors(
        messages
            .map(|message| format!("error: {}\n", here(message)))
            .collect(),
    )
}

/// The cure in the command's words.
fn here(message: &str) -> String {
    let message = message.replace(
        WHERE,
        "`-I path`, `--pkg-config zlib`, or `--cflags -Ipath`",
    );
    // What the module could say no argument does.
    let [variadic, bare] = ["say in the module what", "say it in the module:"];
    message
        .replace(
            variadic,
            "in a module, `#[cgo_import(..)] mod z { .. }`, say what",
        )
        .replace(
            bare,
            "in a module, `#[cgo_import(..)] mod z { .. }`, say it:",
        )
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|error| format!("{} cannot be written: {error}", file.display()))
}
