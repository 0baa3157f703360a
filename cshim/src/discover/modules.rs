//! All modules of a package that name things of C, from the questions to the files.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::{fs, io};

use cgocall_syntax::hash::Hash;
use cgocall_syntax::record::{self, Finding, Record};
use cgocall_syntax::{Import, Module, Wanted, node};

use super::declare::Declarations;
use super::owner::{self, Owner, Place};
use super::{Discovered, discover, text};
use crate::context::{Context, Origin};
use crate::group::{Report, Shop};
use crate::libs::Libraries;
use crate::names::PackageNames;
use crate::{compiler, fresh, out};

/// A module under `#[cgo_import]`.
pub(crate) struct Asked<'a> {
    pub(crate) import: &'a Import,
    /// What this target has of it.
    pub(crate) module: Module,
    pub(crate) hash: Hash,
    /// The Rust file, relative to the package.
    pub(crate) file: String,
    /// Where it stands; more than one if there are others of its text.
    pub(crate) places: Vec<Place>,
}

impl Asked<'_> {
    /// Notes another place. Where the macro cannot tell two apart, no path leads from or to them.
    pub(crate) fn add(&mut self, place: Place) {
        let mut known = self.places.iter_mut();
        match known.find(|known| (&known.file, known.line) == (&place.file, place.line)) {
            Some(same) => same.levels = None,
            None => self.places.push(place),
        }
    }

    /// What decides what is written for it. A single place is the same on any line.
    fn key(&self) -> String {
        let names: Vec<String> = self.module.wanted().map(Wanted::name).collect();
        let places = self.places.iter().map(|place| match self.places.len() {
            1 => format!("{} {:?}", place.root, place.levels),
            _ => format!("{place:?}"),
        });
        let places: Vec<String> = places.collect();
        format!("{} {names:?} {places:?}", self.hash)
    }

    /// Its record, and its text.
    fn written(&self, out_dir: &Path) -> [PathBuf; 2] {
        let (record, text) = (record::record_path, record::text_path);
        [record(out_dir, &self.hash), text(out_dir, &self.hash)]
    }
}

/// The imports that modules came to, each with the file that it stands in.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) imports: Vec<(Import, String)>,
    pub(crate) report: Report,
}

impl Shop<'_> {
    /// Asks about all names of `modules`, and writes a file and a record for each; or finds that this is done.
    ///
    /// # Errors
    /// When a file cannot be written or the compiler not be run.
    pub(crate) fn discover(&self, modules: &[Asked<'_>]) -> io::Result<Made> {
        if modules.is_empty() {
            return Ok(Made::default());
        }
        let stamp = self.cgo().join("group").join("modules.stamp");
        let mut contexts: Vec<(Context, Result<Libraries, Vec<Finding>>)> = Vec::new();
        for asked in modules {
            let context = Context::of(&asked.import.attr);
            if contexts.iter().all(|(known, _)| *known != context) {
                let libraries = Libraries::of(&context, &self.includes);
                contexts.push((context, libraries));
            }
        }
        let asked: Vec<String> = modules.iter().map(Asked::key).collect();
        let own: Vec<Vec<bool>> = contexts
            .iter()
            .map(|(context, _)| context.own(&self.dir))
            .collect();
        let asked = (format!("{contexts:?}"), own, asked);
        let key = fresh::key(&(asked, compiler::variables()));
        let written = modules
            .iter()
            .flat_map(|asked| asked.written(&self.out_dir));
        let written: Vec<PathBuf> = written.collect();
        let is_there = |asked: &Asked<'_>| {
            let record = fs::read_to_string(record::record_path(&self.out_dir, &asked.hash));
            record.is_ok_and(|text| {
                Record::parse(&text).is_ok_and(|record| record.findings.is_empty())
            })
        };
        if modules.iter().all(is_there)
            && let Some(files) = fresh::files(&stamp, key, &self.dir)
            && let Some(imports) = self.read_again(modules)
        {
            let report = Report {
                files,
                ..Report::default()
            };
            return Ok(Made { imports, report });
        }
        out::clear(&stamp)?;
        let (discovered, files) = self.ask(modules, contexts)?;
        let wrong = discovered.iter().any(|found| !found.findings.is_empty());
        let imports = self.write(modules, discovered)?;
        let is_all_known = files.is_some();
        let mut files = files.unwrap_or_default();
        files.sort();
        files.dedup();
        if !wrong && is_all_known {
            fresh::stamp(&stamp, key, &self.dir, &files, &written)?;
        }
        let report = Report {
            files,
            look_again: wrong,
            ..Report::default()
        };
        Ok(Made { imports, report })
    }

    /// What became of each module, and the files that the compiler read, if it said them.
    fn ask(
        &self,
        modules: &[Asked<'_>],
        contexts: Vec<(Context, Result<Libraries, Vec<Finding>>)>,
    ) -> io::Result<(Vec<Discovered>, Option<Vec<PathBuf>>)> {
        let mut all: Vec<Discovered> = modules.iter().map(|_| Discovered::default()).collect();
        let mut files = Some(Vec::new());
        for (number, (context, libraries)) in contexts.into_iter().enumerate() {
            let members: Vec<usize> = (0..modules.len())
                .filter(|index| Context::of(&modules[*index].import.attr) == context)
                .collect();
            let mut refuse = |finding: &dyn Fn(&Asked<'_>) -> Vec<Finding>| {
                for index in &members {
                    all[*index].findings = finding(&modules[*index]);
                }
            };
            let libraries = match libraries {
                Ok(libraries) => libraries,
                Err(findings) => {
                    refuse(&|_| findings.clone());
                    continue;
                }
            };
            let Ok(compiler) = self.compiler.get_or_init(self.find_compiler) else {
                refuse(&|asked| vec![no_compiler(asked)]);
                continue;
            };
            let first = &modules[members[0]];
            let origin = Origin::of(first.import, &first.file);
            let names = PackageNames::default();
            let id = format!("modules-{number}");
            let unit = self.unit(compiler, &context, &origin, &libraries, &names, &id)?;
            let wanted: Vec<&Module> = members
                .iter()
                .map(|index| &modules[*index].module)
                .collect();
            match discover(&unit, &wanted)? {
                Ok(found) => {
                    for (index, found) in members.iter().zip(found) {
                        all[*index] = found;
                    }
                }
                Err(outcome) => {
                    let finding = unit.broken(&outcome)?;
                    refuse(&|_| vec![finding.clone()]);
                }
            }
            match (&mut files, self.dependencies(&unit.depends())) {
                (Some(files), Some(read)) => files.extend(read),
                _ => files = None,
            }
        }
        Ok((all, files))
    }

    /// Writes what was discovered, each type where it belongs.
    fn write(
        &self,
        modules: &[Asked<'_>],
        discovered: Vec<Discovered>,
    ) -> io::Result<Vec<(Import, String)>> {
        let claims = modules.iter().zip(&discovered).flat_map(|(asked, found)| {
            let types = &found.declarations.types;
            asked.places.iter().map(move |place| (place.clone(), types))
        });
        let mut owners = owner::owners(&claims.collect::<Vec<_>>()).into_iter();
        let mut imports = Vec::new();
        for (asked, mut found) in modules.iter().zip(discovered) {
            let owners: Vec<HashMap<String, Owner>> =
                owners.by_ref().take(asked.places.len()).collect();
            let closed: BTreeSet<(&String, &String)> = owners
                .iter()
                .flatten()
                .filter_map(|(name, owner)| match owner {
                    Owner::Closed(module) => Some((module, name)),
                    _ => None,
                })
                .collect();
            if let Some((module, name)) = closed.first() {
                let message = format!(
                    "`{name}` belongs to another module that discovers it too, and `{module}` on the way to that is private; \
                     write `pub(crate) mod {module}`"
                );
                found.findings.push(Finding {
                    node: node::module(&asked.module.name()),
                    message,
                });
            }
            let text = text_of(asked, &found.declarations, &owners);
            let [record_path, path] = asked.written(&self.out_dir);
            out::write_own(&path, &text)?;
            match read(&path, &text) {
                Ok(read) => imports.extend(read),
                Err(error) => found.findings.push(Finding {
                    node: node::module(&asked.module.name()),
                    message: format!(
                        "what C says of these names came out as no import: {error}; this is a mistake of cgocall, please \
                         report it with the header"
                    ),
                }),
            }
            let record = Record {
                findings: found.findings,
                ..Record::default()
            };
            out::write_own(&record_path, &record.to_text())?;
        }
        Ok(imports)
    }

    fn read_again(&self, modules: &[Asked<'_>]) -> Option<Vec<(Import, String)>> {
        let mut imports = Vec::new();
        for asked in modules {
            let path = record::text_path(&self.out_dir, &asked.hash);
            imports.extend(read(&path, &fs::read_to_string(&path).ok()?).ok()?);
        }
        Some(imports)
    }
}

/// What the macro reads: of several places, each has a text of its own.
fn text_of(asked: &Asked<'_>, made: &Declarations, owners: &[HashMap<String, Owner>]) -> String {
    let attr = &asked.import.attr;
    if let [owners] = owners {
        return text::of(attr, made, owners);
    }
    let mut all = text::of(attr, made, &HashMap::new());
    for (place, owners) in asked.places.iter().zip(owners) {
        let text = text::of(attr, made, owners);
        // It ends with the line; who has a line break in the name of a file gets the text that is good anywhere.
        let file = place.file.replace(['\n', '\r'], " ");
        all += &format!("{}{file}:{}\n{text}", record::PLACE, place.line);
    }
    all
}

/// The imports in a file of ours.
///
/// # Errors
/// The first thing in it that is none.
fn read(path: &Path, text: &str) -> Result<Vec<(Import, String)>, String> {
    let name = path.display().to_string();
    let mut imports = Vec::new();
    for (_, text) in record::texts(text) {
        let file = syn::parse_file(&without_docs(text)).map_err(|error| error.to_string())?;
        for (attr, item) in crate::scan::imports(file) {
            let import = Import::of_item(attr, item).map_err(|errors| errors.to_string())?;
            imports.push((import, name.clone()));
        }
    }
    Ok(imports)
}

/// The same, line for line, without what a header says to people: most of the text, and nothing that C compares.
fn without_docs(text: &str) -> String {
    let mut bare = String::new();
    for line in text.lines() {
        let is_docs = line.trim_start().starts_with("#[doc = \"") && line.ends_with("\"]");
        bare.push_str(if is_docs { "" } else { line });
        bare.push('\n');
    }
    bare
}

fn no_compiler(asked: &Asked<'_>) -> Finding {
    let names: Vec<String> = asked.module.wanted().map(|wanted| wanted.name()).collect();
    let header = asked
        .import
        .attr
        .include
        .first()
        .map_or("a header", |text| text.value.as_str());
    Finding {
        node: node::module(&asked.module.name()),
        message: format!(
            "there is no C compiler here to ask what these names are; where there is one, run \
             `cgocall import {header} {}` and paste the declarations that it prints",
            names.join(" ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docs_are_left_out_and_each_line_stays_where_it_is() {
        let text = "#[doc = \"a \\\"quoted\\\" word\"]\n#[a(b = \"#[doc = \\\"c\\\"]\")]\nunsafe extern \"C\" {\n    \
                    #[doc = \"d\"]\n    pub fn e();\n}\n";
        let bare =
            "\n#[a(b = \"#[doc = \\\"c\\\"]\")]\nunsafe extern \"C\" {\n\n    pub fn e();\n}\n";
        assert_eq!(without_docs(text), bare);
    }
}
