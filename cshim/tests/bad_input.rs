//! What is around a package changes between two builds, and cargo decides what runs again.

mod fixture;

use std::fs;
use std::path::Path;
use std::process::Command;

use fixture::copy_of;

/// Builds and runs the package; what it prints, or else what is said on stderr.
fn run(package: &Path, target: &Path, variables: &[(&str, &str)]) -> Result<String, String> {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--color=never", "--target-dir"])
        .arg(target)
        .current_dir(package)
        .envs(variables.iter().copied())
        // Of the package that is being tested.
        .env_remove("OUT_DIR")
        .output()
        .unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Writes a file such that cargo sees it: its times are no finer than those of the file system, and a build may have
/// ended within the same tick.
fn write(path: &Path, text: &str) {
    let before = fs::metadata(path).and_then(|file| file.modified()).unwrap();
    loop {
        fs::write(path, text).unwrap();
        if fs::metadata(path).unwrap().modified().unwrap() > before {
            return;
        }
    }
}

// Keeps: missing-tools
#[test]
fn nothing_stale_is_used_and_nothing_is_lost() {
    let package = copy_of("bad_input");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let header = package.join("c/api.h");
    let good = fs::read_to_string(&header).unwrap();
    let says = |variables: &[(&str, &str)], wanted: &str| {
        let said = run(&package, target, variables).unwrap_err();
        let errors = said
            .lines()
            .filter(|line| line.starts_with("error"))
            .collect::<Vec<_>>();
        assert!(
            errors.iter().any(|line| line.contains(wanted)),
            "{wanted}, not:\n{said}"
        );
    };
    let works = |printed: &str| {
        let output = run(&package, target, &[]);
        assert_eq!(output.as_deref().map(str::trim), Ok(printed));
    };

    write(&header, &good);
    works("7");
    // The header alone is broken, then mended, then changed; no Rust file is touched.
    write(&header, &good.replace("int of", "long of"));
    says(
        &[],
        "error: `of` is `long` in c/api.h:1; declared here as `c_int`; write `c_long`",
    );
    says(
        &[],
        "error: `of` is `long` in c/api.h:1; declared here as `c_int`; write `c_long`",
    );
    // In whatever language.
    let compiler = package.join("german-cc.sh").display().to_string();
    let german = [
        ("CC", &*compiler),
        ("LC_ALL", "de_DE.UTF-8"),
        ("LANGUAGE", "de"),
    ];
    says(
        &german,
        "error: `of` is `long` in c/api.h:1; declared here as `c_int`; write `c_long`",
    );
    write(&header, &good.replace("of / 2", "of / 7"));
    works("2");
    fs::remove_file(&header).unwrap();
    says(
        &[],
        "error: the C compiler does not find `c/api.h`; install the package",
    );
    fs::write(&header, &good).unwrap();
    works("7");

    // A compiler that is not there, then is.
    let said = "the imports of this package: ";
    says(
        &[("CC", "no-such-compiler")],
        &format!("cgocall needs a C compiler to check {said}"),
    );
    works("7");

    says(
        &[("TWICE", "1")],
        "cgocall_cshim::build is called twice in one build.rs, and the second call would forget what the first has \
         found; add .root(\"src/other.rs\") to the first instead",
    );
    works("7");
}
