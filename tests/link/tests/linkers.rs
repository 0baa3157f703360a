//! The whole package under each linker and linker option that treats archives in its own way, and its
//! library in a C program.
//!
//! rust-lld, the default, is what the other tests run under. GNU ld takes archives in their order, so that
//! a stub's archive must come before the library it needs; `-Clink-dead-code` keeps every stub, needed or
//! not.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::str;

use serde_json::Value;

const PACKAGE: &str = "cgocall-link-test";

/// `cargo` for this package with `rustflags`, which `--target` keeps away from macros and build scripts.
fn cargo(rustflags: &str, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(args)
        .args(["-p", PACKAGE, "--target", env!("TARGET"), "--target-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("RUSTFLAGS", rustflags)
        .env_remove("OUT_DIR");
    output(command)
}

fn output(mut command: Command) -> String {
    let output = command.output().unwrap();
    let stderr = str::from_utf8(&output.stderr).unwrap();
    assert!(output.status.success(), "{command:?}\n{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn runs_with(rustflags: &str) {
    assert_eq!(
        cargo(rustflags, &["run", "--quiet", "--bin", PACKAGE]),
        "12.566\n"
    );
    assert_eq!(
        cargo(rustflags, &["run", "--quiet", "--example", "area"]),
        "3.142 5.0\n"
    );
    let tests = cargo(
        rustflags,
        &["test", "--quiet", "--test", "own_import", "--lib"],
    );
    assert_eq!(tests.matches(" passed; 0 failed").count(), 2, "{tests}");
}

#[test]
fn every_target_links_when_nothing_is_thrown_away() {
    runs_with("-Clink-dead-code");
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
fn every_target_links_with_gnu_ld() {
    runs_with("-Clinker-features=-lld");
}

#[test]
#[cfg(unix)]
fn a_c_program_links_the_library_shared_and_static() {
    let messages = cargo("", &["build", "--lib", "--message-format=json"]);
    let messages: Vec<Value> = messages
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ours = || {
        messages.iter().filter(|message| {
            message["package_id"]
                .as_str()
                .is_some_and(|id| id.contains("tests/link"))
        })
    };
    let out_dir = ours()
        .find_map(|message| message["out_dir"].as_str())
        .unwrap();
    let libraries: Vec<PathBuf> = ours()
        .filter_map(|message| message["filenames"].as_array())
        .flatten()
        .map(|file| PathBuf::from(file.as_str().unwrap()))
        .filter(|file| {
            file.extension()
                .is_some_and(|ext| ext == "a" || ext == "so" || ext == "dylib")
        })
        .collect();
    assert_eq!(libraries.len(), 2, "{libraries:?}");
    for library in libraries {
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("host");
        let mut cc = Command::new("cc");
        cc.arg("c/host.c")
            .arg("-I")
            .arg(Path::new(out_dir).join("cgo"));
        cc.arg(&library)
            .args(["-lm", "-lpthread", "-ldl", "-o"])
            .arg(&program);
        output(cc);
        let mut host = Command::new(&program);
        host.env("LD_LIBRARY_PATH", library.parent().unwrap());
        assert_eq!(output(host), "42\n", "{}", library.display());
        #[cfg(target_os = "linux")]
        overflows(&program, library.parent().unwrap());
    }
}

/// Its Ms have no alternate stacks of `std`'s.
#[cfg(target_os = "linux")]
fn overflows(program: &Path, libraries: &Path) {
    let outcome = Command::new(program)
        .arg("deep")
        .env("LD_LIBRARY_PATH", libraries)
        .output()
        .unwrap();
    let said = str::from_utf8(&outcome.stderr).unwrap();
    let signal = std::os::unix::process::ExitStatusExt::signal(&outcome.status);
    assert_eq!(signal, Some(11), "{said}");
    let told = "cgocall: goroutine 1 (spawned at tests/link/src/lib.rs:";
    assert!(said.starts_with(told), "{said}");
    assert!(said.contains(" has overflowed its stack of "), "{said}");
}
