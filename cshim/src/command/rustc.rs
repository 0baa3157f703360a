//! What rustc makes of a module, asked of cargo, since macros are run by nobody else.
//!
//! rustc prints a crate with all macros expanded under `-Zunpretty=expanded`, which stable rustc takes under
//! `RUSTC_BOOTSTRAP`. That variable is for one call of rustc alone: build scripts look at it (proc-macro2's does), so
//! in cargo's environment it would have half of the dependencies built again, and once more without it. So this
//! program is cargo's `RUSTC_WORKSPACE_WRAPPER`, and sets it where cargo passes that argument. As with clippy, what is
//! built under a wrapper stands beside what `cargo check` has built, which stays fresh.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;
use syn::Item;

use super::args::Common;
use crate::cfg::Cfgs;
use crate::scan;

/// Set where cargo is to run this program as its wrapper.
pub(super) const WRAPPER: &str = "CGOCALL_AS_RUSTC_WRAPPER";
const EXPANDED: &str = "-Zunpretty=expanded";

/// The wrapper's part: `arguments` are this program, rustc, and what rustc is told.
pub(super) fn play(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter().skip(1);
    let Some(rustc) = arguments.next() else {
        return ExitCode::from(2);
    };
    let arguments: Vec<OsString> = arguments.collect();
    let mut command = Command::new(&rustc);
    command.args(&arguments).env_remove(WRAPPER);
    if arguments.iter().any(|argument| argument == EXPANDED) {
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    match command.status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(1))
        }
        Err(error) => {
            eprintln!("error: `{}` cannot be run: {error}", rustc.display());
            ExitCode::FAILURE
        }
    }
}

/// The items of `file`, as rustc has them after all macros. Its errors go to stderr as they come.
///
/// # Errors
/// A sentence.
pub(super) fn expanded(
    dir: &Path,
    common: &Common,
    cfgs: &Cfgs,
    file: &Path,
) -> Result<Vec<Item>, String> {
    let shown = file.display();
    let file = real(&dir.join(file));
    for target in targets(dir)? {
        let roots = [target.root.clone()];
        let scan = scan::scan(dir, &roots, cfgs);
        let mut modules = scan.modules.into_iter();
        let Some((_, path)) = modules.find(|(found, _)| real(&dir.join(found)) == file) else {
            continue;
        };
        let text = target.expanded(dir, common)?;
        let tree = super::parse(&text).map_err(|error| {
            format!("rustc's own text cannot be read: {error}; this is a mistake of cgocall, please report it")
        })?;
        if let Some(items) = within(tree.items, &path) {
            return Ok(items);
        }
    }
    Err(format!(
        "`{shown}` is a module of no target of this package, with these features, so rustc makes nothing of it"
    ))
}

/// The items of the module that `path` leads to.
fn within(items: Vec<Item>, path: &[String]) -> Option<Vec<Item>> {
    let Some((first, rest)) = path.split_first() else {
        return Some(items);
    };
    let mut modules = items.into_iter().filter_map(|item| match item {
        Item::Mod(module) => Some(module),
        _ => None,
    });
    let is_it = |module: &syn::ItemMod| {
        let name = module.ident.to_string();
        name.strip_prefix("r#").unwrap_or(&name) == first
    };
    within(modules.find(is_it)?.content?.1, rest)
}

pub(super) fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// A crate that cargo can build.
struct Target {
    /// As an option of cargo's: `--bin`.
    kind: &'static str,
    name: String,
    root: PathBuf,
}

/// Those of the package in `dir`, the library first.
fn targets(dir: &Path) -> Result<Vec<Target>, String> {
    let output = cargo(dir)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(no_cargo)?;
    if !output.status.success() {
        return Err("cargo cannot read this package".to_owned());
    }
    let text: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("`cargo metadata` cannot be read: {error}"))?;
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let manifest = real(&dir.join("Cargo.toml"));
    let is_here = |package: &&Value| {
        let path = package["manifest_path"].as_str();
        path.is_some_and(|path| real(Path::new(path)) == manifest)
    };
    let packages = list(&text, "packages");
    let package = packages.iter().find(is_here).unwrap_or(&Value::Null);
    let targets = list(package, "targets").into_iter().filter_map(|target| {
        let kind = match target["kind"][0].as_str()? {
            "bin" => "--bin",
            "example" => "--example",
            "test" => "--test",
            "bench" => "--bench",
            "custom-build" => return None,
            _ => "--lib",
        };
        let root = Path::new(target["src_path"].as_str()?);
        Some(Target {
            kind,
            name: target["name"].as_str()?.to_owned(),
            root: root.strip_prefix(dir).unwrap_or(root).to_path_buf(),
        })
    });
    let mut targets: Vec<Target> = targets.collect();
    let order = ["--lib", "--bin", "--example", "--test", "--bench"];
    targets.sort_by_key(|target| order.iter().position(|kind| *kind == target.kind));
    Ok(targets)
}

impl Target {
    fn name(&self) -> String {
        match self.kind {
            "--lib" => format!("the library `{}`", self.name),
            kind => format!("the {} `{}`", &kind[2..], self.name),
        }
    }

    /// Its text after all macros.
    fn expanded(&self, dir: &Path, common: &Common) -> Result<String, String> {
        let program =
            env::current_exe().map_err(|error| format!("cgocall finds itself not: {error}"))?;
        let mut command = cargo(dir);
        command.args(["rustc", "--profile=check", self.kind]);
        if self.kind != "--lib" {
            command.arg(&self.name);
        }
        let features = &common.features;
        if !features.named.is_empty() {
            command.arg("--features").arg(features.named.join(","));
        }
        let switches = [
            (features.all, "--all-features"),
            (features.no_default, "--no-default-features"),
        ];
        command.args(switches.iter().filter(|(on, _)| *on).map(|(_, name)| name));
        if let Some(target) = &common.target {
            command.arg("--target").arg(target);
        }
        let output = command
            .args(["--", EXPANDED])
            .env("RUSTC_WORKSPACE_WRAPPER", program)
            // A cache of what rustc writes would not know this one.
            .env("RUSTC_WRAPPER", "")
            .env(WRAPPER, "1")
            .stderr(Stdio::inherit())
            .output()
            .map_err(no_cargo)?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(format!(
                "{} does not compile, as rustc says above",
                self.name()
            )),
        }
    }
}

fn cargo(dir: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(dir).stdin(Stdio::null());
    command
}

fn no_cargo(error: std::io::Error) -> String {
    format!("cargo cannot be run, to expand macros: {error}")
}
