//! The C compiler, as `cc` finds it for every -sys crate, but run here: its words are data to us.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use crate::diagnostics::{self, Diagnostic};

/// A compiler with the flags for the target.
pub(crate) struct Compiler {
    build: cc::Build,
    tool: cc::Tool,
    /// Where the compiler runs: relative paths in flags and messages are the package's.
    dir: PathBuf,
    /// Keeps the paths of this machine out of objects.
    map: Vec<OsString>,
}

/// What a run came to.
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) errors: Vec<Diagnostic>,
    /// Only of [`Compiler::run_with_warnings`].
    pub(crate) warnings: Vec<Diagnostic>,
    stderr: String,
}

impl Outcome {
    /// The first line that sounds like an error, for what has no place in a file.
    pub(crate) fn first_words(&self) -> &str {
        let error = self.stderr.lines().find(|line| line.contains("error"));
        error
            .or(self.stderr.lines().next())
            .unwrap_or("the C compiler failed without a word")
    }
}

impl Compiler {
    /// `build` knows target and profile; from a build script's environment by itself.
    ///
    /// # Errors
    /// One sentence for a user who has no C compiler.
    pub(crate) fn find(
        mut build: cc::Build,
        dir: &Path,
        out_dir: &Path,
    ) -> Result<Compiler, String> {
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
        let mut version = tool.to_command();
        version
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Err(error) = version.status() {
            return Err(missing(&format!("`{}`: {error}", tool.path().display())));
        }
        let map = [hidden(dir, "."), hidden(out_dir, "cgo-out")];
        let can_hide = build.is_flag_supported(&map[0]).unwrap_or(false);
        let map = if can_hide { map.to_vec() } else { Vec::new() };
        Ok(Compiler {
            build,
            tool,
            dir: dir.to_path_buf(),
            map,
        })
    }

    /// Flags that keep the paths of `includes` out of objects too.
    pub(crate) fn hide(&self, includes: &[PathBuf]) -> Vec<OsString> {
        match self.map.is_empty() {
            true => Vec::new(),
            false => includes.iter().map(|dir| hidden(dir, "include")).collect(),
        }
    }

    /// Compiles `file` with `flags`, and says what came of it. Warnings are nobody's business here.
    pub(crate) fn run(&self, file: &Path, flags: &[OsString]) -> io::Result<Outcome> {
        let mut command = self.tool.to_command();
        command.arg("-w").args(flags);
        self.execute(command, file)
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
        let given = tool.get_args().chain(flags.iter().map(OsString::as_os_str));
        command
            .args(given.filter(|flag| *flag != "-w"))
            .args(["-Wno-all", "-Wno-extra", "-Wno-error", "-Wsystem-headers"])
            .args(warnings.iter().map(|warning| format!("-W{warning}")));
        self.execute(command, file)
    }

    fn execute(&self, mut command: Command, file: &Path) -> io::Result<Outcome> {
        command
            .args(&self.map)
            .args(["-fdiagnostics-color=never", "-fno-diagnostics-show-caret"])
            .args(self.tool.is_like_clang().then_some("-ferror-limit=0"))
            .arg(file)
            .current_dir(&self.dir)
            .env("LC_ALL", "C");
        let output = command.output()?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let said = diagnostics::parse(&stderr);
        Ok(Outcome {
            success: output.status.success(),
            errors: said.errors,
            warnings: said.warnings,
            stderr,
        })
    }

    /// Makes `lib<name>.a` of `objects`, afresh: an archive may hold what is no longer wanted.
    pub(crate) fn archive(
        &self,
        name: &str,
        path: &Path,
        objects: &[PathBuf],
    ) -> Result<(), String> {
        if path.exists() {
            fs::remove_file(path).map_err(|error| error.to_string())?;
        }
        self.build
            .try_create_archive(name, objects)
            .map_err(|error| error.to_string())?;
        Ok(())
    }
}

fn hidden(dir: &Path, name: &str) -> OsString {
    let mut flag = OsString::from("-ffile-prefix-map=");
    flag.push(dir);
    flag.push("=");
    flag.push(name);
    flag
}
