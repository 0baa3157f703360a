//! What only exports have: what C is promised of their parameters and results.

pub(crate) mod promise;
