//! Variables, and what may keep Rust from referring to one.

use cgocall_syntax::{CType, Static, node};

use super::{QUALIFIERS, Round, Subject};
use crate::magic::Question;
use crate::unit::{Unit, has_type};
use crate::{refuse, spell};

impl<'a> Round<'a> {
    /// Whether C has a variable that Rust can refer to.
    pub(super) fn is_declared(&mut self, index: usize, variable: &Static) -> bool {
        let problem = self.kinds.problems.get(&variable.c_name);
        if let Some(problem) = problem {
            let message = refuse::variable(self.unit, variable, *problem);
            self.verdicts[index].find(node::item(&variable.name()), message);
        }
        problem.is_none()
    }

    pub(super) fn ask_static(&mut self, index: usize, variable: &'a Static) {
        let types = spell::types(
            &self.unit.resolve(&variable.c, self.kinds),
            self.unit.widths,
        );
        let qualifiers = if variable.mutable {
            &QUALIFIERS[..1]
        } else {
            &QUALIFIERS
        };
        let name = format!("&({})", variable.c_name);
        let expressions = types.iter().flat_map(|(ty, conditions)| {
            let pointer =
                |qualifier| spell::verbatim(&format!("{qualifier}__typeof__({}) *", ty.spell()));
            // An array of unknown length agrees with any: C says nothing of ours.
            let sized = (variable.safe && matches!(ty, CType::Array { .. }))
                .then(|| format!("sizeof({}) > 0", variable.c_name));
            let conditions: Vec<String> = conditions.iter().cloned().chain(sized).collect();
            qualifiers
                .iter()
                .map(|q| has_type(&name, &pointer(q), &conditions))
                .collect::<Vec<_>>()
        });
        // What a struct is aligned to rustc compares.
        let own = &types[0].0;
        let is_aligned = match self
            .unit
            .resolve(&variable.c, self.kinds)
            .named()
            .is_empty()
        {
            true => format!(
                "__alignof__({}) >= _Alignof({})",
                variable.c_name,
                own.spell()
            ),
            false => "1".to_owned(),
        };
        let questions = expressions.chain([is_aligned]);
        let questions = questions.map(Question::Integer).collect();
        self.put(index, Subject::Static(variable), questions);
    }
}

/// What is wrong with a variable whose type agrees in this `way`; `symbol` is the linker's name of it.
pub(super) fn problem(
    unit: &Unit<'_>,
    variable: &Static,
    way: usize,
    is_aligned: bool,
    symbol: Option<&String>,
) -> Option<String> {
    // The second qualifier of two is `const`.
    let is_const = variable.mutable || !way.is_multiple_of(QUALIFIERS.len());
    if variable.safe && !is_const {
        return Some(refuse::not_const(unit.context, &variable.c_name));
    }
    if !is_aligned {
        return Some(refuse::not_aligned(unit.context, variable));
    }
    let symbol = symbol.filter(|symbol| **symbol != variable.c_name);
    symbol.map(|symbol| refuse::other_symbol(unit.context, variable, symbol))
}
