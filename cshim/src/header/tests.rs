use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{env, fs, process};

use cgocall_syntax::Exported;

use super::*;

const EXPORTS: &str = r##"
    /// A point in the plane.
    #[cgo_export] #[repr(C)] pub struct Point { x: f64, y: f64 }
    #[cgo_export] #[repr(C)] pub struct Line {
        /// Where it
        /// begins.
        from: Point, to: Point, next: *const Line, class: Color, name: [c_char; 8],
        /// Of `??/
        class_of: u8,
    }
    #[cgo_export] #[repr(C)] pub enum Color { Red, Green = 5, Blue }
    #[cgo_export] #[repr(u8)] pub enum Small { No = 0, Yes = 1 }
    #[cgo_export] #[repr(u64)] pub enum Large { /** Of them. */ None, Most = 0xffff_ffff_ffff_ffff }
    #[cgo_export] #[repr(i64)] pub enum Deep { Least = -(9223372036854775808), Next }
    #[cgo_export] #[repr(transparent)] pub struct Meters(f64);
    #[cgo_export] #[repr(C)] pub union Either { number: u64, text: *const c_char }
    pub type Id = u32;
    pub struct Rows(Vec<u8>);

    #[cgo_import(include = "stdio.h")] unsafe extern "C" { type FILE; }
    #[cgo_import] type Visit = unsafe extern "C" fn(*mut c_void, usize) -> c_int;

    #[cgo_import(include = "time.h")] #[cgo(c = "struct tm")] #[repr(C)] pub struct Tm { tm_sec: c_int }

    /// Called for each row.
    /// Not */ the end.
    #[cgo_export] fn on_row(ctx: &mut Rows, n: c_int) -> c_int { 0 }
    #[cgo_export] fn length(line: Line, id: Id) -> Meters { loop {} }
    #[cgo_export] fn color(new: Small, large: Large, deep: Deep) -> Color { loop {} }
    #[cgo_export] fn either() -> Either { loop {} }
    #[cgo_export(name = "renamed")] fn bytes(bytes: &[u8], out: &mut [u16], text: &CStr) -> bool { true }
    #[cgo_export] fn visit(f: Visit, g: Option<unsafe extern "C" fn(i64) -> *const Rows>, to: &mut FILE) {}
    #[cgo_export] fn when(tm: &Tm, then: Tm) {}
    #[cgo_export] fn nothing() {}
    #[cgo_export(private)] fn hidden() {}

    /// Greets.
    #[cgo_export] fn greet(name: &str, title: Option<&str>) -> String { loop {} }
    #[cgo_export] fn version() -> &'static str { "1" }
    #[cgo_export] fn corners(of: Option<Vec<f64>>) -> Vec<Corner> { loop {} }
    #[cgo_export] fn names(text: String) -> Option<Vec<*const c_char>> { None }
    #[cgo_export] fn divide(a: c_int, by: c_int) -> (c_int, Option<u32>) { loop {} }
    #[cgo_export] fn parse(text: &str) -> Result<Box<Tree>, Error> { loop {} }
    #[cgo_export] fn split(text: &str, result: u8) -> Result<(usize, String), Error> { loop {} }
    #[cgo_export] fn check(at: Option<c_ulong>) -> Result<(), String> { loop {} }
    #[cgo_export] fn measure(tree: &Tree) -> Result<u64, String> { loop {} }
    #[cgo_export] fn fell(tree: Box<Tree>) -> Option<String> { None }
    #[cgo_export] #[repr(C)] pub struct Corner { at: Point }
    #[cgo_export] fn tree_free(tree: Option<Box<Tree>>) {}
    pub struct Tree(Vec<u8>);

    /// Counts.
    pub struct TallyCounter(c_int);
    #[cgo_export] impl TallyCounter {
        /// Starts at `start`.
        pub fn new(start: c_int) -> Self { TallyCounter(start) }
        pub fn parse(text: &str) -> Result<TallyCounter, Error> { loop {} }
        pub fn add(&mut self, n: c_int) -> c_int { self.0 += n; self.0 }
        pub fn name(&self) -> &str { "x" }
        pub fn merge(&mut self, other: Self) {}
        #[cgo(name = "tally_end")] pub fn end(self) -> c_int { 0 }
        #[cgo(skip)] pub fn hidden(&self) {}
        fn private(&self) {}
    }

    /// What C gets of it is one file.
    #[cgo_export] #[repr(C)] pub struct OpenFile { fd: c_int }
    impl Drop for OpenFile { fn drop(&mut self) {} }
    #[cgo_export] #[repr(C)] pub struct OpenPair { files: [OpenFile; 2] }
    #[cgo_export] fn files(of: OpenFile, seen: &OpenFile, n: c_int) -> OpenPair { loop {} }
    #[cgo_export] fn file_again(pair: OpenPair) -> Result<OpenFile, Error> { loop {} }

    /// Where lines go.
    #[cgo_export] pub trait Log: Send {
        /// Writes one.
        fn write(&mut self, line: &str, level: Color) -> bool;
        fn fill(&self, class: &mut [Point], from: Option<&Line>) -> usize;
        fn own(&mut self, text: Option<String>, names: Vec<u16>, tree: Box<Tree>, hint: Option<i8>);
        fn fail(&self) -> Result<(), Error>;
        fn open(&self, path: &CStr) -> Result<c_int, Errno>;
        /// Whether it waits.
        fn delete(&self) -> bool { true }
        #[cgo(skip)] fn hidden(&self) {}
    }
    #[cgo_export] pub trait Lent { fn visit(&self, to: Last) -> Last; }
    #[cgo_export] #[repr(C)] pub struct Last { log: *const c_void }
    #[cgo_export] pub trait NobodyTakes { fn hidden(&self); }
    trait Unknown { fn hidden(&self); }
    pub trait Point2 {}
    #[cgo_export] fn log_to(log: &mut dyn crate::Log, or: Option<&dyn Lent>) {}
    #[cgo_export] fn log_kept(log: Option<Box<dyn Log>>) -> Result<(), Error> { loop {} }
"##;

/// The header of a crate that is `text`, and the warnings.
pub(super) fn header(text: &str) -> (String, Vec<String>) {
    let made = made(text);
    assert!(made.clashes.is_empty(), "{:?}", made.clashes);
    (made.text, made.warnings)
}

/// The same with what is wrong with its names.
pub(super) fn made(text: &str) -> Finished {
    let package = Package {
        name: "my-plugin".into(),
        version: "1.0.0".into(),
    };
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let own = NEXT.fetch_add(1, Relaxed);
    let dir = env::temp_dir().join(format!("cgocall-header-{}-{own}", process::id()));
    fs::create_dir_all(dir.join("src")).unwrap();
    fs::write(dir.join("src/lib.rs"), text).unwrap();
    let cfgs = crate::cfg::Cfgs::of_linux();
    let scan = crate::scan::scan(&dir, &[PathBuf::from("src/lib.rs")], &cfgs);
    fs::remove_dir_all(&dir).unwrap();
    let imports: Vec<Import> = scan
        .imports
        .iter()
        .map(|found| Import::parse(found.attr.clone(), found.item.clone()).unwrap())
        .collect();
    let names = PackageNames::of(&imports, &[]);
    let mut header = Header::new(
        &package,
        &scan.types,
        &names,
        imports.iter().collect(),
        &cfgs,
    );
    for found in &scan.exports {
        let exported = Exported::parse(found.attr.clone(), found.item.clone()).unwrap();
        for export in exported.into_exports() {
            header.add(export, format!("src/lib.rs:{}", found.line), "src/lib.rs");
        }
    }
    header.finish(&Agreed::default())
}

// Keeps: header-docs
#[test]
fn the_header_says_what_c_needs() {
    let (text, warnings) = header(EXPORTS);
    assert!(warnings.is_empty(), "{warnings:?}");
    // After a change that is meant, `CGOCALL_GOLDEN=write cargo test -p cgocall-cshim --lib header` writes it anew.
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/header/golden.h");
    if env::var_os("CGOCALL_GOLDEN").is_some_and(|mode| mode == "write") {
        fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(golden).unwrap());
    assert!(!text.contains("hidden"));
    assert!(!text.contains("tm_sec"), "C's own type is C's to define");
    let (before, after) = (text.find("struct Point {"), text.find("struct Line {"));
    assert!(before < after, "a struct comes after those it holds");
    assert_eq!(text, header(EXPORTS).0, "the same text every time");
}

#[test]
fn what_this_target_has_not_the_header_has_not() {
    let (text, warnings) = header(
        r#"
        #[cgo_export] #[repr(C)] pub enum E { A, #[cfg(windows)] B, #[cfg(target_os = "linux")] C, D }
        #[cgo_export] #[repr(C)] pub struct S { a: u8, #[cfg(not(unix))] b: u64, #[cfg(feature = "full_text")] c: E }
        #[cgo_export] #[cfg_attr(unix, repr(u8))] #[cfg_attr(windows, repr(u32))] pub enum F { X }
        #[cgo_export] fn f(s: S, f: F) {}
        "#,
    );
    assert!(warnings.is_empty(), "{warnings:?}");
    assert!(text.contains("    E_A,\n    E_C,\n    E_D\n}"), "{text}");
    assert!(
        text.contains("struct S {\n    uint8_t a;\n    E c;\n};"),
        "{text}"
    );
    assert!(text.contains("typedef uint8_t F;"), "{text}");
}

// Keeps: header-compiles
#[test]
fn every_c_reads_it_without_a_warning() {
    let (text, _) = header(EXPORTS);
    let dir = env::temp_dir().join(format!("cgocall-header-cc-{}", process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("my-plugin.h"), text).unwrap();
    let user = r#"
#include "my-plugin.h"
#include "my-plugin.h"
static bool write_line(void *user_data, cgo_str line, Color level)
{
    return user_data == NULL && line.len == 0 && level == Color_Red;
}
int main(void)
{
    Log log = { NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL };
    Tree *tree = NULL;
    cgo_string text = greet(cgo_str_of("x"), cgo_str_of(NULL));
    cgo_string_free(text);
    cgo_vec_Corner_free(corners(names(fell(tree)).data == NULL ? corners_none() : corners_none()));
    if (parse(cgo_str_of("x"), &tree) != 0)
        return my_plugin_last_error() == parse_error();
    log.write = write_line;
    log_to(&log, NULL);
    return on_row(NULL, 1) + divide(1, 2).r0 + (int)divide(1, 2).r1.value;
}
"#;
    let user = user.replace(
        "names(fell(tree)).data == NULL ? corners_none() : corners_none()",
        "none",
    );
    let user = user.replace(
        "    cgo_string text",
        "    cgo_vec_double none = { NULL, 0, 0, NULL };\n    cgo_string text",
    );
    fs::write(dir.join("user.c"), user).unwrap();
    let mut read = 0;
    for (compiler, language, std) in READERS {
        let mut command = Command::new(compiler);
        command.current_dir(&dir).args(["-x", language, std]);
        command.args([
            "-Wall",
            "-Wextra",
            "-Werror",
            "-pedantic",
            "-fsyntax-only",
            "user.c",
        ]);
        // A machine may have one of them alone.
        let Ok(output) = command.output() else {
            continue;
        };
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {words}");
        read += 1;
    }
    fs::remove_dir_all(&dir).unwrap();
    assert!(read > 0, "there is no C compiler");
}

#[rustfmt::skip]
pub(super) const READERS: [(&str, &str, &str); 12] = [
    ("gcc", "c", "-std=c99"), ("gcc", "c", "-std=c11"), ("gcc", "c", "-std=c17"),
    ("g++", "c++", "-std=c++11"), ("g++", "c++", "-std=c++14"), ("g++", "c++", "-std=c++17"),
    ("clang", "c", "-std=c99"), ("clang", "c", "-std=c11"), ("clang", "c", "-std=c17"),
    ("clang++", "c++", "-std=c++11"), ("clang++", "c++", "-std=c++14"), ("clang++", "c++", "-std=c++17"),
];

#[test]
fn what_the_header_cannot_say_is_said() {
    let one = |text: &str| {
        let (text, warnings) = header(text);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        (text, warnings.into_iter().next().unwrap())
    };
    let (text, warning) =
        one("#[cgo_export] fn f(x: Plain) {} #[repr(C)] pub struct Plain { x: i32 }");
    assert!(
        warning.ends_with(
            "`Plain` by value, but C has nothing but its name: write `#[cgo_export]` on it"
        ),
        "{warning}"
    );
    assert!(!text.contains("int32_t x;"), "{text}");
    let (_, warning) = one(
        "#[cgo_export] fn f(x: Part) {} #[cgo_export] #[repr(C)] pub struct Part { x: i32, #[cfg(test)] y: i32 }",
    );
    assert!(
        warning.contains("whether it has `y` depends on a `cfg` that only rustc knows"),
        "{warning}"
    );
    let (_, warning) = one(
        "#[cgo_export] fn f(x: Part) {} #[cgo_export] #[repr(C)] #[cfg_attr(test, repr(packed))] pub struct Part { x: i32 }",
    );
    assert!(warning.contains("how it is laid out depends"), "{warning}");
    let (_, warnings) = header("#[cgo_export] fn f(x: Unknown) {}");
    assert!(
        warnings[0].contains("declares `Unknown` by value"),
        "{warnings:?}"
    );
    let (_, warnings) =
        header("mod a { #[cgo_export] fn f() {} }\nmod b { #[cgo_export] fn f() {} }");
    assert!(
        warnings[0].contains("two functions are exported as `f`"),
        "{warnings:?}"
    );
}

#[test]
fn an_export_of_the_library_and_of_another_root_is_reported() {
    let package = Package {
        name: "p".into(),
        version: "1.0.0".into(),
    };
    let names = PackageNames::default();
    let cfgs = crate::cfg::Cfgs::of_linux();
    let mut header = Header::new(&package, &[], &names, Vec::new(), &cfgs);
    let export = || Export::parse(Default::default(), "fn f() {}".parse().unwrap()).unwrap();
    header.add(export(), "src/shared.rs:3".into(), "src/bin/a.rs");
    header.add(export(), "src/shared.rs:3".into(), "src/bin/b.rs");
    assert!(header.warnings.is_empty(), "two programs");
    header.add(export(), "src/shared.rs:3".into(), "src/lib.rs");
    let warnings = header.finish(&Agreed::default()).warnings;
    assert!(
        warnings[0].contains("by both src/bin/a.rs and src/lib.rs"),
        "{warnings:?}"
    );
}
