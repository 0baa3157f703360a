//! What to write for a closure and its user pointer, where C has something else.

use cgocall_syntax::Param;

const VOIDS: [&str; 2] = ["*mut c_void", "*const c_void"];

/// For what C has, which in Rust is `rust`: a closure if it can be one, the user pointer if it may be that.
pub(super) fn instead(param: &Param, rust: Option<String>, declared: &str) -> Option<String> {
    let is_part = param.closure().is_some() || param.is_marker();
    let rust = rust.filter(|_| is_part)?;
    if VOIDS.contains(&&*rust) {
        return Some("UserData".to_owned());
    }
    let function = rust.strip_prefix("Option<unsafe extern \"C\" fn(")?;
    let (arguments, rest) = function.split_at(end_of(function)?);
    let output = rest.strip_prefix(')')?.strip_suffix('>')?;
    let mut arguments = split(arguments);
    let is_void = |at: &usize| VOIDS.contains(&arguments.get(*at).copied().unwrap_or_default());
    // Where it was declared, if that may be it.
    let callable = callable(declared);
    let said = callable.and_then(|(start, end)| {
        let ours = split(declared[start..end].split_once('(')?.1);
        ours.iter().position(|ty| *ty == "UserData")
    });
    let said = said.filter(is_void);
    let user_data = said.or_else(|| (0..arguments.len()).find(is_void))?;
    arguments[user_data] = "UserData";
    let arguments = arguments.join(", ");
    Some(match callable {
        Some((start, end)) => {
            let (name, _) = declared[start..end].split_once('(')?;
            let rest = &declared[end..][1..];
            let bounds = end_of_output(rest).map_or("", |at| &rest[at..]);
            let space = if bounds.starts_with('+') { " " } else { "" };
            let head = &declared[..start];
            format!("{head}{name}({arguments}){output}{space}{bounds}")
        }
        None => format!("impl FnMut({arguments}){output}"),
    })
}

/// From `Fn` to the parenthesis that ends its parameters.
fn callable(declared: &str) -> Option<(usize, usize)> {
    let start = declared.find("Fn")?;
    let open = start + declared[start..].find('(')? + 1;
    Some((start, open + end_of(&declared[open..])?))
}

/// Behind ` -> R`: where the bounds begin, or what all of it is in ends.
fn end_of_output(rest: &str) -> Option<usize> {
    let (mut depth, mut before) = (0, ' ');
    rest.char_indices().find_map(|(at, c)| {
        match c {
            '<' | '(' => depth += 1,
            '+' if depth == 0 => return Some(at),
            '>' if before == '-' => {}
            '>' | ')' if depth == 0 => return Some(at),
            '>' | ')' => depth -= 1,
            _ => {}
        }
        before = c;
        None
    })
}

/// Where a parenthesis is closed that was opened before.
fn end_of(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        None
    })
}

/// At the commas that are in nothing else.
fn split(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_stay_whatever_the_result_is() {
        for (rest, bounds) in [
            ("", None),
            (" -> Option<c_int>", None),
            (
                " -> Option<extern \"C\" fn() -> c_int> + Send",
                Some("+ Send"),
            ),
            (" + Send>>", Some("+ Send>>")),
            (" -> c_int)", Some(")")),
        ] {
            assert_eq!(end_of_output(rest).map(|at| &rest[at..]), bounds, "{rest}");
        }
        assert_eq!(split("a, fn(b, c), [d; 2]"), ["a", "fn(b, c)", "[d; 2]"]);
        let declared = "Option<impl FnMut(fn(c_int)) -> R>";
        let (start, end) = callable(declared).unwrap();
        assert_eq!(&declared[start..end], "FnMut(fn(c_int)");
    }
}
