//! The C compiler, as `cc` finds it for every -sys crate, but run here: its words are data to us. And the C++ compiler,
//! for `source` files: all that is asked is asked in C.

use std::cell::OnceCell;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::{fs, io};

use crate::diagnostics::{self, Diagnostic};

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
}

/// What a run came to.
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) errors: Vec<Diagnostic>,
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
            .warnings(false)
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
            cpp: OnceCell::new(),
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
            version
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let path = tool.path().display();
            version
                .status()
                .map_err(|error| format!("`{path}`: {error}"))?;
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
        // Each has its own word for no source lines; clang stops at twenty errors, if it may.
        let manner: &[&str] = match tool.is_like_clang() {
            true => &["-fno-caret-diagnostics", "-ferror-limit=0"],
            false => &["-fno-diagnostics-show-caret"],
        };
        command
            .args(&self.map)
            .args(["-w", "-fdiagnostics-color=never"])
            .args(manner)
            .args(flags.iter().filter(|flag| suits(flag, is_cpp(file))))
            .arg(file)
            .current_dir(&self.dir)
            .env("LC_ALL", "C");
        let output = command.output()?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Outcome {
            success: output.status.success(),
            errors: diagnostics::parse(&stderr),
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

fn hidden(dir: &Path, name: &str) -> OsString {
    let mut flag = OsString::from("-ffile-prefix-map=");
    flag.push(dir);
    flag.push("=");
    flag.push(name);
    flag
}

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
