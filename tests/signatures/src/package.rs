//! A package of functions, written, built and run.

use crate::function::{Function, KINDS, Kind};
use crate::random::Random;
use crate::types::Types;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// The folder of the workspace.
fn workspace() -> &'static Path {
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.nth(2).expect("two folders above this one")
}

/// Those of a seed.
pub(crate) struct Package {
    types: Types,
    functions: Vec<Function>,
    seed: u64,
}

impl Package {
    pub(crate) fn random(seed: u64, count: usize) -> Package {
        let mut random = Random::new(seed);
        let types = Types::random(&mut random, 1 + count / 20, 2 + count / 5);
        let functions = (0..count)
            .map(|n| Function::random(&mut random, &types, n))
            .collect();
        Package {
            types,
            functions,
            seed,
        }
    }

    /// How many of each kind it has.
    pub(crate) fn kinds(&self) -> [(Kind, usize); 5] {
        KINDS.map(|kind| {
            let of = self
                .functions
                .iter()
                .filter(|function| function.kind() == kind);
            (kind, of.count())
        })
    }

    /// Whether both languages agree about all, as a package in `dir` that is built in `target`. If not, stderr has it.
    ///
    /// # Errors
    /// What cannot be written or started.
    pub(crate) fn try_in(&self, dir: &Path, target: &Path) -> io::Result<bool> {
        fs::create_dir_all(dir.join("src"))?;
        fs::create_dir_all(dir.join("c"))?;
        let root = workspace().display();
        fs::write(
            dir.join("Cargo.toml"),
            format!(
                "[package]\nname = \"signatures\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\ncgocall = {{ path = \"{root}/runtime\" }}\n\n\
                 [build-dependencies]\ncgocall-cshim = {{ path = \"{root}/cshim\" }}\n\n[workspace]\n"
            ),
        )?;
        fs::copy(workspace().join("Cargo.lock"), dir.join("Cargo.lock"))?;
        fs::write(
            dir.join("build.rs"),
            "fn main() {\n    cgocall_cshim::build(\"src/main.rs\").compile();\n}\n",
        )?;
        fs::write(dir.join("c/signatures.h"), self.header())?;
        fs::write(dir.join("c/signatures.c"), self.c())?;
        fs::write(dir.join("src/main.rs"), self.rust())?;
        let run = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline"])
            .args((!cfg!(debug_assertions)).then_some("--release"))
            .current_dir(dir)
            .env("CARGO_TARGET_DIR", target)
            .status()?;
        Ok(run.success())
    }

    fn header(&self) -> String {
        let functions: String = self.functions.iter().map(Function::header).collect();
        format!(
            "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n{}\n{functions}uint64_t seen(void);\n",
            self.types.header()
        )
    }

    fn c(&self) -> String {
        let functions: String = self.functions.iter().map(Function::c).collect();
        format!(
            "{}\n{}\nstatic uint64_t last_seen;\nuint64_t seen(void) {{ return last_seen; }}\n\n{functions}",
            include_str!("values.c"),
            self.types.c()
        )
    }

    fn rust(&self) -> String {
        let all = |one: fn(&Function) -> String| self.functions.iter().map(one).collect::<String>();
        let calls: String = (0..self.functions.len())
            .map(|n| format!("call{n}, "))
            .collect();
        let seed = self.seed;
        format!(
            "{}\n{}\n#[cgo_import(include = \"c/signatures.h\", source = \"c/signatures.c\")]\n\
             unsafe extern \"C\" {{\n    safe fn seen() -> u64;\n{}}}\n\n{}\n{}\n\
             #[cgocall::main]\nfn main() {{\n    let calls = [{calls}];\n    for round in 0..4 {{\n\
             \x20       for call in &calls {{ call({seed}_u64.wrapping_add(round)) }}\n    }}\n}}\n",
            include_str!("values.rs"),
            self.types.rust(),
            all(Function::import),
            all(Function::export),
            all(Function::call),
        )
    }
}
