//! What the linker calls things: `extern int level __asm__("level_v2")` is `level` to C alone, and a Rust static goes by
//! the linker's name.

use object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget};

/// What an object file defines for all others, as only one may: its symbols in C's terms, but for our own.
pub(crate) fn defined(object: &[u8]) -> Vec<String> {
    let Ok(file) = object::File::parse(object) else {
        return Vec::new();
    };
    let symbols = file.symbols().filter(|symbol| {
        symbol.is_definition() && symbol.is_global() && !symbol.is_weak() && !symbol.is_common()
    });
    let names = symbols.filter_map(|symbol| {
        let name = symbol.name().ok()?;
        let name = name.strip_prefix(mark(&file)).unwrap_or(name);
        (!name.starts_with("_cgo_")).then(|| name.to_owned())
    });
    names.collect()
}

/// The symbol that the pointer called `pointer` is set to, in an object file that no linker has seen. None for what has no
/// symbol of its own.
pub(crate) fn pointee(object: &[u8], pointer: &str) -> Option<String> {
    let file = object::File::parse(object).ok()?;
    let mark = mark(&file);
    let ours = format!("{mark}{pointer}");
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok(&ours))?;
    let section = file.section_by_index(symbol.section_index()?).ok()?;
    let offset = symbol.address().checked_sub(section.address())?;
    let (_, relocation) = section.relocations().find(|(at, _)| *at == offset)?;
    let RelocationTarget::Symbol(target) = relocation.target() else {
        return None;
    };
    let name = file.symbol_by_index(target).ok()?.name().ok()?;
    let name = name.strip_prefix(mark)?;
    (!name.is_empty() && !name.starts_with('.')).then(|| name.to_owned())
}

/// Mach-O puts an underscore before what C says.
fn mark(file: &object::File<'_>) -> &'static str {
    match file.format() {
        object::BinaryFormat::MachO => "_",
        _ => "",
    }
}
