//! The build script's one call.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, io, thread};

use cgocall_syntax::hash::{self, Hash, Package};
use cgocall_syntax::record::{self, Index};
use cgocall_syntax::{Errors, Form, Import, ImportItem, owner, symbol};

use crate::cfg::{Cfgs, Truth};
use crate::compiler::{self, Compiler, Search};
use crate::context::Context;
use crate::discover::modules::Asked;
use crate::discover::owner::Place;
use crate::export::{Agreed, Exported};
use crate::files::Files as _;
use crate::group::{self, Item, Report, Shop};
use crate::header::Header;
use crate::last::{Last, Question};
use crate::names::PackageNames;
use crate::scan::{self, Found, Level, Reach, Scan};
use crate::{blocks, child, leftover, libs, out, own, pc};

/// Of the thread that does the work: a scan, and what is around it.
pub(crate) const STACK: usize = (scan::ROOM + (16 << 10)) << 10;

/// A build in preparation: made by [`build`], done by [`compile`](Build::compile).
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `.compile()`"]
pub struct Build {
    roots: Vec<PathBuf>,
    headers: Vec<PathBuf>,
    pkg_configs: Vec<PathBuf>,
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
        pkg_configs: Vec::new(),
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

    /// Also writes a file for `pkg-config` to `path`, relative to the package: it says how a C program is compiled and linked
    /// with this library, and belongs into `lib/pkgconfig` below the folder that `lib` and `include` are installed in. What
    /// the imports link, a program needs that links the static library: `pkg-config --static`.
    ///
    /// ```no_run
    /// cgocall_cshim::build("src/lib.rs")
    ///     .header("include/plugin.h")
    ///     .pkg_config("plugin.pc")
    ///     .compile();
    /// ```
    pub fn pkg_config(mut self, path: impl AsRef<Path>) -> Build {
        self.pkg_configs.push(path.as_ref().to_path_buf());
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
        // Rust is parsed by functions that call themselves, and systems differ in how large a first stack is.
        let run = || self.run(&dir, &out_dir);
        let done = thread::scope(|scope| {
            let worker = thread::Builder::new().stack_size(STACK);
            let worker = worker.spawn_scoped(scope, run)?;
            worker.join().unwrap_or_else(|panic| resume_unwind(panic))
        });
        if let Err(error) = done {
            out::error(&format!(
                "cgocall cannot work in {}: {error}",
                out_dir.display()
            ));
        }
    }

    fn run(&self, dir: &Path, out_dir: &Path) -> io::Result<()> {
        let package =
            Package::from_env().ok_or_else(|| io::Error::other("CARGO_PKG_NAME is not set"))?;
        if !is_first(out_dir) {
            let roots: Vec<String> = self
                .roots
                .iter()
                .map(|root| format!(".root({:?})", root.display().to_string()))
                .collect();
            out::error(&format!(
                "cgocall_cshim::build is called twice in one build.rs, and the second call would forget what the first \
                 has found; add {} to the first instead",
                roots.concat()
            ));
            return Ok(());
        }
        leftover::clear(out_dir)?;
        let last = Last::new(dir, out_dir, &format!("{self:?}"));
        if let Some(said) = last.said() {
            out::say(said.trim_end());
            return Ok(());
        }
        last.forget()?;
        out::said();
        let is_well = self.work(dir, out_dir, package, &last)?;
        last.doubt()?;
        if is_well {
            let written = self.headers.iter().chain(&self.pkg_configs);
            let written: Vec<PathBuf> = written.map(|path| dir.join(path)).collect();
            last.leave(&written, &out::said())?;
        }
        Ok(())
    }

    /// What there is to do if something has changed. Says whether it is all done and well.
    fn work(
        &self,
        dir: &Path,
        out_dir: &Path,
        package: Package,
        last: &Last<'_>,
    ) -> io::Result<bool> {
        let cfgs = Cfgs::from_env();
        let scan = scan::scan_in(last, &self.roots, &cfgs);
        watch(&scan.watched);
        let is_there = |root: &&PathBuf| last.is_file(root);
        for root in self.roots.iter().filter(|root| !is_there(root)) {
            out::error(&format!(
                "cgocall_cshim::build: there is no file `{}`; write its path relative to Cargo.toml",
                root.display()
            ));
        }
        let shop = Shop {
            package: package.clone(),
            dir: dir.to_path_buf(),
            out_dir: out_dir.to_path_buf(),
            includes: libs::sys_includes(),
            docs_only: env::var_os("DOCS_RS").is_some(),
            compiler: OnceCell::new(),
            find_compiler: &|| Compiler::find(Search::from_env(), dir, out_dir),
        };
        // What does not parse is the macro's to report.
        let found = scan.imports.iter().filter_map(|found| {
            let import = Import::parse(found.attr.clone(), found.item.clone()).ok()?;
            Some((found, import))
        });
        let found: Vec<(&Found, Import)> = found.collect();
        found
            .iter()
            .for_each(|(_, import)| last.attribute(&import.attr));
        let modules = modules(&found, &cfgs, &package);
        if !modules.is_empty() {
            // A preamble may include the exports' header, which in the end may speak of discovered types.
            let imports = found.iter().map(|(_, import)| import).collect();
            let names = PackageNames::of(found.iter().map(|(_, import)| import), &scan.types);
            let mut header = Header::new(&package, &scan.types, &names, imports, &cfgs);
            self.exports(&scan, &mut header, &package, last, &cfgs);
            if !header.is_empty() {
                out::write(&own_header(&shop), &header.finish(&Agreed::default()).text)?;
            }
        }
        let made = shop.discover(&modules)?;
        let mut seen: HashSet<Hash> = modules.into_iter().map(|asked| asked.hash).collect();
        let contexts = found.iter().filter(|(_, import)| import.form() == Form::C);
        let contexts: Vec<Context> = contexts
            .map(|(_, import)| Context::of(&import.attr))
            .collect();
        let mut parsed = Vec::new();
        for (found, import) in found {
            let file = found.file.display().to_string();
            match import.item {
                ImportItem::Module(module) => parsed.extend(module.declared.map(|it| (*it, file))),
                _ => parsed.push((import, file)),
            }
        }
        parsed.extend(made.imports);
        let names = PackageNames::of(parsed.iter().map(|(import, _)| import), &scan.types);
        let imports = parsed.iter().map(|(import, _)| import).collect();
        let mut header = Header::new(&package, &scan.types, &names, imports, &cfgs);
        let (exports, freed_elsewhere, types) =
            self.exports(&scan, &mut header, &package, last, &cfgs);
        for hash in freed_elsewhere {
            shop.leave(&hash, &blocks::record())?;
            seen.insert(hash);
        }
        self.write_pkg_config(dir, &package, parsed.iter().map(|(import, _)| import))?;
        let (of_exports, recorded) =
            self.write_header(&shop, &header, &exports, &types, &contexts, &names)?;
        seen.extend(recorded);
        let reports = self.imports(&shop, &parsed, &names, &cfgs, seen)?;
        let reports = reports.into_iter().chain([made.report, of_exports]);
        let is_well = self.tell(&shop, reports, last)?;
        Ok(is_well && self.roots.iter().all(|root| is_there(&root)))
    }

    /// Verifies and compiles the imports that are not modules.
    fn imports(
        &self,
        shop: &Shop<'_>,
        parsed: &[(Import, String)],
        names: &PackageNames,
        cfgs: &Cfgs,
        mut seen: HashSet<Hash>,
    ) -> io::Result<Vec<Report>> {
        let items: Vec<Item<'_>> = parsed
            .iter()
            .filter(|(import, _)| import.form() == Form::C)
            .map(|(import, file)| {
                let mut pruned = cfgs.prune(import.item.clone());
                let owners = names.owners(&pruned);
                if let ImportItem::Block(block) = &mut pruned {
                    // What is wrong with it the macro says, at the very type.
                    owner::adopt(block, &owners, &mut Errors::new());
                }
                Item {
                    import,
                    pruned,
                    owners,
                    hash: hash::of(&shop.package, import),
                    file: file.clone(),
                }
            })
            .filter(|item| seen.insert(item.hash.clone()))
            .collect();
        forget_others(shop, &seen)?;
        let groups = group::groups(items).into_iter();
        groups
            .map(|(context, items)| shop.process(&context, &items, names))
            .collect()
    }

    /// Tells cargo what to link, and what to watch; and leaves the index. Says whether all is well.
    fn tell(
        &self,
        shop: &Shop<'_>,
        reports: impl Iterator<Item = Report>,
        last: &Last<'_>,
    ) -> io::Result<bool> {
        let out_dir = &shop.out_dir;
        let (mut look_again, mut is_told) = (false, true);
        let (mut files, mut link_paths) = (BTreeSet::new(), Vec::new());
        for report in reports {
            for file in report.files {
                // Not what a build script writes itself: it would always be newer than its last run.
                if file.starts_with(out_dir) {
                    last.ask(Question::Content, &file);
                } else {
                    last.read(&file);
                    files.insert(file);
                }
            }
            files.extend(report.archives);
            for path in report.link_paths {
                // Their order is that in which they are searched.
                if !link_paths.contains(&path) {
                    is_told &= tell_path(LINK_SEARCH, &path);
                    link_paths.push(path);
                }
            }
            look_again |= report.look_again;
        }
        watch(&files);
        if let Some(Err(message)) = shop.compiler.get()
            && !shop.docs_only
        {
            out::error(message);
        }
        if look_again {
            // A missing file is always out of date, so the next build asks again: what was wrong may be put
            // right by installing a package.
            let missing = out_dir.join("cgo/look-again");
            out::say(&format!("cargo::rerun-if-changed={}", missing.display()));
        }
        watch_variables();
        // One sentence is enough of it.
        let variable = format!("rustc-env={}", record::OUT_DIR);
        is_told &= tell_path(LINK_SEARCH, out_dir) && tell_path(&variable, out_dir);
        let index = Index {
            package: shop.package.name.clone(),
            version: shop.package.version.clone(),
            manifest_dir: shop.dir.display().to_string(),
            roots: self
                .roots
                .iter()
                .map(|root| root.display().to_string())
                .collect(),
        };
        out::write_own(&record::index_path(out_dir), &index.to_text())?;
        let has_compiler = !matches!(shop.compiler.get(), Some(Err(_)));
        Ok(!look_again && is_told && has_compiler && !shop.docs_only)
    }

    /// The exports that C sees by a name; they are added to `header`. And the blocks of which another frees the
    /// type, and the types that C makes values of.
    fn exports(
        &self,
        scan: &Scan,
        header: &mut Header<'_>,
        package: &Package,
        last: &Last<'_>,
        cfgs: &Cfgs,
    ) -> (Vec<Exported>, Vec<Hash>, own::Exports) {
        let parsed = scan.exports.iter().filter_map(|found| {
            let parsed = cgocall_syntax::Exported::parse(found.attr.clone(), found.item.clone());
            Some((found, parsed.ok()?))
        });
        let mut parsed: Vec<(&Found, cgocall_syntax::Exported)> = parsed.collect();
        let freed_elsewhere = blocks::settle(&mut parsed, cfgs, package);
        let mut exported: Vec<Exported> = Vec::new();
        let mut types = own::Exports::new();
        for (found, parsed) in parsed {
            if let cgocall_syntax::Exported::Data(data) = &parsed {
                let hashes = types.entry(data.name()).or_default();
                hashes.push(hash::of_data(package, data));
            }
            let exports = parsed.into_exports();
            let file = found.file.display().to_string();
            let root = self.roots[found.root].display().to_string();
            for export in exports {
                last.attribute(&export.attr.header);
                let place = format!("{file}:{}", found.line);
                let hash = hash::of_export(package, &export);
                if exported.iter().all(|known| known.hash != hash) {
                    exported.extend(Exported::of(&export, hash, file.clone()));
                }
                header.add(export, place, &root);
            }
        }
        (exported, freed_elsewhere, types)
    }

    /// What `pkg-config` reads.
    fn write_pkg_config<'i>(
        &self,
        dir: &Path,
        package: &Package,
        imports: impl Iterator<Item = &'i Import>,
    ) -> io::Result<()> {
        let var = |name: &str| env::var(name).unwrap_or_default();
        let (description, os) = (var("CARGO_PKG_DESCRIPTION"), var("CARGO_CFG_TARGET_OS"));
        let text = pc::text(package, &description, &os, imports);
        let mut paths = self.pkg_configs.iter();
        paths.try_for_each(|path| out::write(&dir.join(path), &text))
    }

    /// Compares the exports with the headers that others have of them, and writes the header of their own. Also says
    /// who of them has a record.
    fn write_header(
        &self,
        shop: &Shop<'_>,
        header: &Header<'_>,
        exports: &[Exported],
        types: &own::Exports,
        imports: &[Context],
        names: &PackageNames,
    ) -> io::Result<(Report, Vec<Hash>)> {
        // A header of the user's may include it.
        let prepare = || match header.is_empty() {
            true => Ok(()),
            false => out::write_own(&own_header(shop), &header.finish(&Agreed::default()).text),
        };
        let (report, agreed, mut recorded) = shop.exports(exports, imports, names, &prepare)?;
        if header.is_empty() && self.headers.is_empty() {
            return Ok((report, recorded));
        }
        let made = header.finish(&agreed);
        let warnings = made.warnings.iter();
        warnings.for_each(|warning| out::warning(warning));
        out::write_own(&own_header(shop), &made.text)?;
        let also = self.headers.iter();
        also.map(|path| shop.dir.join(path))
            .try_for_each(|path| out::write(&path, &made.text))?;
        shop.note_clashes(exports, made.clashes, &mut recorded)?;
        let own = own_header(shop);
        let laid = shop.own_layouts(&own, &made.definitions, types, imports, names)?;
        recorded.extend(laid);
        Ok((report, recorded))
    }
}

/// Where the header of the exports is always written.
fn own_header(shop: &Shop<'_>) -> PathBuf {
    shop.cgo().join(format!("{}.h", shop.package.name))
}

/// The modules that ask about names. Those of the same text are asked about once.
fn modules<'f>(found: &'f [(&Found, Import)], cfgs: &Cfgs, package: &Package) -> Vec<Asked<'f>> {
    let mut modules: Vec<Asked<'f>> = Vec::new();
    for (found, import) in found {
        if !matches!(import.item, ImportItem::Module(_)) {
            continue;
        }
        let ImportItem::Module(module) = cfgs.prune(import.item.clone()) else {
            continue;
        };
        let mut levels = found.levels.clone();
        if let Some(levels) = &mut levels {
            levels.push(Level {
                name: module.name(),
                reach: Reach::of(&module.vis, levels),
                certain: cfgs.of(&module.attrs) == Truth::Yes,
            });
        }
        let place = Place {
            root: found.root,
            levels,
            file: found.file.display().to_string(),
            line: module.ident.span().start().line,
        };
        let hash = hash::of(package, import);
        if let Some(same) = modules.iter_mut().find(|asked| asked.hash == hash) {
            same.add(place);
        } else if import.form() == Form::C {
            modules.push(Asked {
                import,
                module: *module,
                hash,
                file: place.file.clone(),
                places: vec![place],
            });
        }
    }
    modules
}

/// Whether this process has not been here before.
fn is_first(out_dir: &Path) -> bool {
    static BUILT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let is_first = !built.iter().any(|dir| dir == out_dir);
    built.push(out_dir.to_path_buf());
    is_first
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
    for name in compiler::TOOLS
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
        child::LIMIT,
        "DOCS_RS",
        "CPATH",
        "C_INCLUDE_PATH",
        "CPLUS_INCLUDE_PATH",
        "COMPILER_PATH",
        "CRATE_CC_NO_DEFAULTS",
        "CROSS_COMPILE",
        "SDKROOT",
    ];
    others.into_iter().for_each(out::rerun_if_env_changed);
}

const LINK_SEARCH: &str = "rustc-link-search=native";

fn tell_path(name: &str, path: &Path) -> bool {
    let told = out::path(name, path);
    told.map_err(|sentence| out::error(&sentence)).is_ok()
}

fn watch<'a>(files: impl IntoIterator<Item = &'a PathBuf>) {
    files
        .into_iter()
        .for_each(|file| out::rerun_if_changed(file));
}

/// Removes the records of imports and exports that are gone: a macro must not find what this run has not seen. And
/// their archives, which nobody would link or remove.
fn forget_others(shop: &Shop<'_>, current: &HashSet<Hash>) -> io::Result<()> {
    let names = |hash: &Hash| {
        let archive = format!("lib{}.a", symbol::archive(&shop.package, hash));
        [archive, format!("{hash}.rec"), format!("{hash}.rs")]
    };
    let current: HashSet<String> = current.iter().flat_map(names).collect();
    // Another's name may begin so.
    let is_archive = |name: &str| {
        let hash = name.strip_prefix(&format!("libcgo_{}_", shop.package.ident()));
        let hash = hash.and_then(|rest| rest.strip_suffix(".a"));
        hash.is_some_and(|hash| hash.len() == 12 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    for folder in [&shop.cgo(), &shop.out_dir] {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_ours = match path.extension().and_then(OsStr::to_str) {
                Some("rec" | "rs") => *folder != shop.out_dir,
                Some("a") => is_archive(&name),
                _ => false,
            };
            if is_ours && !current.contains(&*name) {
                out::clear(&path)?;
            }
        }
    }
    Ok(())
}
