//! Names and texts that would be something else to a shell, to the compiler's driver or to C, if anything took them so.

use super::*;

/// Whoever obeys one of these leaves a file behind, or defines the function's name away.
const NAMES: [&str; 28] = [
    "a b",
    "it's",
    "say \"x\"",
    "$HOME",
    "$(touch canary)",
    "`touch canary`",
    "; touch canary;",
    "& touch canary &",
    "| touch canary",
    "> canary",
    "'; touch canary; '",
    "\"; touch canary; \"",
    "two\nlines",
    "a\n#error canary",
    "a\ncargo::rustc-env=CANARY=1",
    "-Df=gone",
    "-o canary",
    "--help",
    "@args",
    "what??",
    "what??/",
    "a*",
    "%s%n",
    "#x",
    "\\",
    "a=b",
    "\u{1b}[2J\u{7f}",
    "\u{202e}gr\u{fc}n {a,b} ~!",
];

/// As an attribute has it.
fn literal(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}

#[test]
fn no_name_of_a_file_or_folder_is_anything_but_a_name() {
    for name in NAMES {
        // The last part of a path is what a slash ends.
        let file = name.replace('/', "");
        let (header, source) = (format!("{file}.h"), format!("{file}.c"));
        let quoted = |key: &str, value: &str| format!("{key} = {}", literal(value));
        let preamble = quoted("preamble", "static int g(int a) { return a; }");
        let define = quoted(
            "define",
            &format!("TEXT=\"{}\"", name.replace(['"', '\\', '\n'], "")),
        );
        let keys = [
            [quoted("include", &header), define].join(", "),
            preamble,
            quoted("source", &source),
        ];
        let items = [
            "fn f(n: c_int) -> c_int;",
            "fn g(a: c_int) -> c_int;",
            "fn h(a: c_int) -> c_int;",
        ];
        let parses = |key: &str| {
            let parsed = Import::parse(
                key.parse().unwrap(),
                "unsafe extern \"C\" { fn f(); }".parse().unwrap(),
            );
            parsed.is_ok()
        };
        // What C or clang cannot name is refused; see `syntax::check::text`.
        let is_good = !name.contains(['"', '<', '>', '\n']) && !file.starts_with('@');
        assert_eq!(parses(&keys[2]), is_good, "{name:?}");
        let imports: Vec<(&str, &str)> = keys
            .iter()
            .zip(items)
            .filter(|(key, _)| parses(key))
            .map(|(key, item)| (&**key, item))
            .collect();
        let files = [
            (
                &*header,
                "static inline int f(int n) { return n + (int)sizeof TEXT; }\n",
            ),
            (&*source, "int h(int a) { return a; }\n"),
            ("args", "-DTEXT=canary -c -o canary"),
            ("args.c", "-DTEXT=canary -c -o canary"),
            ("args.h", "-DTEXT=canary -c -o canary"),
        ];
        let mut fixture = Fixture::new(&format!("hostile{file}"), &files, &imports);
        fixture.file = format!("{name}/{file}.rs");
        let (records, _) = fixture.run();
        assert_eq!(fixture.said.borrow().as_deref(), None, "{name:?}");
        for record in &records {
            assert_eq!(record.findings, [], "{name:?}");
        }
        assert_eq!(fixture.archives().len(), imports.len(), "{name:?}");
        let canaries = [fixture.dir.clone(), fixture.dir.join("out"), ".".into()];
        for canary in canaries.map(|dir| dir.join("canary")) {
            assert!(!canary.exists(), "{name:?} was obeyed");
        }
    }
}

#[test]
fn a_search_path_is_no_file_of_arguments() {
    let mut fixture = Fixture::new(
        "hostile-search",
        &[
            ("@args/api.h", "int f(int n);\n"),
            ("args", "-DTEXT=canary -c -o canary"),
        ],
        &[("include = \"api.h\"", "fn f(n: c_int) -> c_int;")],
    );
    fixture.includes = vec!["@args".into()];
    let (records, _) = fixture.run();
    assert_eq!(records[0].findings, []);
    assert!(!fixture.dir.join("canary").exists());
}

#[test]
fn objects_hold_no_paths_of_this_machine() {
    let (own, source) = ("c/own.h", "c/source.c");
    let where_am_i = "static inline const char *f(void) { return __FILE__; }\n";
    let fixture = Fixture::new(
        "paths",
        &[
            (own, where_am_i),
            (source, "const char *h(void) { return __FILE__; }\n"),
        ],
        &[
            ("include = \"c/own.h\"", "fn f() -> *const c_char;"),
            (
                "preamble = \"static const char *g(void) { return __FILE__; }\"",
                "fn g() -> *const c_char;",
            ),
            ("source = \"c/source.c\"", "fn h() -> *const c_char;"),
        ],
    );
    let (records, _) = fixture.run();
    for record in records {
        assert_eq!(record.findings, []);
    }
    let archives = fixture.archives();
    assert_eq!(archives.len(), 3);
    // `cc` is told to add debug information, as a profile for debugging does.
    let place = fixture.dir.to_str().unwrap().as_bytes();
    let of_file = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    for archive in archives {
        let bytes = fs::read(&archive).unwrap();
        assert!(of_file(&bytes, b"own.h") || of_file(&bytes, b"ffi.rs"));
        assert!(!of_file(&bytes, place), "{}", archive.display());
    }
}
