//! Function pointer types that a header has a typedef for.

use std::collections::BTreeMap;

use cgocall_syntax::{CType, FnPointer, node};

use super::{Round, Subject, slots};
use crate::magic::Question;
use crate::unit::has_type;
use crate::{refuse, spell};

impl<'a> Round<'a> {
    pub(super) fn ask_fn_pointer(&mut self, index: usize, item: &'a FnPointer) {
        let Some(known) = self.kinds.types.get(&item.c_name).cloned() else {
            let message = refuse::unknown_imported(self.unit, &item.c_name);
            return self.verdicts[index].find(node::item(&item.name()), message);
        };
        let function = item.function();
        let mut layouts = BTreeMap::new();
        if !self.are_known(index, None, &slots(&function), &mut layouts) {
            return;
        }
        self.ask_layouts(index, layouts);
        let (unit, kinds) = (self.unit, self.kinds);
        let all = spell::signatures(&function, unit.widths, &|ty| unit.resolve(ty, kinds));
        // C may also have a typedef of the function, and point to that.
        let theirs = format!("({} *)0", known.spelling);
        let same = all.iter().map(|signature| {
            let to_pointer = CType::pointer(signature.pointer(), false);
            let of_pointer = has_type(&theirs, &to_pointer, &signature.conditions);
            let of_function = has_type(&theirs, &signature.pointer(), &signature.conditions);
            format!("({of_pointer}) || ({of_function})")
        });
        let questions = same.map(Question::Integer).collect();
        let subject = Subject::Pointer(item, known.spelling, all);
        self.put(index, subject, questions);
    }
}
