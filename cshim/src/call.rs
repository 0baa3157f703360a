//! How C is called: the expression, or the statement, in a stub.

use std::ffi::CStr;
use std::fmt::Write as _;

/// What an argument is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// In parentheses: a macro of the same name is not meant, nor verified.
    Function,
    /// The same, of which the prototype has so many parameters, and any number of arguments may follow.
    Variadic {
        fixed: usize,
        /// The format is the last of these parameters, and a literal.
        format: bool,
    },
    /// A macro or a variable, evaluated.
    Value,
    /// A macro that is an expression.
    Macro,
    /// A macro that is a statement.
    Statement,
    /// The same without parentheses after its name.
    BareStatement,
}

impl Call {
    /// The parts of the call of `name`, one for each argument between a first and a last: so each can stand in a line
    /// of its own. A statement ends with its semicolon.
    pub(crate) fn parts(self, name: &str, args: &[String]) -> Vec<String> {
        let (open, close) = match self {
            Call::Value => return vec![format!("({name})")],
            Call::BareStatement => return vec![format!("{name};")],
            Call::Function | Call::Variadic { .. } => (format!("({name})("), ")"),
            Call::Macro => (format!("({name}("), "))"),
            Call::Statement => (format!("{name}("), ");"),
        };
        let commas = args.iter().enumerate();
        let args = commas.map(|(at, arg)| {
            if at == 0 {
                arg.clone()
            } else {
                format!(", {arg}")
            }
        });
        [open]
            .into_iter()
            .chain(args)
            .chain([close.to_owned()])
            .collect()
    }

    /// The parameter that the literal takes, if there is one.
    pub(crate) fn literal_at(self) -> Option<usize> {
        match self {
            Call::Variadic {
                fixed,
                format: true,
            } => Some(fixed - 1),
            _ => None,
        }
    }

    pub(crate) fn is_statement(self) -> bool {
        matches!(self, Call::Statement | Call::BareStatement)
    }
}

/// The text as a string literal of C.
pub(crate) fn literal(text: &CStr) -> String {
    let mut literal = String::from("\"");
    for byte in text.to_bytes() {
        match byte {
            b'"' | b'\\' => {
                let _ = write!(literal, "\\{}", char::from(*byte));
            }
            // `?` could begin a trigraph. Three octal digits end by themselves.
            b' '..=b'~' if *byte != b'?' => literal.push(char::from(*byte)),
            other => {
                let _ = write!(literal, "\\{other:03o}");
            }
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_literal_of_c() {
        assert_eq!(literal(c"%d\n"), "\"%d\\012\"");
        assert_eq!(literal(c"\"\\??/"), "\"\\\"\\\\\\077\\077/\"");
        assert_eq!(literal(c"\xff1"), "\"\\3771\"");
    }

    #[test]
    fn each_argument_is_a_part() {
        let args = ["a".to_owned(), "b".to_owned()];
        assert_eq!(Call::Function.parts("f", &args).concat(), "(f)(a, b)");
        assert_eq!(Call::Macro.parts("M", &args), ["(M(", "a", ", b", "))"]);
        assert_eq!(Call::Statement.parts("M", &[]).concat(), "M();");
        assert_eq!(Call::BareStatement.parts("M", &[]).concat(), "M;");
        assert_eq!(Call::Value.parts("errno", &[]).concat(), "(errno)");
    }
}
