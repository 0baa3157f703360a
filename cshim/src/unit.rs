//! A translation unit of a group: its context, with questions after it.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::PathBuf;
use std::{fs, io};

use cgocall_syntax::record::Finding;
use cgocall_syntax::{CType, Named, nearest};

use crate::compiler::{Compiler, Outcome};
use crate::context::{Context, Origin};
use crate::debug_info::DebugInfo;
use crate::magic::{self, Question, Value};
use crate::names::PackageNames;
use crate::out;
use crate::probe::{Kinds, PROBE, Questions};
use crate::spell::{self, Widths};
use crate::{dwarf, symbol_name};

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
    /// What C has names for, once somebody has asked.
    pub(crate) words: OnceCell<BTreeSet<String>>,
}

/// The values of some constant expressions, or what the compiler has against them.
pub(crate) type Answer = Result<Vec<Value>, String>;

/// What the compiler says to all that was asked.
#[derive(Default)]
pub(crate) struct Answers {
    /// For each list of questions.
    pub(crate) lists: Vec<Answer>,
    /// Of the types that were asked for, under the names of [`type_probe`].
    pub(crate) info: DebugInfo,
    /// The linker's names of the variables that were asked for.
    pub(crate) symbols: HashMap<String, String>,
}

/// DWARF 5 has forms that older readers do not know; compressed sections need a library.
const DEBUG: [&str; 2] = ["-gdwarf-4", "-gz=none"];

/// Rust's types have no word for it, and no calling convention has: it is no part of what is compared.
const NOT_VOLATILE: [&str; 3] = ["-Dvolatile=", "-D__volatile=", "-D__volatile__="];

/// The name of a variable that points to the `index`th type asked for.
pub(crate) fn type_probe(index: usize) -> String {
    format!("_cgo_type_{index}")
}

impl Unit<'_> {
    /// Compiles the context with `questions` after it, without output.
    pub(crate) fn check(&self, name: &str, questions: &str) -> io::Result<Outcome> {
        self.compile(name, questions, &["-fsyntax-only".into()])
    }

    /// Why nothing can be asked in the context, which did not compile.
    ///
    /// # Errors
    /// When the compiler cannot be run.
    pub(crate) fn broken(&self, outcome: &Outcome) -> io::Result<Finding> {
        let finding = self.context.broken(self.origin, outcome, &self.dir);
        // It must be an error in a header: not one that is not there, nor a compiler that breaks down.
        if !finding.node.starts_with("attr/include/")
            || finding.message.starts_with("the C compiler ")
        {
            return Ok(finding);
        }
        let file = self.scratch.with_extension("cc");
        // Without a C++ compiler it is what C says.
        if self.compiler.tool(&file).is_err() {
            return Ok(finding);
        }
        fs::write(&file, &self.text)?;
        let flags = [&self.flags[..], &["-fsyntax-only".into()]].concat();
        let outcome = self.compiler.run(&file, &flags)?;
        Ok(match outcome.success {
            true => self.context.only_cpp(finding),
            false => finding,
        })
    }

    /// The values of each list of constant expressions, and the makeup of `types`. A list that C cannot read has an
    /// answer of its own, and spoils no other.
    ///
    /// # Errors
    /// The compiler's outcome, if not the expressions are to blame.
    pub(crate) fn evaluate(
        &self,
        name: &str,
        lists: &[Vec<Question>],
        types: &[String],
    ) -> io::Result<Result<Answers, Outcome>> {
        let debug: &[&str] = match types.is_empty() {
            true => &["-g0"],
            false => &DEBUG,
        };
        self.ask(
            name,
            lists,
            types,
            &[],
            &[&NOT_VOLATILE[..], debug].concat(),
        )
    }

    /// As [`evaluate`](Unit::evaluate), with the linker's names of `variables`.
    pub(crate) fn evaluate_with_symbols(
        &self,
        name: &str,
        lists: &[Vec<Question>],
        types: &[String],
        variables: &[String],
    ) -> io::Result<Result<Answers, Outcome>> {
        let flags = [&NOT_VOLATILE[..], &DEBUG].concat();
        self.ask(name, lists, types, variables, &flags)
    }

    /// The makeup of `types`, and of every enum that the context declares; and the linker's names of `variables`.
    ///
    /// # Errors
    /// The compiler's outcome, if not the types are to blame.
    pub(crate) fn debug_info(
        &self,
        name: &str,
        types: &[String],
        variables: &[String],
    ) -> io::Result<Result<Answers, Outcome>> {
        // The one before has no word for `_Atomic`.
        let debug = ["-gdwarf-5", DEBUG[1], "-fno-eliminate-unused-debug-types"];
        self.ask(name, &[], types, variables, &debug)
    }

    fn ask(
        &self,
        name: &str,
        lists: &[Vec<Question>],
        types: &[String],
        variables: &[String],
        debug: &[&str],
    ) -> io::Result<Result<Answers, Outcome>> {
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
            for (index, ty) in types.iter().enumerate() {
                let skip = unreadable.contains_key(&questions.next());
                let line = format!("__typeof__({ty}) *{};", type_probe(index));
                questions.ask(if skip { "" } else { &line });
            }
            for (index, variable) in variables.iter().enumerate() {
                let skip = unreadable.contains_key(&questions.next());
                let line = format!("const void *const _cgo_at_{index} = &({variable});");
                questions.ask(if skip { "" } else { &line });
            }
            let outcome = match self.object(name, &questions.into_text(), debug)? {
                Ok(object) => {
                    let mut values: HashMap<(u32, u32), Value> = magic::read(&object)
                        .into_iter()
                        .map(|value| ((value.id, value.alt), value))
                        .collect();
                    let mut answer = |id: u32, list: &Vec<Question>| match unreadable.remove(&id) {
                        Some(error) => Err(error),
                        None => (0..list.len() as u32)
                            .map(|alt| values.remove(&(id, alt)))
                            .collect::<Option<_>>()
                            .ok_or_else(|| "the compiler left the answer out".to_owned()),
                    };
                    let info = match types.is_empty() {
                        true => DebugInfo::default(),
                        // Then messages say less.
                        false => dwarf::read(&object).unwrap_or_default(),
                    };
                    return Ok(Ok(Answers {
                        lists: (1..)
                            .zip(lists)
                            .map(|(id, list)| answer(id, list))
                            .collect(),
                        info,
                        symbols: variables
                            .iter()
                            .enumerate()
                            .filter_map(|(index, variable)| {
                                let pointer = format!("_cgo_at_{index}");
                                let symbol = symbol_name::pointee(&object, &pointer)?;
                                Some((variable.clone(), symbol))
                            })
                            .collect(),
                    }));
                }
                Err(outcome) => outcome,
            };
            let errors = outcome.errors.iter();
            let refused: HashMap<u32, String> = errors
                .filter_map(|error| Some((error.line_of(PROBE)?, error.text.clone())))
                .filter(|(id, _)| !unreadable.contains_key(id))
                .collect();
            if refused.is_empty() || outcome.broken.is_some() {
                return Ok(Err(outcome));
            }
            unreadable.extend(refused);
        }
    }

    /// As [`check`](Unit::check), with these warnings.
    pub(crate) fn check_with_warnings(
        &self,
        name: &str,
        questions: &str,
        warnings: &[&str],
    ) -> io::Result<Outcome> {
        let (file, flags) = self.prepare(name, questions, &["-fsyntax-only".into()])?;
        self.compiler.run_with_warnings(&file, warnings, &flags)
    }

    fn object(
        &self,
        name: &str,
        questions: &str,
        debug: &[&str],
    ) -> io::Result<Result<Vec<u8>, Outcome>> {
        let object = self.scratch.with_extension(format!("{name}.o"));
        let flags = [&["-O0", "-fno-lto"], debug].concat();
        let flags: Vec<OsString> = flags.into_iter().map(OsString::from).collect();
        let questions = format!("{}{questions}", magic::preamble());
        let (file, flags) = self.prepare(name, &questions, &flags)?;
        let outcome = self.compiler.object(&file, &flags, &object)?;
        if !outcome.success {
            return Ok(Err(outcome));
        }
        let bytes = fs::read(&object)?;
        fs::remove_file(&object)?;
        Ok(Ok(bytes))
    }

    /// The name in C that somebody probably meant.
    pub(crate) fn nearest(&self, name: &str) -> Option<String> {
        let words = self
            .words
            .get_or_init(|| self.identifiers().unwrap_or_default());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        nearest(name, &words)
            .filter(|near| *near != name)
            .map(str::to_owned)
    }

    /// The context as the preprocessor leaves it, with line markers and the definitions of macros.
    pub(crate) fn expanded(&self) -> io::Result<String> {
        let expanded = self.scratch.with_extension("words.i");
        let flags = ["-E", "-dD", "-o"].map(OsString::from);
        let flags = [&flags[..], &[expanded.clone().into()]].concat();
        self.compile("words", "", &flags)?;
        let text = String::from_utf8_lossy(&fs::read(&expanded)?).into_owned();
        fs::remove_file(&expanded)?;
        Ok(text)
    }

    /// Every identifier in the context, once its macros are expanded, and the macros' names.
    fn identifiers(&self) -> io::Result<BTreeSet<String>> {
        let text = self.expanded()?;
        let text: String = text
            .lines()
            .filter(|line| !line.starts_with("# "))
            .collect::<Vec<_>>()
            .join("\n");
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let is_name = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && !word.starts_with("__")
        };
        Ok(words.filter(is_name).map(str::to_owned).collect())
    }

    fn compile(&self, name: &str, questions: &str, flags: &[OsString]) -> io::Result<Outcome> {
        let (file, flags) = self.prepare(name, questions, flags)?;
        self.compiler.run(&file, &flags)
    }

    /// Writes the translation unit, and says with which flags it is compiled.
    fn prepare(
        &self,
        name: &str,
        questions: &str,
        flags: &[OsString],
    ) -> io::Result<(PathBuf, Vec<OsString>)> {
        let file = self.scratch.with_extension(format!("{name}.c"));
        out::write_own(&file, &format!("{}{questions}", self.text))?;
        out::clear(&self.depends())?;
        let depend = [OsString::from("-MD"), "-MF".into(), self.depends().into()];
        Ok((file, [&self.flags[..], &depend, flags].concat()))
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
            // What closes itself is a pointer to it, or one already.
            if let CType::Pointer { pointee, is_const } = ty
                && let CType::Named(named) = &**pointee
                && self.names.is_owned(named)
                && let Some(known) = kinds.types.get(named.c_name())
                && known.pointer
            {
                let name = named.c_name();
                *ty = match is_const {
                    true => spell::verbatim(&format!("__typeof__(const __typeof__(*({name})0) *)")),
                    false => CType::Named(named.clone()),
                };
            }
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

/// An expression that is 1 if the type `spelling` is a `pointer` to a function, or the function that it points to: C
/// may have a typedef of either.
pub(crate) fn is_typedef_of(spelling: &str, pointer: &CType, conditions: &[String]) -> String {
    let theirs = format!("({spelling} *)0");
    let of_pointer = CType::pointer(pointer.clone(), false);
    let of_pointer = has_type(&theirs, &of_pointer, conditions);
    let of_function = has_type(&theirs, pointer, conditions);
    format!("({of_pointer}) || ({of_function})")
}
