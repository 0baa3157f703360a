//! The mutants: the protocols with one thing broken, which a model must notice. A mutant that passes is a hole in the
//! model, and fails its test.

mod handles;
mod sched;
mod threads;

/// One mistake.
pub(crate) struct Mutant {
    /// What was done wrong; the name of its test.
    pub(crate) name: &'static str,
    /// The file of the runtime's.
    pub(crate) file: &'static str,
    /// An expression there, or statements.
    pub(crate) from: &'static str,
    /// What is in their place.
    pub(crate) to: &'static str,
    /// The model that notices.
    pub(crate) model: &'static str,
    /// What loom, or an assertion, says then.
    pub(crate) says: &'static str,
}

/// Every one.
pub(crate) fn all() -> impl Iterator<Item = &'static Mutant> {
    let files = [sched::MUTANTS, threads::MUTANTS, handles::MUTANTS];
    files.into_iter().flatten()
}
