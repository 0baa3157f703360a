//! Imports with equal C contexts, from the first question to the archive.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use cgocall_syntax::hash::{Hash, Package};
use cgocall_syntax::owner::Owner;
use cgocall_syntax::record::{self, Finding, Link, Record};
use cgocall_syntax::{Block, Import, ImportItem, Library, node, symbol};

use crate::compiler::{self, Compiler};
use crate::context::{Context, Origin};
use crate::libs::Libraries;
use crate::names::PackageNames;
use crate::spell::{Signature, Widths};
use crate::unit::Unit;
use crate::verify;
use crate::{diagnostics, fresh, length, libs, out, quote, refuse, stub, symbol_name};

/// An import of a C form.
pub(crate) struct Item<'a> {
    pub(crate) import: &'a Import,
    /// What this target has of it.
    pub(crate) pruned: ImportItem,
    /// The types in it of which another import says that they close themselves.
    pub(crate) owners: Vec<Owner>,
    pub(crate) hash: Hash,
    /// The Rust file, relative to the package.
    pub(crate) file: String,
}

impl Item<'_> {
    fn block(&self) -> Option<&Block> {
        match &self.pruned {
            ImportItem::Block(block) => Some(block),
            _ => None,
        }
    }
}

/// What all groups of a package share.
pub(crate) struct Shop<'a> {
    pub(crate) package: Package,
    pub(crate) dir: PathBuf,
    pub(crate) out_dir: PathBuf,
    /// Folders of -sys crates.
    pub(crate) includes: Vec<PathBuf>,
    /// Without stubs: nothing will be linked.
    pub(crate) docs_only: bool,
    /// Found when first wanted.
    pub(crate) compiler: OnceCell<Result<Compiler, String>>,
    pub(crate) find_compiler: &'a dyn Fn() -> Result<Compiler, String>,
}

/// What a group leaves to tell cargo.
#[derive(Default)]
pub(crate) struct Report {
    /// C files read.
    pub(crate) files: Vec<PathBuf>,
    /// Libraries of the package's own.
    pub(crate) archives: Vec<PathBuf>,
    pub(crate) link_paths: Vec<PathBuf>,
    /// Something is wrong that may be put right outside of the files read.
    pub(crate) look_again: bool,
}

/// Sorts `items` into groups, in the order of their first items.
pub(crate) fn groups(items: Vec<Item<'_>>) -> Vec<(Context, Vec<Item<'_>>)> {
    let mut groups: Vec<(Context, Vec<Item<'_>>)> = Vec::new();
    for item in items {
        let context = Context::of(&item.import.attr);
        match groups.iter_mut().find(|(known, _)| *known == context) {
            Some((_, members)) => members.push(item),
            None => groups.push((context, vec![item])),
        }
    }
    groups
}

impl Shop<'_> {
    pub(crate) fn cgo(&self) -> PathBuf {
        self.out_dir.join("cgo")
    }

    fn archive(&self, item: &Item<'_>) -> (String, PathBuf) {
        let name = symbol::archive(&self.package, &item.hash);
        let path = self.out_dir.join(format!("lib{name}.a"));
        (name, path)
    }

    /// The folders in which an import's libraries are, and whether they are there.
    fn folders(&self, item: &Item<'_>) -> Vec<(PathBuf, bool)> {
        let folders = item.import.attr.link_search.iter();
        folders
            .map(|text| self.dir.join(&text.value))
            .map(|folder| (folder.clone(), folder.is_dir()))
            .collect()
    }

    /// Verifies a group, see [`process_group`](Shop::process_group), and finds its libraries: rustc takes a static one
    /// into the crate, and must run again when that changes.
    pub(crate) fn process(
        &self,
        context: &Context,
        items: &[Item<'_>],
        names: &PackageNames,
    ) -> io::Result<Report> {
        let mut report = self.process_group(context, items, names)?;
        for item in items {
            for (folder, _) in self
                .folders(item)
                .into_iter()
                .filter(|(_, is_there)| *is_there)
            {
                let links = item.import.attr.link.iter();
                let libraries = links.filter_map(|text| Library::parse(&text.value).ok());
                let archives =
                    libraries.map(|library| folder.join(format!("lib{}.a", library.name)));
                let archives = archives.filter(|file| file.is_file());
                report.archives.extend(archives);
                if !report.link_paths.contains(&folder) {
                    report.link_paths.push(folder);
                }
            }
        }
        Ok(report)
    }

    /// Verifies a group, writes its records and builds its archives; or finds that all this is done.
    ///
    /// # Errors
    /// When a file cannot be written or the compiler not be run.
    fn process_group(
        &self,
        context: &Context,
        items: &[Item<'_>],
        names: &PackageNames,
    ) -> io::Result<Report> {
        let hashes: Vec<String> = items.iter().map(|item| item.hash.to_string()).collect();
        let id = format!("{:016x}", fresh::hash(&(context, &hashes)));
        let stamp = self.cgo().join("group").join(format!("{id}.stamp"));
        let mut libraries = match Libraries::of(context, &self.includes) {
            Ok(libraries) => libraries,
            Err(findings) => {
                let record = Record {
                    findings,
                    ..Record::default()
                };
                items
                    .iter()
                    .try_for_each(|item| self.record(item, &record))?;
                return Ok(Report {
                    look_again: true,
                    ..Report::default()
                });
            }
        };
        if let Some(finding) = context.undeclared() {
            let record = Record {
                findings: vec![finding],
                ..Record::default()
            };
            items
                .iter()
                .try_for_each(|item| self.record(item, &record))?;
            return Ok(Report::default());
        }
        if context.has_cpp() {
            // Last: what is before it needs it.
            libraries.links.extend(libs::cpp_standard());
        }
        let resolved = items
            .iter()
            .map(|item| verify::resolved(names, &item.pruned));
        let resolved: Vec<Vec<String>> = resolved.collect();
        let owners: Vec<_> = items
            .iter()
            .map(|item| format!("{:?}", item.owners))
            .collect();
        let folders: Vec<_> = items.iter().map(|item| self.folders(item)).collect();
        let key = self.key(context, &hashes, (resolved, owners, folders), &libraries);
        if let Some(files) = fresh::files(&stamp, key, &self.dir) {
            return Ok(Report {
                files,
                link_paths: libraries.link_paths,
                ..Report::default()
            });
        }
        let Ok(compiler) = self.compiler.get_or_init(self.find_compiler) else {
            // Said once, by whoever made the shop; documentation does without.
            let record = Record {
                links: libraries.links,
                ..Record::default()
            };
            items
                .iter()
                .try_for_each(|item| self.record(item, &record))?;
            return Ok(Report::default());
        };
        out::clear(&stamp)?;
        let origin = origin(&items[0]);
        let unit = self.unit(compiler, context, &origin, &libraries, names, &id)?;
        let (files, wrong) = self.build(&unit, &id, items, &libraries.links)?;
        if !wrong && !self.docs_only {
            fresh::stamp(&stamp, key, &self.dir, &files, &self.outputs(items))?;
        }
        Ok(Report {
            files,
            link_paths: libraries.link_paths,
            look_again: wrong,
            ..Report::default()
        })
    }

    /// All that a group's answers depend on but the files.
    pub(crate) fn key(
        &self,
        context: &Context,
        hashes: &[String],
        resolved: impl std::hash::Hash,
        libraries: &Libraries,
    ) -> u64 {
        let libraries = format!("{libraries:?}");
        let own = context.own(&self.dir);
        let asked = (context, own, hashes, resolved);
        fresh::key(&(asked, libraries, compiler::variables()))
    }

    /// A translation unit of the context; its files are called `id`.
    pub(crate) fn unit<'u>(
        &self,
        compiler: &'u Compiler,
        context: &'u Context,
        origin: &'u Origin,
        libraries: &Libraries,
        names: &'u PackageNames,
        id: &str,
    ) -> io::Result<Unit<'u>> {
        out::own_folder(&self.cgo().join("group"))?;
        out::own_folder(&self.cgo().join("stub"))?;
        Ok(Unit {
            compiler,
            context,
            origin,
            text: context.text(origin, &self.dir, true),
            flags: libraries.flags(context, compiler, &self.cgo()),
            dir: self.dir.clone(),
            scratch: self.cgo().join("group").join(id),
            widths: Widths::from_env(),
            names,
            words: OnceCell::new(),
        })
    }

    /// Does the work for a group. Returns the C files read, and whether anything is wrong.
    fn build(
        &self,
        unit: &Unit<'_>,
        id: &str,
        items: &[Item<'_>],
        links: &[Link],
    ) -> io::Result<(Vec<PathBuf>, bool)> {
        let imports: Vec<&ImportItem> = items.iter().map(|item| &item.pruned).collect();
        let verdicts = verify::verify(unit, &imports)?;
        // Who does not know what was read cannot know when to read it again.
        let listed = self.dependencies(&unit.depends());
        let mut wrong = listed.is_none();
        let mut files = listed.unwrap_or_default();
        let (objects, broken) = match self.docs_only {
            true => (Vec::new(), Vec::new()),
            false => self.sources(unit, id, &mut files)?,
        };
        let mut defined = HashMap::new();
        for (item, verdict) in items.iter().zip(verdicts) {
            let mut findings = verdict.findings;
            findings.extend(self.missing_folders(item));
            for finding in &broken {
                // A source file that is its own header has been reported by the probe.
                if findings.iter().all(|known| known.node != finding.node) {
                    findings.push(finding.clone());
                }
            }
            // A finding may be under a `cfg` that is false, and then everything else is linked; but in a
            // broken context nothing compiles.
            let has_stubs = verdict.signatures.iter().any(Option::is_some);
            if !self.docs_only && (findings.is_empty() || has_stubs) {
                let before = findings.len();
                findings.extend(self.stub(unit, item, &verdict.signatures, &objects)?);
                if findings.len() == before {
                    findings.extend(self.twice(item, &mut defined)?);
                }
            }
            wrong |= findings
                .iter()
                .any(|finding| !node::is_absent(&finding.node));
            let lengths = length::of(item.block(), &verdict.signatures, unit.widths);
            let record = Record {
                findings,
                links: links.to_vec(),
                layouts: verdict.layouts,
                offsets: verdict.offsets,
                sizes: verdict.sizes,
                bitfields: verdict.bitfields,
                constants: verdict.constants,
                lengths,
                owners: Vec::new(), // said by `record`
            };
            self.record(item, &record)?;
        }
        Ok((files, wrong))
    }

    fn missing_folders(&self, item: &Item<'_>) -> Vec<Finding> {
        let texts = item.import.attr.link_search.iter().enumerate();
        texts
            .zip(self.folders(item))
            .filter(|(_, (_, is_there))| !is_there)
            .map(|((index, text), _)| Finding {
                node: node::attr("link_search", index),
                message: format!(
                    "there is no folder `{}`; write its path relative to the folder of Cargo.toml",
                    text.value
                ),
            })
            .collect()
    }

    /// What is left when nothing was wrong.
    fn outputs(&self, items: &[Item<'_>]) -> Vec<PathBuf> {
        let records = items
            .iter()
            .map(|item| record::record_path(&self.out_dir, &item.hash));
        let linked = items.iter().filter(|item| item.import.has_archive());
        records
            .chain(linked.map(|item| self.archive(item).1))
            .collect()
    }

    fn record(&self, item: &Item<'_>, record: &Record) -> io::Result<()> {
        let record = Record {
            owners: item.owners.clone(),
            ..record.clone()
        };
        self.leave(&item.hash, &record)
    }

    pub(crate) fn leave(&self, hash: &Hash, record: &Record) -> io::Result<()> {
        let path = record::record_path(&self.out_dir, hash);
        out::write_own(&path, &record.to_text())
    }

    /// Compiles the stubs of `item` and packs them with `objects`.
    fn stub(
        &self,
        unit: &Unit<'_>,
        item: &Item<'_>,
        signatures: &[Option<Signature>],
        objects: &[PathBuf],
    ) -> io::Result<Vec<Finding>> {
        let (true, Some(block)) = (item.import.has_archive(), item.block()) else {
            return Ok(Vec::new());
        };
        let source_only = unit.context.is_source_only();
        let text = format!(
            "/* The stubs of an import in {}. */\n{}{}",
            quote::comment(&item.file),
            unit.context.text(&origin(item), &self.dir, false),
            stub::stubs(&item.hash, block, signatures, &item.file, source_only),
        );
        let file = self.cgo().join("stub").join(format!("{}.c", item.hash));
        out::write_own(&file, &text)?;
        let object = file.with_extension("o");
        // What has been verified may differ in a `volatile` behind two pointers, which newer compilers refuse.
        let lenient = "-Wno-incompatible-pointer-types".into();
        let flags = [&unit.flags[..], &[lenient]].concat();
        let outcome = unit.compiler.object(&file, &flags, &object)?;
        if !outcome.success {
            let message = match &outcome.broken {
                Some(broken) => broken.clone(),
                None => format!(
                    "the C stubs of this block do not compile: {}",
                    outcome.first_error()
                ),
            };
            let first = block.functions().next();
            let first = first.map_or(node::attr("include", 0), |function| {
                node::item(&function.name())
            });
            return Ok(vec![Finding {
                node: first,
                message,
            }]);
        }
        let (name, path) = self.archive(item);
        let objects = [&[object], objects].concat();
        unit.compiler
            .archive(&name, &path, &objects)
            .map_err(io::Error::other)?;
        Ok(Vec::new())
    }

    /// What the preamble of `item` defines, and that of another has defined: the linker takes one.
    fn twice(
        &self,
        item: &Item<'_>,
        defined: &mut HashMap<String, String>,
    ) -> io::Result<Option<Finding>> {
        let Some(preamble) = &item.import.attr.preamble else {
            return Ok(None);
        };
        let object = self.cgo().join("stub").join(format!("{}.o", item.hash));
        if !item.import.has_archive() || !object.is_file() {
            return Ok(None);
        }
        let place = match Path::new(&item.file).starts_with(&self.out_dir) {
            true => "a module that discovers names".to_owned(),
            false => format!("{}:{}", item.file, preamble.span().start().line),
        };
        let mut finding = None;
        for name in symbol_name::defined(&fs::read(object)?) {
            if let Some(other) = defined.get(&name) {
                let message = refuse::defined_twice(&name, other);
                let node = node::attr_single("preamble");
                finding.get_or_insert(Finding { node, message });
            } else {
                defined.insert(name, place.clone());
            }
        }
        Ok(finding)
    }

    /// Compiles the `source` files of a group.
    fn sources(
        &self,
        unit: &Unit<'_>,
        id: &str,
        files: &mut Vec<PathBuf>,
    ) -> io::Result<(Vec<PathBuf>, Vec<Finding>)> {
        let mut objects = Vec::new();
        let mut findings = Vec::new();
        for (index, source) in unit.context.source.iter().enumerate() {
            let node = node::attr("source", index);
            let path = Path::new(source);
            if !self.dir.join(path).is_file() {
                let message = format!(
                    "there is no file `{source}`; write its path relative to the folder of Cargo.toml"
                );
                findings.push(Finding { node, message });
                continue;
            }
            files.push(path.to_path_buf());
            if let Err(message) = unit.compiler.tool(path) {
                findings.push(Finding { node, message });
                continue;
            }
            let object = self.cgo().join("stub").join(format!("{id}-{index}.o"));
            let depends = object.with_extension("d");
            out::clear(&depends)?;
            let flags: [OsString; 3] = ["-MD".into(), "-MF".into(), depends.clone().into()];
            let flags = [&unit.flags[..], &flags].concat();
            let outcome = unit.compiler.object(path, &flags, &object)?;
            if outcome.success {
                files.extend(self.dependencies(&depends).unwrap_or_default());
                objects.push(object);
                continue;
            }
            let message = match (&outcome.broken, outcome.errors.first()) {
                (Some(broken), _) => broken.clone(),
                (None, Some(error)) => {
                    let place = unit.context.place(&error.at, &self.dir);
                    format!(
                        "`{source}` does not compile: {place}: {}",
                        diagnostics::brief(&error.text)
                    )
                }
                (None, None) => format!("`{source}` does not compile: {}", outcome.first_words()),
            };
            findings.push(Finding { node, message });
        }
        files.sort();
        files.dedup();
        Ok((objects, findings))
    }

    /// The headers that the compiler listed, without the questions and stubs; `None` if it listed nothing, not even
    /// those.
    pub(crate) fn dependencies(&self, file: &Path) -> Option<Vec<PathBuf>> {
        let rule = fs::read(file).unwrap_or_default();
        let mut files = fresh::dependencies(&rule);
        if files.is_empty() {
            return None;
        }
        let ours = self.cgo();
        files.retain(|file| {
            !file.starts_with(&ours) || file.extension().is_some_and(|end| end == "h")
        });
        Some(files)
    }
}

fn origin(item: &Item<'_>) -> Origin {
    Origin::of(item.import, &item.file)
}

#[cfg(test)]
mod tests;
