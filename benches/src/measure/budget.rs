//! What a crate pays for its imports: how much longer it builds, from nothing and again after an edit, and how much
//! larger its program is, than the same crate with bare `extern` functions.

use crate::figure::{Figure, OURS, unit};
use crate::peers;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io};

/// How many functions a crate imports.
const FEW: usize = 1;
const MANY: usize = 300;
const COLD_TRIES: usize = 2;
const AGAIN_TRIES: usize = 7;

/// In a folder of its own, beside the peers.
pub fn measure() -> io::Result<Vec<Figure>> {
    let place = peers::place()?.join("budget");
    let few = Pair::write(&place, FEW)?;
    let many = Pair::write(&place, MANY)?;

    let mut figures = Vec::new();
    figures.extend(
        few.figures("build_cold", unit::TIME, COLD_TRIES, |package, _| {
            package.forget()?;
            package.build(&[])
        })?,
    );
    for pair in [&few, &many] {
        for package in &pair.packages {
            package.build(&[])?;
        }
        figures.extend(
            pair.figures("build_again", unit::TIME, AGAIN_TRIES, |package, turn| {
                package.edit(turn)?;
                package.build(&[])
            })?,
        );
        figures.extend(pair.figures("binary", unit::MEMORY, 1, |package, _| {
            package.build(&["--release"])?;
            Ok(fs::metadata(package.program())?.len() as f64)
        })?);
    }
    Ok(figures)
}

/// The same package twice: importing with us, and bare.
struct Pair {
    imports: usize,
    packages: [Package; 2],
}

impl Pair {
    fn write(place: &Path, imports: usize) -> io::Result<Pair> {
        let ours = Package::new(OURS, place, imports);
        let bare = Package::new("direct", place, imports);
        let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime");
        ours.write(
            &format!("cgocall = {{ path = {runtime:?} }}"),
            "#[cgocall::cgo_import]",
            "#[cgocall::main]",
        )?;
        bare.write("", "", "")?;
        let packages = [ours, bare];
        Ok(Pair { imports, packages })
    }

    /// Both in turns, so many times.
    fn figures(
        &self,
        what: &str,
        unit: &str,
        tries: usize,
        measure: impl Fn(&Package, usize) -> io::Result<f64>,
    ) -> io::Result<Vec<Figure>> {
        let work = format!("{what}_{}", self.imports);
        let mut runs = self.packages.each_ref().map(|_| Vec::new());
        for turn in 0..tries {
            for (package, runs) in self.packages.iter().zip(&mut runs) {
                runs.push(measure(package, turn)?);
            }
        }
        let each = self.packages.iter().zip(runs);
        Ok(each
            .map(|(package, runs)| Figure::new(&work, package.who, unit, runs))
            .collect())
    }
}

struct Package {
    who: &'static str,
    name: String,
    folder: PathBuf,
    imports: usize,
}

impl Package {
    fn new(who: &'static str, place: &Path, imports: usize) -> Package {
        let name = format!("{who}_{imports}");
        let folder = place.join(&name);
        Package {
            who,
            name,
            folder,
            imports,
        }
    }

    /// Functions of the C library under names of their own, and a program that calls them all.
    fn write(&self, dependency: &str, import: &str, main: &str) -> io::Result<()> {
        let name = |i: usize| match import {
            "" => format!("#[link_name = \"abs\"] pub safe fn f{i}(n: c_int) -> c_int;\n"),
            _ => format!("#[cgo(c = \"abs\")] pub safe fn f{i}(n: c_int) -> c_int;\n"),
        };
        let functions: String = (0..self.imports).map(name).collect();
        let calls: String = (0..self.imports)
            .map(|i| format!("    sum += ffi::f{i}({i});\n"))
            .collect();
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependency}\n\n[workspace]\n\n\
             [profile.dev.package.\"*\"]\nincremental = false # as what comes from a registry\n",
            self.name
        );
        let ffi =
            format!("use std::ffi::c_int;\n\n{import}\nunsafe extern \"C\" {{\n{functions}}}\n");
        let program = format!(
            "mod edited;\nmod ffi;\n\n{main}\nfn main() {{\n    let mut sum = edited::NUMBER;\n{calls}    \
             println!(\"{{sum}}\");\n}}\n"
        );
        fs::create_dir_all(self.folder.join("src"))?;
        fs::write(self.folder.join("Cargo.toml"), manifest)?;
        fs::write(self.folder.join("src/ffi.rs"), ffi)?;
        fs::write(self.folder.join("src/main.rs"), program)?;
        self.edit(0)?;
        // The versions that are here already.
        let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
        fs::copy(lock, self.folder.join("Cargo.lock")).map(drop)
    }

    /// As a person would, between two builds.
    fn edit(&self, turn: usize) -> io::Result<()> {
        let text = format!("pub const NUMBER: i32 = {turn};\n");
        fs::write(self.folder.join("src/edited.rs"), text)
    }

    fn forget(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.folder.join("target")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// How many nanoseconds it takes, with cargo's defaults.
    fn build(&self, args: &[&str]) -> io::Result<f64> {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["build", "--quiet", "--offline", "--target-dir", "target"])
            .args(args)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        for (variable, _) in env::vars() {
            let profile = variable.starts_with("CARGO_PROFILE_");
            if profile || ["CARGO_INCREMENTAL", "RUSTFLAGS"].contains(&&*variable) {
                cargo.env_remove(variable);
            }
        }
        let start = Instant::now();
        let output = cargo.output()?;
        let took: Duration = start.elapsed();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!(
                "cargo build of {}: {said}",
                self.name
            )));
        }
        Ok(took.as_nanos() as f64)
    }

    fn program(&self) -> PathBuf {
        self.folder.join("target/release").join(&self.name)
    }
}
