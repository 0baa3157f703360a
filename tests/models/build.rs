//! Makes the runtime's protocol files compile with loom: what they use of `std` comes from `crate::sync` instead, and
//! each mutant of `mutants/` is built in beside the text that it replaces.
//!
//! A rule or a mutant whose text is no longer there ends the build: the models are about the code as it is.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "mutants/mod.rs"]
mod mutants;

/// The files that are modelled.
const FILES: [&str; 19] = [
    "g",
    "go",
    "handle/slots",
    "helpers",
    "inbox",
    "local",
    "m",
    "p",
    "pace",
    "sched/mod",
    "sched/idle",
    "sched/ready",
    "sched/schedule",
    "sched/startm",
    "sched/without_p",
    "site",
    "sweep",
    "syscall",
    "sysmon",
];

/// What is replaced in all files.
const EVERYWHERE: [(&str, &str); 10] = [
    // An `include!` has no head.
    ("//!", "//"),
    ("std::sync::", "crate::sync::"),
    // In release builds too.
    ("debug_assert", "assert"),
    ("crossbeam_utils::sync::", "crate::sync::"),
    ("crossbeam_deque::", "crate::sync::"),
    ("std::time::", "crate::clock::"),
    ("std::thread::sleep", "crate::clock::sleep"),
    // It ends with the execution.
    ("Box::leak(", "crate::sync::leak("),
    // loom's atomics are registered when they are made.
    (" const fn ", " fn "),
    ("corosensei::on_stack", "crate::segment::on_stack"),
];

/// What is replaced in one, and there exactly once.
const HERE: [(&str, &str, &str); 12] = [
    ("handle/slots", "FIRST: usize = 64", "FIRST: usize = 2"),
    (
        "handle/slots",
        "[const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS]",
        "std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut()))",
    ),
    ("handle/slots", "CELLS: usize = 8", "CELLS: usize = 1"),
    (
        "handle/slots",
        "[const { AtomicUsize::new(0) }; CELLS]",
        "std::array::from_fn(|_| AtomicUsize::new(0))",
    ),
    (
        "handle/slots",
        "slots.leak()",
        "crate::sync::leak(Box::new(slots))",
    ),
    // Each that arrives must call the next, even where there are but two jobs.
    ("helpers", "AT_ONCE: usize = 4", "AT_ONCE: usize = 1"),
    // A turn is over with the second look.
    ("pace", "LOOKS: u32 = 4", "LOOKS: u32 = 1"),
    ("m", "COUNTERS: usize = 1024", "COUNTERS: usize = 4"),
    (
        "m",
        "[const { Counter::new() }; COUNTERS]",
        "std::array::from_fn(|_| Counter::new())",
    ),
    // Others are looked at in every second round.
    (
        "sched/schedule",
        "PASS_TURN: u32 = 16",
        "PASS_TURN: u32 = 2",
    ),
    // loom takes a SeqCst access for an AcqRel one; this, with the next, makes up for it.
    (
        "sched/idle",
        "self.idle_ps.fetch_sub(1, SeqCst);",
        "self.idle_ps.fetch_sub(1, SeqCst); crate::sync::atomic::fence(SeqCst);",
    ),
    // A goroutine's allocation is freed by its last reference.
    (
        "go",
        "crate::sync::leak(closure)",
        "std::boxed::Box::leak(closure)",
    ),
];

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says it"));
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=mutants");
    // Of the runtime; never on here.
    println!("cargo::rustc-check-cfg=cfg(feature, values(\"tokio\", \"tracing\"))");
    println!("cargo::rustc-check-cfg=cfg(asan, tsan)");
    let runtime = root.join("../../runtime/src");
    for file in FILES {
        let path = runtime.join(file).with_extension("rs");
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path).expect("a file of the runtime's");
        let name = file.replace("/mod", "").replace('/', "_") + ".rs";
        write(&out.join(name), &adapt(file, &text));
    }
    for mutant in mutants::all() {
        assert!(
            FILES.contains(&mutant.file),
            "no such file: {}",
            mutant.file
        );
    }
    write(&out.join("mutants.rs"), &tests());
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("the output directory");
}

fn adapt(file: &str, text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code = code.split("#[cfg(all(test").next().unwrap_or_default();
    let mut code = code.to_owned();
    for mutant in mutants::all().filter(|mutant| mutant.file == file) {
        let (name, from, to) = (mutant.name, mutant.from, mutant.to);
        // On lines of their own: either may end with a comment.
        let both =
            format!("{{ if crate::is_mutant(\"{name}\") {{\n{to}\n}} else {{\n{from}\n}} }}");
        code = replace_once(&code, from, &both, name);
    }
    for (from, to) in EVERYWHERE {
        code = code.replace(from, to);
    }
    for (_, from, to) in HERE.iter().filter(|rule| rule.0 == file) {
        code = replace_once(&code, from, to, file);
    }
    let is_part = |line: &str| line.starts_with("mod ") && line.ends_with(';');
    code.lines()
        // `main.rs` says which parts there are.
        .filter(|line| !is_part(line))
        .map(|line| made_anew(line) + "\n")
        .collect()
}

fn replace_once(text: &str, from: &str, to: &str, what: &str) -> String {
    let times = text.matches(from).count();
    assert_eq!(times, 1, "{what}: `{from}` should be there once");
    text.replace(from, to)
}

/// A static of atomics is made anew for each execution.
fn made_anew(line: &str) -> String {
    let parts = || {
        let (before, rest) = line.split_once("static ")?;
        let vis = before.trim();
        let (declared, value) = rest.strip_suffix(';')?.split_once(" = ")?;
        let shared = ["Atomic", "Mutex", "OnceLock"];
        let is_one = (vis.is_empty() || vis == "pub(crate)")
            && shared.iter().any(|word| declared.contains(word));
        is_one.then(|| format!("loom::lazy_static! {{ {vis} static ref {declared} = {value}; }}"))
    };
    parts().unwrap_or_else(|| line.to_owned())
}

/// A test for each mutant.
fn tests() -> String {
    let test = |mutant: &mutants::Mutant| {
        let mutants::Mutant {
            name, model, says, ..
        } = mutant;
        format!(
            "#[test]\nfn {name}() {{\n    crate::model::must_fail({name:?}, {model:?}, {says:?});\n}}\n"
        )
    };
    mutants::all().map(test).collect()
}
