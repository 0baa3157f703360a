//! The command `cgocall`: what it prints, and that what it prints can be pasted.
//!
//! Its words are in `tests/command/*.txt`. After a change that is meant, `CGOCALL_GOLDEN=write cargo test -p
//! cgocall-cshim --test command` writes them anew; read the difference before it is committed.

mod fixture;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fixture::{copy_of, files};

/// The command, in a folder, told nothing by the cargo that runs this test.
fn cgocall(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cgocall"));
    command.args(args).current_dir(dir);
    command.env("PKG_CONFIG", "false");
    for name in ["OUT_DIR", "TARGET", "RUSTFLAGS", "PKG_CONFIG_PATH"] {
        command.env_remove(name);
    }
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn fixture_dir(name: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    workspace.join("tests/fixtures").join(name)
}

/// Compares what is said with `tests/command/<name>.txt`.
fn compare(name: &str, dir: &Path, args: &[&str]) {
    let output = run(&mut cgocall(dir, args));
    let text = format!(
        "$ cgocall {}\n\nexit code {}\n\n== stdout\n{}== stderr\n{}",
        args.join(" "),
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    let text = text
        .replace(env!("CARGO_PKG_VERSION"), "VERSION")
        .replace(dir.to_str().unwrap(), "DIR");
    golden(&format!("{name}.txt"), &text);
}

fn golden(name: &str, text: &str) {
    let text = steady(text);
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/command")
        .join(name);
    if std::env::var_os("CGOCALL_GOLDEN").is_some_and(|mode| mode == "write") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(text == golden, "{} is now:\n{text}", path.display());
}

/// A hash has the whole grammar in it.
fn steady(text: &str) -> String {
    let text = steady_behind("_cgo_", text);
    steady_behind("cgo_command_fixture_", &text)
}

fn steady_behind(prefix: &str, text: &str) -> String {
    let mut parts = text.split(prefix);
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| match part.get(..12) {
        Some(hash) if hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            format!("{prefix}HASH{}", &part[12..])
        }
        _ => format!("{prefix}{part}"),
    });
    first + &rest.collect::<String>()
}

#[test]
fn usage_and_mistakes_in_arguments() {
    let dir = fixture_dir("command");
    compare("help", &dir, &["--help"]);
    compare("version", &dir, &["--version"]);
    for (name, args) in [
        ("no_such_command", &["improt"][..]),
        ("no_such_option", &["check", "--al"]),
        ("no_header", &["import", "shop_total"]),
        ("no_name", &["import", "c/shop.h"]),
        (
            "name_beside_all",
            &["import", "c/shop.h", "--all", "shop_total"],
        ),
        ("no_value", &["import", "c/shop.h", "--link"]),
        ("no_folder", &["expand", "src/main.rs"]),
    ] {
        compare(&format!("usage_{name}"), &dir, args);
    }
}

#[test]
fn declarations_are_printed_for_pasting_and_nothing_where_something_is_wrong() {
    let dir = fixture_dir("command");
    let wanted = [
        "import",
        "c/shop.h",
        "shop_total",
        "shop_item",
        "SHOP_TAX",
        "shop_customers",
    ];
    compare("import", &dir, &wanted);
    compare("import_all", &dir, &["import", "c/shop.h", "--all"]);
    compare(
        "import_keys",
        &dir,
        &[
            "import",
            "c/shop.h",
            "SHOP_LAST",
            "--define",
            "SHOP=\"a b\"",
            "--cflags",
            "-DB -DC",
            "--link=z",
            "--link",
            "m",
        ],
    );
    compare(
        "import_sys",
        &dir,
        &["import", "shop.h", "SHOP_LAST", "--sys", "shop_sys", "-Ic"],
    );
    for (name, args) in [
        (
            "unknown_name",
            &["c/shop.h", "shop_totla", "shop_close", "SHOP_SHELFS"][..],
        ),
        ("unknown_header", &["shoq.h", "shop_total"]),
        ("unknown_header_all", &["shoq.h", "--all"]),
        ("bare_macro", &["c/shop.h", "SHOP_MOST"]),
        ("variadic", &["c/shop.h", "shop_log"]),
        ("inexpressible", &["c/shop.h", "shop_weight"]),
        (
            "unknown_package",
            &["c/shop.h", "shop_total", "--pkg-config", "no-such-package"],
        ),
        ("bad_sys", &["c/shop.h", "shop_total", "--sys", "shop-sys"]),
    ] {
        let args: Vec<&str> = ["import"].iter().chain(args).copied().collect();
        compare(&format!("import_{name}"), &dir, &args);
    }
}

/// What was found is verified again as it is printed, whatever made it wrong; of all names the sound ones remain.
#[cfg(unix)]
#[test]
fn nothing_is_printed_that_contradicts_the_header() {
    let dir = fixture_dir("command");
    let changing = dir.join("cc-changing.sh");
    let import = |names: &[&str]| {
        let args = [&["import", "c/shop.h"], names].concat();
        let output = run(cgocall(&dir, &args).env("CC", &changing));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, stdout, stderr) = import(&["shop_item", "shop_close"]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(
        stderr.starts_with("error: the declarations that came out contradict the header"),
        "{stderr}"
    );
    assert!(
        stderr.contains("error: `shelf` is `int` in c/shop.h:"),
        "{stderr}"
    );
    let (code, stdout, stderr) = import(&["--all"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stderr.contains("note: left out: `shop_item`: `shelf` is `int`"),
        "{stderr}"
    );
    for name in ["shop_total", "shop_weigher", "shop_weigh"] {
        let note = format!("note: left out: `{name}`, which needs `shop_");
        assert!(stderr.contains(&note), "{note}\n{stderr}");
        assert!(!stdout.contains(&format!("{name}(")), "{stdout}");
    }
    assert!(!stdout.contains("shop_item"), "{stdout}");
    assert!(stdout.contains("pub fn shop_close("), "{stdout}");
}

#[test]
fn what_is_printed_can_be_pasted_built_and_called() {
    let (_alone, package) = package();
    paste_shop(&package);
    // So can be what is expanded.
    let dir = package.join("expanded");
    let (code, _, stderr) = expand(&package, "src/found.rs", &dir);
    assert_eq!(code, 0, "{stderr}");
    fs::copy(dir.join("found.cgo1.rs"), package.join("src/found.rs")).unwrap();
    let output = run(Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--target-dir"])
        .arg(shared_target())
        .current_dir(&package)
        .env_remove("OUT_DIR"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "200 12 7 3 2 12 0.19 \"The corner shop\"\n1 84\n",
        "{stderr}"
    );
    // What is there now is found right without building.
    compare("check", &package, &["check"]);
}

#[test]
fn a_package_is_checked_without_being_built() {
    let dir = fixture_dir("command");
    compare("check_wrong", &dir, &["check", "src/wrong.rs"]);
    compare(
        "check_features",
        &dir,
        &["check", "src/wrong.rs", "--features", "scales,till"],
    );
    compare(
        "check_target",
        &dir,
        &["check", "src/wrong.rs", "--target", "no-such-target"],
    );
    compare("check_no_root", &dir, &["check", "src/nothing.rs"]);
    compare("check_no_feature", &dir, &["check", "--features", "scale"]);
    let c = dir.join("c");
    compare("check_no_package", &c, &["check"]);
    let workspace = dir.ancestors().nth(3).unwrap();
    compare("check_workspace", workspace, &["check"]);
}

#[test]
fn files_that_are_no_rust_and_a_compiler_that_is_not_there_are_one_sentence_each() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command-bad");
    fs::create_dir_all(dir.join("src")).unwrap();
    fs::write(dir.join("Cargo.toml"), "[package]\nname = \"bad\"\n").unwrap();
    fs::write(dir.join("src/bytes.rs"), b"fn \xff() {}").unwrap();
    fs::write(dir.join("src/text.rs"), "Dear reader,\n").unwrap();
    fs::write(
        dir.join("src/good.rs"),
        "#[cgo_import(include = \"time.h\")]\nunsafe extern \"C\" { fn clock() -> std::ffi::c_long; }\n",
    )
    .unwrap();
    compare("bad_bytes", &dir, &["check", "src/bytes.rs"]);
    compare("bad_text", &dir, &["check", "src/text.rs"]);
    compare("bad_folder", &dir, &["check", "src"]);
    let (open, close) = ("(".repeat(3000), ")".repeat(3000));
    fs::write(
        dir.join("src/deep.rs"),
        format!("fn one() -> i32 {{\n{open}1{close}\n}}\n"),
    )
    .unwrap();
    compare("bad_depth", &dir, &["check", "src/deep.rs"]);
    compare("bad_no_root", &dir, &["check"]);
    for args in [
        &["check", "src/good.rs"][..],
        &["import", "time.h", "clock"],
    ] {
        let output = run(cgocall(&dir, args).env("CC", "no-such-compiler"));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(output.stdout.is_empty());
        assert!(
            stderr.starts_with("error: ") && stderr.contains("`no-such-compiler`"),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
    let output = run(cgocall(&dir, &["check", "src/good.rs"]).env("RUSTC", "no-such-rustc"));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.starts_with("error: `no-such-rustc` cannot be run"),
        "{stderr}"
    );
    fs::write(dir.join("Cargo.toml"), "[package\n").unwrap();
    compare("bad_manifest", &dir, &["check"]);
}

/// Where the cargo that the command runs puts what it builds: beside what this test is built of.
fn shared_target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// Expands `file` of a package: the exit code, and what is said on stdout and stderr.
fn expand(package: &Path, file: &str, to: &Path) -> (i32, String, String) {
    let mut command = cgocall(package, &["expand", file, "-o", to.to_str().unwrap()]);
    let output = run(command
        .env("CARGO_TARGET_DIR", shared_target())
        .env("CARGO_TERM_QUIET", "true"));
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// The package of this test, for one at a time: what cargo builds of two copies would have the same names.
fn package() -> (MutexGuard<'static, ()>, PathBuf) {
    static ALONE: Mutex<()> = Mutex::new(());
    let guard = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    (guard, copy_of("command"))
}

fn paste_shop(package: &Path) {
    let args = ["import", "c/shop.h", "--all", "--source", "c/shop.c"];
    let output = run(&mut cgocall(package, &args));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    fs::write(package.join("src/shop.rs"), &output.stdout).unwrap();
}

#[test]
fn the_files_in_between_are_written_as_cgo_names_them() {
    let (_alone, dir) = package();
    let expanded = dir.join("expanded");
    let _ = fs::remove_dir_all(&expanded);
    paste_shop(&dir);
    let (code, stdout, stderr) = expand(&dir, "src/found.rs", &expanded);
    assert_eq!(code, 0, "{stderr}");
    let written = files(&expanded);
    let names: Vec<&str> = written.iter().map(|file| file.to_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "_cgo_export.h",
            "_cgo_gotypes.rs",
            "found.cgo1.rs",
            "found.cgo2.c",
            "found_2.cgo2.c"
        ]
    );
    let shown = stdout.lines();
    let shown = shown.map(|line| &line.strip_prefix(expanded.to_str().unwrap()).unwrap()[1..]);
    let shown: Vec<&str> = shown.collect();
    assert_eq!(shown.len(), names.len());
    for name in names {
        assert!(shown.contains(&name), "{shown:?}");
        golden(
            &format!("expand/{name}"),
            &fs::read_to_string(expanded.join(name)).unwrap(),
        );
        // What is C can be compiled where the headers are.
        if name.ends_with(".c") || name.ends_with(".h") {
            let output = run(Command::new("cc")
                .args(["-fsyntax-only", "-Wall", "-Werror", "-iquote", "."])
                .arg(expanded.join(name))
                .current_dir(&dir));
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    // What the macros have made is Rust that the rest of the program can use.
    let made = fs::read_to_string(expanded.join("_cgo_gotypes.rs")).unwrap();
    let unused = "use cgocall::{cgo_export, cgo_import};\n";
    assert!(made.contains(unused), "{made}");
    // Lints look the other way where a macro has written.
    let made = format!(
        "#![allow(dead_code, nonstandard_style)]\n{}",
        made.replace(unused, "")
    );
    fs::write(dir.join("src/found.rs"), made).unwrap();
    let output = run(Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--target-dir"])
        .arg(shared_target())
        .current_dir(&dir)
        .env_remove("OUT_DIR"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let dir = fixture_dir("command");
    for (name, args) in [
        ("no_file", ["expand", "src/nothing.rs", "-o", "/no/such"]),
        ("wrong", ["expand", "src/wrong.rs", "-o", "/no/such"]),
        ("no_rust", ["expand", "c/shop.c", "-o", "/no/such"]),
        ("no_folder", ["expand", "src/found.rs", "-o", "src/main.rs"]),
    ] {
        compare(&format!("expand_{name}"), &dir, &args);
    }
}

#[test]
fn a_crate_that_does_not_compile_has_all_files_but_what_rustc_makes() {
    let (_alone, dir) = package();
    let expanded = dir.join("expanded");
    let _ = fs::remove_dir_all(&expanded);
    fs::create_dir_all(&expanded).unwrap();
    fs::write(expanded.join("_cgo_gotypes.rs"), "// of an earlier run\n").unwrap();
    // `mod shop;` has no file.
    let (code, stdout, stderr) = expand(&dir, "src/found.rs", &expanded);
    assert_eq!(code, 1, "{stderr}");
    assert!(
        stderr.contains("error[E0583]: file not found for module `shop`"),
        "{stderr}"
    );
    let last = stderr.lines().next_back();
    assert_eq!(
        last,
        Some(
            "error: the bin `command_fixture` does not compile, as rustc says above; `_cgo_gotypes.rs` is not written, \
             the other files are"
        )
    );
    let written = files(&expanded);
    let names: Vec<&str> = written.iter().map(|file| file.to_str().unwrap()).collect();
    let others = [
        "_cgo_export.h",
        "found.cgo1.rs",
        "found.cgo2.c",
        "found_2.cgo2.c",
    ];
    assert_eq!(names, others);
    assert_eq!(stdout.lines().count(), others.len(), "{stdout}");
}

/// In a workspace: a library's root, a program's, a module by `#[path]`, and what is in no crate.
#[test]
fn a_file_is_expanded_wherever_it_is_in_its_package() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command-roots");
    let package = workspace.join("member");
    let runtime = fixture_dir("../../runtime").canonicalize().unwrap();
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"member\", \"other\"]\nresolver = \"3\"\n",
        ),
        (
            "other/Cargo.toml",
            "[package]\nname = \"other\"\nedition = \"2024\"\n",
        ),
        (
            "other/src/lib.rs",
            "compile_error!(\"nobody asks for this package\");\n",
        ),
        (
            "member/Cargo.toml",
            "[package]\nname = \"member\"\nedition = \"2024\"\n[features]\nclock = []\n\
             [dependencies]\ncgocall = { path = \"RUNTIME\" }\n",
        ),
        ("member/src/lib.rs", include_str!("command/roots/lib.rs")),
        ("member/src/main.rs", include_str!("command/roots/main.rs")),
        (
            "member/src/place/far.rs",
            include_str!("command/roots/far.rs"),
        ),
        (
            "member/src/clock.rs",
            include_str!("command/roots/clock.rs"),
        ),
        ("member/src/lost.rs", include_str!("command/roots/clock.rs")),
    ];
    for (name, text) in files {
        let path = workspace.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("RUNTIME", runtime.to_str().unwrap())).unwrap();
    }
    fs::copy(runtime.join("../Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    compare("check_nothing", &package, &["check"]);
    let expanded = workspace.join("expanded");
    for (file, name) in [
        ("src/lib.rs", "lib"),
        ("src/main.rs", "main"),
        ("src/place/far.rs", "far"),
    ] {
        let (code, _, stderr) = expand(&package, file, &expanded);
        assert_eq!((code, stderr.as_str()), (0, ""));
        let made = fs::read_to_string(expanded.join("_cgo_gotypes.rs")).unwrap();
        golden(&format!("roots/{name}.gotypes.rs"), &made);
    }
    for file in ["src/clock.rs", "src/lost.rs"] {
        let (code, _, stderr) = expand(&package, file, &expanded);
        assert_eq!(code, 1);
        assert_eq!(
            stderr,
            format!(
                "error: `{file}` is a module of no target of this package, with these features, so rustc makes nothing \
                 of it; `_cgo_gotypes.rs` is not written, the other files are\n"
            )
        );
    }
}

/// What a file speaks of stands in another; and it shrinks.
#[test]
fn a_file_is_expanded_as_a_part_of_its_package() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command-part");
    let _ = fs::remove_dir_all(&dir);
    let import = |define: &str, text: &str| {
        format!("#[cgo_import(include = \"c/a.h\", define = \"{define}\")]\n{text}\n")
    };
    let area = import(
        "A",
        "unsafe extern \"C\" { unsafe fn area(p: *mut Point) -> c_int; }",
    );
    let two = import("B", "unsafe extern \"C\" { safe fn two() -> c_int; }");
    let names = import("A", "mod names {\n    // Grüße\n    use C::two;\n}");
    let point = "#[repr(C)] #[cgo(c = \"struct pt\")] struct Point { x: c_int, y: c_int }";
    let wrong = import("B", "unsafe extern \"C\" { safe fn two() -> c_long; }");
    let header = "struct pt { int x; int y; };\nint area(struct pt *p);\nint two(void);\n";
    let files = [
        (
            "build.rs",
            "fn main() { cgocall_cshim::build(\"src/lib.rs\").compile(); }\n",
        ),
        ("src/lib.rs", "mod ffi;\nmod types;\nmod wrong;\n"),
        ("src/types.rs", &import("A", point)),
        ("src/wrong.rs", &wrong),
        ("c/a.h", header),
    ];
    let write = |path: &str, text: &str| {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    files.iter().for_each(|(path, text)| write(path, text));
    let to = dir.join("expanded");
    let expanded = |text: &str| {
        write("src/ffi.rs", text);
        let (code, _, stderr) = expand(&dir, "src/ffi.rs", &to);
        assert_eq!(code, 0, "{stderr}");
        files_of(&to)
    };
    let all = format!("\u{feff}// é\n{area}{two}{names}");
    assert_eq!(
        expanded(&all),
        ["ffi.cgo1.rs", "ffi.cgo2.c", "ffi_2.cgo2.c"]
    );
    let text = fs::read_to_string(to.join("ffi.cgo1.rs")).unwrap();
    let is_like = [
        text.starts_with(&format!("\u{feff}// é\n{area}{two}mod names {{\n")),
        text.contains("pub mod C {\n"),
        text.ends_with("    // Grüße\n    pub use self::C::two;\n}\n"),
    ];
    assert_eq!(is_like, [true; 3], "{text}");
    let others = "/* The stubs of imports in src/other.rs. */\n";
    write("expanded/ffi_3.cgo2.c", others);
    assert_eq!(
        expanded(&area),
        ["ffi.cgo1.rs", "ffi.cgo2.c", "ffi_3.cgo2.c"]
    );
    assert_eq!(expanded("fn none() {}\n"), ["ffi.cgo1.rs", "ffi_3.cgo2.c"]);
}

fn files_of(dir: &Path) -> Vec<String> {
    let names = files(dir)
        .into_iter()
        .map(|path| path.display().to_string());
    names.collect()
}

/// All that rustc would say of the headers of the cases in `tests/fixtures/mismatch`, on the same tokens.
#[test]
fn every_contradiction_that_rustc_would_tell_is_told() {
    let dir = fixture_dir("mismatch");
    let bins = files(&dir.join("src"));
    let roots: Vec<String> = bins
        .iter()
        .map(|file| format!("src/{}", file.display()))
        .collect();
    let args: Vec<&str> = ["check"]
        .into_iter()
        .chain(roots.iter().map(String::as_str))
        .collect();
    let output = run(&mut cgocall(&dir, &args));
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    let mut told: Vec<(String, String)> = Vec::new();
    for error in stderr.split("\n\n") {
        let (message, rest) = error.split_once("--> ").unwrap_or((error, ""));
        // Warnings come first.
        let from = message.rfind("\nerror: ").map_or(0, |at| at + 1);
        let message = message[from..].trim_start_matches("error: ");
        let place = rest.lines().next().unwrap_or_default();
        let line = place.rsplit_once(':').map_or(place, |(line, _)| line);
        told.push((line.to_owned(), message.trim().replace("\n       ", "\n")));
    }
    let mut wanted = 0;
    for (file, path) in bins.iter().zip(&roots) {
        let text = fs::read_to_string(dir.join("src").join(file)).unwrap();
        for (index, line) in text.lines().enumerate() {
            let Some(expected) = line.trim().strip_prefix("//~^ ") else {
                continue;
            };
            let (_, message) = expected.split_once(": ").unwrap();
            // rustc alone sees what a macro makes, and evaluates; sources beside a header are not compiled, nor stubs.
            let not_ours = [
                message.starts_with("evaluation panicked"),
                message.starts_with("build.rs did not see"),
                message.contains(".cc` does not compile"),
                message.contains("in this preamble, and in the same one"),
            ];
            if not_ours.contains(&true) {
                continue;
            }
            let place = format!("{path}:{index}");
            let here = |(line, _): &&(String, String)| *line == place;
            let here: Vec<&String> = told.iter().filter(here).map(|(_, said)| said).collect();
            assert!(
                here.iter().any(|said| said.starts_with(message)),
                "{place}: wanted {message}, told {here:?}"
            );
            wanted += 1;
        }
    }
    assert!(wanted > 90, "{wanted}");
}
