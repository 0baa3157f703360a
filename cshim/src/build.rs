//! The build script's one call.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use cgocall_syntax::hash::{self, Hash, Package};
use cgocall_syntax::record::{self, Index};
use cgocall_syntax::{Export, Form, Import};

use crate::cfg::Cfgs;
use crate::compiler::Compiler;
use crate::context::Context;
use crate::export::{Agreed, Exported};
use crate::group::{self, Item, Report, Shop};
use crate::header::Header;
use crate::names::PackageNames;
use crate::scan::{self, Scan};
use crate::{libs, out};

/// A build in preparation: made by [`build`], done by [`compile`](Build::compile).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `.compile()`"]
pub struct Build {
    roots: Vec<PathBuf>,
    headers: Vec<PathBuf>,
}

/// Prepares the C side of all imports and exports that `root` holds or leads to.
///
/// `root` is a Rust file, relative to the package: the file that holds the imports, or one that reaches it
/// by `mod`. The nearer the better: cargo runs the build script again whenever a file below the root
/// changes, and then recompiles the package.
///
/// ```no_run
/// // build.rs: all that `main` holds
/// cgocall_cshim::build("src/ffi.rs").compile();
/// ```
pub fn build(root: impl AsRef<Path>) -> Build {
    Build {
        roots: vec![root.as_ref().to_path_buf()],
        headers: Vec::new(),
    }
}

impl Build {
    /// Adds another root: a second binary, or a test with imports of its own.
    ///
    /// ```no_run
    /// cgocall_cshim::build("src/lib.rs").root("tests/host.rs").compile();
    /// ```
    pub fn root(mut self, root: impl AsRef<Path>) -> Build {
        self.roots.push(root.as_ref().to_path_buf());
        self
    }

    /// Also writes the C header of the exports to `path`, relative to the package. It is written anyway, to
    /// `OUT_DIR/cgo/<package>.h`.
    ///
    /// ```no_run
    /// cgocall_cshim::build("src/lib.rs").header("include/plugin.h").compile();
    /// ```
    pub fn header(mut self, path: impl AsRef<Path>) -> Build {
        self.headers.push(path.as_ref().to_path_buf());
        self
    }

    /// Verifies the imports, compiles their stubs, and writes the header of the exports.
    ///
    /// A declaration that contradicts its header does not fail here: rustc reports it, at the declaration.
    /// A missing C compiler fails the build with one sentence.
    ///
    /// # Panics
    /// When it is not called from a build script, or `OUT_DIR` cannot be written.
    pub fn compile(self) {
        let var = |name: &str| {
            env::var_os(name)
                .unwrap_or_else(|| panic!("{name} is not set: call this from build.rs"))
        };
        let dir = PathBuf::from(var("CARGO_MANIFEST_DIR"));
        let out_dir = PathBuf::from(var("OUT_DIR"));
        if let Err(error) = self.run(&dir, &out_dir) {
            out::error(&format!(
                "cgocall cannot work in {}: {error}",
                out_dir.display()
            ));
        }
    }

    fn run(&self, dir: &Path, out_dir: &Path) -> io::Result<()> {
        let package =
            Package::from_env().ok_or_else(|| io::Error::other("CARGO_PKG_NAME is not set"))?;
        for root in &self.roots {
            if !dir.join(root).is_file() {
                out::error(&format!(
                    "cgocall_cshim::build: there is no file `{}`; write its path relative to Cargo.toml",
                    root.display()
                ));
            }
        }
        let cfgs = Cfgs::from_env();
        let scan = scan::scan(dir, &self.roots, &cfgs);
        watch(&scan.watched);
        // What does not parse is the macro's to report.
        let parsed: Vec<(Import, String)> = scan
            .imports
            .iter()
            .filter_map(|found| {
                let import = Import::parse(found.attr.clone(), found.item.clone()).ok()?;
                Some((import, found.file.display().to_string()))
            })
            .collect();
        let names = PackageNames::of(parsed.iter().map(|(import, _)| import), &scan.types);
        let find_compiler = || Compiler::find(cc::Build::new(), dir, out_dir);
        let shop = Shop {
            package,
            dir: dir.to_path_buf(),
            out_dir: out_dir.to_path_buf(),
            names: &names,
            includes: libs::sys_includes(),
            docs_only: env::var_os("DOCS_RS").is_some(),
            compiler: OnceCell::new(),
            find_compiler: &find_compiler,
        };
        let mut seen = HashSet::new();
        let items: Vec<Item<'_>> = parsed
            .iter()
            .filter(|(import, _)| import.form() == Form::C)
            .map(|(import, file)| Item {
                import,
                pruned: cfgs.prune(import.item.clone()),
                hash: hash::of(&shop.package, import),
                file: file.clone(),
            })
            .filter(|item| seen.insert(item.hash.clone()))
            .collect();
        let groups = group::groups(items);
        let imports = parsed.iter().map(|(import, _)| import).collect();
        let header = Header::new(&shop.package, &scan.types, &names, imports);
        let contexts: Vec<Context> = groups.iter().map(|(context, _)| context.clone()).collect();
        let (report, recorded) = self.exports(&scan, header, &shop, &contexts)?;
        seen.extend(recorded);
        forget_others(out_dir, &seen)?;
        let index = Index {
            package: shop.package.name.clone(),
            version: shop.package.version.clone(),
            manifest_dir: dir.display().to_string(),
            roots: self
                .roots
                .iter()
                .map(|root| root.display().to_string())
                .collect(),
        };
        Self::imports(groups, &shop, report)?;
        out::write(&record::index_path(out_dir), &index.to_text())
    }

    /// Compares the imports with their headers, builds their stubs, and tells cargo of all that was read.
    fn imports(
        groups: Vec<(Context, Vec<Item<'_>>)>,
        shop: &Shop<'_>,
        mut report: Report,
    ) -> io::Result<()> {
        let out_dir = &shop.out_dir;
        for (context, items) in groups {
            let of_group = shop.process(&context, &items)?;
            report.files.extend(of_group.files);
            report.link_paths.extend(of_group.link_paths);
            report.look_again |= of_group.look_again;
        }
        // Not the exports' header: what a build script writes itself would always be newer than its last run.
        watch(
            report
                .files
                .iter()
                .filter(|file| !file.starts_with(out_dir)),
        );
        for path in &report.link_paths {
            println!("cargo::rustc-link-search=native={}", path.display());
        }
        if let Some(Err(message)) = shop.compiler.get()
            && !shop.docs_only
        {
            out::error(message);
        }
        if report.look_again {
            // A missing file is always out of date, so the next build asks again: what was wrong may be put
            // right by installing a package.
            println!(
                "cargo::rerun-if-changed={}",
                out_dir.join("cgo/look-again").display()
            );
        }
        watch_variables();
        println!("cargo::rustc-link-search=native={}", out_dir.display());
        println!("cargo::rustc-env={}={}", record::OUT_DIR, out_dir.display());
        Ok(())
    }

    /// Compares the exports with headers and writes the header of their own; also says who of them has a record.
    fn exports(
        &self,
        scan: &Scan,
        mut header: Header<'_>,
        shop: &Shop<'_>,
        imports: &[Context],
    ) -> io::Result<(Report, Vec<Hash>)> {
        let mut exported: Vec<Exported> = Vec::new();
        for found in &scan.exports {
            let Ok(export) = Export::parse(found.attr.clone(), found.item.clone()) else {
                continue;
            };
            let file = found.file.display().to_string();
            let hash = hash::of_export(&shop.package, &export);
            let place = format!("{file}:{}", found.line);
            if exported.iter().all(|known| known.hash != hash) {
                exported.extend(Exported::of(&export, hash, file));
            }
            header.add(export, place, &self.roots[found.root].display().to_string());
        }
        let own = shop.cgo().join(format!("{}.h", shop.package.name));
        // A header of the user's may include it.
        let prepare = || {
            let (text, _) = header.finish(&Agreed::default());
            match header.is_empty() {
                true => Ok(()),
                false => out::write(&own, &text),
            }
        };
        let (report, agreed, recorded) = shop.exports(&exported, imports, &prepare)?;
        if header.is_empty() && self.headers.is_empty() {
            return Ok((report, recorded));
        }
        let (text, warnings) = header.finish(&agreed);
        warnings.iter().for_each(|warning| out::warning(warning));
        out::write(&own, &text)?;
        let also = self.headers.iter();
        also.map(|path| shop.dir.join(path))
            .try_for_each(|path| out::write(&path, &text))?;
        Ok((report, recorded))
    }
}

fn watch_variables() {
    let target = env::var("TARGET").unwrap_or_default();
    let pkg_config = [
        "",
        "_PATH",
        "_LIBDIR",
        "_SYSROOT_DIR",
        "_ALLOW_CROSS",
        "_ALL_STATIC",
        "_ALL_DYNAMIC",
    ];
    let pkg_config = pkg_config.map(|end| format!("PKG_CONFIG{end}"));
    for name in group::TOOLS
        .iter()
        .copied()
        .chain(pkg_config.iter().map(String::as_str))
    {
        out::rerun_if_env_changed(name);
        out::rerun_if_env_changed(&format!("HOST_{name}"));
        out::rerun_if_env_changed(&format!("TARGET_{name}"));
        out::rerun_if_env_changed(&format!("{name}_{target}"));
        out::rerun_if_env_changed(&format!("{name}_{}", target.replace('-', "_")));
    }
    let others = [
        "DOCS_RS",
        "CPATH",
        "C_INCLUDE_PATH",
        "COMPILER_PATH",
        "SDKROOT",
    ];
    others.into_iter().for_each(out::rerun_if_env_changed);
}

fn watch<'a>(files: impl IntoIterator<Item = &'a PathBuf>) {
    files
        .into_iter()
        .for_each(|file| out::rerun_if_changed(file));
}

/// Removes the records of imports and exports that are gone: a macro must not find what this run has not seen.
fn forget_others(out_dir: &Path, current: &HashSet<Hash>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(out_dir.join("cgo")) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        let stem = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
        if path.extension() == Some(OsStr::new("rec"))
            && !current.iter().any(|hash| hash.to_string() == stem)
        {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
