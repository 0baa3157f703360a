//! A build script that is run again: repeated while nothing has changed, and not once something has.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// Set in the child that is the build script: the package's folder.
const IS_BUILD_SCRIPT: &str = "CGOCALL_TEST_BUILD_SCRIPT";
/// As long as each other: what a run says, and what stands for it in the record of the run.
const SAID: &str = "rerun-if-env-changed=DOCS_RS";
const MARK: &str = "rerun-if-env-changed=REPEATS";

const RUST: &str = r#"
    #[cgo_import(include = "c/api.h", include = "near.h", include = "made.h", cflags = "-Isystem",
                 pkg_config = "thing", link = "thing", link_search = "lib")]
    unsafe extern "C" { fn of(n: c_int) -> c_int; }
    #[cgo_import(include = "c/names.h")]
    mod names { use C::NAME; }
    #[cgo_export] pub extern "C" fn exported() {}
    mod later;
"#;

/// A package on disk, and the test that has it.
struct Package {
    test: &'static str,
    dir: PathBuf,
    variables: Vec<(&'static str, &'static str)>,
}

impl Package {
    /// `None` in the child: it has done its work.
    fn new(test: &'static str) -> Option<Package> {
        if let Some(dir) = env::var_os(IS_BUILD_SCRIPT) {
            let dir = Path::new(&dir);
            let header = fs::read_to_string(dir.join("header")).unwrap();
            fs::copy(dir.join("made"), dir.join("out/made.h")).unwrap();
            cgocall_cshim::build("src/ffi.rs").header(header).compile();
            return None;
        }
        let package = Package {
            test,
            dir: Path::new(env!("CARGO_TARGET_TMPDIR")).join(test),
            variables: Vec::new(),
        };
        let _ = fs::remove_dir_all(&package.dir);
        let files = [
            ("src/ffi.rs", RUST),
            ("c/api.h", "int of(int n);\n"),
            ("c/names.h", "#define NAME 7\n"),
            ("system/near.h", "int near;\n"),
            ("header", "include/own.h"),
            ("made", "int made;\n"),
            ("lib/there", ""),
            ("flags", "-DTHING=1 -lthing"),
            ("cc", "#!/bin/sh\nexec cc \"$@\"\n"),
            (
                "pkg-config",
                "#!/bin/sh\necho asked >> asked\ncase \"$*\" in\n*--modversion*) echo 1.0 ;;\n*) cat flags ;;\nesac\n",
            ),
        ];
        for (path, text) in files {
            package.write(path, text.as_bytes());
        }
        for program in ["cc", "pkg-config"] {
            let path = package.dir.join(program);
            let chmod = Command::new("chmod").arg("+x").arg(path).status().unwrap();
            assert!(chmod.success());
        }
        fs::create_dir_all(package.dir.join("out")).unwrap();
        Some(package)
    }

    /// Whatever changes, no time says so.
    fn write(&self, path: &str, text: &[u8]) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(long_ago).unwrap();
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.dir.join(path)).unwrap()
    }

    /// Runs the build script. What it says to cargo, and whether it has but repeated the last run.
    fn run(&self) -> (String, bool) {
        self.mark();
        let target = format!("{}-unknown-linux-gnu", env::consts::ARCH);
        let output = Command::new(env::current_exe().unwrap())
            .args([self.test, "--exact", "--nocapture"])
            .env(IS_BUILD_SCRIPT, &self.dir)
            .env("OUT_DIR", self.dir.join("out"))
            .env("CARGO_MANIFEST_DIR", &self.dir)
            .envs([("CARGO_PKG_NAME", "warm"), ("CARGO_PKG_VERSION", "1.0.0")])
            .envs([("TARGET", &target), ("HOST", &target)])
            .envs([("OPT_LEVEL", "0"), ("DEBUG", "true"), ("PROFILE", "debug")])
            .envs([
                ("CARGO_CFG_TARGET_OS", "linux"),
                ("CARGO_CFG_TARGET_ARCH", env::consts::ARCH),
                ("CARGO_CFG_TARGET_POINTER_WIDTH", "64"),
                ("CARGO_CFG_UNIX", ""),
            ])
            // The build script makes a header of its own.
            .env("C_INCLUDE_PATH", self.dir.join("out"))
            .env("CC", self.dir.join("cc"))
            .env("PKG_CONFIG", self.dir.join("pkg-config"))
            .envs(self.variables.iter().copied())
            .current_dir(&self.dir)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}");
        let is_repeated = said.contains(MARK);
        (said.replace(MARK, SAID), is_repeated)
    }

    /// Changes what the last run is known to have said, where it is known.
    fn mark(&self) {
        let path = self.dir.join("out/cgo/last");
        let Ok(mut record) = fs::read(&path) else {
            return;
        };
        let found = |record: &[u8]| {
            record
                .windows(SAID.len())
                .position(|part| part == SAID.as_bytes())
        };
        while let Some(at) = found(&record) {
            record[at..at + SAID.len()].copy_from_slice(MARK.as_bytes());
        }
        fs::write(&path, record).unwrap();
    }

    /// Nothing is to be done, twice.
    fn settle(&self, what: &str) -> String {
        self.run();
        let (said, is_repeated) = self.run();
        assert!(is_repeated, "{what}: nothing has changed");
        said
    }
}

#[test]
fn a_run_is_repeated_while_nothing_has_changed_and_no_longer() {
    let test = "a_run_is_repeated_while_nothing_has_changed_and_no_longer";
    let Some(mut package) = Package::new(test) else {
        return;
    };
    let (first, is_repeated) = package.run();
    assert!(!is_repeated && !first.contains("cargo::error"), "{first}");
    assert!(
        first.contains("rerun-if-changed=") && first.contains("/stddef.h"),
        "the system's headers are read too: {first}"
    );
    let lines = |said: &str| -> Vec<String> {
        let lines = said.lines().filter_map(|line| {
            let at = line.find("cargo::")?;
            Some(line[at..].to_owned())
        });
        lines.collect()
    };
    let again = package.settle("at first");
    assert!(lines(&first).len() > 50);
    assert_eq!(lines(&again), lines(&first));

    // What is there, otherwise; and what one run has left.
    let rec = |dir: &Path| {
        let entries = fs::read_dir(dir.join("out/cgo")).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".rec") || name.ends_with(".rs"))
            .map(|name| format!("out/cgo/{name}"))
            .collect();
        names.sort();
        names
    };
    let archives = fs::read_dir(package.dir.join("out")).unwrap();
    let archives = archives.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let archives: Vec<String> = archives
        .filter(|name| name.ends_with(".a"))
        .map(|name| format!("out/{name}"))
        .collect();
    assert_eq!((rec(&package.dir).len(), archives.len()), (4, 1));
    let theirs = [
        ("src/ffi.rs", "// comment\n"),
        ("c/api.h", "int of(int n); /* comment */\n"),
        ("c/names.h", "#define NAME 8\n"),
        ("system/near.h", "int near; /* comment */\n"),
        ("flags", "-DTHING=2 -lthing"),
        ("header", "include/other.h"),
        // The build script's own, which is new in each run.
        ("made", "int made; /* comment */\n"),
        ("cc", "#!/bin/sh\nexec  cc \"$@\"\n"),
    ];
    for (path, text) in theirs {
        let before = package.read(path);
        package.write(path, text.as_bytes());
        assert!(!package.run().1, "{path} is another");
        package.settle(path);
        package.write(path, &before);
        assert!(!package.run().1, "{path} is as before");
        package.settle(path);
    }
    let ours = [
        "out/cgo/index",
        "out/cgo/warm.h",
        "out/cgo/version",
        "include/own.h",
    ];
    let ours = ours.iter().map(|&path| path.to_owned());
    for path in ours.chain(rec(&package.dir)).chain(archives) {
        let before = package.read(&path);
        let mut damaged = before.clone();
        damaged[before.len() / 2] ^= 1;
        package.write(&path, &damaged);
        assert!(!package.run().1, "{path} is damaged");
        package.settle(&path);
        assert_eq!(package.read(&path), before, "{path}");
        fs::remove_file(package.dir.join(&path)).unwrap();
        assert!(!package.run().1, "{path} is not there");
        package.settle(&path);
        assert_eq!(package.read(&path), before, "{path}");
    }

    // What is not there.
    let absent = [
        ("src/ffi/later.rs", "// a module"),
        ("src/later.rs", "// a module, if the file is a crate's root"),
        ("near.h", "int near;\n"),
        ("lib/libthing.a", "!<arch>\n"),
        ("out/cgo/0123456789ab.rec", "another's"),
    ];
    for (path, text) in absent {
        package.write(path, text.as_bytes());
        assert!(!package.run().1, "{path} is there");
        package.settle(path);
        let _ = fs::remove_file(package.dir.join(path));
        if !path.starts_with("out") {
            assert!(!package.run().1, "{path} is gone");
        }
        package.settle(path);
    }

    // A header of the package's own is taken for one of the system's.
    package.write("near.h", b"#error of the package\n");
    let (said, is_repeated) = package.run();
    assert!(!is_repeated && said.contains("look-again"), "{said}");
    fs::remove_file(package.dir.join("near.h")).unwrap();
    package.settle("the system's header");

    // What is said in the environment.
    let variables = [
        ("CFLAGS", "-DA"),
        ("CARGO_FEATURE_A", "1"),
        ("CARGO_CFG_WINDOWS", ""),
        ("CARGO_PKG_VERSION", "1.0.1"),
        ("PKG_CONFIG_PATH", "/nowhere"),
        ("DEP_A_INCLUDE", "/nowhere"),
        ("ANY_THAT_ENV_MAY_READ", "1"),
    ];
    for variable in variables {
        package.variables = vec![variable];
        assert!(!package.run().1, "{variable:?}");
        package.settle(variable.0);
        package.variables.clear();
        assert!(!package.run().1, "{variable:?} is gone");
        package.settle(variable.0);
    }
    package.variables = vec![("NUM_JOBS", "3"), ("CARGO_MAKEFLAGS", "-j3")];
    assert!(
        package.run().1,
        "how cargo spreads its work is nobody's business"
    );
    package.variables = vec![("CC", "./cc")];
    package.settle("a compiler by its path from here");
    package.write("cc", b"#!/bin/sh\nexec   cc \"$@\"\n");
    assert!(!package.run().1, "the compiler is another");
    package.variables.clear();

    // A folder instead of a file, and the other way round.
    fs::remove_dir_all(package.dir.join("lib")).unwrap();
    assert!(!package.run().1);
    assert!(
        !package.run().1,
        "a missing folder is looked for every time"
    );
    package.write("lib/there", b"");
    package.settle("the folder");
}

#[test]
fn what_is_wrong_is_never_repeated() {
    let Some(mut package) = Package::new("what_is_wrong_is_never_repeated") else {
        return;
    };
    package.settle("at first");
    let header = package.read("c/api.h");
    package.write("c/api.h", b"long of(int n);\n");
    for _ in 0..3 {
        assert!(!package.run().1, "a finding is looked at again");
    }
    package.write("c/api.h", &header);
    package.settle("the header is mended");
    package.variables = vec![("CC", "/no/such/compiler")];
    for _ in 0..3 {
        let (said, is_repeated) = package.run();
        assert!(
            !is_repeated && said.contains("cargo::error=cgocall needs a C compiler"),
            "{said}"
        );
    }
    package.variables = vec![("DOCS_RS", "1")];
    for _ in 0..3 {
        assert!(!package.run().1, "documentation has no stubs");
    }
    package.variables.clear();
    package.settle("there is a compiler");
    fs::rename(
        package.dir.join("src/ffi.rs"),
        package.dir.join("src/gone.rs"),
    )
    .unwrap();
    for _ in 0..3 {
        let (said, is_repeated) = package.run();
        assert!(
            !is_repeated && said.contains("there is no file `src/ffi.rs`"),
            "{said}"
        );
    }
    fs::rename(
        package.dir.join("src/gone.rs"),
        package.dir.join("src/ffi.rs"),
    )
    .unwrap();
    package.settle("the root is there");
    // Written after the run began, or so it seems: nobody knows what the compiler has read.
    let file = File::options()
        .write(true)
        .open(package.dir.join("c/api.h"))
        .unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(1000))
        .unwrap();
    package.variables = vec![("ANY", "1")];
    for _ in 0..3 {
        assert!(!package.run().1, "a header that changes while it is read");
        let group = fs::read_dir(package.dir.join("out/cgo/group")).unwrap();
        let files = group.map(|entry| entry.unwrap().path());
        let stamps = files.filter(|file| file.extension().is_some_and(|end| end == "stamp"));
        assert_eq!(stamps.count(), 0, "nor has the compiler seen it for sure");
    }
}

#[test]
fn pkg_config_is_asked_once_in_a_run() {
    let Some(package) = Package::new("pkg_config_is_asked_once_in_a_run") else {
        return;
    };
    let asked = || {
        let _ = fs::remove_file(package.dir.join("asked"));
        let is_repeated = package.run().1;
        (
            String::from_utf8(package.read("asked"))
                .unwrap()
                .lines()
                .count(),
            is_repeated,
        )
    };
    let one = asked();
    assert!(one.0 > 0 && !one.1);
    // Of another group each.
    let more = ["A", "B", "C"].map(|define| {
        let attr = format!("pkg_config = \"thing\", include = \"c/api.h\", define = \"{define}\"");
        let block = "unsafe extern \"C\" { fn of(n: c_int) -> c_int; }";
        format!("#[cgo_import({attr})]\n{block}\n#[cgo_import({attr})]\nmod m {{ use C::of; }}\n")
    });
    package.write("src/ffi.rs", format!("{RUST}{}", more.concat()).as_bytes());
    assert_eq!(asked(), one);
    assert_eq!(asked(), (one.0, true), "it is repeated");
}

#[test]
fn what_an_import_leaves_goes_with_it() {
    let Some(package) = Package::new("what_an_import_leaves_goes_with_it") else {
        return;
    };
    package.run();
    let others = ["out/libcgo_warm_helper.a", "out/libcgo_cafecafecafe.a"];
    others
        .iter()
        .for_each(|path| package.write(path, b"!<arch>\n"));
    let archives = || {
        let entries = fs::read_dir(package.dir.join("out")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(".a")).collect();
        names.sort();
        names
    };
    let before = archives();
    assert_eq!(before.len(), 3, "{before:?}");
    let renamed = RUST.replace("fn of(n: c_int)", "fn of(number: c_long)");
    package.write("src/ffi.rs", renamed.as_bytes());
    package.write("c/api.h", b"int of(long n);\n");
    package.run();
    let after = archives();
    assert_eq!(after.len(), 3, "{after:?}");
    assert_ne!(before, after, "of another import");
    for other in others {
        assert!(
            package.dir.join(other).is_file(),
            "{other} is not of an import"
        );
    }
}

#[test]
fn flags_that_rustc_shares_with_c_are_the_compilers_too() {
    let Some(mut package) = Package::new("flags_that_rustc_shares_with_c_are_the_compilers_too")
    else {
        return;
    };
    package.write("cc", b"#!/bin/sh\necho \"$*\" >> started\nexec cc \"$@\"\n");
    package.settle("at first");
    let mut is_started = |variables| {
        let _ = fs::remove_file(package.dir.join("started"));
        package.variables = variables;
        package.run();
        package.dir.join("started").exists()
    };
    assert!(
        !is_started(vec![("ANY", "1")]),
        "this is none of its business"
    );
    let variables = [
        ("CARGO_ENCODED_RUSTFLAGS", "-Cforce-frame-pointers=yes"),
        ("CRATE_CC_NO_DEFAULTS", "1"),
        ("CPLUS_INCLUDE_PATH", "/nowhere"),
    ];
    for variable in variables {
        assert!(is_started(vec![variable]), "{variable:?}");
        assert!(!is_started(vec![variable]), "{variable:?}");
    }
}
