//! The `CGOCALL_*` variables: how their values are written, and what is said about one that is not.
//!
//! All complaints of a start are collected, so that one run shows all of them. An empty variable is one that is not set.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Variables that others read: the macros where a package is built.
const OTHERS: [&str; 1] = ["CGOCALL_OUT_DIR"];

/// A value that has a range, and a way to be written.
pub(crate) trait Value: PartialOrd + Copy {
    /// As in "it must be ..".
    const FORM: &str;
    fn parse(text: &str) -> Option<Self>;
    /// As it would be written.
    fn show(self) -> String;
}

impl Value for usize {
    const FORM: &str = "a number";

    fn parse(text: &str) -> Option<usize> {
        text.parse().ok()
    }

    fn show(self) -> String {
        self.to_string()
    }
}

/// A size, as in `256K`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Bytes(pub(crate) usize);

const SIZES: [(&str, u64); 4] = [("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10), ("", 1)];

impl Value for Bytes {
    const FORM: &str = "a size, as in `256K` or `1M`,";

    fn parse(text: &str) -> Option<Bytes> {
        let bytes = parse_unit(text, &SIZES)?;
        usize::try_from(bytes).ok().map(Bytes)
    }

    fn show(self) -> String {
        show_unit(self.0 as u64, &SIZES)
    }
}

/// The units of a time, in microseconds.
const TIMES: [(&str, u64); 5] = [
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

impl Value for Duration {
    const FORM: &str = "a time with its unit, as in `500ms` or `10s`,";

    fn parse(text: &str) -> Option<Duration> {
        parse_unit(text, &TIMES).map(Duration::from_micros)
    }

    fn show(self) -> String {
        match u64::try_from(self.as_micros()) {
            Ok(micros) => show_unit(micros, &TIMES),
            Err(_) => format!("{self:?}"),
        }
    }
}

/// `12K`: digits and a unit, without anything in between.
fn parse_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

/// In the largest unit that leaves no rest.
fn show_unit(value: u64, units: &[(&str, u64)]) -> String {
    let fits = |(_, factor): &&(&str, u64)| value != 0 && value.is_multiple_of(*factor);
    let smallest = units.last().expect("there are units");
    let (name, factor) = units.iter().find(fits).unwrap_or(smallest);
    format!("{}{name}", value / factor)
}

/// Something that can be set in two places.
pub(crate) struct Setting<T> {
    pub(crate) variable: &'static str,
    /// The method of [`Builder`](crate::Builder).
    pub(crate) method: &'static str,
    pub(crate) range: RangeInclusive<T>,
}

/// The variables of one start, and what is wrong with them.
pub(crate) struct Variables {
    set: Vec<(String, OsString)>,
    asked: Vec<&'static str>,
    pub(crate) errors: Vec<String>,
}

impl Variables {
    pub(crate) fn new(all: impl IntoIterator<Item = (OsString, OsString)>) -> Variables {
        let ours = |(name, value): (OsString, OsString)| {
            let name = name.into_string().ok()?;
            (name.starts_with("CGOCALL_") && !value.is_empty()).then_some((name, value))
        };
        Variables {
            set: all.into_iter().filter_map(ours).collect(),
            asked: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// What the variable says, or else the program.
    pub(crate) fn setting<T: Value>(
        &mut self,
        setting: &Setting<T>,
        program: Option<T>,
    ) -> Option<T> {
        let Setting {
            variable,
            method,
            range,
        } = setting;
        let wanted = format!(
            "it must be {} from {} to {}",
            T::FORM,
            range.start().show(),
            range.end().show()
        );
        if let Some(value) = program.filter(|value| !range.contains(value)) {
            self.errors.push(format!(
                "`Builder::{method}` was given {}: {wanted}",
                value.show()
            ));
        }
        self.text(variable, &wanted, |text| {
            T::parse(text).filter(|value| range.contains(value))
        })
        .or(program)
    }

    /// The value of a variable that is written in a way of its own.
    pub(crate) fn text<T>(
        &mut self,
        variable: &'static str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.asked.push(variable);
        let (_, value) = self.set.iter().find(|(name, _)| name == variable)?;
        let parsed = value.to_str().and_then(parse);
        if parsed.is_none() {
            self.errors.push(format!(
                "{variable} is `{}`: {wanted}",
                value.to_string_lossy()
            ));
        }
        parsed
    }

    /// What to say about variables that nobody has asked for, once all were.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let known: Vec<&str> = self.asked.iter().chain(&OTHERS).copied().collect();
        let unknown = self
            .set
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()));
        let warning = |(name, _): &(String, OsString)| match nearest(name, &known) {
            Some(near) => {
                format!("there is no variable {name}, so it does nothing: did you mean {near}?")
            }
            None => format!(
                "there is no variable {name}, so it does nothing: there are {}",
                self.asked.join(", ")
            ),
        };
        unknown.map(warning).collect()
    }
}

/// The known name that `name` is a misspelling of, if it is one.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|known| (distance(name, known), *known));
    let (distance, nearest) = near.min()?;
    (distance <= 3).then_some(nearest)
}

/// How many letters to insert, remove or change.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in b.bytes().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_numbers_with_a_unit() {
        for (text, bytes) in [("256K", 256 << 10), ("1M", 1 << 20), ("1G", 1 << 30)] {
            assert_eq!(Bytes::parse(text), Some(Bytes(bytes)));
            assert_eq!(Bytes(bytes).show(), text);
        }
        assert_eq!(Bytes::parse("65537"), Some(Bytes(65537)));
        assert_eq!(Bytes(65537).show(), "65537");
        for (text, micros) in [("7us", 7), ("500ms", 500_000), ("90s", 90_000_000)] {
            let time = Duration::from_micros(micros);
            assert_eq!(Duration::parse(text), Some(time));
            assert_eq!(time.show(), text);
        }
        assert_eq!(Duration::from_secs(7200).show(), "2h");
        assert_eq!(Duration::ZERO.show(), "0us");
    }

    #[test]
    fn what_is_not_written_that_way_is_nothing() {
        for text in [
            "",
            "K",
            "1 K",
            "-1",
            "1KK",
            "1.5M",
            "1k",
            "99999999999999999999",
        ] {
            assert_eq!(Bytes::parse(text), None, "{text}");
        }
        for text in ["10", "s", "1 s", "1.5s", "10sec", "99999999999999999h"] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_misspelt_name_is_told_from_a_strange_one() {
        let known = ["CGOCALL_PROCS", "CGOCALL_TRACE"];
        assert_eq!(nearest("CGOCALL_PROC", &known), Some("CGOCALL_PROCS"));
        assert_eq!(nearest("CGOCALL_TARCE", &known), Some("CGOCALL_TRACE"));
        assert_eq!(nearest("CGOCALL_GARBAGE", &known), None);
    }
}
