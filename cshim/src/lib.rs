//! C side.
mod build;
mod cfg;
mod compiler;
mod context;
mod ctext;
mod diagnostics;
mod explain;
mod fresh;
mod group;
mod header;
mod libs;
mod magic;
mod module;
mod names;
mod out;
mod probe;
mod scan;
mod spell;
mod stub;
mod verify;

pub use build::{Build, build};
