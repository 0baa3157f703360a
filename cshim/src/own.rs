//! The types that the generated header defines, as the C compiler lays them out: rustc confirms it.
//!
//! The header is made of the Rust text, in which a name may stand for another type than it seems to: the C compiler is asked
//! how large the types are and where their members are, and the macro asserts that of the types that there are. So a header
//! that does not fit the library is an error, and no memory is misread.

use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

use cgocall_syntax::hash::Hash;
use cgocall_syntax::record::{Layout, Offset, Record};

use crate::context::{Context, Origin};
use crate::group::Shop;
use crate::header::Definition;
use crate::libs::Libraries;
use crate::magic::{Question, Value};
use crate::names::PackageNames;
use crate::unit::Unit;
use crate::{fresh, out};

/// The types under our attribute, by name.
pub(crate) type Exports = HashMap<String, Vec<Hash>>;

impl Shop<'_> {
    /// Leaves a record of each of the `exports` that the `header` defines, and says which. The headers that it includes are
    /// found as `imports` find them.
    pub(crate) fn own_layouts(
        &self,
        header: &Path,
        definitions: &[Definition],
        exports: &Exports,
        imports: &[Context],
        names: &PackageNames,
    ) -> io::Result<Vec<Hash>> {
        let is_export = |definition: &&Definition| exports.contains_key(&definition.name);
        let asked: Vec<&Definition> = definitions.iter().filter(is_export).collect();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let mut recorded = Vec::new();
        for (definition, record) in self.laid_out(header, &asked, imports, names)? {
            for hash in &exports[&definition.name] {
                self.leave(hash, &record)?;
                recorded.push(hash.clone());
            }
        }
        Ok(recorded)
    }

    /// How the types are laid out; nothing where no compiler can say it.
    fn laid_out<'d>(
        &self,
        header: &Path,
        asked: &[&'d Definition],
        imports: &[Context],
        names: &PackageNames,
    ) -> io::Result<Vec<(&'d Definition, Record)>> {
        let imports = imports.iter().filter_map(Context::headers);
        let contexts = [Context::of_file(header)].into_iter().chain(imports);
        for context in contexts {
            let context = context.with(header);
            let Ok(libraries) = Libraries::of(&context, &self.includes) else {
                continue;
            };
            let id = format!("{:016x}", fresh::hash(&("own", &context)));
            let stamp = self.cgo().join("group").join(format!("{id}.stamp"));
            let kept = stamp.with_extension("laid");
            let key = self.key(&context, &[], fs::read_to_string(header)?, &libraries);
            let is_fresh = fresh::files(&stamp, key, &self.dir).is_some();
            if let Some(known) = fs::read_to_string(&kept).ok().filter(|_| is_fresh) {
                return Ok(records(asked, &known));
            }
            // Who has no C compiler, and needs none for anything else, goes without.
            if self.compiler.get().is_none()
                && let Ok(compiler) = (self.find_compiler)()
            {
                let _ = self.compiler.set(Ok(compiler));
            }
            let Some(Ok(compiler)) = self.compiler.get() else {
                return Ok(Vec::new());
            };
            let origin = Origin {
                file: String::new(),
                preamble_line: 1,
            };
            let unit = self.unit(compiler, &context, &origin, &libraries, names, &id)?;
            // It may name types of a header that this context does not find.
            let Some(text) = ask(&unit, asked)? else {
                continue;
            };
            let listed = self.dependencies(&unit.depends());
            if let Some(files) = listed {
                out::write_own(&kept, &text)?;
                fresh::stamp(&stamp, key, &self.dir, &files, &[kept])?;
            }
            return Ok(records(asked, &text));
        }
        Ok(Vec::new())
    }
}

/// A line for each type, of its name, size and alignment and of its members' offsets.
fn ask(unit: &Unit<'_>, asked: &[&Definition]) -> io::Result<Option<String>> {
    let questions = asked.iter().map(|definition| {
        let name = &definition.name;
        let members = definition.members.iter();
        let offsets = members.map(|(_, member)| format!("offsetof({name}, {member})"));
        let whole = [format!("sizeof({name})"), format!("_Alignof({name})")];
        whole
            .into_iter()
            .chain(offsets)
            .map(Question::Integer)
            .collect()
    });
    let questions: Vec<Vec<Question>> = questions.collect();
    let Ok(answers) = unit.evaluate("own", &questions, &[])? else {
        return Ok(None);
    };
    let mut text = String::new();
    for (definition, answer) in asked.iter().zip(answers.lists) {
        let Ok(values) = answer else {
            continue;
        };
        let values = values
            .iter()
            .map(|Value { value, .. }| format!("\t{value}"));
        text += &format!("{}{}\n", definition.name, values.collect::<String>());
    }
    Ok(Some(text))
}

fn records<'d>(asked: &[&'d Definition], text: &str) -> Vec<(&'d Definition, Record)> {
    let records = text.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let name = fields.next()?;
        let values: Vec<u64> = fields
            .map(|value| value.parse().ok())
            .collect::<Option<_>>()?;
        let definition = asked.iter().find(|definition| definition.name == name)?;
        let [size, align, offsets @ ..] = &values[..] else {
            return None;
        };
        let offsets = definition.members.iter().zip(offsets);
        let record = Record {
            layouts: vec![Layout {
                ty: name.to_owned(),
                size: *size,
                align: *align,
                basic: String::new(),
            }],
            offsets: offsets
                .map(|((field, _), bytes)| Offset {
                    field: field.clone(),
                    bytes: *bytes,
                })
                .collect(),
            ..Record::default()
        };
        Some((*definition, record))
    });
    records.collect()
}
