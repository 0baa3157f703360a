//! What only exports have: Rust's types that C has not, as structs which the header defines; results that may fail; and
//! what C is promised of each.
//!
//! The [type table](crate::types) is for both directions, and knows what C has too. An export asks here first:
//! [`kind`] recognises a type, [`take`] has the rows of parameters and [`give`] those of results, and [`mirror`] says what
//! the header defines for them, with the [`names`] that its members have. [`methods`] makes functions of an `impl`, [`data`] is for the types that C makes values of, and
//! [`traits`] has what C implements itself.

pub(crate) mod data;
pub(crate) mod give;
mod kind;
pub(crate) mod methods;
mod mirror;
pub(crate) mod names;
pub(crate) mod promise;
pub(crate) mod take;
pub(crate) mod traits;

pub use data::{Data, Parts};
pub(crate) use kind::{boxed, elements, in_c, is_given_away, owned};
pub use methods::Methods;
pub use mirror::Mirror;
pub use names::{Member, is_type_in, side_by_side};
pub use traits::{Held, Method, Object, Trait};
