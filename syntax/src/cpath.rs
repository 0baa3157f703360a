//! `struct s.in`, `name_t.pts[0]`, `struct s.0`: a type of C that has no name of its own, by the way to it.

use crate::keyword;
use crate::symbol;

/// The way to a part of a named type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CPath {
    /// The named type: `struct s`, `name_t`.
    pub base: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// `.in`
    Member(String),
    /// `[0]`, of an array or a pointer.
    Element,
    /// `.0`: the members without a name are counted.
    Unnamed(usize),
}

impl CPath {
    /// Reads `text`; `None` if it is a name, or nothing at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<CPath> {
        let end = text.find(['.', '['])?;
        let (base, mut rest) = text.split_at(end);
        let name = match base.split_whitespace().collect::<Vec<_>>()[..] {
            ["struct" | "union", name] | [name] => name,
            _ => return None,
        };
        is_name(name).then_some(())?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix("[0]") {
                steps.push(Step::Element);
                rest = behind;
                continue;
            }
            let step = rest.strip_prefix('.')?;
            let (step, behind) = step.split_at(step.find(['.', '[']).unwrap_or(step.len()));
            steps.push(match step.parse() {
                Ok(number) if step.bytes().all(|c| c.is_ascii_digit()) => Step::Unnamed(number),
                _ => Step::Member(is_name(step).then(|| step.to_owned())?),
            });
            rest = behind;
        }
        Some(CPath {
            base: base.trim().to_owned(),
            steps,
        })
    }

    /// How C spells it where the named type is spelled `base`. Members of members without a name are the outer one's.
    #[must_use]
    pub fn spelling(&self, base: &str) -> String {
        let mut way = format!("(*({base} *)0)");
        for step in &self.steps {
            match step {
                Step::Member(name) => way += &format!(".{name}"),
                Step::Element => way += "[0]",
                Step::Unnamed(_) => {}
            }
        }
        format!("__typeof__({way})")
    }

    /// Of a way that ends in members without a name, the way before them, and which they are: there C has no spelling.
    #[must_use]
    pub fn unnamed(text: &str) -> Option<(String, Vec<usize>)> {
        let path = CPath::parse(text)?;
        let at_end = path.steps.iter().rev();
        let count = at_end
            .take_while(|step| matches!(step, Step::Unnamed(_)))
            .count();
        let tail = path.steps[path.steps.len() - count..].iter();
        let tail = tail.filter_map(|step| match step {
            Step::Unnamed(number) => Some(*number),
            _ => None,
        });
        let owner = text.rsplitn(count + 1, '.').last()?;
        (count > 0).then(|| (owner.to_owned(), tail.collect()))
    }

    /// `text` as C spells it, be it a name or a way.
    #[must_use]
    pub fn in_c(text: &str) -> String {
        CPath::parse(text).map_or_else(|| text.to_owned(), |path| path.spelling(&path.base))
    }
}

fn is_name(name: &str) -> bool {
    symbol::is_c_identifier(name) && !keyword::is_c(name)
}

#[cfg(test)]
mod tests {
    use super::CPath;

    #[test]
    fn a_way_is_spelled_through_its_members() {
        for (way, spelled) in [
            ("struct s.in", "__typeof__((*(struct s *)0).in)"),
            ("name_t.pts[0]", "__typeof__((*(name_t *)0).pts[0])"),
            ("row_t[0][0].x", "__typeof__((*(row_t *)0)[0][0].x)"),
            ("union u.0.a", "__typeof__((*(union u *)0).a)"),
        ] {
            assert_eq!(CPath::in_c(way), spelled);
            assert_eq!(CPath::unnamed(way), None);
        }
        assert_eq!(CPath::in_c("struct s"), "struct s");
    }

    #[test]
    fn members_without_a_name_are_counted() {
        let unnamed = |way| CPath::unnamed(way).unwrap();
        assert_eq!(unnamed("struct s.0"), ("struct s".to_owned(), vec![0]));
        assert_eq!(unnamed("s_t.1.0"), ("s_t".to_owned(), vec![1, 0]));
        let (owner, tail) = unnamed("struct s.0.in[0].12");
        assert_eq!((&*owner, &*tail), ("struct s.0.in[0]", &[12][..]));
    }

    #[test]
    fn nothing_else_is_a_way() {
        for text in [
            "s",
            "struct s",
            ".0",
            "struct .0",
            "s.",
            "s..a",
            "s.a b",
            "s[1]",
            "s[0",
            "s.-1",
            "s.int",
            "int.x",
            "enum e.a",
            "s.1a",
            "s *.a",
            "",
        ] {
            assert_eq!(CPath::parse(text), None, "{text}");
        }
    }
}
