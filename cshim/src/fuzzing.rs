//! The parsers of this crate as functions of any bytes, for `fuzz/` and for the replay of its corpora.
//!
//! They must come back, whatever they are given; what they assert holds for whatever can be read at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use cgocall_syntax::depth;
use proc_macro2::extra::invalidate_current_thread_spans;

use crate::cfg::Cfgs;
use crate::discover::comment;
use crate::discover::declare::Declarer;
use crate::files::Files;
use crate::names::PackageNames;
use crate::{ctext, diagnostics, dwarf, magic};

/// A package: the text of `src/main.rs`, then other files, each after a line `//- src/other.rs`.
pub fn scan(data: &[u8]) {
    // The parser remembers every text for as long as its thread lives.
    invalidate_current_thread_spans();
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let package = Package::of(text);
    let roots = [PathBuf::from("src/main.rs"), PathBuf::from("src/ffi.rs")];
    let scan = crate::scan::scan_in(&package, &roots, &Cfgs::of_linux());
    for found in scan.imports {
        let _ = cgocall_syntax::Import::parse(found.attr, found.item);
    }
    for found in scan.exports {
        let _ = cgocall_syntax::Export::parse(found.attr, found.item);
    }
}

/// An object file.
pub fn dwarf(data: &[u8]) {
    // The parser remembers every text for as long as its thread lives.
    invalidate_current_thread_spans();
    let Ok(info) = dwarf::read(data) else {
        return;
    };
    let names = PackageNames::default();
    for pointer in [4, 8] {
        let aligns = std::collections::HashMap::new();
        let mut declarer = Declarer::new(&info, pointer, &aligns);
        for id in info.ids() {
            let _ = info.declare(id, "name");
            let _ = (info.describe(id), info.integer(id), info.bytes(id, pointer));
            let _ = info.rust(id, &names);
            let _ = declarer.typedef("a_typedef", id, "");
            let _ = declarer.tag("a_tag", "struct a_tag", id, "");
            let _ = declarer.rust_enum("AnEnum", "enum an_enum", id, "");
            let _ = declarer.symbol_function("a_function", id, &[], "");
            let _ = declarer.variable("a_variable", id, info.is_const(id), "");
            let _ = declarer.expression("an_expression", id, "");
        }
        let declarations = declarer.made;
        let types = declarations.types.values().filter(|item| !item.is_opaque);
        let beside: String = types
            .map(|item| format!("{}{}", item.text, item.after))
            .collect();
        let block = declarations.members.concat();
        let text = format!(
            "{beside}{}\nunsafe extern \"C\" {{ {block} }}",
            declarations.beside.concat()
        );
        let tokens = text.parse().expect("tokens");
        if depth::of(&tokens, depth::OF_ITEM) <= depth::OF_ITEM {
            syn::parse2::<syn::File>(tokens).unwrap_or_else(|error| panic!("{error}: {text}"));
        }
    }
}

/// An object file.
pub fn magic(data: &[u8]) {
    let total: usize = magic::read(data)
        .iter()
        .map(|value| value.text.as_ref().map_or(0, Vec::len))
        .sum();
    assert!(total <= data.len(), "what stands once is read once");
}

/// What a preprocessor has made of a context; the first line names what is wanted.
pub fn header_text(data: &[u8]) {
    // The parser remembers every text for as long as its thread lives.
    invalidate_current_thread_spans();
    let text = String::from_utf8_lossy(data);
    let (wanted, text) = text.split_once('\n').unwrap_or(("f", &text));
    let names: BTreeSet<String> = wanted.split_whitespace().map(str::to_owned).collect();
    let said = comment::read(text, &names);
    assert!(said.keys().all(|name| names.contains(name)));
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let docs = comment::docs(&comment::comment_before(&lines));
    let docs = format!("{docs}fn f() {{}}");
    syn::parse_str::<syn::ItemFn>(&docs).unwrap_or_else(|error| panic!("{error}: {docs}"));
}

/// What a compiler says, and the types in it.
pub fn diagnostics(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for error in diagnostics::parse(&text).errors {
        let _ = (error.line_of("cgo-probe"), diagnostics::brief(&error.text));
        for note in &error.notes {
            let ty = ctext::type_of_note(&note.text).unwrap_or_else(|| note.text.clone());
            let _ = ctext::prototype(&ty).map(|prototype| prototype.declare("f"));
            let _ = ctext::pointer_base(&ty);
            let _ = ctext::rust_type(&ty, Some("c_int"), Some("c_char"));
        }
    }
}

/// Files in memory.
struct Package(BTreeMap<PathBuf, String>);

impl Package {
    fn of(text: &str) -> Package {
        let mut files = BTreeMap::new();
        let mut name = "src/main.rs";
        let mut file = String::new();
        for line in text.split_inclusive('\n') {
            if let Some(next) = line.strip_prefix("//- ") {
                files.insert(plain(Path::new(name)), std::mem::take(&mut file));
                name = next.trim();
            } else {
                file += line;
            }
        }
        files.insert(plain(Path::new(name)), file);
        Package(files)
    }
}

impl Files for Package {
    fn read(&self, file: &Path) -> Option<String> {
        self.0.get(&plain(file)).cloned()
    }

    fn is_file(&self, file: &Path) -> bool {
        self.0.contains_key(&plain(file))
    }

    fn is_dir(&self, dir: &Path) -> bool {
        let dir = plain(dir);
        self.0.keys().any(|file| file.starts_with(&dir))
    }

    fn identity(&self, path: &Path) -> PathBuf {
        plain(path)
    }
}

/// Without `.` and `..`, as if there were no links.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::Normal(name) => plain.push(name),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;

    use super::*;

    /// Every file of a corpus, with the stack that a build has.
    fn replay(target: &str, one: fn(&[u8])) {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
        let files = fs::read_dir(corpus.join(target)).expect("a corpus");
        let inputs: Vec<Vec<u8>> = files
            .map(|file| fs::read(file.expect("an entry").path()).expect("a file"))
            .collect();
        assert!(!inputs.is_empty(), "a corpus of {target}");
        let all = thread::Builder::new().stack_size(crate::build::STACK);
        let all = all.spawn(move || inputs.iter().for_each(|input| one(input)));
        all.expect("a thread").join().expect("no panic");
    }

    #[test]
    fn what_the_fuzzer_found_of_modules() {
        replay("scan", scan);
    }

    #[test]
    fn what_the_fuzzer_found_of_debug_information() {
        replay("dwarf", dwarf);
    }

    #[test]
    fn what_the_fuzzer_found_of_magic_records() {
        replay("magic", magic);
    }

    #[test]
    fn what_the_fuzzer_found_of_headers() {
        replay("header_text", header_text);
    }

    #[test]
    fn what_the_fuzzer_found_of_diagnostics() {
        replay("diagnostics", diagnostics);
    }
}
