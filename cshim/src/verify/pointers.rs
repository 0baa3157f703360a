//! Function pointer types that a header has a typedef for.

use std::collections::BTreeMap;

use cgocall_syntax::{FnPointer, node};

use super::{Round, Subject, slots};
use crate::magic::Question;
use crate::unit::is_typedef_of;
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
        let same = all.iter().map(|signature| {
            is_typedef_of(&known.spelling, &signature.pointer(), &signature.conditions)
        });
        let questions = same.map(Question::Integer).collect();
        let subject = Subject::Pointer(item, known.spelling, all);
        self.put(index, subject, questions);
    }
}
