//! The C compiler, as `cc` finds it for every -sys crate, but run here: its words are data to us. And the C++ compiler,
//! for `source` files: all that is asked is asked in C.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, SystemTime};
use std::{env, fs, io};

use object::{Architecture, Object as _};

use crate::child::{self, Ended};
use crate::diagnostics::{self, Diagnostic};
use crate::out;

/// What undoes flags of the user's that would make messages unreadable, or too few.
const PLAIN: [&str; 5] = [
    SILENT,
    "-Wno-error",
    "-Wno-fatal-errors",
    "-Wno-pedantic",
    "-fdiagnostics-color=never",
];

/// Without warnings.
const SILENT: &str = "-w";

/// A compiler with the flags for the target.
pub(crate) struct Compiler {
    build: cc::Build,
    tool: cc::Tool,
    /// For C++, once there is some.
    cpp: OnceCell<Result<cc::Tool, String>>,
    /// Where the compiler runs: relative paths in flags and messages are the package's.
    dir: PathBuf,
    /// Keeps the paths of this machine out of objects.
    map: Vec<OsString>,
    limit: Duration,
}

/// How the compiler is looked for.
pub(crate) struct Search {
    /// Knows target and profile; from a build script's environment by itself.
    pub(crate) build: cc::Build,
    /// What the user calls it: a program, perhaps with arguments.
    pub(crate) words: Vec<String>,
    /// How long one run of it may take.
    pub(crate) limit: Duration,
}

impl Search {
    /// What the environment of a build script says.
    pub(crate) fn from_env() -> Search {
        Search {
            build: cc::Build::new(),
            words: words("CC", "cc"),
            limit: child::limit(),
        }
    }

    /// Whether the compiler comes to an end. `cc` asks it some questions, and would wait for ever.
    fn ends(&self, dir: &Path, file: &Path) -> Result<(), String> {
        let (program, args) = self.words.split_first().expect("at least `cc`");
        let mut command = Command::new(program);
        command
            .args(args)
            .arg("-c")
            .arg(file)
            .arg("-o")
            .arg(file.with_extension("o"))
            .current_dir(dir);
        match child::run(&mut command, self.limit) {
            Ok(Ended { status: None, .. }) => Err(hangs(Path::new(program), self.limit)),
            // What is missing is `cc`'s to say: it may have been looking elsewhere.
            _ => Ok(()),
        }
    }
}

/// What the user, or else everybody, calls a compiler: a program, perhaps with arguments.
fn words(variable: &str, usual: &str) -> Vec<String> {
    let var = |name: String| env::var(name).ok().filter(|value| !value.trim().is_empty());
    let target = env::var("TARGET").unwrap_or_default();
    let kind = if env::var("HOST").is_ok_and(|host| host == target) {
        "HOST"
    } else {
        "TARGET"
    };
    let names = [
        format!("{variable}_{target}"),
        format!("{variable}_{}", target.replace('-', "_")),
        format!("{kind}_{variable}"),
        variable.to_owned(),
    ];
    let value = names
        .into_iter()
        .find_map(var)
        .unwrap_or_else(|| usual.to_owned());
    // A path with spaces is a path.
    match Path::new(&value).is_file() {
        true => vec![value],
        false => value.split_whitespace().map(str::to_owned).collect(),
    }
}

/// The files that would be started, with their sizes and times: an update puts another compiler in the place of one.
pub(crate) fn programs() -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let words = [words("CC", "cc"), words("CXX", "c++")].concat();
    let path = env::var_os("PATH").unwrap_or_default();
    let found = words.iter().filter_map(|word| {
        // With a slash it is a path.
        let is_path = Path::new(word).components().count() > 1;
        let here = is_path.then(|| PathBuf::from(word)).into_iter();
        let places = env::split_paths(&path).map(|folder| folder.join(word));
        let file = here.chain(places).find(|place| place.is_file())?;
        let data = fs::metadata(&file).ok()?;
        Some((file, data.len(), data.modified().ok()))
    });
    found.collect()
}

fn hangs(program: &Path, limit: Duration) -> String {
    format!(
        "the C compiler hangs: `{}` was stopped after {} seconds; see whether it runs by itself, or give it more time \
         in the variable {}",
        program.display(),
        limit.as_secs(),
        child::LIMIT
    )
}

/// What a run came to.
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) errors: Vec<Diagnostic>,
    /// What is wrong with the compiler itself, rather than with the C: one sentence.
    pub(crate) broken: Option<String>,
    /// Only of [`Compiler::run_with_warnings`].
    pub(crate) warnings: Vec<Diagnostic>,
    stderr: String,
}

impl Outcome {
    /// The first line that sounds like an error, for what has no place in a file.
    pub(crate) fn first_words(&self) -> String {
        let error = self.stderr.lines().find(|line| line.contains("error"));
        let line = error.or(self.stderr.lines().find(|line| !line.trim().is_empty()));
        line.map_or(
            "the C compiler failed without a word".to_owned(),
            diagnostics::brief,
        )
    }

    /// What the compiler has against the C, or else against itself.
    pub(crate) fn first_error(&self) -> String {
        match (&self.broken, self.errors.first()) {
            (Some(sentence), _) => sentence.clone(),
            (None, Some(error)) => diagnostics::brief(&error.text),
            (None, None) => self.first_words(),
        }
    }
}

impl Compiler {
    /// The compiler that `search` leads to.
    ///
    /// # Errors
    /// One sentence for a user who has no C compiler, or none that works.
    pub(crate) fn find(search: Search, dir: &Path, out_dir: &Path) -> Result<Compiler, String> {
        let empty = out_dir.join("cgo").join("empty.c");
        out::write_own(&empty, "typedef int nothing;\n")
            .map_err(|error| format!("cgocall cannot write {}: {error}", empty.display()))?;
        search.ends(dir, &empty)?;
        let Search {
            mut build, limit, ..
        } = search;
        // It prints nothing: link lines of a build script reach the library target alone, the macro's
        // `#[link]` reaches all, and what to watch is said even when no compiler runs.
        build
            .cargo_metadata(false)
            .cargo_warnings(false)
            .cargo_debug(false)
            .cargo_output(false)
            .out_dir(out_dir);
        let missing = |what: &str| {
            format!(
                "cgocall needs a C compiler to check the imports of this package: {what}; install one \
                 (Debian: `apt install gcc`, macOS: `xcode-select --install`) or name it in the variable CC"
            )
        };
        let tool = build
            .try_get_compiler()
            .map_err(|error| missing(&error.to_string()))?;
        let mut compiler = Compiler {
            build,
            tool,
            cpp: OnceCell::new(),
            dir: dir.to_path_buf(),
            map: Vec::new(),
            limit,
        };
        let map = [hidden(dir, "."), hidden(out_dir, "cgo-out")];
        let map: Vec<OsString> = map.into_iter().flatten().collect();
        let flags = [&map[..], &["-fsyntax-only".into()]].concat();
        let first = compiler.run(&empty, &flags);
        let first = first
            .map_err(|error| missing(&format!("`{}`: {error}", compiler.tool.path().display())))?;
        match first.broken {
            Some(broken) => return Err(broken),
            None if first.success => compiler.map = map,
            None => {}
        }
        Ok(compiler)
    }

    /// Flags that keep the paths of `includes` out of objects too.
    pub(crate) fn hide(&self, includes: &[PathBuf]) -> Vec<OsString> {
        match self.map.is_empty() {
            true => Vec::new(),
            false => {
                let hidden = includes.iter().map(|dir| hidden(dir, "include"));
                hidden.flatten().collect()
            }
        }
    }

    /// The compiler of `file`'s language.
    ///
    /// # Errors
    /// One sentence for a user who has no C++ compiler.
    pub(crate) fn tool(&self, file: &Path) -> Result<&cc::Tool, String> {
        if !is_cpp(file) {
            return Ok(&self.tool);
        }
        let tool = self.cpp.get_or_init(|| {
            let tool = self.build.clone().cpp(true).try_get_compiler();
            let tool = tool.map_err(|error| error.to_string())?;
            let mut version = tool.to_command();
            child::run(version.arg("--version"), self.limit)
                .map_err(|error| format!("`{}`: {error}", tool.path().display()))?;
            Ok(tool)
        });
        tool.as_ref().map_err(|error| {
            format!(
                "this file needs a C++ compiler: {error}; install one (Debian: `apt install g++`) or name it in the \
                 variable CXX"
            )
        })
    }

    /// Compiles `file` with `flags`, and says what came of it. Warnings are nobody's business here.
    pub(crate) fn run(&self, file: &Path, flags: &[OsString]) -> io::Result<Outcome> {
        let tool = self.tool(file).map_err(io::Error::other)?;
        let mut command = tool.to_command();
        let flags = flags.iter().filter(|flag| suits(flag, is_cpp(file)));
        command.args(&self.map).args(flags).args(PLAIN);
        self.execute(tool, command, file)
    }

    /// As [`run`](Compiler::run), with some warnings, whatever the flags say of them; also about the macros of system
    /// headers.
    pub(crate) fn run_with_warnings(
        &self,
        file: &Path,
        warnings: &[&str],
        flags: &[OsString],
    ) -> io::Result<Outcome> {
        let tool = self.tool.to_command();
        let mut command = Command::new(tool.get_program());
        for (name, value) in tool.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let flags = self.map.iter().chain(flags).map(OsString::as_os_str);
        let given = tool.get_args().chain(flags);
        command
            .args(given.filter(|flag| *flag != SILENT))
            .args(PLAIN.iter().filter(|flag| **flag != SILENT))
            .args(["-Wno-all", "-Wno-extra", "-Wsystem-headers"])
            .args(warnings.iter().map(|warning| format!("-W{warning}")));
        self.execute(&self.tool, command, file)
    }

    fn execute(&self, tool: &cc::Tool, mut command: Command, file: &Path) -> io::Result<Outcome> {
        // Each has its own word for no source lines; clang stops at twenty errors, if it may.
        let manner: &[&str] = match tool.is_like_clang() {
            true => &["-fno-caret-diagnostics", "-ferror-limit=0"],
            false => &["-fno-diagnostics-show-caret", "-fmax-errors=0"],
        };
        command
            .args(manner)
            .arg(operand(file))
            .current_dir(&self.dir)
            // Its words are looked for, in English.
            .env("LC_ALL", "C")
            .env_remove("LANGUAGE");
        let ended = child::run(&mut command, self.limit)?;
        let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
        let name = tool.path().display();
        let broken = match ended.status {
            None => Some(hangs(tool.path(), self.limit)),
            Some(status) => crash(status, &stderr).map(|how| {
                format!("the C compiler crashes: `{name}` {how}; name another one in the variable CC, or update it")
            }),
        };
        let said = diagnostics::parse(&stderr);
        Ok(Outcome {
            success: broken.is_none() && ended.status.is_some_and(|status| status.success()),
            errors: said.errors,
            warnings: said.warnings,
            broken,
            stderr,
        })
    }

    /// As [`run`](Compiler::run), for an object file. One of an earlier run is not taken for it, nor one that the
    /// target's linker could not read.
    pub(crate) fn object(
        &self,
        file: &Path,
        flags: &[OsString],
        object: &Path,
    ) -> io::Result<Outcome> {
        out::clear(object)?;
        let output = ["-c".into(), "-o".into(), object.into()];
        let mut outcome = self.run(file, &[flags, &output].concat())?;
        if outcome.success {
            let name = self.tool(file).unwrap_or(&self.tool).path().display();
            outcome.broken = match fs::read(object) {
                Err(_) => Some(format!(
                    "the C compiler does not do as it is told: `{name}` reports success and writes no object file; \
                     name another one in the variable CC"
                )),
                Ok(bytes) => foreign(&bytes).map(|theirs| {
                    format!(
                        "the C compiler is one for another target: `{name}` compiles for {theirs}, and the target is \
                         {}; name the right one in the variable CC_{}",
                        target_arch(),
                        env::var("TARGET").unwrap_or_else(|_| "<target>".to_owned()).replace('-', "_"),
                    )
                }),
            };
            outcome.success = outcome.broken.is_none();
        }
        Ok(outcome)
    }

    /// Makes `lib<name>.a` of `objects`, afresh: an archive may hold what is no longer wanted.
    pub(crate) fn archive(
        &self,
        name: &str,
        path: &Path,
        objects: &[PathBuf],
    ) -> Result<(), String> {
        out::clear(path).map_err(|error| error.to_string())?;
        self.build
            .try_create_archive(name, objects)
            .map_err(|error| error.to_string())?;
        Ok(())
    }
}

/// By its name, as compilers do.
pub(crate) fn is_cpp(file: &Path) -> bool {
    let end = file.extension().and_then(OsStr::to_str).unwrap_or_default();
    matches!(end, "cc" | "cpp" | "cxx" | "c++" | "C" | "CPP" | "cp")
}

/// `-std=c11` is for C and `-std=c++17` for C++, of flags that both get.
fn suits(flag: &OsStr, is_cpp: bool) -> bool {
    let standard = flag.to_str().and_then(|flag| flag.strip_prefix("-std="));
    standard.is_none_or(|standard| standard.contains("++") == is_cpp)
}

/// How a compiler broke down, if it did.
fn crash(status: ExitStatus, stderr: &str) -> Option<String> {
    let own = |line: &&str| {
        line.contains("internal compiler error") || line.contains("PLEASE submit a bug report")
    };
    let signal = |line: &&str| line.contains("signal terminated program");
    if let Some(line) = stderr.lines().find(own).or(stderr.lines().find(signal)) {
        return Some(format!("says `{}`", diagnostics::brief(line)));
    }
    // Without a code it was a signal; a shell script passes that on as a code above 128.
    match status.code() {
        Some(..=128) => None,
        _ => Some(format!("ended with {status}")),
    }
}

/// What an object file is for, if not for the target. Of what cannot be read (an LTO object) nothing is known.
fn foreign(object: &[u8]) -> Option<String> {
    let file = object::File::parse(object).ok()?;
    let theirs = match file.architecture() {
        Architecture::X86_64 => "x86_64",
        Architecture::I386 => "x86",
        Architecture::Aarch64 => "aarch64",
        Architecture::Arm => "arm",
        Architecture::Riscv32 => "riscv32",
        Architecture::Riscv64 => "riscv64",
        Architecture::LoongArch64 => "loongarch64",
        Architecture::PowerPc64 => "powerpc64",
        Architecture::S390x => "s390x",
        _ => return None,
    };
    (theirs != target_arch()).then(|| theirs.to_owned())
}

fn target_arch() -> String {
    env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_else(|_| env::consts::ARCH.to_owned())
}

/// Compilers do not agree on where a path with a `=` in it ends.
fn hidden(dir: &Path, name: &str) -> Option<OsString> {
    if dir.as_os_str().as_encoded_bytes().contains(&b'=') {
        return None;
    }
    let mut flag = OsString::from("-ffile-prefix-map=");
    flag.push(dir);
    flag.push("=");
    flag.push(name);
    Some(flag)
}

/// A file's name that stands alone among arguments: no option, nor a file of more arguments (`@file`).
pub(crate) fn operand(file: &Path) -> PathBuf {
    match file.as_os_str().as_encoded_bytes() {
        [b'-' | b'@', ..] => Path::new(".").join(file),
        _ => file.to_path_buf(),
    }
}

/// The variables that decide which compiler runs and how.
pub(crate) fn variables() -> BTreeMap<String, String> {
    const EXACT: [&str; 13] = [
        // Of rustc's flags and sanitizers, `cc` passes on what C has too.
        "CARGO_CFG_SANITIZE",
        "CARGO_ENCODED_RUSTFLAGS",
        "CRATE_CC_NO_DEFAULTS",
        "CROSS_COMPILE",
        "CPLUS_INCLUDE_PATH",
        "TARGET",
        "HOST",
        "OPT_LEVEL",
        "DEBUG",
        "CPATH",
        "C_INCLUDE_PATH",
        "COMPILER_PATH",
        "SDKROOT",
    ];
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| {
            EXACT.contains(&name.as_str())
                || TOOLS.iter().any(|tool| {
                    name.strip_prefix("HOST_")
                        .or(name.strip_prefix("TARGET_"))
                        .unwrap_or(name)
                        .strip_prefix(tool)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
                })
        })
        .collect()
}

/// Variables of the `cc` crate: each also as `<name>_<target>`, `HOST_<name>` and `TARGET_<name>`.
pub(crate) const TOOLS: [&str; 7] = [
    "CC",
    "CFLAGS",
    "CXX",
    "CXXFLAGS",
    "CXXSTDLIB",
    "AR",
    "ARFLAGS",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_files_and_its_standard() {
        assert!(
            ["a.cc", "x/b.cpp", "c.C"]
                .iter()
                .all(|file| is_cpp(Path::new(file)))
        );
        assert!(
            ["a.c", "cc", "b.h"]
                .iter()
                .all(|file| !is_cpp(Path::new(file)))
        );
        let both = |flag: &str| [false, true].map(|is_cpp| suits(OsStr::new(flag), is_cpp));
        assert_eq!(both("-std=gnu11"), [true, false]);
        assert_eq!(both("-std=c++17"), [false, true]);
        assert_eq!(both("-O2"), [true, true]);
    }
}
