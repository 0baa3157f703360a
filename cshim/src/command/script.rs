//! The command as cargo, and as the build script that cargo runs.
//!
//! What cargo would tell a build script is put in the environment of a child, which is this program again. It calls
//! [`build`](crate::build) as any build.rs does, and leaves its records in a folder that is gone afterwards.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use super::args::{Common, Role, SCRIPT};
use super::package::Package;
use crate::cfg::Cfgs;
use crate::compiler::{Compiler, Search};
use crate::{build, out};

/// A build script, ready to be run.
pub(super) struct Script {
    dir: PathBuf,
    vars: BTreeMap<String, OsString>,
    pub(super) out_dir: Scratch,
}

/// A folder that is there as long as this is.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A new one: what another has left there, even a process of the same number, must not be taken for ours.
    fn new() -> Result<Scratch, String> {
        let name = format!("cgocall-{}", std::process::id());
        let mut dir = env::temp_dir().join(&name);
        for number in 1.. {
            match private().create(&dir) {
                Ok(()) => break,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    dir.set_file_name(format!("{name}-{number}"));
                }
                Err(error) => {
                    let dir = dir.display();
                    return Err(format!("no folder can be made at {dir}: {error}"));
                }
            }
        }
        Ok(Scratch(dir))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

/// A folder that is nobody else's to read: the temporary folder is everybody's.
fn private() -> DirBuilder {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut folder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a run has said to cargo, for people.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) errors: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl Script {
    /// The build script of `package`, as far as it concerns us.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn of(package: &Package, common: &Common) -> Result<Script, String> {
        let mut vars: BTreeMap<String, OsString> = BTreeMap::new();
        let mut set = |name: &str, value: &str| vars.insert(name.to_owned(), value.into());
        let host = host()?;
        let target = common.target.as_deref().unwrap_or(&host);
        set("HOST", &host);
        set("TARGET", target);
        for (name, value) in [("OPT_LEVEL", "0"), ("DEBUG", "true"), ("PROFILE", "debug")] {
            set(name, value);
        }
        set("CARGO_PKG_NAME", &package.name);
        set("CARGO_PKG_VERSION", &package.version);
        for feature in &package.features {
            let name = feature.to_uppercase().replace('-', "_");
            set(&format!("CARGO_FEATURE_{name}"), "1");
        }
        for (name, value) in cfgs(common.target.as_deref())? {
            set(&format!("CARGO_CFG_{name}"), &value);
        }
        let out_dir = Scratch::new()?;
        for (index, include) in common.includes.iter().enumerate() {
            vars.insert(format!("DEP_CGOCALL_{index:03}_INCLUDE"), include.into());
        }
        vars.insert("CARGO_MANIFEST_DIR".to_owned(), package.dir.clone().into());
        Ok(Script {
            dir: package.dir.clone(),
            vars,
            out_dir,
        })
    }

    /// The cfgs that the script is told.
    pub(super) fn cfgs(&self) -> Cfgs {
        let vars = self.vars.iter();
        Cfgs::new(vars.filter_map(|(k, v)| Some((k.clone(), v.to_str()?.to_owned()))))
    }

    /// Where a run called `name` leaves its files.
    pub(super) fn out(&self, name: &str) -> PathBuf {
        self.out_dir.path().join(name)
    }

    /// Runs it, and waits for it.
    ///
    /// # Errors
    /// A sentence, if it does not come to its end.
    pub(super) fn run(&self, name: &str, role: &Role) -> Result<Said, String> {
        let out_dir = self.out(name);
        fs::create_dir_all(&out_dir)
            .map_err(|error| format!("no folder can be made at {}: {error}", out_dir.display()))?;
        let program =
            env::current_exe().map_err(|error| format!("cgocall finds itself not: {error}"))?;
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            let is_cargos = ["CARGO_FEATURE_", "CARGO_CFG_", "CARGO_PKG_"]
                .iter()
                .any(|prefix| text.starts_with(prefix));
            if is_cargos || text == "DOCS_RS" {
                command.env_remove(name);
            }
        }
        command
            .arg(SCRIPT)
            .args(role.args())
            .envs(&self.vars)
            .env("OUT_DIR", &out_dir)
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        if role.is_dry() {
            command.env("DOCS_RS", "1");
        }
        let output = command
            .output()
            .map_err(|error| format!("cgocall cannot run itself: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = |key: &str| -> Vec<String> {
            let lines = text.lines().filter_map(|line| line.strip_prefix(key));
            lines.map(str::to_owned).collect()
        };
        let said = Said {
            errors: lines("cargo::error="),
            warnings: lines("cargo::warning="),
        };
        if !output.status.success() && said.errors.is_empty() {
            let words = String::from_utf8_lossy(&output.stderr);
            let last = words
                .lines()
                .rfind(|line| !line.is_empty() && !line.starts_with("note:"));
            return Err(format!(
                "the verification has ended early ({}): {}",
                output.status,
                last.unwrap_or("without a word")
            ));
        }
        Ok(said)
    }
}

impl Role {
    fn args(&self) -> Vec<OsString> {
        let (name, files) = match self {
            Role::Build { roots, stubs: true } => ("stubs", &roots[..]),
            Role::Build { roots, .. } => ("check", &roots[..]),
            Role::Preprocess(file) => ("preprocess", std::slice::from_ref(file)),
        };
        // Files may begin with a dash.
        let words = [name, "--"].map(OsString::from).into_iter();
        words.chain(files.iter().map(OsString::from)).collect()
    }

    /// Whether nothing is to be linked.
    fn is_dry(&self) -> bool {
        !matches!(self, Role::Build { stubs: true, .. })
    }
}

/// The child's part.
pub(super) fn play(role: Role) -> ExitCode {
    let var = |name| PathBuf::from(env::var_os(name).unwrap_or_default());
    let (dir, out_dir) = (var("CARGO_MANIFEST_DIR"), var("OUT_DIR"));
    let failed = |sentence: &str| {
        out::error(sentence);
        ExitCode::FAILURE
    };
    match role {
        Role::Build { roots, .. } => {
            let mut roots = roots.into_iter();
            let Some(first) = roots.next() else {
                return ExitCode::SUCCESS;
            };
            roots.fold(build(first), crate::Build::root).compile();
            // Who builds documentation is not told that there is no compiler, to ask its questions here.
            if !out_dir.join("cgo/group").exists()
                && let Err(sentence) = Compiler::find(Search::from_env(), &dir, &out_dir)
            {
                return failed(&sentence);
            }
        }
        Role::Preprocess(file) => {
            if let Err(sentence) = super::names::preprocess(&dir, &out_dir, &file) {
                return failed(&sentence);
            }
        }
    }
    ExitCode::SUCCESS
}

fn rustc(args: &[&str]) -> Result<String, String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let name = rustc.display();
    let output = Command::new(&rustc)
        .args(args)
        .output()
        .map_err(|error| format!("`{name}` cannot be run, to say what this machine is: {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let first = words.lines().next().unwrap_or("without a word");
        let first = first.strip_prefix("error: ").unwrap_or(first);
        return Err(format!("`{name} {}` fails: {first}", args.join(" ")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn host() -> Result<String, String> {
    let text = rustc(&["-vV"])?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "`rustc -vV` names no host".to_owned())
}

/// `CARGO_CFG_*`, without the prefix.
fn cfgs(target: Option<&str>) -> Result<BTreeMap<String, String>, String> {
    let mut args = vec!["--print", "cfg"];
    if let Some(target) = target {
        args.extend(["--target", target]);
    }
    let flags = env::var("RUSTFLAGS").unwrap_or_default();
    args.extend(flags.split_whitespace());
    let mut cfgs: BTreeMap<String, String> = BTreeMap::new();
    for line in rustc(&args)?.lines() {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        // Cargo does not say this either: it asks without a profile.
        if name == "debug_assertions" {
            continue;
        }
        let list = cfgs
            .entry(name.to_uppercase().replace('-', "_"))
            .or_default();
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(value.trim_matches('"'));
    }
    Ok(cfgs)
}
