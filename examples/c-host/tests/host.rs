//! `make` builds the C programs, and they run.

#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::str;
use std::sync::OnceLock;
use std::thread;

/// Where the programs are, and the library below `prefix`.
fn build() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // Of the test that comes first: each may have a process of its own, beside the others.
        let test = thread::current();
        let build = tmp.join("tally").join(test.name().unwrap_or("main"));
        let profile = if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        };
        let made = Command::new("make")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg(format!("CARGO={}", env!("CARGO")))
            .arg(format!(
                "CARGO_TARGET_DIR={}",
                tmp.parent().unwrap().display()
            ))
            .arg(format!("BUILD={}", build.display()))
            .arg(format!("PROFILE={profile}"))
            // Of this test, not of the library.
            .env_remove("OUT_DIR")
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", said(&made));
        build
    })
}

fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}{err}")
}

/// What a program says that is to run well.
fn run(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(build().join(program));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

// Keeps: hosts
#[test]
fn a_program_that_links_the_static_library_runs() {
    assert_eq!(
        run("host-static", &["words.txt", "words.txt"]),
        "error: No such file or directory (os error 2)\nwords in files: 30\nwords: 35, different: 14\nthe: 8\ndog: yes\n\
         the 8\ndog 4\nand 3\n8 4 3 2 2 2 2 2 2 2 2 2 1 1\n"
    );
}

// Keeps: hosts
#[test]
fn a_program_that_links_the_shared_library_runs() {
    let counted = run("host-shared", &[]);
    assert!(
        counted
            .ends_with("words: 5, different: 4\nthe: 2\ndog: no\nthe 2\nand 1\ncat 1\n2 1 1 1\n"),
        "{counted}"
    );
}

// Keeps: hosts
#[test]
fn a_program_that_implements_what_the_library_calls_runs() {
    assert_eq!(
        run("observer-host", &[]),
        "new: a\nnew: cat\nnew: and\nnew: hat\nnew: thread\nnew: of\nnew: c\na: 3\na: 3\nand: 1\n\
         seen: 2, new words: 7, words: 9, drops: 0\ndrops: 1\nnew: dog\nnew words: 8, drops: 1\n"
    );
}

// Keeps: hosts
#[test]
fn a_program_that_opens_the_library_while_it_runs_runs() {
    let library = build().join("prefix/lib/libtally.so");
    let said = run("plugin-host", &[library.to_str().unwrap()]);
    assert_eq!(
        said,
        "error: No such file or directory (os error 2)\na 2\nis 1\n"
    );
}

#[test]
fn a_file_that_is_not_there_fails_with_its_name() {
    let mut host = Command::new(build().join("host-shared"));
    let output = host.args(["/no/such/words"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        str::from_utf8(&output.stderr).unwrap(),
        "/no/such/words: No such file or directory (os error 2)\n"
    );
}

// Keeps: only-exports
#[test]
fn only_exports_are_visible() {
    let nm = Command::new("nm")
        .args(["-D", "--defined-only", "-f", "posix"])
        .arg(build().join("prefix/lib/libtally.so"))
        .output()
        .unwrap();
    let symbols = str::from_utf8(&nm.stdout).unwrap().lines();
    let symbols: Vec<&str> = symbols.filter_map(|line| line.split(' ').next()).collect();
    let exports = [
        "tally_add",
        "tally_add_file",
        "tally_add_file_error",
        "tally_add_files",
        "tally_add_files_error",
        "tally_count",
        "tally_counts",
        "tally_free",
        "tally_merge",
        "tally_new",
        "tally_observe",
        "tally_report",
        "tally_total",
        "tally_visit",
    ];
    assert_eq!(symbols, exports, "{}", said(&nm));
}

// Keeps: header-without-paths
#[test]
fn the_header_tells_nothing_of_the_machine_that_it_was_built_on() {
    let header = std::fs::read_to_string(build().join("prefix/include/tally.h")).unwrap();
    let of_this_machine = [
        env!("CARGO_MANIFEST_DIR"),
        env!("CARGO_TARGET_TMPDIR"),
        "src/lib.rs",
    ];
    for place in of_this_machine {
        assert!(!header.contains(place), "{place}");
    }
}

#[test]
fn cpp_reads_the_installed_header() {
    let user = "#include <tally.h>\nint main() { Tally *tally = tally_new(); tally_free(tally); return 0; }\n";
    let file = build().join("user.cpp");
    std::fs::write(&file, user).unwrap();
    let mut cc = Command::new("c++");
    cc.args([
        "-std=c++11",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic",
        "-fsyntax-only",
        "-I",
    ]);
    // A machine may have a C compiler alone.
    if let Ok(output) = cc.arg(build().join("prefix/include")).arg(file).output() {
        assert!(output.status.success(), "{}", said(&output));
    }
}
