//! Docs as comments that any C can read.

use std::fmt::Write as _;

use crate::quote;

/// `docs`, and behind them what C has to know of parameters and result: each a name and what is said of it.
pub(super) fn write(text: &mut String, docs: &[String], promises: &[(String, String)]) {
    indented(text, "", docs, promises);
}

/// As [`write`], in front of a field or an enumerator.
pub(super) fn member(text: &mut String, docs: &[String]) {
    indented(text, "    ", docs, &[]);
}

/// The same of a function pointer.
pub(super) fn function(text: &mut String, docs: &[String], promises: &[(String, String)]) {
    indented(text, "    ", docs, promises);
}

fn indented(text: &mut String, indent: &str, docs: &[String], promises: &[(String, String)]) {
    let mut lines: Vec<String> = docs.iter().map(|line| readable(line)).collect();
    if !lines.is_empty() && !promises.is_empty() {
        lines.push(String::new());
    }
    let promises = promises.iter();
    lines.extend(promises.map(|(name, said)| format!("- {name}: {said}.")));
    match &lines[..] {
        [] => {}
        [line] => {
            let _ = writeln!(text, "{indent}/** {} */", line.trim_end());
        }
        lines => {
            let _ = writeln!(text, "{indent}/**");
            for line in lines {
                let _ = writeln!(text, "{}", format!("{indent} * {line}").trim_end());
            }
            let _ = writeln!(text, "{indent} */");
        }
    }
}

/// Without the space that follows `///`.
fn readable(line: &str) -> String {
    quote::comment(line.strip_prefix(' ').unwrap_or(line))
}
