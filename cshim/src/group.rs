//! Imports with equal C contexts, from the first question to the archive.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use cgocall_syntax::hash::{Hash, Package};
use cgocall_syntax::record::{self, Finding, Record};
use cgocall_syntax::{Block, Import, node, symbol};

use crate::compiler::Compiler;
use crate::context::{Context, Origin};
use crate::names::PackageNames;
use crate::spell::{Signature, Widths};
use crate::unit::Unit;
use crate::verify::{self, Verdict};
use crate::{fresh, libs, out, stub};

/// An import of a C form.
pub(crate) struct Item<'a> {
    pub(crate) import: &'a Import,
    /// What this target has of the import's block.
    pub(crate) block: Block,
    pub(crate) hash: Hash,
    /// The Rust file, relative to the package.
    pub(crate) file: String,
}

/// What all groups of a package share.
pub(crate) struct Shop<'a> {
    pub(crate) package: Package,
    pub(crate) dir: PathBuf,
    pub(crate) out_dir: PathBuf,
    pub(crate) names: &'a PackageNames,
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
    fn cgo(&self) -> PathBuf {
        self.out_dir.join("cgo")
    }

    fn archive(&self, item: &Item<'_>) -> (String, PathBuf) {
        let name = symbol::archive(&self.package, &item.hash);
        let path = self.out_dir.join(format!("lib{name}.a"));
        (name, path)
    }

    /// Verifies a group, writes its records and builds its archives.
    ///
    /// # Errors
    /// When a file cannot be written or the compiler not be run.
    pub(crate) fn process(&self, context: &Context, items: &[Item<'_>]) -> io::Result<Report> {
        let mut report = Report::default();
        let mut search = self.includes.clone();
        let mut links = Vec::new();
        let mut flags = Vec::new();
        let mut missing = Vec::new();
        for (index, query) in context.pkg_config.iter().enumerate() {
            match libs::pkg_config(query) {
                Ok(found) => {
                    search.extend(found.includes);
                    links.extend(found.links);
                    flags.extend(found.defines.into_iter().map(OsString::from));
                    report.link_paths.extend(found.link_paths);
                }
                Err(message) => missing.push(Finding {
                    node: node::attr("pkg_config", index),
                    message,
                }),
            }
        }
        if !missing.is_empty() {
            report.look_again = true;
            for item in items {
                self.record(
                    item,
                    &Record {
                        findings: missing.clone(),
                        ..Record::default()
                    },
                )?;
            }
            return Ok(report);
        }
        flags.extend(context.flags(&search));

        let hashes: Vec<String> = items.iter().map(|item| item.hash.to_string()).collect();
        let id = format!("{:016x}", fresh::hash(&(context, &hashes)));
        let key = fresh::key(&(
            (context, &hashes, &flags, format!("{links:?}")),
            items
                .iter()
                .map(|item| verify::resolved(self.names, &item.block))
                .collect::<Vec<_>>(),
            compiler_variables(),
        ));
        let stamp = self.cgo().join("group").join(format!("{id}.stamp"));
        if self.is_built(items)
            && let Some(files) = fresh::files(&stamp, key, &self.dir)
        {
            report.files = files;
            return Ok(report);
        }
        // From here on the stamp of an earlier run vouches for nothing.
        let _ = fs::remove_file(&stamp);
        let compiler = match self.compiler.get_or_init(self.find_compiler) {
            Ok(compiler) => compiler,
            // Said once, by whoever made the shop; documentation does without.
            Err(_) => {
                for item in items {
                    self.record(
                        item,
                        &Record {
                            links: links.clone(),
                            ..Record::default()
                        },
                    )?;
                }
                return Ok(report);
            }
        };
        flags.extend(compiler.hide(&search));
        fs::create_dir_all(self.cgo().join("group"))?;
        fs::create_dir_all(self.cgo().join("stub"))?;
        let origin = origin(&items[0]);
        let unit = Unit {
            compiler,
            context,
            origin: &origin,
            text: context.text(&origin, &self.dir, true),
            flags,
            dir: self.dir.clone(),
            scratch: self.cgo().join("group").join(&id),
            widths: Widths::from_env(),
            names: self.names,
        };
        let blocks: Vec<&Block> = items.iter().map(|item| &item.block).collect();
        let verdicts = verify::verify(&unit, &blocks)?;
        report.files = self.dependencies(&unit.depends());
        let mut files = report.files.clone();
        let (objects, broken) = match self.docs_only {
            true => (Vec::new(), Vec::new()),
            false => self.sources(&unit, &id, &mut files)?,
        };
        let mut wrong = false;
        for (item, verdict) in items.iter().zip(verdicts) {
            let Verdict {
                mut findings,
                layouts,
                signatures,
            } = verdict;
            // A source file that is its own header has been reported by the probe.
            if findings.is_empty() {
                findings.extend(broken.iter().cloned());
            }
            // A finding may be under a `cfg` that is false, and then everything else is linked; but in a
            // broken context nothing compiles.
            let has_stubs = signatures.iter().any(Option::is_some);
            if !self.docs_only && (findings.is_empty() || has_stubs) {
                findings.extend(self.stub(&unit, item, &signatures, &objects)?);
            }
            wrong |= !findings.is_empty();
            self.record(
                item,
                &Record {
                    findings,
                    links: links.clone(),
                    layouts,
                },
            )?;
        }
        if !wrong && !self.docs_only {
            fresh::stamp(&stamp, key, &self.dir, &files)?;
        }
        report.look_again = wrong;
        report.files = files;
        Ok(report)
    }

    /// Whether everything is there, and nothing was wrong.
    fn is_built(&self, items: &[Item<'_>]) -> bool {
        items.iter().all(|item| {
            let record = fs::read_to_string(record::record_path(&self.out_dir, &item.hash));
            record.is_ok_and(|text| {
                Record::parse(&text).is_ok_and(|record| record.findings.is_empty())
            }) && (!item.import.has_archive() || self.archive(item).1.exists())
        })
    }

    fn record(&self, item: &Item<'_>, record: &Record) -> io::Result<()> {
        out::write(
            &record::record_path(&self.out_dir, &item.hash),
            &record.to_text(),
        )
    }

    /// Compiles the stubs of `item` and packs them with `objects`.
    fn stub(
        &self,
        unit: &Unit<'_>,
        item: &Item<'_>,
        signatures: &[Option<Signature>],
        objects: &[PathBuf],
    ) -> io::Result<Vec<Finding>> {
        if !item.import.has_archive() {
            return Ok(Vec::new());
        }
        let source_only = unit.context.is_source_only();
        let text = format!(
            "/* The stubs of an import in {}. */\n{}{}",
            item.file,
            unit.context.text(&origin(item), &self.dir, false),
            stub::stubs(&item.hash, &item.block, signatures, &item.file, source_only),
        );
        let file = self.cgo().join("stub").join(format!("{}.c", item.hash));
        out::write(&file, &text)?;
        let object = file.with_extension("o");
        let flags = ["-c".into(), "-o".into(), object.clone().into()];
        let outcome = unit
            .compiler
            .run(&file, &[&unit.flags[..], &flags].concat())?;
        if !outcome.success {
            let error = outcome
                .errors
                .first()
                .map_or(outcome.first_words(), |error| &error.text);
            let message = format!("the C stubs of this block do not compile: {error}");
            let first = item.block.functions().next();
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
            let object = self.cgo().join("stub").join(format!("{id}-{index}.o"));
            let depends = object.with_extension("d");
            let flags: [OsString; 6] = [
                "-c".into(),
                "-o".into(),
                object.clone().into(),
                "-MMD".into(),
                "-MF".into(),
                depends.clone().into(),
            ];
            let outcome = unit
                .compiler
                .run(path, &[&unit.flags[..], &flags].concat())?;
            if outcome.success {
                files.extend(self.dependencies(&depends));
                objects.push(object);
                continue;
            }
            let message = match outcome.errors.first() {
                Some(error) => {
                    let place = unit.context.place(&error.at, &self.dir);
                    format!("`{source}` does not compile: {place}: {}", error.text)
                }
                None => format!("`{source}` does not compile: {}", outcome.first_words()),
            };
            findings.push(Finding { node, message });
        }
        files.sort();
        files.dedup();
        Ok((objects, findings))
    }

    /// The headers that the compiler listed, without our own files.
    fn dependencies(&self, file: &Path) -> Vec<PathBuf> {
        let rule = fs::read_to_string(file).unwrap_or_default();
        let mut files = fresh::dependencies(&rule);
        files.retain(|file| !file.starts_with(&self.out_dir));
        files
    }
}

fn origin(item: &Item<'_>) -> Origin {
    let preamble = item.import.attr.preamble.as_ref();
    Origin {
        file: item.file.clone(),
        preamble_line: preamble.map_or(1, |text| text.span().start().line),
    }
}

/// The variables that decide which compiler runs and how.
fn compiler_variables() -> BTreeMap<String, String> {
    const EXACT: [&str; 8] = [
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
pub(crate) const TOOLS: [&str; 4] = ["CC", "CFLAGS", "AR", "ARFLAGS"];

#[cfg(test)]
mod tests;
