//! The name of an import or export: a hash of its package and of its model.
//!
//! Two runs of different programs must agree on it, the macro's and the build script's, so the algorithm is fixed here,
//! and it sees the canonical model only: no position, no spelling, no docs, and nothing of the item's own outer
//! attributes, which rustc has evaluated and taken away before the macro runs. Equal text is one stub.

use crate::export::Export;
use crate::exported::{Data, Methods};
use crate::import::Import;
use std::fmt;

/// The package that an item belongs to: `CARGO_PKG_NAME` and `CARGO_PKG_VERSION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// `CARGO_PKG_NAME`.
    pub name: String,
    /// `CARGO_PKG_VERSION`.
    pub version: String,
}

impl Package {
    /// The package that cargo is building, from the environment it gives to rustc and to build scripts alike.
    #[must_use]
    pub fn from_env() -> Option<Package> {
        Some(Package {
            name: std::env::var("CARGO_PKG_NAME").ok()?,
            version: std::env::var("CARGO_PKG_VERSION").ok()?,
        })
    }

    /// The name as an identifier.
    #[must_use]
    pub fn ident(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// Twelve hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(String);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hash of `import` in `package`.
#[must_use]
pub fn of(package: &Package, import: &Import) -> Hash {
    of_lines(package, &import.canonical())
}

/// The hash of `export` in `package`.
#[must_use]
pub fn of_export(package: &Package, export: &Export) -> Hash {
    of_lines(package, &export.canonical())
}

/// The hash of an exported `impl` block in `package`.
#[must_use]
pub fn of_methods(package: &Package, methods: &Methods) -> Hash {
    of_lines(package, &methods.canonical())
}

/// The hash of an exported type in `package`.
#[must_use]
pub fn of_data(package: &Package, data: &Data) -> Hash {
    of_lines(package, &data.canonical())
}

fn of_lines(package: &Package, lines: &[String]) -> Hash {
    let mut fnv = Fnv::new();
    fnv.field(&package.name);
    fnv.field(&package.version);
    for line in lines {
        fnv.field(line);
    }
    Hash(format!("{:012x}", fnv.finish()))
}

/// FNV-1a, 64 bits, then mixed so that the 48 bits we keep depend on all of them.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    /// A length before each field: `ab`, `c` is not `a`, `bc`.
    fn field(&mut self, text: &str) {
        for byte in (text.len() as u64)
            .to_le_bytes()
            .iter()
            .chain(text.as_bytes())
        {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        (self.0 ^ (self.0 >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 16
    }
}
