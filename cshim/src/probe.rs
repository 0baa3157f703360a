//! Questions to the C compiler that only compiling can answer, as cgo asks them: one line each, under a
//! `#line` of its own, and whether that line has an error is the answer. Never the error's text.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::io;

use cgocall_syntax::{CPath, CType};

use crate::callee::{CalleeLines, Known};
use crate::compiler::Outcome;
use crate::diagnostics::Diagnostic;
use crate::unit::Unit;

/// The file that the questions stand in, for the compiler.
pub(crate) const PROBE: &str = "cgo-probe";
/// The file of [`END`].
const DONE: &str = "cgo-done";

/// Lines with numbers.
#[derive(Default)]
pub(crate) struct Questions {
    text: String,
    asked: u32,
}

impl Questions {
    /// The number of the next line.
    pub(crate) fn next(&self) -> u32 {
        self.asked + 1
    }

    /// Adds a line; its number tells the answer. The members that it names are members, whatever macros of these names
    /// there are: `sa_handler` is both in `signal.h`.
    pub(crate) fn ask(&mut self, line: &str) -> u32 {
        self.asked += 1;
        let members = members(line);
        for name in &members {
            let _ = writeln!(self.text, "#pragma push_macro(\"{name}\")\n#undef {name}");
        }
        let _ = writeln!(self.text, "#line {} \"{PROBE}\"\n{line}", self.asked);
        for name in &members {
            let _ = writeln!(self.text, "#pragma pop_macro(\"{name}\")");
        }
        self.asked
    }

    /// As [`ask`](Questions::ask), of a line that declares something: the number keeps its names apart.
    pub(crate) fn ask_numbered(&mut self, line: impl FnOnce(u32) -> String) -> u32 {
        let id = self.next();
        self.ask(&line(id))
    }

    /// Adds a line that is wrong if `name` is a macro.
    pub(crate) fn ask_no_macro(&mut self, name: &str) -> u32 {
        self.asked += 1;
        let _ = writeln!(
            self.text,
            "#ifdef {name}\n#line {} \"{PROBE}\"\n#error a macro\n#endif",
            self.asked
        );
        self.asked
    }

    /// Adds a line that is wrong if `name`, one that no program may define, is the compiler's own.
    pub(crate) fn ask_builtin(&mut self, name: &str) -> u32 {
        self.asked += 1;
        if name.starts_with("__") {
            let _ = writeln!(
                self.text,
                "#ifdef __has_builtin\n#if __has_builtin({name})\n#line {} \"{PROBE}\"\n\
                 _cgo_is_a_builtin _cgo_m{};\n#endif\n#endif",
                self.asked, self.asked
            );
        }
        self.asked
    }

    /// Adds a question of several lines, each with a number of its own, that follow this one.
    pub(crate) fn ask_lines(&mut self, lines: &[String]) -> u32 {
        let first = self.ask(&lines.join("\n"));
        self.asked += lines.len() as u32 - 1;
        first
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// The numbers of the lines that do not compile; `run` compiles them after the context, without output.
    ///
    /// # Errors
    /// The compiler's outcome, if the context itself does not compile.
    pub(crate) fn refused(
        self,
        run: impl FnOnce(&str) -> io::Result<Outcome>,
    ) -> io::Result<Result<HashSet<u32>, Outcome>> {
        let text = format!(
            "#define _CGO_CAT2(a, b) a##b\n#define _CGO_CAT(a, b) _CGO_CAT2(a, b)\n{}\
             {END}",
            self.text
        );
        let outcome = run(&text)?;
        let questions = outcome.errors.iter().filter(|error| error.at.file != DONE);
        let refused: Option<HashSet<u32>> = questions.map(|error| error.line_of(PROBE)).collect();
        Ok(match refused {
            Some(refused) if is_finished(&outcome) && outcome.broken.is_none() => Ok(refused),
            _ => Err(outcome),
        })
    }
}

/// The members that a question names: behind a point, an arrow, or the comma of `__builtin_offsetof`.
fn members(line: &str) -> BTreeSet<&str> {
    let offsets = line.split("__builtin_offsetof(").skip(1);
    let offsets = offsets.filter_map(|inside| Some(inside.split_once(", ")?.1));
    let places = line.split('.').skip(1).chain(line.split("->").skip(1));
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let names = places.chain(offsets).map(|rest| {
        let end = rest.find(|c| !is_word(c));
        &rest[..end.unwrap_or(rest.len())]
    });
    names
        .filter(|name| !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()))
        .collect()
}

/// A deliberate last error.
pub(crate) const END: &str = "#line 1 \"cgo-done\"\nenum { _cgo_done = _cgo_this_is_the_end };\n";

/// Whether the compiler came as far as [`END`].
pub(crate) fn is_finished(outcome: &Outcome) -> bool {
    outcome.errors.iter().any(|error| error.at.file == DONE)
}

/// Whether the error is an answer, and not in the context.
pub(crate) fn is_answer(error: &Diagnostic) -> bool {
    error.at.file == DONE || error.line_of(PROBE).is_some()
}

/// What is to be found out before types can be compared.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) functions: BTreeSet<String>,
    pub(crate) statics: BTreeSet<String>,
    /// C spellings of named types, with or without a tag's keyword.
    pub(crate) types: BTreeSet<String>,
}

impl Names {
    /// Adds the types that `ty` names: whether an alias of the package counts depends on whether C knows its name.
    pub(crate) fn add_type(&mut self, unit: &Unit<'_>, ty: &CType) {
        for in_c in [true, false] {
            let ty = unit.names.resolve(ty, &|_| in_c);
            let named = ty.named().into_iter();
            self.types
                .extend(named.map(|named| named.c_name().to_owned()));
        }
    }
}

/// What the names are.
#[derive(Default)]
pub(crate) struct Kinds {
    /// What is declared as a function.
    pub(crate) callees: HashMap<String, Known>,
    /// Variables, with what is wrong with them; those that are fine are not here.
    pub(crate) problems: HashMap<String, Problem>,
    /// Types that exist.
    pub(crate) types: HashMap<String, KnownType>,
}

/// Why a variable cannot be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Undeclared,
    /// A constant, or another expression without an address.
    NoVariable,
    /// `static` in C: no symbol.
    Internal,
    /// One variable for each thread.
    ThreadLocal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownType {
    /// As C wants it: `z_stream`, `struct stat`.
    pub(crate) spelling: String,
    /// Whether its size is known.
    pub(crate) complete: bool,
    /// Whether it is a name for a pointer.
    pub(crate) pointer: bool,
}

/// Asks what `names` are; `run` compiles the questions after the context, without output. Of a source file that is its
/// own header, stubs see no `static` function, as they do of a header.
///
/// # Errors
/// The compiler's outcome, if the context itself does not compile.
pub(crate) fn kinds(
    names: &Names,
    is_source_only: bool,
    run: impl FnOnce(&str) -> io::Result<Outcome>,
) -> io::Result<Result<Kinds, Outcome>> {
    let mut q = Questions::default();
    let functions: Vec<_> = names
        .functions
        .iter()
        .map(|name| (name, CalleeLines::ask(&mut q, name, is_source_only)))
        .collect();
    let (parts, types): (Vec<_>, Vec<_>) = names
        .types
        .iter()
        .map(|name| (name, CPath::parse(name)))
        .partition(|(_, path)| path.is_some());
    // A member without a name has no spelling to ask about.
    let parts = parts
        .into_iter()
        .filter(|(name, _)| CPath::unnamed(name).is_none());
    let parts: Vec<_> = parts
        .filter_map(|(name, path)| Some((name, path?)))
        .collect();
    let types: Vec<_> = types
        .into_iter()
        .map(|(name, _)| name)
        .map(|name| (name, TypeLines::ask(&mut q, name)))
        .collect();
    let parts: Vec<_> = parts
        .into_iter()
        .map(|(name, path)| (name, PartLines::ask(&mut q, &path)))
        .collect();
    let statics: Vec<_> = names
        .statics
        .iter()
        .map(|name| (name, About::variable(&mut q, name)))
        .collect();
    let no = match q.refused(run)? {
        Ok(no) => no,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let mut kinds = Kinds::default();
    for (name, lines) in functions {
        kinds.callees.insert(name.clone(), lines.callee(&no));
    }
    for (name, about) in statics {
        if let Some(problem) = about.problem(&no) {
            kinds.problems.insert(name.clone(), problem);
        }
    }
    for (name, lines) in parts {
        if let Some(known) = lines.known(&no) {
            kinds.types.insert(name.clone(), known);
        }
    }
    for (name, lines) in types {
        if let Some(known) = lines.known(name, &no) {
            kinds.types.insert(name.clone(), known);
        }
    }
    Ok(Ok(kinds))
}

/// The lines about one variable.
pub(crate) struct About {
    declared: u32,
    no_macro: u32,
    plain_name: u32,
    constant_address: u32,
    external: u32,
}

impl About {
    pub(crate) fn variable(q: &mut Questions, name: &str) -> About {
        About {
            declared: q.ask_numbered(|id| format!("enum {{ _cgo_d{id} = sizeof(&({name})) }};")),
            no_macro: q.ask_no_macro(name),
            // `errno` is a macro for an expression, `stdin` one for itself: only the latter is a symbol. (A tag, because
            // gcc looks long for what else an unknown name of a value may have meant.)
            plain_name: q.ask_numbered(|id| {
                format!(
                    "struct _cgo_n{id}_{name} {{ int i; }}; enum {{ _cgo_p{id} = sizeof(struct _CGO_CAT(_cgo_n{id}_, {name})) }};"
                )
            }),
            constant_address: q
                .ask_numbered(|id| format!("static const void *const _cgo_a{id} = &({name});")),
            // After `static` C refuses a definition without it.
            external: q.ask(&format!("__typeof__({name}) ({name});")),
        }
    }

    pub(crate) fn problem(&self, no: &HashSet<u32>) -> Option<Problem> {
        if no.contains(&self.declared) {
            return Some(match no.contains(&self.no_macro) {
                true => Problem::NoVariable,
                false => Problem::Undeclared,
            });
        }
        if no.contains(&self.plain_name) {
            Some(Problem::NoVariable)
        } else if no.contains(&self.constant_address) {
            Some(Problem::ThreadLocal)
        } else if no.contains(&self.external) {
            Some(Problem::Internal)
        } else {
            None
        }
    }
}

const TAGS: [&str; 3] = ["struct", "union", "enum"];

/// The lines about one named type.
pub(crate) struct TypeLines {
    typedef: u32,
    /// A pointer to it as a struct, and as a union, in a scope of its own: an error says that the tag is
    /// known as another kind.
    as_struct: u32,
    as_union: u32,
    /// Sizes: as written, and with each keyword.
    sizes: [u32; 4],
    /// It points to something, and can be returned, as an array cannot.
    pointer: u32,
}

impl TypeLines {
    pub(crate) fn ask(q: &mut Questions, name: &str) -> TypeLines {
        let tag = tag_of(name).map_or(name, |(_, tag)| tag);
        // Each in a function: there the mention of an unknown tag declares it for nobody else.
        let mut scoped = |body: String| {
            let line = format!("void _cgo_f{}(void) {{ {body}; }}", q.asked);
            q.ask(&line)
        };
        let as_struct = scoped(format!("struct {tag} *p"));
        let as_union = scoped(format!("union {tag} *p"));
        // Not `typedef {name} t`: where the name is a macro for `(f())`, that begins the definition of a function.
        let typedef = scoped(format!("enum {{ z = sizeof({name} *) }}"));
        let spellings = [
            name.to_owned(),
            format!("struct {tag}"),
            format!("union {tag}"),
            format!("enum {tag}"),
        ];
        let sizes = spellings.map(|spelling| scoped(format!("enum {{ z = sizeof({spelling}) }}")));
        let pointer = scoped(format!("__typeof__(&**({name} *)0) p; {name} (*g)(void)"));
        TypeLines {
            typedef,
            as_struct,
            as_union,
            sizes,
            pointer,
        }
    }

    /// The keyword of the tag of this name.
    pub(crate) fn tag(&self, no: &HashSet<u32>) -> Option<&'static str> {
        self.tag_kind(no).map(|kind| TAGS[kind])
    }

    fn tag_kind(&self, no: &HashSet<u32>) -> Option<usize> {
        match (no.contains(&self.as_struct), no.contains(&self.as_union)) {
            (false, true) => Some(0),
            (true, false) => Some(1),
            (true, true) => Some(2),
            (false, false) => None,
        }
    }

    fn known(&self, name: &str, no: &HashSet<u32>) -> Option<KnownType> {
        let tag_kind = self.tag_kind(no);
        let complete = |index: usize| !no.contains(&self.sizes[index]);
        if let Some((keyword, _)) = tag_of(name) {
            return (tag_kind == Some(keyword)).then(|| KnownType {
                spelling: name.to_owned(),
                complete: complete(0),
                pointer: false,
            });
        }
        if !no.contains(&self.typedef) {
            return Some(KnownType {
                spelling: name.to_owned(),
                complete: complete(0),
                pointer: !no.contains(&self.pointer),
            });
        }
        let kind = tag_kind?;
        Some(KnownType {
            spelling: format!("{} {name}", TAGS[kind]),
            complete: complete(kind + 1),
            pointer: false,
        })
    }
}

/// The lines about the type of a part of a named type, with each keyword that the name may lack.
struct PartLines(Vec<(String, u32, u32)>);

impl PartLines {
    fn ask(q: &mut Questions, path: &CPath) -> PartLines {
        let mut bases = vec![path.base.clone()];
        if tag_of(&path.base).is_none() {
            bases.extend(TAGS[..2].iter().map(|tag| format!("{tag} {}", path.base)));
        }
        // In functions: as with the names alone.
        let lines = bases.iter().map(|base| {
            let spelling = path.spelling(base);
            let is_type =
                q.ask_numbered(|id| format!("void _cgo_w{id}(void) {{ {spelling} *p; }}"));
            let sized = q.ask_numbered(|id| {
                format!("void _cgo_w{id}(void) {{ enum {{ z = sizeof({spelling}) }}; }}")
            });
            (spelling, is_type, sized)
        });
        PartLines(lines.collect())
    }

    fn known(self, no: &HashSet<u32>) -> Option<KnownType> {
        let mut known = self
            .0
            .into_iter()
            .filter(|(_, is_type, _)| !no.contains(is_type));
        known.next().map(|(spelling, _, sized)| KnownType {
            spelling,
            complete: !no.contains(&sized),
            pointer: false,
        })
    }
}

/// `struct stat` is the tag `stat` of the first kind.
fn tag_of(name: &str) -> Option<(usize, &str)> {
    TAGS.iter().enumerate().find_map(|(index, keyword)| {
        let rest = name.strip_prefix(keyword)?;
        rest.starts_with(char::is_whitespace)
            .then(|| (index, rest.trim_start()))
    })
}
