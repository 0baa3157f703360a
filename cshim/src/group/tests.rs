mod bad_input;
mod hostile;

use std::cell::{Cell, RefCell};
use std::process;
use std::time::{Duration, SystemTime};

use cgocall_syntax::Export;

use super::*;
use crate::compiler::Search;
use crate::export::Exported;
use crate::header::Header;

/// A package on disk whose imports are given as text, and a real C compiler.
struct Fixture {
    dir: PathBuf,
    imports: Vec<Import>,
    /// The Rust file that they stand in.
    file: String,
    /// Of -sys crates.
    includes: Vec<PathBuf>,
    /// Other Rust items that the scan found.
    items: Vec<syn::Item>,
    package: Package,
    /// How often a compiler was wanted.
    compilers: Cell<u32>,
    /// What runs in the compiler's place.
    compiler: Option<PathBuf>,
    limit: Duration,
    /// What build.rs itself would say.
    said: RefCell<Option<String>>,
}

impl Fixture {
    fn new(name: &str, files: &[(&str, &str)], imports: &[(&str, &str)]) -> Fixture {
        let dir = std::env::temp_dir().join(format!("cgocall-group-{name}-{}", process::id()));
        for (path, text) in files {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::create_dir_all(dir.join("out")).unwrap();
        let parse = |(attr, items): &(&str, &str)| {
            let block = format!("unsafe extern \"C\" {{ {items} }}");
            Import::parse(attr.parse().unwrap(), block.parse().unwrap()).unwrap()
        };
        let package = Package {
            name: "fixture".into(),
            version: "1.0.0".into(),
        };
        Fixture {
            dir,
            imports: imports.iter().map(parse).collect(),
            file: "src/ffi.rs".into(),
            includes: Vec::new(),
            items: Vec::new(),
            package,
            compilers: Cell::new(0),
            compiler: None,
            limit: Duration::from_secs(120),
            said: RefCell::new(None),
        }
    }

    /// One run of the build script: the record of each import, and the files to watch.
    fn run(&self) -> (Vec<Record>, Vec<PathBuf>) {
        self.with_shop(|shop, names| self.process(shop, names))
    }

    /// The same for exports: the record of each, if it has one, and the header that C gets.
    fn run_exports(&self, exports: &[(&str, &str)]) -> (Vec<Option<Record>>, String) {
        let parse = |(attr, item): &(&str, &str)| {
            Export::parse(attr.parse().unwrap(), item.parse().unwrap()).unwrap()
        };
        let exports: Vec<Export> = exports.iter().map(parse).collect();
        self.with_shop(|shop, names| {
            let cfgs = crate::cfg::Cfgs::of_linux();
            let mut header = Header::new(
                &self.package,
                &self.items,
                names,
                self.imports.iter().collect(),
                &cfgs,
            );
            let hash = |export| cgocall_syntax::hash::of_export(&self.package, export);
            for export in &exports {
                header.add(export.clone(), String::new(), "");
            }
            let exported: Vec<Exported> = exports
                .iter()
                .filter_map(|export| Exported::of(export, hash(export), "src/ffi.rs".into()))
                .collect();
            let contexts = self.imports.iter().map(|import| Context::of(&import.attr));
            let contexts: Vec<Context> = contexts.collect();
            let (_, agreed, recorded) = shop
                .exports(&exported, &contexts, names, &|| Ok(()))
                .unwrap();
            let record = |export| {
                let path = record::record_path(&shop.out_dir, &hash(export));
                let is_recorded = recorded.contains(&hash(export));
                is_recorded.then(|| Record::parse(&fs::read_to_string(path).unwrap()).unwrap())
            };
            let records = exports.iter().map(record).collect();
            (records, header.finish(&agreed).text)
        })
    }

    fn with_shop<T>(&self, work: impl FnOnce(&Shop<'_>, &PackageNames) -> T) -> T {
        let out_dir = self.dir.join("out");
        let find_compiler = || {
            self.compilers.set(self.compilers.get() + 1);
            let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
            let mut build = cc::Build::new();
            build.target(&target).host(&target).opt_level(0).debug(true);
            let mut words = vec!["cc".to_owned()];
            if let Some(script) = &self.compiler {
                build.compiler(script);
                words = vec![script.display().to_string()];
            }
            Compiler::find(
                Search {
                    build,
                    words,
                    limit: self.limit,
                },
                &self.dir,
                &out_dir,
            )
        };
        let names = PackageNames::of(&self.imports, &self.items);
        let shop = Shop {
            package: self.package.clone(),
            dir: self.dir.clone(),
            out_dir: out_dir.clone(),
            includes: self.includes.clone(),
            docs_only: false,
            compiler: OnceCell::new(),
            find_compiler: &find_compiler,
        };
        work(&shop, &names)
    }

    fn process(&self, shop: &Shop<'_>, names: &PackageNames) -> (Vec<Record>, Vec<PathBuf>) {
        let items: Vec<Item<'_>> = self
            .imports
            .iter()
            .filter(|import| import.form() == cgocall_syntax::Form::C)
            .map(|import| Item {
                owners: Vec::new(),
                import,
                pruned: crate::cfg::Cfgs::of_linux().prune(import.item.clone()),
                hash: cgocall_syntax::hash::of(&self.package, import),
                file: self.file.clone(),
            })
            .collect();
        let paths: Vec<PathBuf> = items
            .iter()
            .map(|item| record::record_path(&shop.out_dir, &item.hash))
            .collect();
        let mut files = Vec::new();
        for (context, items) in groups(items) {
            files.extend(shop.process(&context, &items, names).unwrap().files);
        }
        let said = shop.compiler.get().and_then(|found| found.as_ref().err());
        *self.said.borrow_mut() = said.cloned();
        let read = |path: &PathBuf| Record::parse(&fs::read_to_string(path).unwrap()).unwrap();
        (paths.iter().map(read).collect(), files)
    }

    fn archives(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.dir.join("out"))
            .unwrap()
            .map(|entry| entry.unwrap().path());
        files
            .filter(|path| path.extension().is_some_and(|ext| ext == "a"))
            .collect()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

const API: (&str, &str) = (
    "c/api.h",
    "struct pair { int a; long b; };\nint f(struct pair *p, long n);\n",
);

#[test]
fn a_good_import_has_layouts_an_archive_and_no_finding() {
    let fixture = Fixture::new(
        "good",
        &[API],
        &[(
            "include = \"c/api.h\"",
            "fn f(#[cgo(c = \"struct pair\")] p: &mut Pair, n: i64) -> c_int;",
        )],
    );
    let (records, files) = fixture.run();
    assert_eq!(records[0].findings, []);
    let [layout] = &records[0].layouts[..] else {
        panic!("{:?}", records[0].layouts)
    };
    assert_eq!(
        (layout.ty.as_str(), layout.size, layout.align),
        ("Pair", 16, 8)
    );
    let (own, system): (Vec<&PathBuf>, Vec<_>) = files.iter().partition(|file| file.is_relative());
    assert_eq!(own, [&PathBuf::from("c/api.h")]);
    assert!(system.iter().any(|file| file.ends_with("stddef.h")));
    let [archive] = &fixture.archives()[..] else {
        panic!()
    };
    let text = String::from_utf8_lossy(&fs::read(archive).unwrap()).into_owned();
    assert!(
        !text.contains(fixture.dir.to_str().unwrap()),
        "no path of this machine"
    );
}

#[test]
fn without_a_change_no_compiler_runs() {
    let fixture = Fixture::new("fresh", &[API], &[("include = \"c/api.h\"", "type pair;")]);
    let (first, files) = fixture.run();
    let (second, again) = fixture.run();
    assert_eq!((fixture.compilers.get(), first, files), (1, second, again));
    fs::write(fixture.dir.join("c/api.h"), "struct other;").unwrap();
    let (third, _) = fixture.run();
    assert_eq!(fixture.compilers.get(), 2);
    assert_eq!(
        third[0].findings.len(),
        1,
        "a changed header is looked at again"
    );
    fixture.run();
    assert_eq!(fixture.compilers.get(), 3, "and what is wrong, every time");
    fs::write(fixture.dir.join("c/api.h"), API.1).unwrap();
    let (fourth, _) = fixture.run();
    assert_eq!(fourth[0].findings, [], "also when it is as it once was");
}

#[test]
fn an_unchanged_file_keeps_its_time() {
    let fixture = Fixture::new("time", &[API], &[("include = \"c/api.h\"", "type pair;")]);
    fixture.run();
    let times = || -> Vec<SystemTime> {
        let entries = fs::read_dir(fixture.dir.join("out/cgo"))
            .unwrap()
            .map(|entry| entry.unwrap());
        entries
            .map(|entry| entry.metadata().unwrap().modified().unwrap())
            .collect()
    };
    let before = times();
    fixture.run();
    assert_eq!(before, times());
}

#[test]
fn one_broken_group_spoils_no_other() {
    let fixture = Fixture::new(
        "broken",
        &[API],
        &[
            ("preamble = \"int f(\"", "fn f();"),
            (
                "include = \"c/api.h\"",
                "fn f(#[cgo(c = \"struct pair\")] p: *mut Pair, n: i64) -> c_int;",
            ),
            (
                "include = \"c/api.h\"",
                "fn g(); fn f(#[cgo(c = \"struct pair\")] p: *mut P, n: i64) -> c_int;",
            ),
        ],
    );
    let (records, _) = fixture.run();
    let nodes: Vec<Vec<&str>> = records
        .iter()
        .map(|record| {
            record
                .findings
                .iter()
                .map(|finding| finding.node.as_str())
                .collect()
        })
        .collect();
    assert_eq!(nodes, [vec!["attr/preamble"], vec![], vec!["g"]]);
    assert_eq!(fixture.archives().len(), 2, "what compiles is compiled");
}

#[test]
fn source_files_are_their_own_header() {
    let fixture = Fixture::new(
        "source",
        &[(
            "c/impl.c",
            "#include <stddef.h>\nstruct state { int n; };\nint step(struct state *s, const char *p, size_t n) { return s->n; }\n",
        )],
        &[
            (
                "source = \"c/impl.c\"",
                "fn step(#[cgo(c = \"struct state\")] s: *mut State, p: &[u8]) -> c_int;",
            ),
            (
                "source = \"c/impl.c\"",
                "fn step(#[cgo(c = \"struct state\")] s: *mut State, p: u8) -> c_int;",
            ),
        ],
    );
    let (records, files) = fixture.run();
    assert_eq!(records[0].findings, []);
    assert!(files.contains(&PathBuf::from("c/impl.c")));
    let nodes: Vec<&str> = records[1]
        .findings
        .iter()
        .map(|f| f.node.as_str())
        .collect();
    assert_eq!(nodes, ["step"], "{:?}", records[1].findings);
}

#[test]
fn statics_that_rust_cannot_refer_to_are_told_apart() {
    let header = "extern __thread int per_thread;\nstatic int internal;\nextern int plain;\n#define MACRO (plain + 1)\n";
    let fixture = Fixture::new(
        "statics",
        &[("s.h", header)],
        &[(
            "include = \"s.h\", include = \"errno.h\"",
            "static per_thread: c_int; static internal: c_int; static plain: c_int; static MACRO: c_int; static errno: c_int;",
        )],
    );
    let (records, _) = fixture.run();
    let says = |name: &str| {
        let finding = records[0]
            .findings
            .iter()
            .find(|finding| finding.node == name);
        finding.map_or("", |finding| finding.message.as_str())
    };
    assert!(
        says("per_thread").contains("one variable for each thread"),
        "{}",
        says("per_thread")
    );
    assert!(
        says("internal").contains("`static` in"),
        "{}",
        says("internal")
    );
    assert_eq!(says("plain"), "");
    assert!(says("MACRO").contains("no variable"), "{}", says("MACRO"));
    assert!(says("errno").contains("no variable"), "{}", says("errno"));
}

#[test]
fn types_of_other_imports_are_known_by_name() {
    let header =
        "struct db;\ntypedef int (*hook)(void *, int);\nvoid set_hook(struct db *db, hook h);\n";
    let mut fixture = Fixture::new(
        "names",
        &[("db.h", header)],
        &[
            ("include = \"db.h\"", "#[cgo(c = \"struct db\")] type Db;"),
            (
                "include = \"db.h\"",
                "fn set_hook(db: *mut super::Db, hook: Option<Hook>);",
            ),
        ],
    );
    let hook = "type Hook = unsafe extern \"C\" fn(*mut c_void, c_int) -> c_int;";
    fixture
        .imports
        .push(Import::parse(Default::default(), hook.parse().unwrap()).unwrap());
    for record in fixture.run().0 {
        assert_eq!(record.findings, []);
        assert_eq!(record.layouts, [], "an opaque type has no size in Rust");
    }
}

#[test]
fn an_alias_is_what_it_stands_for() {
    let header = "typedef int (*visit)(void *);\nint each(visit f, unsigned int id);\n";
    let function = "fn each(f: OnEach, id: Id) -> c_int;";
    let mut fixture = Fixture::new(
        "alias",
        &[("each.h", header)],
        &[("include = \"each.h\"", function)],
    );
    fixture.items = vec![
        syn::parse_quote!(
            type OnEach = Option<unsafe extern "C" fn(*mut c_void) -> Id2>;
        ),
        syn::parse_quote!(
            type Id2 = c_int;
        ),
        syn::parse_quote!(
            type Id = u32;
        ),
    ];
    let (records, _) = fixture.run();
    assert_eq!(records[0].findings, []);
    let sizes: Vec<(&str, u64)> = records[0]
        .layouts
        .iter()
        .map(|l| (l.ty.as_str(), l.size))
        .collect();
    assert_eq!(sizes, [("Id", 4), ("OnEach", 8)]);
    fixture.items[2] = syn::parse_quote!(
        type Id = u64;
    );
    let (records, _) = fixture.run();
    assert_eq!(records[0].findings.len(), 1);
    assert_eq!(records[0].findings[0].node, "each/param/1/type");
}

#[test]
fn what_this_target_has_not_is_not_looked_for() {
    let fixture = Fixture::new(
        "cfg",
        &[API],
        &[(
            "include = \"c/api.h\"",
            "#[cfg(windows)] fn only_on_windows(); #[cfg(test)] fn only_in_tests(); type pair;",
        )],
    );
    let (records, _) = fixture.run();
    let nodes: Vec<&str> = records[0]
        .findings
        .iter()
        .map(|f| f.node.as_str())
        .collect();
    assert_eq!(
        nodes,
        ["only_in_tests"],
        "of which the macro knows the truth"
    );
}

#[test]
fn volatile_is_no_part_of_a_type() {
    let header = "typedef volatile int lock_t;\nstruct s { int (*map)(volatile void **); volatile lock_t *at; };\n\
                  int take(lock_t *l, volatile void **p);\nextern volatile long now;\nvolatile char *text(void);\n";
    let fixture = Fixture::new(
        "volatile",
        &[("v.h", header)],
        &[(
            "include = \"v.h\"",
            "fn take(l: *mut c_int, p: *mut *mut c_void) -> c_int; fn text() -> *mut c_char; static mut now: c_long;",
        )],
    );
    let aggregate = "#[repr(C)] struct s { map: Option<unsafe extern \"C\" fn(*mut *mut c_void) -> c_int>, at: *mut c_int }";
    let mut fixture = fixture;
    for item in [aggregate, "type lock_t = c_int;"] {
        let attr = "include = \"v.h\"".parse().unwrap();
        fixture
            .imports
            .push(Import::parse(attr, item.parse().unwrap()).unwrap());
    }
    for record in fixture.run().0 {
        assert_eq!(record.findings, []);
    }
    assert_eq!(fixture.archives().len(), 1);
}

const PLUGIN: (&str, &str) = (
    "c/plugin.h",
    "struct rows;\nint on_row(void *context, unsigned long long n);\nvoid on_look(struct rows *rows);\n",
);

#[test]
fn the_generated_header_says_what_the_users_header_says() {
    let fixture = Fixture::new(
        "exports",
        &[PLUGIN],
        &[(
            "include = \"c/plugin.h\"",
            "#[cgo(c = \"struct rows\")] type Rows;",
        )],
    );
    let exports = [
        ("", "fn on_row(context: &Rows, n: u64) -> c_int { 0 }"),
        (
            "include = \"c/plugin.h\"",
            "fn on_look(rows: *const Rows) {}",
        ),
        ("", "fn elsewhere(n: u64) {}"),
        ("private", "fn on_end() {}"),
    ];
    let (records, header) = fixture.run_exports(&exports);
    assert_eq!(
        records,
        [
            Some(Record::default()),
            Some(Record::default()),
            Some(Record::default()),
            None
        ]
    );
    for declaration in [
        "\nint on_row(void *context, unsigned long long n);",
        "\nvoid on_look(struct rows *rows);",
        "\nvoid elsewhere(uint64_t n);",
    ] {
        assert!(header.contains(declaration), "{declaration}: {header}");
    }
    assert_eq!(fixture.run_exports(&exports), (records, header));
    assert_eq!(
        fixture.compilers.get(),
        1,
        "without a change no compiler runs"
    );
}

#[test]
fn what_no_header_declares_has_no_record() {
    let fixture = Fixture::new("unheard", &[API], &[("source = \"c/api.h\"", "fn f();")]);
    let (records, _) = fixture.run_exports(&[("", "fn on_row(n: u64) {}")]);
    assert_eq!((records, fixture.compilers.get()), (vec![None], 0));
}

/// The nodes and messages of the only import.
fn findings(fixture: &Fixture) -> Vec<(String, String)> {
    let (records, _) = fixture.run();
    let findings = records[0].findings.iter();
    findings
        .map(|finding| (finding.node.clone(), finding.message.clone()))
        .collect()
}

#[test]
fn a_macro_of_a_source_file_is_seen_by_no_stub() {
    let source = "#define TWICE(x) (2 * (x))\nint level;\nint f(void) { return TWICE(level); }\n";
    let fixture = Fixture::new(
        "source-macro",
        &[("c/impl.c", source)],
        &[(
            "source = \"c/impl.c\"",
            "fn f() -> c_int; fn TWICE(x: c_int) -> c_int; fn level() -> c_int; fn nothing();",
        )],
    );
    let found = findings(&fixture);
    let nodes: Vec<&str> = found.iter().map(|(node, _)| node.as_str()).collect();
    assert_eq!(nodes, ["TWICE", "level", "nothing"], "{found:?}");
    assert!(found[0].1.contains("is a macro or a value of"), "{found:?}");
    assert!(found[2].1.contains("does not define"), "{found:?}");
}

#[test]
fn a_name_may_be_a_function_here_and_a_static_there() {
    let fixture = Fixture::new(
        "both",
        &[("b.h", "extern int level;\nint f(int x);\n")],
        &[
            (
                "include = \"b.h\", include = \"errno.h\"",
                "fn errno() -> c_int; fn level() -> c_int; fn nowhere(x: c_int);",
            ),
            (
                "include = \"b.h\", include = \"errno.h\"",
                "static errno: c_int; static level: c_int; static f: c_int; static nowhere: c_int;",
            ),
        ],
    );
    let (records, _) = fixture.run();
    let nodes = |index: usize| -> Vec<&str> {
        let findings = records[index].findings.iter();
        findings.map(|finding| finding.node.as_str()).collect()
    };
    assert_eq!(nodes(0), ["nowhere"], "{records:?}");
    assert_eq!(nodes(1), ["errno", "nowhere", "f/type"], "{records:?}");
}

#[test]
fn whatever_flags_say_of_warnings_the_same_is_wrong() {
    let header = "int put(int *place);\n#define PUT(unused, place) put(place)\n\
                  int log_it(const char *format, ...) __attribute__((format(printf, 1, 2)));\n";
    for flags in [
        "-Werror -Wall -Wextra",
        "-w",
        "-Werror=format -Wno-int-conversion",
    ] {
        let fixture = Fixture::new(
            "flags",
            &[("w.h", header)],
            &[(
                &format!("include = \"w.h\", cflags = \"{flags}\""),
                "fn PUT(unused: c_int, place: &mut c_int) -> c_int; \
                 #[cgo(c = \"PUT\")] fn put_wrong(unused: c_int, place: c_long) -> c_int; \
                 #[cgo(c = \"log_it\", format = c\"%d\")] fn log_int(n: c_int) -> c_int; \
                 #[cgo(c = \"log_it\", format = c\"%d\")] fn log_long(n: c_long) -> c_int; \
                 #[cgo(c = \"log_it\", format = c\"\")] fn log_nothing() -> c_int;",
            )],
        );
        let found = findings(&fixture);
        let nodes: Vec<&str> = found.iter().map(|(node, _)| node.as_str()).collect();
        let wanted = ["put_wrong/param/1/type", "log_long/format"];
        assert_eq!(nodes, wanted, "{flags}: {found:?}");
        // In the compiler's words, which are not the same for each, and without the name of the warning.
        for (says, ty) in [(&found[0].1, "'int *'"), (&found[1].1, "'int'")] {
            let quotes = says.contains(ty) || says.contains("pointer from integer");
            assert!(quotes && !says.contains("[-W"), "{found:?}");
        }
    }
}
