//! All the C signatures that agree with one Rust signature.
//!
//! `u64` is `unsigned long` in one header and `unsigned long long` in the next, a `&[u8]` is a pointer to
//! bytes of some name and a length of some width. Each is the same to the calling convention, none is the
//! same type to C; so all are listed, and `_Generic` is asked which it is.

use std::collections::HashSet;

use cgocall_syntax::types::Role;
use cgocall_syntax::{CType, Function, Named, Prim, Slot};

use crate::call::Call;

/// Above this many, every occurrence of a Rust type is taken to be the same C type in one signature.
const MOST: usize = 1024;

/// A function type in C with every name spelled out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) result: CType,
    /// One for each slot: a slice has two. And the format, where it is a literal.
    pub(crate) params: Vec<CType>,
    pub(crate) call: Call,
    /// What must hold for the spellings to have the right size: `sizeof(long) == 8`.
    pub(crate) conditions: Vec<String>,
}

impl Signature {
    /// The type of a pointer to such a function.
    pub(crate) fn pointer(&self) -> CType {
        CType::pointer(self.function(), false)
    }

    /// The type of such a function.
    pub(crate) fn function(&self) -> CType {
        let fixed = match self.call {
            Call::Variadic { fixed, .. } => Some(fixed),
            _ => None,
        };
        let params = &self.params[..fixed.unwrap_or(self.params.len())];
        CType::Function {
            params: params.to_vec(),
            result: Box::new(self.result.clone()),
            variadic: fixed.is_some(),
        }
    }

    /// Of each slot of `function`, which of C's slots it is: a length may stand before its pointer.
    pub(crate) fn places(&self, function: &Function) -> Vec<usize> {
        let slots = function.params.iter().flat_map(|param| &param.arg.slots);
        let is_length: Vec<bool> = self.slots().map(is_length).collect();
        let places = slots.enumerate().map(|(at, slot)| match slot.role {
            Role::SlicePointer if is_length[at] => at + 1,
            Role::SliceLength if !is_length[at] => at - 1,
            _ => at,
        });
        places.collect()
    }

    /// The types of C's slots.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &CType> {
        let literal = self.call.literal_at();
        let params = self.params.iter().enumerate();
        params
            .filter(move |(at, _)| Some(*at) != literal)
            .map(|(_, ty)| ty)
    }
}

/// The widths that Rust's types leave to the platform.
#[derive(Clone, Copy)]
pub(crate) struct Widths {
    pub(crate) long: u8,
    pub(crate) pointer: u8,
}

impl Widths {
    /// Of the target of this build script.
    pub(crate) fn from_env() -> Widths {
        let var = |name: &str| std::env::var(name).unwrap_or_default();
        let pointer = if var("CARGO_CFG_TARGET_POINTER_WIDTH") == "32" {
            4
        } else {
            8
        };
        let long = if var("CARGO_CFG_TARGET_OS") == "windows" {
            4
        } else {
            pointer
        };
        Widths { long, pointer }
    }

    /// The spellings of `prim` on this target, each with the size it must have.
    pub(crate) fn spellings(self, prim: &Prim) -> Vec<(&'static str, Option<u8>)> {
        let Some(bytes) = prim.bytes else {
            return prim
                .spellings
                .iter()
                .map(|spelling| (*spelling, None))
                .collect();
        };
        // A number, or the size of a pointer.
        let wanted = bytes.c_expr().parse().unwrap_or(self.pointer);
        let size = |spelling: &str| match spelling {
            s if s.ends_with("long long") => 8,
            s if s.ends_with("long") => self.long,
            _ => 4,
        };
        let sized = prim
            .spellings
            .iter()
            .filter(|spelling| size(spelling) == wanted);
        sized.map(|spelling| (*spelling, Some(wanted))).collect()
    }
}

/// What a header may say where Rust passes a slice's length.
pub(crate) const LENGTHS: [&str; 10] = [
    "unsigned long",
    "int",
    "unsigned int",
    "long",
    "unsigned long long",
    "long long",
    "unsigned short",
    "short",
    "unsigned char",
    "signed char",
];

/// Whether it is what stands for one of [`LENGTHS`].
pub(crate) fn is_length(ty: &CType) -> bool {
    matches!(ty, CType::Named(Named { rust, c: Some(c) }) if rust.is_empty() && LENGTHS.contains(&&**c))
}

/// Every signature that `function` may have; `resolve` spells the named types.
pub(crate) fn signatures(
    function: &Function,
    widths: Widths,
    resolve: &dyn Fn(&CType) -> CType,
) -> Vec<Signature> {
    enumerate(&|choice| {
        let mut conditions = Vec::new();
        let mut accepted = results(function);
        let which = choice.pick("result", accepted.len());
        let result = accepted.swap_remove(which);
        let result = choice.concrete(resolve(&result), widths, &mut conditions);
        let slots = function.params.iter().flat_map(|param| &param.arg.slots);
        let mut params = Vec::new();
        for slot in slots {
            if slot.role == Role::SliceLength {
                let (length, is_first) = choice.length();
                params.insert(params.len() - usize::from(is_first), length);
                continue;
            }
            if slot.role == Role::FilledLength {
                let length = LENGTHS[choice.pick("length", LENGTHS.len())];
                params.push(CType::pointer(verbatim(length), false));
                continue;
            }
            let slot = slot.with_lengths(|| choice.length());
            let ty = resolve(&slot.choose(|count| choice.pick("slice", count)));
            params.push(choice.concrete(ty, widths, &mut conditions));
        }
        conditions.sort();
        conditions.dedup();
        Signature {
            result,
            params,
            call: Call::Function,
            conditions,
        }
    })
}

/// What a header may say of the result, the best spelling first.
fn results(function: &Function) -> Vec<CType> {
    let slot = function.ret.slot.as_ref();
    slot.map_or(vec![CType::Void], Slot::accepts)
}

/// Every signature that a variadic function may have of which `signatures` give the arguments of one use. Those that
/// are all the same to C are one.
pub(crate) fn variadics(function: &Function, signatures: &[Signature]) -> Vec<Signature> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for signature in signatures {
        let has_format = function.format.is_some();
        let first = if has_format { 0 } else { 1 };
        for at in first..=signature.params.len() {
            let mut variadic = signature.clone();
            let mut fixed = at;
            if has_format {
                variadic
                    .params
                    .insert(at, CType::pointer(CType::prim("c_char"), true));
                fixed += 1;
            }
            variadic.call = Call::Variadic {
                fixed,
                format: has_format,
            };
            if seen.insert(variadic.pointer().spell()) {
                all.push(variadic);
            }
        }
    }
    all
}

/// What `function` may be for a macro, which names no types: its arguments are what Rust calls them.
pub(crate) fn uses(
    function: &Function,
    widths: Widths,
    resolve: &dyn Fn(&CType) -> CType,
) -> Vec<Signature> {
    let slots = function.params.iter().flat_map(|param| &param.arg.slots);
    let slots: Vec<CType> = slots.map(|slot| resolve(&slot.c)).collect();
    enumerate(&|choice| {
        let mut conditions = Vec::new();
        let mut concrete = |ty: &CType| choice.concrete(ty.clone(), widths, &mut conditions);
        let params = slots.iter().map(&mut concrete).collect();
        let mut accepted = results(function);
        let which = choice.pick("result", accepted.len());
        let mut concrete = |ty: &CType| choice.concrete(ty.clone(), widths, &mut conditions);
        let result = concrete(&resolve(&accepted.swap_remove(which)));
        Signature {
            result,
            params,
            call: Call::Macro,
            conditions,
        }
    })
}

/// What a header may say of an export, with what each of its parts then is before names are spelled out: the result
/// last. `None` if C knows none of the types that a part may have; then that part, the result last.
///
/// The direction counts. What C lets Rust write, Rust may also only read, and C may promise not to write what it is
/// given; behind a `void *` may be anything that the two have agreed upon. But a slice's length comes from C, in a
/// register that is read whole: it must be as wide as Rust's.
pub(crate) fn of_export(
    function: &Function,
    widths: Widths,
    resolve: &dyn Fn(&CType) -> CType,
    is_known: &dyn Fn(&CType) -> bool,
) -> Result<Vec<(Signature, Vec<CType>)>, usize> {
    let slots = function.params.iter().flat_map(|param| &param.arg.slots);
    let mut parts: Vec<Vec<CType>> = slots
        .map(|slot| liberties(slot.accepts(), true, false))
        .collect();
    parts.push(liberties(results(function), false, true));
    for part in &mut parts {
        part.retain(|ty| is_known(&resolve(ty)));
    }
    if let Some(unknown) = parts.iter().position(Vec::is_empty) {
        return Err(unknown);
    }
    Ok(enumerate(&|choice| {
        let mut conditions = Vec::new();
        let mut chosen = Vec::new();
        let mut spelled = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let ty = &part[choice.pick(&format!("part {index}"), part.len())];
            chosen.push(ty.clone());
            spelled.push(choice.concrete(resolve(ty), widths, &mut conditions));
        }
        conditions.sort();
        conditions.dedup();
        let signature = Signature {
            result: spelled.pop().unwrap_or(CType::Void),
            params: spelled,
            call: Call::Function,
            conditions,
        };
        (signature, chosen)
    }))
}

/// `list`, and what else C may say of the same pointer: with the other constness where ours is `ours`, and `void *`.
fn liberties(mut list: Vec<CType>, ours: bool, theirs: bool) -> Vec<CType> {
    for index in 0..list.len() {
        let CType::Pointer { pointee, is_const } = list[index].clone() else {
            continue;
        };
        if matches!(*pointee, CType::Function { .. }) {
            continue;
        }
        let constness = if is_const == ours {
            vec![is_const, theirs]
        } else {
            vec![is_const]
        };
        for is_const in constness {
            for pointee in [(*pointee).clone(), CType::Void] {
                let ty = CType::pointer(pointee, is_const);
                if !list.contains(&ty) {
                    list.push(ty);
                }
            }
        }
    }
    list
}

/// Every spelling of one type, with its conditions.
pub(crate) fn types(ty: &CType, widths: Widths) -> Vec<(CType, Vec<String>)> {
    enumerate(&|choice| {
        let mut conditions = Vec::new();
        let ty = choice.concrete(ty.clone(), widths, &mut conditions);
        (ty, conditions)
    })
}

/// A type that prints as `text`.
pub(crate) fn verbatim(text: &str) -> CType {
    CType::Named(Named {
        rust: String::new(),
        c: Some(text.to_owned()),
    })
}

/// Runs `make` with every combination of choices, or with every consistent one if those are too many.
fn enumerate<T>(make: &dyn Fn(&mut Choice) -> T) -> Vec<T> {
    for consistent in [false, true] {
        let mut choice = Choice {
            digits: Vec::new(),
            at: 0,
            consistent,
        };
        let mut all = vec![make(&mut choice)];
        while choice.next() && all.len() <= MOST {
            all.push(make(&mut choice));
        }
        if consistent || all.len() <= MOST {
            return all;
        }
    }
    unreachable!("the second round always returns")
}

/// An odometer that grows a digit whenever a choice comes up for the first time.
struct Choice {
    digits: Vec<Digit>,
    at: usize,
    /// The same question has the same answer throughout.
    consistent: bool,
}

struct Digit {
    question: String,
    answers: usize,
    answer: usize,
}

impl Choice {
    fn pick(&mut self, question: &str, answers: usize) -> usize {
        if answers <= 1 {
            return 0;
        }
        if self.consistent
            && let Some(digit) = self.digits[..self.at]
                .iter()
                .find(|d| d.question == question && d.answers == answers)
        {
            return digit.answer;
        }
        if self.at == self.digits.len() {
            self.digits.push(Digit {
                question: question.to_owned(),
                answers,
                answer: 0,
            });
        }
        self.at += 1;
        self.digits[self.at - 1].answer
    }

    /// Of which type a length is, and whether it stands before its pointer.
    fn length(&mut self) -> (CType, bool) {
        let length = LENGTHS[self.pick("length", LENGTHS.len())];
        (verbatim(length), self.pick("order", 2) == 1)
    }

    /// Turns to the next combination.
    fn next(&mut self) -> bool {
        self.at = 0;
        while let Some(last) = self.digits.last_mut() {
            last.answer += 1;
            if last.answer < last.answers {
                return true;
            }
            self.digits.pop();
        }
        false
    }

    fn concrete(&mut self, mut ty: CType, widths: Widths, conditions: &mut Vec<String>) -> CType {
        ty.visit_mut(&mut |ty| {
            if let CType::Prim(prim) = ty {
                let spellings = widths.spellings(prim);
                let (spelling, bytes) = spellings[self.pick(prim.rust, spellings.len())];
                conditions.extend(bytes.map(|bytes| format!("sizeof({spelling}) == {bytes}")));
                *ty = verbatim(spelling);
            }
        });
        ty
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cgocall_syntax::Import;

    const LP64: Widths = Widths {
        long: 8,
        pointer: 8,
    };
    const LLP64: Widths = Widths {
        long: 4,
        pointer: 8,
    };

    fn spellings(signature: &str, widths: Widths) -> Vec<String> {
        let item = format!("unsafe extern \"C\" {{ {signature} }}")
            .parse()
            .unwrap();
        let import = Import::parse("include = \"x.h\"".parse().unwrap(), item).unwrap();
        let function = import.block().unwrap().functions().next().unwrap().clone();
        let all = signatures(&function, widths, &CType::clone);
        all.iter()
            .map(|signature| signature.function().declare("f"))
            .collect()
    }

    #[test]
    fn a_fixed_width_has_the_spellings_of_the_platform() {
        assert_eq!(
            spellings("fn f(x: i64) -> c_int;", LP64),
            ["int f(long)", "int f(long long)"]
        );
        assert_eq!(spellings("fn f(x: i64);", LLP64), ["void f(long long)"]);
        assert_eq!(
            spellings("fn f(x: i32);", LLP64),
            ["void f(int)", "void f(long)"]
        );
        assert_eq!(spellings("fn f(x: c_long);", LP64), ["void f(long)"]);
    }

    #[test]
    fn each_occurrence_chooses_for_itself() {
        assert_eq!(spellings("fn f(x: i64, y: *mut u64);", LP64).len(), 4);
        assert_eq!(spellings("fn f(x: i64, y: i64);", LP64).len(), 4);
        assert_eq!(
            spellings(
                "fn f(x: Option<unsafe extern \"C\" fn(usize) -> u64>);",
                LP64
            )
            .len(),
            4
        );
    }

    #[test]
    fn a_slice_is_bytes_of_any_name_and_a_length_of_any_width() {
        let all = spellings("fn f(x: &[u8]);", LP64);
        for wanted in [
            "void f(const unsigned char *, unsigned int)",
            "void f(const void *, unsigned long)",
            "void f(const char *, int)",
            "void f(unsigned int, const void *)",
        ] {
            assert!(all.iter().any(|found| found == wanted), "{wanted}: {all:?}");
        }
    }

    #[test]
    fn an_export_may_read_what_it_may_write_and_not_the_reverse() {
        let said = |text: &str| -> Vec<String> {
            let export = cgocall_syntax::Export::parse(Default::default(), text.parse().unwrap());
            let function = export.unwrap().declaration().unwrap();
            let all = of_export(&function, LP64, &CType::clone, &|_| true).unwrap();
            all.iter()
                .map(|(signature, _)| signature.function().declare("f"))
                .collect()
        };
        let accepts = |text: &str, c: &str| said(text).iter().any(|said| said == c);
        assert!(accepts("fn f(x: &T) {}", "void f(T *)"));
        assert!(accepts("fn f(x: &T) {}", "void f(const void *)"));
        assert!(accepts("fn f(x: &mut T) {}", "void f(void *)"));
        assert!(!accepts("fn f(x: &mut T) {}", "void f(const T *)"));
        assert!(!accepts("fn f(x: &mut T) {}", "void f(const void *)"));
        assert!(accepts("fn f() -> *mut T { }", "const T *f(void)"));
        assert!(!accepts("fn f() -> *const T { }", "T *f(void)"));
        let slice = "fn f(x: &[u8]) {}";
        assert!(accepts(slice, "void f(const char *, unsigned long)"));
        assert!(accepts(slice, "void f(void *, unsigned long long)"));
        assert!(!accepts(slice, "void f(const char *, unsigned int)"));
        assert!(!accepts(slice, "void f(const char *, long)"));
    }

    #[test]
    fn too_many_combinations_are_narrowed_to_consistent_ones() {
        let three = "fn f(a: &[u8], b: &[u8], c: &[u8], d: u64, e: u64);";
        let all = spellings(three, LP64);
        assert!(all.len() <= MOST, "{}", all.len());
        let wanted = "void f(const void *, unsigned long, const void *, unsigned long, \
                      const void *, unsigned long, unsigned long, unsigned long)";
        assert!(all.iter().any(|found| found == wanted));
    }
}
