//! Libraries of the user's own in a folder of the package, and C++ behind C declarations: compiled, linked and run, under
//! the default linker and under GNU ld, which takes archives in their order.

mod fixture;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn archives_shared_libraries_and_cpp_are_linked() {
    let package = fixture::copy_of("libraries");
    make(&package, 41);
    assert_eq!(run(&package, ""), "42 2000\n3 4\n-1\n");
    // rustc has taken the archive into the crate.
    make(&package, 6);
    assert_eq!(run(&package, ""), "7 2000\n3 4\n-1\n");
    if cfg!(all(
        target_os = "linux",
        target_arch = "x86_64",
        target_env = "gnu"
    )) {
        assert_eq!(run(&package, "-Clinker-features=-lld"), "7 2000\n3 4\n-1\n");
    }
}

/// The libraries, as a user has them.
fn make(package: &Path, tally: u32) {
    fs::create_dir_all(package.join("lib")).unwrap();
    let _ = fs::remove_file(package.join("lib/libtally.a"));
    let run = |program: &str, args: &[&str]| {
        let status = Command::new(program)
            .args(args)
            .current_dir(package)
            .status();
        assert!(status.unwrap().success(), "{program} {args:?}");
    };
    let cc = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let define = format!("-DTALLY={tally}");
    run(
        &cc,
        &["-c", "-fPIC", &define, "-o", "lib/tally.o", "c/tally.c"],
    );
    run("ar", &["rcs", "lib/libtally.a", "lib/tally.o"]);
    run(
        &cc,
        &["-shared", "-fPIC", "-o", "lib/libshout.so", "c/shout.c"],
    );
}

fn run(package: &Path, rustflags: &str) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let host = env::consts::ARCH.to_owned() + "-unknown-linux-gnu";
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--target-dir"]).arg(target);
    if !rustflags.is_empty() {
        // Then macros and build scripts are linked as always.
        command
            .args(["--target", &host])
            .env("RUSTFLAGS", rustflags);
    }
    let output = command
        .current_dir(package)
        .env("LD_LIBRARY_PATH", package.join("lib"))
        .env_remove("OUT_DIR")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}
