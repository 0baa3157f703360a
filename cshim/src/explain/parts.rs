//! The parts of a declaration, each compared for itself: its parameters, and its result.

use std::collections::{HashMap, HashSet};
use std::io;

use cgocall_syntax::CType;
use cgocall_syntax::types::Role;

use super::theirs::Theirs;
use super::{Declared, Subject, distinct};
use crate::part::Part;
use crate::spell;
use crate::unit::Unit;

/// Which parts of a declaration differ, and what the others are: by subject, and by part, the result first.
#[derive(Default)]
pub(super) struct Parts {
    parts: HashMap<(usize, usize), Part>,
    /// Those that agree as the length of a slice.
    lengths: HashSet<(usize, usize)>,
    /// Of functions that call closures, those that agree in a way that was not tried as a whole.
    closures: HashMap<(usize, usize), CType>,
}

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
        let mut all = Parts::default();
        for ((key, (_, ours)), part) in keys.iter().zip(&texts).zip(Part::ask(unit, &texts)?) {
            let Some(part) = part else { continue };
            if part.same.is_some_and(|same| spell::is_length(&ours[same])) {
                all.lengths.insert(*key);
            }
            all.parts.insert(*key, part);
        }
        let ours = keys
            .into_iter()
            .zip(texts.into_iter().map(|(_, ours)| ours));
        all.closures = all.closures_in_parts(unit, subjects, &ours.collect())?;
        Ok(all)
    }

    /// The functions that call closures of which each part is one that may be.
    fn closures_in_parts(
        &self,
        unit: &Unit<'_>,
        subjects: &[Subject<'_>],
        ours: &HashMap<(usize, usize), Vec<CType>>,
    ) -> io::Result<HashMap<(usize, usize), CType>> {
        let (mut closures, mut texts) = (Vec::new(), Vec::new());
        let mut keys: Vec<&(usize, usize)> = self.parts.keys().collect();
        keys.sort();
        for key in keys {
            let part = &self.parts[key];
            let (Some(lengths), Some(function), None) =
                (subjects[key.0].lengths_at(key.1), &part.function, part.same)
            else {
                continue;
            };
            let first = texts.len();
            let ours = &ours[key];
            let result = ours
                .iter()
                .filter_map(|ty| Some(function_of(ty)?.1.clone()));
            texts.push((function.result.as_str(), distinct(result)));
            for (at, text) in function.params.iter().enumerate() {
                let param = ours
                    .iter()
                    .filter_map(|ty| function_of(ty)?.0.get(at).cloned());
                texts.push((text, distinct(param)));
            }
            let count = ours
                .first()
                .and_then(function_of)
                .map(|(params, _)| params.len());
            if count == Some(function.params.len()) && !function.variadic {
                closures.push((*key, lengths, first..texts.len()));
            }
        }
        let parts = Part::ask(unit, &texts)?;
        let agreed = closures.into_iter().filter_map(|(key, lengths, places)| {
            let types =
                places.map(|place| Some(texts[place].1[parts[place].as_ref()?.same?].clone()));
            let mut params: Vec<CType> = types.collect::<Option<_>>()?;
            let result = params.remove(0);
            let is_pair =
                |at: &usize| spell::is_length(&params[*at]) != spell::is_length(&params[at - 1]);
            let mut pairs = (1..params.len()).filter(|at| lengths >> at & 1 == 1);
            pairs.all(|at| is_pair(&at)).then(|| {
                let function = CType::Function {
                    params: params.clone(),
                    result: Box::new(result),
                    variadic: false,
                };
                (key, CType::pointer(function, false))
            })
        });
        Ok(agreed.collect())
    }

    pub(super) fn get(&self, subject: usize, part: usize) -> Option<&Part> {
        self.parts.get(&(subject, part))
    }

    /// What the part is, if that is one of `ours`, those that would have agreed.
    pub(super) fn agreed(&self, subject: usize, part: usize, ours: &[CType]) -> Option<CType> {
        let closure = self.closures.get(&(subject, part)).cloned();
        closure.or_else(|| ours.get(self.get(subject, part)?.same?).cloned())
    }

    pub(super) fn differs(&self, subject: usize, part: usize) -> bool {
        !self.closures.contains_key(&(subject, part))
            && self
                .get(subject, part)
                .is_some_and(|part| part.same.is_none())
    }

    /// Whether it agrees as the length of a slice.
    pub(super) fn is_length(&self, subject: usize, part: usize) -> bool {
        self.lengths.contains(&(subject, part))
    }
}

impl Subject<'_> {
    /// Of a function that calls a closure, which of what it passes are lengths.
    fn lengths_at(&self, part: usize) -> Option<u32> {
        let Declared::Function(function) = self.declared else {
            return None;
        };
        let mut slots = function.params.iter().flat_map(|param| &param.arg.slots);
        match slots.nth(part.checked_sub(1)?)?.role {
            Role::Callback { lengths, .. } => Some(lengths),
            _ => None,
        }
    }
}

/// What a pointer to a function takes, and what that returns.
fn function_of(ty: &CType) -> Option<(&[CType], &CType)> {
    match ty {
        CType::Pointer { pointee, .. } => match &**pointee {
            CType::Function { params, result, .. } => Some((params, result)),
            _ => None,
        },
        _ => None,
    }
}
