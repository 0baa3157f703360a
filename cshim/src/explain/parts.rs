//! The parts of a declaration, each compared for itself: its parameters, and its result.

use std::collections::HashMap;
use std::io;

use super::Subject;
use super::theirs::Theirs;
use crate::part::Part;
use crate::unit::Unit;

/// Which parts of a declaration differ, and what the others are: by subject, and by part, the result first.
pub(super) struct Parts(HashMap<(usize, usize), Part>);

impl Parts {
    pub(super) fn compare(
        unit: &Unit<'_>,
        subjects: &[Subject<'_>],
        theirs: &[Theirs],
    ) -> io::Result<Parts> {
        let (mut keys, mut texts) = (Vec::new(), Vec::new());
        for (index, (subject, theirs)) in subjects.iter().zip(theirs).enumerate() {
            let Some(prototype) = &theirs.prototype else {
                continue;
            };
            keys.push((index, 0));
            texts.push((prototype.result.as_str(), subject.results.clone()));
            let theirs = prototype.params.len();
            let ours = subject.params(theirs);
            if theirs == ours.len() || (prototype.variadic && theirs < ours.len()) {
                for (at, (text, ours)) in prototype.params.iter().zip(ours).enumerate() {
                    keys.push((index, at + 1));
                    texts.push((text, ours));
                }
            }
        }
        let parts = keys.into_iter().zip(Part::ask(unit, &texts)?);
        Ok(Parts(
            parts.filter_map(|(key, part)| Some((key, part?))).collect(),
        ))
    }

    pub(super) fn get(&self, subject: usize, part: usize) -> Option<&Part> {
        self.0.get(&(subject, part))
    }

    /// Of each of the parameters, the result first, which of those that would have agreed it is.
    pub(super) fn agree(
        &self,
        params: usize,
        theirs: &Theirs,
        subject: usize,
    ) -> Option<Vec<usize>> {
        let prototype = theirs.prototype.as_ref();
        let prototype =
            prototype.filter(|theirs| theirs.params.len() == params && !theirs.variadic);
        prototype?;
        (0..=params)
            .map(|part| self.get(subject, part)?.same)
            .collect()
    }

    pub(super) fn differs(&self, subject: usize, part: usize) -> bool {
        self.get(subject, part)
            .is_some_and(|part| part.same.is_none())
    }
}
