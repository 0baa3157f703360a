//! `mod z { use C::{crc32, z_stream}; }`: the compiler is asked what the names are, and the answer is Rust text.
//!
//! The text is made of imports like those that a person writes (see [`declare`]), so all that comes after verifies them
//! again. It stands in `OUT_DIR/cgo/<hash>.rs`, which the macro includes as a module called `C`. Four compiler runs for
//! each C context: what kind each name is, what type it has, what the header says to people, and how structs are aligned.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;

use cgocall_syntax::record::Finding;
use cgocall_syntax::{CPath, Module, Wanted, keyword, node};

use crate::compiler::Outcome;
use crate::debug_info::{DebugInfo, Id, Type};
use crate::diagnostics::Location;
use crate::magic::Question;
use crate::refuse;
use crate::unit::{Unit, type_probe};
use comment::{Headers, Said};
use declare::{Declarations, Declarer, Inexpressible};
use kind::{Kind, Ordinary};

pub(crate) mod comment;
pub(crate) mod declare;
mod kind;
pub(crate) mod modules;
pub(crate) mod owner;
pub(crate) mod text;

/// What became of the names of one module.
#[derive(Debug, Default)]
pub(crate) struct Discovered {
    pub(crate) declarations: Declarations,
    pub(crate) findings: Vec<Finding>,
}

/// Asks about the names of `modules`, which share the context of `unit`.
///
/// # Errors
/// The compiler's outcome, if the context itself does not compile.
pub(crate) fn discover(
    unit: &Unit<'_>,
    modules: &[&Module],
) -> io::Result<Result<Vec<Discovered>, Outcome>> {
    let wanted = modules.iter().flat_map(|module| module.wanted());
    let mut names: BTreeSet<String> = wanted.map(Wanted::name).collect();
    // cgo's way to name a tag.
    let tags: Vec<String> = names
        .iter()
        .filter_map(|name| Some(prefixed(name)?.1.to_owned()))
        .collect();
    names.extend(tags);
    let kinds = match kind::kinds(&names, |questions| unit.check("names", questions))? {
        Ok(kinds) => kinds,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let mut types = Vec::new();
    let mut asked: HashMap<String, usize> = HashMap::new();
    for name in &names {
        let kind = &kinds[name];
        let ordinary = kind.ordinary.map(|_| name.clone());
        for spelling in ordinary.into_iter().chain(kind.tag.clone()) {
            asked.insert(spelling.clone(), types.len());
            types.push(spelling);
        }
    }
    let is_symbol = |name: &&String| kinds[*name].ordinary == Some(Ordinary::Symbol);
    let variables: Vec<String> = names.iter().filter(is_symbol).cloned().collect();
    let answers = match unit.debug_info("makeup", &types, &variables)? {
        Ok(answers) => answers,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let (info, symbols) = (answers.info, answers.symbols);
    let expanded = unit.expanded()?;
    let (said, mentions) = (comment::read(&expanded, &names), comment::tags(&expanded));
    let mut asker = Asker {
        unit,
        kinds: &kinds,
        info: &info,
        asked: &asked,
        said: &said,
        mentions: &mentions,
        symbols: &symbols,
        aligns: HashMap::new(),
        consts: HashSet::new(),
        headers: Headers::of(&unit.dir),
    };
    // What is packed debug information does not say, nor always which arrays are `const`: the second time it is known.
    let first: Vec<Discovered> = modules.iter().map(|module| asker.module(module)).collect();
    let spellings = first.iter().flat_map(|found| &found.declarations.spellings);
    let spellings: BTreeSet<&String> = spellings.collect();
    let aligns = spellings.iter().map(|c| {
        let expression = format!("_Alignof(__typeof__({}))", CPath::in_c(c));
        vec![Question::Integer(expression)]
    });
    let arrays = variables.iter().filter_map(|name| {
        let element = format!("&({name}){}", "[0]".repeat(asker.dimensions(name)?));
        // Where the other is a pointer to nothing in particular, what is left of this one is its `const`.
        let question = format!("_Generic(1 ? {element} : (void *)1, const void *: 1, default: 0)");
        Some((name, vec![Question::Integer(question)]))
    });
    let (arrays, consts): (Vec<&String>, Vec<_>) = arrays.unzip();
    let questions: Vec<Vec<Question>> = aligns.chain(consts).collect();
    if questions.is_empty() {
        return Ok(Ok(first));
    }
    let answers = match unit.evaluate("aligns", &questions, &[])? {
        Ok(answers) => answers.lists,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let mut values = answers
        .into_iter()
        .map(|answer| Some(answer.ok()?.first()?.value));
    let aligns = spellings.into_iter().zip(values.by_ref());
    asker.aligns = aligns
        .filter_map(|(c, value)| Some((c.clone(), value?)))
        .collect();
    let consts = arrays.into_iter().zip(values);
    asker.consts = consts
        .filter(|(_, value)| *value == Some(1))
        .map(|(name, _)| name.clone())
        .collect();
    Ok(Ok(modules
        .iter()
        .map(|module| asker.module(module))
        .collect()))
}

/// `struct_stat` is `struct stat`.
fn prefixed(name: &str) -> Option<(&'static str, &str)> {
    ["struct", "union", "enum"].into_iter().find_map(|keyword| {
        let tag = name.strip_prefix(keyword)?.strip_prefix('_')?;
        (!tag.is_empty()).then_some((keyword, tag))
    })
}

struct Asker<'a> {
    unit: &'a Unit<'a>,
    kinds: &'a HashMap<String, Kind>,
    info: &'a DebugInfo,
    asked: &'a HashMap<String, usize>,
    said: &'a HashMap<String, Said>,
    /// For each tag of a struct or union, the files that speak of it.
    mentions: &'a HashMap<String, BTreeSet<String>>,
    /// The linker's names of functions and variables.
    symbols: &'a HashMap<String, String>,
    /// Of structs and unions, by their spellings in C.
    aligns: HashMap<String, u64>,
    /// Arrays that are.
    consts: HashSet<String>,
    headers: Headers,
}

impl Asker<'_> {
    fn module(&mut self, module: &Module) -> Discovered {
        let aligns = std::mem::take(&mut self.aligns);
        let mut declarer = Declarer::new(self.info, self.unit.widths.pointer.into(), &aligns);
        let mut findings = Vec::new();
        let mut wanted: Vec<&Wanted> = module.wanted().collect();
        // Functions speak of types, under the names that these have here.
        wanted.sort_by_key(|wanted| self.rank(&wanted.name()));
        for wanted in &wanted {
            let name = wanted.name();
            if self.kinds[&name].ordinary == Some(Ordinary::Type)
                && let Some(id) = self.id(&name)
            {
                declarer.reserve(&name, id);
            }
        }
        for wanted in wanted {
            let before = (declarer.made.members.len(), declarer.made.beside.len());
            let declared = self.declare(&mut declarer, wanted);
            let declared = declared.and_then(|()| {
                let error = declarer.made.error_after(before.0);
                error.map_or(Ok(()), |error| {
                    declarer.made.members.truncate(before.0);
                    declarer.made.beside.truncate(before.1);
                    Err(refuse::undeclarable(self.unit, &wanted.name(), &error))
                })
            });
            if let Err(message) = declared {
                let node = node::item(&wanted.name());
                findings.push(Finding { node, message });
            }
        }
        let mut declarations = declarer.made;
        self.aligns = aligns;
        for item in declarations.types.values_mut() {
            let at = item.at.take();
            if item.is_opaque {
                item.homes = self.homes(&item.c, at.as_ref());
            }
            if at.is_some() {
                item.docs = self.docs_at(at, &format!("`{}`", item.c));
            }
        }
        Discovered {
            declarations,
            findings,
        }
    }

    /// The files that speak of an opaque struct, `struct sqlite3`, and the one that defines it.
    fn homes(&self, c: &str, at: Option<&Location>) -> BTreeSet<String> {
        let tag = c.rsplit(' ').next().unwrap_or(c);
        let mentions = self.mentions.get(tag).into_iter().flatten();
        let files = mentions.chain(at.map(|at| &at.file));
        let homes = files.map(|file| match *file == self.unit.origin.file {
            // On another line, or in another file, it says the same.
            true => format!("{:?}", self.unit.context.preamble()),
            false => {
                let path = self.unit.dir.join(file);
                let path = path.canonicalize().unwrap_or(path);
                path.display().to_string()
            }
        });
        homes.collect()
    }

    /// Names of function pointers first, then other types, then the rest.
    fn rank(&self, name: &str) -> u8 {
        let kind = &self.kinds[name];
        match (kind.ordinary, &kind.tag) {
            (Some(Ordinary::Type), _) => {
                match self.id(name).map(|id| self.info.get(self.info.peel(id))) {
                    Some(Type::Pointer(_)) => 0,
                    _ => 1,
                }
            }
            (_, Some(_)) => 1,
            _ if prefixed(name).is_some() => 1,
            _ => 2,
        }
    }

    /// How many arrays are in each other; None if it is no array.
    fn dimensions(&self, name: &str) -> Option<usize> {
        let mut id = self.info.peel(self.id(name)?);
        let mut count = 0;
        while let Type::Array { elem, .. } = self.info.get(id) {
            id = self.info.peel(*elem);
            count += 1;
        }
        (count > 0).then_some(count)
    }

    fn id(&self, spelling: &str) -> Option<Id> {
        self.info.pointee(&type_probe(*self.asked.get(spelling)?))
    }

    fn declare(&mut self, declarer: &mut Declarer<'_>, wanted: &Wanted) -> Result<(), String> {
        let name = wanted.name();
        let kind = self.kinds[&name].clone();
        if keyword::is_c(&name) {
            return Err(refuse::word_of_c(&name));
        }
        let cannot = |why: Inexpressible| refuse::inexpressible(self.unit, &name, &why.0);
        let unread = || refuse::unreadable(&name);
        if kind.ordinary.is_none() && kind.tag.is_none() {
            if let Some((keyword, tag)) = prefixed(&name) {
                let spelling = format!("{keyword} {tag}");
                let known = self.kinds.get(tag).and_then(|kind| kind.tag.as_deref());
                if known == Some(spelling.as_str()) {
                    let id = self.id(&spelling).ok_or_else(unread)?;
                    return self.tag(declarer, wanted, &name, &spelling, id);
                }
            }
            return Err(match kind.is_bare_macro {
                true if self
                    .said
                    .get(&name)
                    .is_some_and(|said| said.takes_arguments) =>
                {
                    refuse::bare_macro(self.unit, &name)
                }
                true => refuse::no_expression(self.unit, &name),
                false => refuse::unknown_name(self.unit, &name),
            });
        }
        if let Some(spelling) = &kind.tag {
            let id = self.id(spelling).ok_or_else(unread)?;
            // `typedef struct s s;` is one type.
            let is_same = kind.ordinary == Some(Ordinary::Type)
                && self
                    .id(&name)
                    .is_some_and(|other| self.info.peel(other) == self.info.peel(id));
            if !is_same || matches!(self.info.get(id), Type::Enum(_)) {
                let rust = match kind.ordinary {
                    // The plain name is another type's.
                    Some(Ordinary::Type) if !is_same => spelling.replace(' ', "_"),
                    _ => name.clone(),
                };
                self.tag(declarer, wanted, &rust, spelling, id)?;
                if is_same {
                    return Ok(());
                }
            }
        }
        let Some(ordinary) = kind.ordinary else {
            return Ok(());
        };
        let id = self.id(&name).ok_or_else(unread)?;
        if wanted.rust_enum {
            self.is_enum(&name, id)?;
        }
        let docs = self.docs(&name, id, ordinary);
        match ordinary {
            Ordinary::Type if wanted.rust_enum => declarer.rust_enum(&name, &name, id, &docs),
            Ordinary::Type => match self.info.get(self.info.peel(id)) {
                Type::Enum(_) => declarer.tag(&name, &name, self.info.peel(id), &docs),
                _ => declarer.typedef(&name, id, &docs),
            },
            Ordinary::Integer => {
                let ty = match self.info.enum_of(&name) {
                    Some(list) => declarer.ty(list),
                    None => declarer.ty(id),
                };
                ty.map(|ty| declarer.constant(&name, &ty, &docs))
            }
            Ordinary::Float => declarer
                .ty(id)
                .map(|ty| declarer.constant(&name, &ty, &docs)),
            Ordinary::Text => {
                declarer.constant(&name, &format!("&'static {}CStr", declare::CORE), &docs);
                Ok(())
            }
            Ordinary::Symbol | Ordinary::Expression => match self.info.get(self.info.peel(id)) {
                Type::Function {
                    variadic: true,
                    prototyped: true,
                    ..
                } => {
                    return Err(self.variadic(declarer, &name, id));
                }
                // An expression if it is `static inline`, or behind a macro.
                Type::Function { params, .. } => {
                    let names = self.params(&name, params.len());
                    declarer.symbol_function(&name, id, &names, &docs)
                }
                // A variable that is another to the linker is read by C, too.
                _ if ordinary == Ordinary::Symbol
                    && self.symbols.get(&name).is_none_or(|symbol| *symbol == name) =>
                {
                    let is_const = self.info.is_const(id) || self.consts.contains(&name);
                    declarer.variable(&name, id, is_const, &docs)
                }
                _ => declarer.expression(&name, id, &docs),
            },
        }
        .map_err(cannot)
    }

    fn tag(
        &mut self,
        declarer: &mut Declarer<'_>,
        wanted: &Wanted,
        rust: &str,
        spelling: &str,
        id: Id,
    ) -> Result<(), String> {
        if wanted.rust_enum {
            self.is_enum(spelling, id)?;
        }
        let docs = match self.info.get(id) {
            Type::Enum(list) => self.docs_at(list.at.clone(), &format!("`{spelling}`")),
            _ => String::new(),
        };
        let declared = match wanted.rust_enum {
            true => declarer.rust_enum(rust, spelling, id, &docs),
            false => declarer.tag(rust, spelling, id, &docs),
        };
        declared.map_err(|why| refuse::inexpressible(self.unit, spelling, &why.0))
    }

    /// Why a variadic function has no one declaration, and how a use of it has.
    fn variadic(&self, declarer: &mut Declarer<'_>, name: &str, id: Id) -> String {
        let count = match self.info.get(self.info.peel(id)) {
            Type::Function { params, .. } => params.len(),
            _ => 0,
        };
        let example = declarer.one_use(name, id, &self.params(name, count));
        let generic = |_| format!("fn {name}(.., more: c_int);");
        refuse::variadic(self.unit, name, &example.unwrap_or_else(generic))
    }

    /// Whether `#[cgo(rust_enum)]` means anything.
    fn is_enum(&self, name: &str, id: Id) -> Result<(), String> {
        match self.info.get(self.info.peel(id)) {
            Type::Enum(_) => Ok(()),
            _ => Err(format!(
                "`{name}` is no enum in {}; remove `rust_enum`",
                self.unit.context.name()
            )),
        }
    }

    /// The names that the header gives to parameters.
    fn params(&self, name: &str, count: usize) -> Vec<String> {
        let named = self
            .said
            .get(name)
            .filter(|said| said.params.len() == count);
        let mut names: Vec<String> = Vec::new();
        for index in 0..count {
            let said = named.and_then(|said| said.params[index].as_deref());
            let said = said.map(|said| said.trim_start_matches('_').to_owned());
            let fresh = said.filter(|said| {
                comment::is_name(said)
                    && declare::is_expressible(said)
                    && !names.contains(&declare::escape(said))
                    && !self.kinds.contains_key(said)
                    && self.info.enum_of(said).is_none()
            });
            let is_ours = |said: &String| {
                said.strip_prefix('p')
                    .is_some_and(|digits| digits.parse::<u32>().is_ok())
            };
            let fresh = fresh.filter(|said| !is_ours(said));
            names.push(fresh.map_or_else(|| format!("p{index}"), |said| declare::escape(&said)));
        }
        names
    }

    /// What the header says before the declaration, and how C has it.
    fn docs(&mut self, name: &str, id: Id, ordinary: Ordinary) -> String {
        let declaration = match (ordinary, self.info.get(id)) {
            (Ordinary::Type, Type::Typedef { target, .. }) => {
                format!("typedef {}", self.info.declare(*target, name))
            }
            (Ordinary::Symbol | Ordinary::Expression, _) => self.info.declare(id, name),
            _ => String::new(),
        };
        let at = match (ordinary, self.info.get(id)) {
            (Ordinary::Type, Type::Typedef { at, .. }) => at.clone(),
            _ => self.said.get(name).and_then(|said| said.at.clone()),
        };
        let what = match declaration.is_empty() {
            true => format!("`{name}`"),
            false => format!("`{declaration}`"),
        };
        self.docs_at(at, &what)
    }

    fn docs_at(&mut self, at: Option<Location>, what: &str) -> String {
        let Some(at) = at else {
            return format!("#[doc = {what:?}]\n");
        };
        let comment = self.headers.comment(&at);
        let place = self.unit.context.place(&at, &self.unit.dir);
        let last = format!("{what} in {place}");
        match comment.is_empty() {
            true => format!("#[doc = {last:?}]\n"),
            false => format!(
                "{}#[doc = \"\"]\n#[doc = {last:?}]\n",
                comment::docs(&comment)
            ),
        }
    }
}
