//! A translation unit of a group: its context, with questions after it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::{fs, io};

use cgocall_syntax::{CType, Named};

use crate::compiler::{Compiler, Outcome};
use crate::context::{Context, Origin};
use crate::magic;
use crate::names::PackageNames;
use crate::probe::{Kinds, PROBE, Questions};
use crate::spell::Widths;

/// What a translation unit is compiled with, and where its files go.
pub(crate) struct Unit<'a> {
    pub(crate) compiler: &'a Compiler,
    pub(crate) context: &'a Context,
    pub(crate) origin: &'a Origin,
    /// The context's C text, for probes.
    pub(crate) text: String,
    pub(crate) flags: Vec<OsString>,
    /// The package: messages name files relative to it.
    pub(crate) dir: PathBuf,
    /// `<dir>/<group>`, without extension.
    pub(crate) scratch: PathBuf,
    pub(crate) widths: Widths,
    pub(crate) names: &'a PackageNames,
}

/// By question and alternative.
type Values = HashMap<(u32, u32), u64>;

/// The values of some constant expressions, or what the compiler has against them.
pub(crate) type Answer = Result<Vec<u64>, String>;

impl Unit<'_> {
    /// Compiles the context with `questions` after it, without output.
    pub(crate) fn check(&self, name: &str, questions: &str) -> io::Result<Outcome> {
        self.compile(name, questions, &["-fsyntax-only".into()])
    }

    /// The values of each list of constant expressions. A list that C cannot read has an answer of its
    /// own, and spoils no other.
    ///
    /// # Errors
    /// The compiler's outcome, if not the expressions are to blame.
    pub(crate) fn evaluate(
        &self,
        name: &str,
        lists: &[Vec<String>],
    ) -> io::Result<Result<Vec<Answer>, Outcome>> {
        let mut unreadable: HashMap<u32, String> = HashMap::new();
        loop {
            let mut questions = Questions::default();
            for list in lists {
                let id = questions.next();
                let values = list.iter().enumerate();
                let records = values.map(|(alt, value)| magic::define(id, alt as u32, value));
                let line: String = records.collect();
                let skip = unreadable.contains_key(&id);
                questions.ask(if skip { "" } else { &line });
            }
            let outcome = match self.values(name, &questions.into_text())? {
                Ok(values) => {
                    let answer = |(id, list): (u32, &Vec<String>)| match unreadable.remove(&id) {
                        Some(error) => Err(error),
                        None => Ok((0..list.len() as u32)
                            .map(|alt| values[&(id, alt)])
                            .collect()),
                    };
                    return Ok(Ok((1..).zip(lists).map(answer).collect()));
                }
                Err(outcome) => outcome,
            };
            let errors = outcome.errors.iter();
            let refused: HashMap<u32, String> = errors
                .filter_map(|error| Some((error.line_of(PROBE)?, error.text.clone())))
                .filter(|(id, _)| !unreadable.contains_key(id))
                .collect();
            if refused.is_empty() {
                return Ok(Err(outcome));
            }
            unreadable.extend(refused);
        }
    }

    fn values(&self, name: &str, questions: &str) -> io::Result<Result<Values, Outcome>> {
        let object = self.scratch.with_extension(format!("{name}.o"));
        let flags = ["-c", "-O0", "-g0", "-fno-lto", "-o"].map(OsString::from);
        let flags = [&flags[..], &[object.clone().into()]].concat();
        let questions = format!("{}{questions}", magic::preamble());
        let outcome = self.compile(name, &questions, &flags)?;
        if !outcome.success {
            return Ok(Err(outcome));
        }
        let values = magic::read(&fs::read(&object)?);
        fs::remove_file(&object)?;
        Ok(Ok(values
            .into_iter()
            .map(|record| ((record.id, record.alt), record.value))
            .collect()))
    }

    fn compile(&self, name: &str, questions: &str, flags: &[OsString]) -> io::Result<Outcome> {
        let file = self.scratch.with_extension(format!("{name}.c"));
        fs::write(&file, format!("{}{questions}", self.text))?;
        let depend = [OsString::from("-MMD"), "-MF".into(), self.depends().into()];
        let flags = [&self.flags[..], &depend, flags].concat();
        self.compiler.run(&file, &flags)
    }

    /// Where the compiler lists the headers it read.
    pub(crate) fn depends(&self) -> PathBuf {
        self.scratch.with_extension("d")
    }

    /// The type with everything resolved that the package or the header knows.
    pub(crate) fn resolve(&self, ty: &CType, kinds: &Kinds) -> CType {
        let mut ty = self
            .names
            .resolve(ty, &|name| kinds.types.contains_key(name));
        ty.visit_mut(&mut |ty| {
            if let CType::Named(named) = ty
                && let Some(known) = kinds.types.get(named.c_name())
            {
                *named = Named {
                    c: Some(known.spelling.clone()),
                    ..named.clone()
                };
            }
        });
        ty
    }
}

/// An expression that is 1 if `expression` has the type and the conditions hold, else 0.
pub(crate) fn has_type(expression: &str, ty: &CType, conditions: &[String]) -> String {
    let mut value = format!("_Generic({expression}, {}: 1, default: 0)", ty.spell());
    for condition in conditions {
        value += &format!(" && {condition}");
    }
    value
}
