//! What C sees of Rust's types where it has none of its own: structs that exports take and return by value.
//!
//! The header defines the same structs, under the names in brackets: [`Str`] (`cgo_str`), [`OwnedText`] (`cgo_string`),
//! [`OwnedVec`] (`cgo_vec_..`), [`Maybe`] (`cgo_option_..`), [`Results2`] and so on (`.._result`).
//!
//! # Who frees
//!
//! What C owns it frees by the function that its owner has for that, which the value itself knows, as Arrow's arrays do:
//! so there is no symbol that two libraries in one process could both have, and what one of them has allocated never goes
//! to the allocator of the other.

mod failure;
mod maybe;
mod object;
mod owned;
mod results;
mod str;
mod traits;

pub use failure::{Reason, failed, last_error, panicked, store};
pub use maybe::{Maybe, give_maybe, take_maybe};
pub use object::{take_box, take_mut, take_ref};
pub use owned::{
    OwnedText, OwnedVec, give_nullable_text, give_nullable_vec, give_text, give_vec,
    take_nullable_text, take_nullable_vec, take_text, take_vec,
};
pub use results::{Results2, Results3, Results4, Results5, Results6, Results7, Results8};
pub use str::{Str, give_nullable_str, give_str, take_nullable_str, take_str};
pub use traits::{
    AnyObject, Borrowed, CObject, Destructor, Functions, Implemented, Kept as KeptObject, NoObject,
    Objects, Untaken, is_implemented, take_nullable_object, take_object, untaken,
};
