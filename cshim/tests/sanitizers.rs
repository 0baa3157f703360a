//! The C compiler's sanitizers: what CFLAGS asks for, stubs and preambles are compiled with, and what is found there has
//! its place in the Rust file.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod fixture;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, str};

use serde_json::Value;

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// `cargo`, with C compiled by this sanitizer.
fn cargo(package: &Path, command: &[&str], sanitizer: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(command).arg("--target-dir").arg(target());
    cargo.current_dir(package);
    cargo.env("CFLAGS", format!("-g -fsanitize={sanitizer}"));
    // Of the package that is being tested.
    cargo.env_remove("OUT_DIR");
    cargo
}

fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}{err}")
}

/// Where gcc has the sanitizer's runtime, if it has.
fn runtime(name: &str) -> Option<PathBuf> {
    let file = format!("-print-file-name=lib{name}.so");
    let output = Command::new("gcc").arg(file).output().ok()?;
    let path = PathBuf::from(str::from_utf8(&output.stdout).ok()?.trim());
    path.is_absolute().then_some(path)
}

// Keeps: sanitizers
#[test]
fn what_c_is_compiled_with_stubs_and_preambles_are_compiled_with() {
    let package = fixture::copy_of("sanitizers");
    finds_what_is_wrong(&package);
    is_in_the_stubs(&package);
}

/// Where gcc has the sanitizers' runtimes.
fn finds_what_is_wrong(package: &Path) {
    let source = fs::read_to_string(package.join("src/main.rs")).unwrap();
    for (sanitizer, name, right, line, wanted) in [
        (
            "address",
            "asan",
            "goroutine",
            "bytes[n]",
            "heap-buffer-overflow",
        ),
        ("thread", "tsan", "", "counter++", "data race"),
    ] {
        let Some(runtime) = runtime(name) else {
            eprintln!("gcc has no lib{name}: that sanitizer is skipped");
            continue;
        };
        let built = cargo(package, &["build"], sanitizer)
            .env("CC", "gcc")
            .env("RUNTIME", name)
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", said(&built));
        let run = |scenario: &str| {
            Command::new(target().join("debug/sanitizers_fixture"))
                .arg(scenario)
                // Before what it takes the place of.
                .env("LD_PRELOAD", &runtime)
                .env("ASAN_OPTIONS", "detect_leaks=0")
                .output()
                .unwrap()
        };
        let good = run(right);
        assert!(good.status.success(), "{}", said(&good));
        assert!(good.stderr.is_empty(), "{}", said(&good));
        let bad = run(sanitizer);
        let line = 1 + source.lines().position(|text| text.contains(line)).unwrap();
        let summary = format!("Sanitizer: {wanted} src/main.rs:{line} in ");
        assert!(!bad.status.success(), "{}", said(&bad));
        assert!(said(&bad).contains(&summary), "{summary}: {}", said(&bad));
        // From Rust through the stub.
        assert!(said(&bad).contains("_Cfunc_"), "{}", said(&bad));
    }
}

/// A machine may have no runtime for clang's.
fn is_in_the_stubs(package: &Path) {
    if Command::new("clang").arg("--version").output().is_err() {
        eprintln!("clang is not installed: that leg is skipped");
        return;
    }
    for (sanitizer, call) in [
        ("address", "__asan_report_"),
        ("thread", "__tsan_func_entry"),
        ("memory", "__msan_"),
    ] {
        let checked = cargo(package, &["check", "--message-format=json"], sanitizer)
            .env("CC", "clang")
            .output()
            .unwrap();
        assert!(checked.status.success(), "{}", said(&checked));
        let archive = archive(&checked.stdout);
        let symbols = Command::new("nm").args(["-u", "-P"]).arg(archive).output();
        let symbols = said(&symbols.unwrap());
        assert!(symbols.contains(call), "{sanitizer}: {symbols}");
    }
}

/// The stubs that the package's build script has compiled.
fn archive(messages: &[u8]) -> PathBuf {
    let messages = str::from_utf8(messages).unwrap().lines();
    let of_package = |message: &Value| {
        message["reason"] == "build-script-executed"
            && message["package_id"]
                .as_str()
                .unwrap()
                .contains("sanitizers")
    };
    let ran = messages
        .map(|line| serde_json::from_str(line).unwrap())
        .find(of_package)
        .expect("the build script has run");
    let out = fs::read_dir(ran["out_dir"].as_str().unwrap()).unwrap();
    out.map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "a"))
        .expect("an archive")
}
