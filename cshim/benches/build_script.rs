//! What a build script costs: a package that imports what sqlite3.h declares, built cold, then warm. Once with all
//! declarations, and once with the names alone.
//!
//! ```text
//! cargo bench -p cgocall-cshim --profile dev          # as cargo builds build scripts
//! cargo bench -p cgocall-cshim --profile dev -- /path/to/sqlite3.h
//! ```
//!
//! Without a path it is the system's (Debian: `apt install libsqlite3-dev`), or that of a `libsqlite3-sys` among the
//! sources that cargo has downloaded. The program is its own build script: it starts itself, as cargo would.

#[path = "build_script/declarations.rs"]
mod declarations;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Set in the child that is the build script.
const IS_BUILD_SCRIPT: &str = "CGOCALL_BENCH_BUILD_SCRIPT";
const COLD: usize = 5;
const WARM: usize = 20;

fn main() -> ExitCode {
    if env::var_os(IS_BUILD_SCRIPT).is_some() {
        cgocall_cshim::build("src/ffi.rs").compile();
        return ExitCode::SUCCESS;
    }
    let given = env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let Some(header) = given.map(PathBuf::from).or_else(sqlite3_h) else {
        println!(
            "there is no sqlite3.h here (Debian: `apt install libsqlite3-dev`): nothing is measured"
        );
        return ExitCode::SUCCESS;
    };
    let dir = env::temp_dir().join(format!("cgocall-bench-{}", std::process::id()));
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let files = declarations::imports(&compiler, &header);
    println!("{} names of {}", files.names, header.display());
    for (what, text) in [
        ("declared", files.declared),
        ("discovered", files.discovered),
    ] {
        Bench::new(&dir.join(what), &compiler, &text).measure(what);
    }
    fs::remove_dir_all(&dir).unwrap();
    ExitCode::SUCCESS
}

fn sqlite3_h() -> Option<PathBuf> {
    let system = PathBuf::from("/usr/include/sqlite3.h");
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or(env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let folders = |path: PathBuf| {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let registries = folders(home?.join("registry/src"));
    let sources = registries.into_iter().flat_map(folders);
    let downloaded = sources.map(|package| package.join("sqlite3/sqlite3.h"));
    [system]
        .into_iter()
        .chain(downloaded)
        .find(|path| path.is_file())
}

/// A package of imports on disk.
struct Bench {
    dir: PathBuf,
    /// A line for each run of the compiler.
    log: PathBuf,
}

impl Bench {
    fn new(dir: &Path, compiler: &str, text: &str) -> Bench {
        let bench = Bench {
            dir: dir.to_path_buf(),
            log: dir.join("runs"),
        };
        fs::create_dir_all(dir.join("src")).unwrap();
        fs::write(dir.join("src/ffi.rs"), text).unwrap();
        let counted = format!(
            "#!/bin/sh\necho \"$*\" >> '{}'\nexec {compiler} \"$@\"\n",
            bench.log.display()
        );
        let script = dir.join("cc");
        fs::write(&script, counted).unwrap();
        Command::new("chmod")
            .arg("+x")
            .arg(&script)
            .status()
            .unwrap();
        bench
    }

    fn measure(&self, what: &str) {
        let cold = (0..COLD).map(|_| {
            let _ = fs::remove_dir_all(self.dir.join("out"));
            self.run()
        });
        report(&format!("{what}, nothing built before"), cold.collect());
        let warm = (0..WARM).map(|_| self.run());
        report(&format!("{what}, nothing changed"), warm.collect());
        let file = self.dir.join("src/ffi.rs");
        let text = fs::read_to_string(&file).unwrap();
        let edited = (0..WARM).map(|count| {
            fs::write(&file, format!("{text}// {count}\n")).unwrap();
            self.run()
        });
        report(&format!("{what}, no import changed"), edited.collect());
        if env::args().any(|arg| arg == "--runs") {
            let _ = fs::remove_dir_all(self.dir.join("out"));
            self.run();
            println!("{}", fs::read_to_string(&self.log).unwrap());
        }
    }

    /// One run of the build script, and how often it ran the compiler.
    fn run(&self) -> (Duration, usize) {
        let target = format!("{}-unknown-linux-gnu", env::consts::ARCH);
        let out = self.dir.join("out");
        fs::create_dir_all(&out).unwrap();
        let _ = fs::remove_file(&self.log);
        let mut script = Command::new(env::current_exe().unwrap());
        script
            .env(IS_BUILD_SCRIPT, "1")
            .env("CC", self.dir.join("cc"))
            .env("OUT_DIR", &out)
            .env("CARGO_MANIFEST_DIR", &self.dir)
            .env("CARGO_PKG_NAME", "bench")
            .env("CARGO_PKG_VERSION", "1.0.0")
            .envs([("TARGET", &target), ("HOST", &target)])
            .envs([("OPT_LEVEL", "0"), ("DEBUG", "true"), ("PROFILE", "debug")])
            .envs([
                ("CARGO_CFG_TARGET_OS", "linux"),
                ("CARGO_CFG_TARGET_ARCH", env::consts::ARCH),
            ])
            .envs([
                ("CARGO_CFG_TARGET_POINTER_WIDTH", "64"),
                ("CARGO_CFG_UNIX", ""),
            ])
            .current_dir(&self.dir)
            .stdout(Stdio::piped());
        let start = Instant::now();
        let output = script.output().unwrap();
        let took = start.elapsed();
        let said = String::from_utf8_lossy(&output.stdout);
        let error = said.lines().find(|line| line.starts_with("cargo::error"));
        assert!(output.status.success() && error.is_none(), "{error:?}");
        self.no_findings();
        let runs = fs::read_to_string(&self.log).unwrap_or_default();
        (took, runs.lines().count())
    }

    /// What was refused has no stub, and would be measured too cheap.
    fn no_findings(&self) {
        for entry in fs::read_dir(self.dir.join("out/cgo")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "rec") {
                let text = fs::read_to_string(path).unwrap();
                let finding = text.lines().find(|line| line.starts_with("finding"));
                assert_eq!(finding, None, "the declarations are the header's own");
            }
        }
    }
}

fn report(what: &str, mut runs: Vec<(Duration, usize)>) {
    runs.sort();
    let (least, median) = (runs[0].0, runs[runs.len() / 2].0);
    let most = runs[runs.len() - 1].0;
    println!(
        "{what:34} {:7.1} ms ({:.1} to {:.1}), {} compiler runs",
        median.as_secs_f64() * 1e3,
        least.as_secs_f64() * 1e3,
        most.as_secs_f64() * 1e3,
        runs[0].1,
    );
}
