//! What the compiler tells of a type of which only the text is known.

use std::collections::HashMap;
use std::io;

use cgocall_syntax::CType;

use crate::ctext::{self, Prototype};
use crate::debug_info::{DebugInfo, Id, Type};
use crate::magic::{Question, Value};
use crate::spell;
use crate::unit::{Answers, Unit, has_type, type_probe};

/// A type in a header, beside what Rust declares.
pub(crate) struct Part {
    /// Which of those asked for it is.
    pub(crate) same: Option<usize>,
    bytes: u64,
    /// Index in [`ctext::BASICS`], from 1.
    basic: Option<usize>,
    /// The same of what is behind all pointers.
    base: Option<usize>,
    /// What the package calls it, where its text does not show that.
    rust: Option<String>,
    /// Of a pointer to a function, under whatever name: that function.
    pub(crate) function: Option<Prototype>,
}

impl Part {
    /// What there is to say of each text, and whether it is one of the types beside it. Of a text that C does not read
    /// again, such as that of an anonymous struct, there is nothing.
    pub(crate) fn ask(
        unit: &Unit<'_>,
        texts: &[(&str, Vec<CType>)],
    ) -> io::Result<Vec<Option<Part>>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        // Most types are the same in many functions.
        let mut asked: HashMap<(&str, Vec<String>), usize> = HashMap::new();
        let mut questions = Vec::new();
        let mut types = Vec::new();
        let places: Vec<usize> = texts
            .iter()
            .map(|(text, ours)| {
                let key = (*text, ours.iter().map(CType::spell).collect());
                *asked.entry(key).or_insert_with(|| {
                    questions.push(questions_about(text, ours));
                    types.push((*text).to_owned());
                    questions.len() - 1
                })
            })
            .collect();
        let answers = unit.evaluate("parts", &questions, &types)?;
        let Answers { lists, info, .. } = answers.unwrap_or_default();
        let parts = places.into_iter().map(|place| {
            let answer = lists.get(place)?;
            let id = info.pointee(&type_probe(place));
            let rust = id.and_then(|id| info.rust(id, unit.names));
            let function = id.and_then(|id| function_behind(&info, id));
            Some(Part {
                rust,
                function,
                ..Part::of(answer.as_ref().ok()?)
            })
        });
        Ok(parts.collect())
    }

    fn of(values: &[Value]) -> Part {
        let index = |value: &Value| (value.value > 0).then_some(value.value as usize);
        Part {
            bytes: values[0].value,
            basic: index(&values[1]),
            base: index(&values[2]),
            rust: None,
            function: None,
            same: values[3..].iter().position(|value| value.value == 1),
        }
    }

    /// ` (32-bit unsigned)`, for a typedef of an integer.
    pub(crate) fn describe(&self, text: &str) -> String {
        let Some((c, rust)) = self.basic.map(|index| ctext::BASICS[index - 1]) else {
            return String::new();
        };
        if c == text || matches!(rust, "f32" | "f64" | "bool") {
            return String::new();
        }
        let sign = if c.starts_with("unsigned") {
            "unsigned"
        } else {
            "signed"
        };
        format!(" ({}-bit {sign})", self.bytes * 8)
    }

    /// Whether it is an integer.
    pub(crate) fn is_integer(&self) -> bool {
        is_integer(self.basic)
    }

    /// Whether it is a pointer to integers that Rust may change.
    pub(crate) fn is_place_of_integer(&self, text: &str) -> bool {
        let pointers = ctext::pointer_base(text).map(|(_, is_const)| is_const);
        is_integer(self.base) && pointers.is_some_and(|pointers| pointers == [false])
    }

    /// What Rust calls the type.
    pub(crate) fn rust(&self, text: &str) -> Option<String> {
        let basic = |index: Option<usize>| index.map(|index| ctext::BASICS[index - 1].1);
        // What is no number, or pointer to one, may be a typedef of anything.
        if self.basic.or(self.base).is_none()
            && ctext::unknown_to_rust(text).is_none()
            && self.rust.is_some()
        {
            return self.rust.clone();
        }
        ctext::rust_type(text, basic(self.basic), basic(self.base))
    }
}

fn is_integer(basic: Option<usize>) -> bool {
    let rust = basic.map(|index| ctext::BASICS[index - 1].1);
    rust.is_some_and(|rust| !matches!(rust, "f32" | "f64" | "bool"))
}

fn function_behind(info: &DebugInfo, id: Id) -> Option<Prototype> {
    match info.get(info.peel(id)) {
        Type::Pointer(pointee) if info.is_function(*pointee) => {
            ctext::prototype(&info.declare(info.peel(*pointee), ""))
        }
        _ => None,
    }
}

/// What a [`Part`] is made of: size, built-in type, built-in type behind pointers, and for each of `ours`
/// whether it is the same.
fn questions_about(text: &str, ours: &[CType]) -> Vec<Question> {
    let basic_of = ctext::basic_of;
    let base = ctext::pointer_base(text).map_or("0".to_owned(), |(base, _)| basic_of(&base));
    // `char *const` is what the function itself promises of its parameter: no part of the function's type.
    let same = ours.iter().map(|ours| {
        let same = ["", "const "].map(|qualifier| {
            let ours = format!("{qualifier}__typeof__({}) *", ours.spell());
            has_type(
                &format!("(__typeof__({text}) *)0"),
                &spell::verbatim(&ours),
                &[],
            )
        });
        format!("({}) || ({})", same[0], same[1])
    });
    // An array without a length has no size.
    let bytes = match text.ends_with("[]") {
        true => "0".to_owned(),
        false => format!("sizeof({text})"),
    };
    [bytes, basic_of(text), base]
        .into_iter()
        .chain(same)
        .map(Question::Integer)
        .collect()
}
