//! Macros, values and formats: what they are shows when they are used, so each is, as its stub would.
//!
//! Nothing is compared here but the type of the whole expression: a macro does not say what its arguments should be.
//! What the compiler has against the use is an error, or one of the warnings that C has for types that do not fit.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use cgocall_syntax::record::Finding;
use cgocall_syntax::{CType, Function};

use crate::call::Call;
use crate::callee::Callee;
use crate::compiler::Outcome;
use crate::ctext;
use crate::diagnostics::Diagnostic;
use crate::probe::{END, Kinds, PROBE, Questions, is_finished};
use crate::spell::{self, Signature};
use crate::stub;
use crate::unit::Unit;

mod wrong;

use wrong::{Places, Wrong, explain};

/// What is to be used.
#[derive(Clone, Copy)]
pub(crate) enum Use<'a> {
    /// A macro, or a value.
    Callee(&'a Function, Callee),
    /// A variadic function that agrees, with its format.
    Format(&'a Function, &'a Signature),
}

/// What came of it: how to call it, or what is wrong.
pub(crate) type Settled = Result<Signature, Finding>;

/// Uses each of `uses`.
pub(crate) fn settle(unit: &Unit<'_>, kinds: &Kinds, uses: &[Use<'_>]) -> io::Result<Vec<Settled>> {
    // An undeclared function is said once; in the next use it counts as declared.
    let mut undeclared: HashMap<usize, Diagnostic> = HashMap::new();
    loop {
        let mut questions = Questions::default();
        let asked = uses.iter().enumerate().map(|(index, item)| {
            let is_new = !undeclared.contains_key(&index);
            is_new.then(|| Asked::ask(&mut questions, unit, kinds, *item))
        });
        let asked: Vec<Option<Asked<'_>>> = asked.collect();
        let places = Places::ask(&mut questions, uses);
        let text = format!(
            "#define _CGO_TEXT2(...) \"\" #__VA_ARGS__\n#define _CGO_TEXT(...) _CGO_TEXT2(__VA_ARGS__)\n{}{END}",
            questions.into_text()
        );
        let outcome = unit.check_with_warnings("uses", &text, &WARNINGS)?;
        if !is_finished(&outcome) || outcome.broken.is_some() {
            let words = outcome.first_error();
            let wrong = uses.iter().map(|item| Err(Wrong::said(*item, &words)));
            return explain(unit, uses, wrong.collect(), &places, &outcome);
        }
        let said = Said::of(&outcome);
        let before = undeclared.len();
        for (index, asked) in asked.iter().enumerate() {
            let lines = asked.iter().map(|asked| asked.lines.clone());
            let found = lines.flat_map(|lines| said.undeclared_in(lines)).next();
            undeclared.extend(found.map(|found| (index, found.clone())));
        }
        if undeclared.len() > before {
            continue;
        }
        let judged =
            uses.iter()
                .zip(&asked)
                .enumerate()
                .map(|(index, (item, asked))| match asked {
                    Some(asked) => asked.judge(&said),
                    None => Err(Wrong::said(*item, undeclared[&index].option().0)),
                });
        return explain(unit, uses, judged.collect(), &places, &outcome);
    }
}

/// Warnings about types that do not fit; whatever they are called, other compilers have errors for them.
const TYPES: [&str; 6] = [
    "int-conversion",
    "incompatible-pointer-types",
    "incompatible-function-pointer-types",
    "incompatible-pointer-types-discards-qualifiers",
    "discarded-qualifiers",
    "discarded-array-qualifiers",
];
/// What is asked for, in words that all compilers know. They warn of the other ones unless told not to.
const WARNINGS: [&str; 4] = [
    "format",
    "int-conversion",
    "incompatible-pointer-types",
    UNDECLARED,
];
const UNDECLARED: &str = "implicit-function-declaration";
/// Of formats that are as C wants them, and for which there is something else to say.
const STYLE: [&str; 7] = [
    "format-zero-length",
    "format-nonliteral",
    "format-security",
    "format-signedness",
    "format-pedantic",
    "format-overflow",
    "format-truncation",
];

/// What the compiler has against the questions, by line.
struct Said<'o>(HashMap<u32, &'o Diagnostic>);

impl<'o> Said<'o> {
    fn of(outcome: &'o Outcome) -> Said<'o> {
        let counts = |option: &str| {
            TYPES.contains(&option)
                || option == UNDECLARED
                || (option.starts_with("format") && !STYLE.contains(&option))
        };
        // An error that a flag has made of a warning is still one of these, or none.
        let errors = outcome
            .errors
            .iter()
            .filter(|error| !error.is_promoted() || error.option().1.is_some_and(counts));
        let warnings = outcome.warnings.iter();
        let warnings = warnings.filter(|warning| warning.option().1.is_some_and(counts));
        let mut said = HashMap::new();
        for found in errors.chain(warnings) {
            // An argument's own line, else that of the whole use.
            let line = match found.at.file == PROBE {
                true => Some(found.at.line),
                false => found.line_of(PROBE),
            };
            if let Some(line) = line {
                said.entry(line).or_insert(found);
            }
        }
        Said(said)
    }

    fn first_in(&self, mut lines: Range<u32>) -> Option<(u32, &'o Diagnostic)> {
        lines.find_map(|line| Some((line, *self.0.get(&line)?)))
    }

    fn undeclared_in(&self, lines: Range<u32>) -> Option<&'o Diagnostic> {
        let mut found = lines.filter_map(|line| self.0.get(&line).copied());
        found.find(|found| found.option().1 == Some(UNDECLARED))
    }

    fn is_fine(&self, line: u32) -> bool {
        !self.0.contains_key(&line)
    }
}

/// The lines about one use.
struct Asked<'a> {
    lines: Range<u32>,
    item: Use<'a>,
    tries: Vec<Try>,
    /// Whether the macro takes so many arguments, from none on.
    counts: Vec<u32>,
}

/// One way to use it.
struct Try {
    call: Call,
    /// The first is the beginning of the call, then there is one for each argument.
    compiles: Range<u32>,
    /// A line that is wrong for any type of the expression, and so says which it has.
    names_type: u32,
    /// Whether the type is that of this signature.
    types: Vec<(Signature, u32)>,
    is_void: u32,
}

/// More arguments than this, and the message is another.
const MOST_ARGUMENTS: usize = 12;

impl<'a> Asked<'a> {
    fn ask(q: &mut Questions, unit: &Unit<'_>, kinds: &Kinds, item: Use<'a>) -> Asked<'a> {
        let first = q.next();
        let (function, tries, is_macro) = match item {
            Use::Format(function, signature) => {
                let parts = parts(function, signature, signature.call);
                let asked = Try::ask(q, function, signature, parts);
                (function, vec![asked], false)
            }
            Use::Callee(function, callee) => {
                let no_arguments = function.params.is_empty();
                let calls: &[Call] = match (callee, no_arguments) {
                    (Callee::Value, _) => &[Call::Value],
                    (_, true) => &[Call::Macro, Call::Statement, Call::BareStatement],
                    (_, false) => &[Call::Macro, Call::Statement],
                };
                let all = spell::uses(function, unit.widths, &|ty| unit.resolve(ty, kinds));
                let tries = Asked::tries(q, function, &all, calls);
                (function, tries, callee == Callee::Macro)
            }
        };
        let counts = match is_macro {
            true => (0..=MOST_ARGUMENTS)
                .map(|count| {
                    let arguments = vec!["_"; count].join(", ");
                    let name = &function.c_name;
                    q.ask(&format!(
                        "_Static_assert(sizeof(_CGO_TEXT({name}({arguments}))), \"\");"
                    ))
                })
                .collect(),
            false => Vec::new(),
        };
        Asked {
            lines: first..q.next(),
            item,
            tries,
            counts,
        }
    }

    /// Each way to write the arguments, with all the results that it may have.
    fn tries(
        q: &mut Questions,
        function: &Function,
        all: &[Signature],
        calls: &[Call],
    ) -> Vec<Try> {
        let mut tries: Vec<Try> = Vec::new();
        for call in calls {
            let mut of_arguments: HashMap<String, usize> = HashMap::new();
            for signature in all {
                let signature = Signature {
                    call: *call,
                    ..signature.clone()
                };
                let parts = parts(function, &signature, *call);
                let key = stub::frame_fields(function, &signature);
                let at = *of_arguments.entry(key).or_insert_with(|| {
                    tries.push(Try::ask(q, function, &signature, parts.clone()));
                    tries.len() - 1
                });
                if !call.is_statement() {
                    let line = has_type(&parts.concat(), &signature.result);
                    let line = whole(q, function, &signature, &line);
                    tries[at].types.push((signature, line));
                } else if signature.result == CType::Void {
                    tries[at].types.push((signature, q.next()));
                }
            }
        }
        tries
    }

    fn judge(&self, said: &Said<'_>) -> Result<Signature, Wrong> {
        match self.item {
            Use::Format(_, signature) => match said.first_in(self.tries[0].compiles.clone()) {
                None => Ok(signature.clone()),
                Some((_, found)) => Err(Wrong::said(self.item, found.option().0)),
            },
            Use::Callee(function, _) => self.judge_callee(function, said),
        }
    }

    fn judge_callee(&self, function: &Function, said: &Said<'_>) -> Result<Signature, Wrong> {
        let compile = |asked: &&Try| said.first_in(asked.compiles.clone()).is_none();
        let (statements, expressions): (Vec<&Try>, Vec<&Try>) = self
            .tries
            .iter()
            .partition(|asked| asked.call.is_statement());
        let fine: Vec<&&Try> = expressions.iter().filter(|asked| compile(asked)).collect();
        let agrees = |(_, line): &&(Signature, u32)| said.is_fine(*line);
        if let Some((signature, _)) = fine.iter().flat_map(|asked| &asked.types).find(agrees) {
            return Ok(signature.clone());
        }
        if let Some(asked) = fine.first() {
            let text = match said.is_fine(asked.is_void) {
                true => Some("void".to_owned()),
                false => said
                    .0
                    .get(&asked.names_type)
                    .and_then(|error| ctext::type_of_selector(&error.text)),
            };
            return Err(Wrong::Type(text));
        }
        if let Some(asked) = statements.iter().find(|asked| compile(asked)) {
            return match asked.types.first() {
                Some((signature, _)) => Ok(signature.clone()),
                None => Err(Wrong::Type(Some("void".to_owned()))),
            };
        }
        let takes: Vec<usize> = (0..self.counts.len())
            .filter(|count| said.is_fine(self.counts[*count]))
            .collect();
        let slots = function
            .params
            .iter()
            .map(|param| param.arg.slots.len())
            .sum();
        // One argument may be nothing.
        let is_one = takes == [0, 1];
        if !takes.is_empty() && (!takes.contains(&slots) || (is_one && slots == 0)) {
            let least = if is_one { 1 } else { takes[0] };
            return Err(Wrong::Count {
                least,
                exactly: is_one || takes.len() == 1,
                slots,
            });
        }
        // Of a statement, that it is no expression says nothing.
        let asked = match function.ret.slot {
            None => statements.first().or(expressions.first()),
            Some(_) => expressions.first(),
        };
        let found = asked.and_then(|asked| {
            let (line, found) = said.first_in(asked.compiles.clone())?;
            let argument = (line - asked.compiles.start).checked_sub(1);
            Some((argument.map(|at| at as usize), found))
        });
        Err(Wrong::Error {
            argument: found
                .and_then(|(argument, _)| argument)
                .filter(|at| *at < slots),
            text: found.map_or(String::new(), |(_, found)| found.option().0.to_owned()),
            of_format: false,
        })
    }
}

impl Try {
    fn ask(
        q: &mut Questions,
        function: &Function,
        signature: &Signature,
        parts: Vec<String>,
    ) -> Try {
        let call = signature.call;
        let expression = parts.concat();
        let mut lines = parts;
        if let Some(first) = lines.first_mut() {
            let void = if call.is_statement() { "" } else { "(void)" };
            *first = format!("{}{void}{first}", head(q, function, signature));
        }
        if let Some(last) = lines.last_mut() {
            *last += if call.is_statement() { " }" } else { "; }" };
        }
        let compiles = q.ask_lines(&lines)..q.next();
        let mut types = [u32::MAX; 2];
        if !call.is_statement() {
            let none = format!("_Generic({expression}, struct _cgo_none *: 0)");
            types[0] = whole(q, function, signature, &none);
            types[1] = whole(q, function, signature, &has_type(&expression, &CType::Void));
        }
        let [names_type, is_void] = types;
        Try {
            call,
            compiles,
            names_type,
            types: Vec::new(),
            is_void,
        }
    }
}

/// The call as the stub has it.
fn parts(function: &Function, signature: &Signature, call: Call) -> Vec<String> {
    call.parts(&function.c_name, &stub::arguments(function, signature))
}

/// An expression that only compiles if `expression` has the type.
fn has_type(expression: &str, ty: &CType) -> String {
    match ty {
        CType::Void => format!("_Generic((__typeof__({expression}) *)0, void *: 0)"),
        ty => format!("_Generic({expression}, {}: 0)", ty.spell()),
    }
}

/// Asks an expression in a function that has the frame.
fn whole(q: &mut Questions, function: &Function, signature: &Signature, expression: &str) -> u32 {
    let line = format!("{}(void){expression}; }}", head(q, function, signature));
    q.ask(&line)
}

/// The beginning of a function that has the frame, as a stub.
fn head(q: &Questions, function: &Function, signature: &Signature) -> String {
    let frame = stub::frame_fields(function, signature);
    let frame = match frame.is_empty() {
        true => "void".to_owned(),
        false => format!("struct {{ {frame}}} *_cgo_a"),
    };
    let conditions = signature.conditions.iter();
    let conditions: String = conditions
        .map(|condition| format!("_Static_assert({condition}, \"\"); "))
        .collect();
    let locals = stub::locals(function, signature).concat();
    format!("void _cgo_u{}({frame}) {{ {conditions}{locals}", q.next())
}
