//! What the build script leaves in `OUT_DIR/cgo` for the macros: one index, and one record per import item.
//!
//! Both are lines of text, a keyword and tab-separated fields, the first line being the format's version: the two sides
//! may be compiled from different checkouts, and must notice.

use crate::hash::Hash;
use crate::owner::Owner;
use std::fmt;
use std::path::{Path, PathBuf};

/// The version of the format; it changes with any change of meaning.
pub const VERSION: u32 = 6;

/// The variable by which a build script that made records tells the macros where they are. Not `OUT_DIR` itself: that
/// may hold the records of a build script that has since been changed.
pub const OUT_DIR: &str = "CGOCALL_OUT_DIR";

/// Where the index is, under `OUT_DIR`.
#[must_use]
pub fn index_path(out_dir: &Path) -> PathBuf {
    out_dir.join("cgo").join("index")
}

/// Where the record of an item is, under `OUT_DIR`.
#[must_use]
pub fn record_path(out_dir: &Path, hash: &Hash) -> PathBuf {
    out_dir.join("cgo").join(format!("{hash}.rec"))
}

/// Where the Rust text of a discovered module is, under `OUT_DIR`.
#[must_use]
pub fn text_path(out_dir: &Path, hash: &Hash) -> PathBuf {
    out_dir.join("cgo").join(format!("{hash}.rs"))
}

/// What is between the texts of a module that stands in several places: behind it, up to the end of the line, `FILE:LINE` of
/// the place. The first text is good anywhere.
pub const PLACE: &str = "\n//@ ";

/// Each of the texts in the file of a discovered module, and of all but the first its place.
pub fn texts(file: &str) -> impl Iterator<Item = (Option<&str>, &str)> {
    let texts = file.split(PLACE).enumerate();
    texts.map(|(index, text)| match text.split_once('\n') {
        Some((place, text)) if index > 0 => (Some(place), text),
        _ => (None, text),
    })
}

/// What one run of the build script saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// `CARGO_PKG_NAME`.
    pub package: String,
    /// `CARGO_PKG_VERSION`.
    pub version: String,
    /// `CARGO_MANIFEST_DIR`: a test runner's child may inherit another package's `OUT_DIR`.
    pub manifest_dir: String,
    /// The roots given to `build`, as given.
    pub roots: Vec<String>,
}

/// What the build script found out about one import item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What contradicts the header.
    pub findings: Vec<Finding>,
    /// Libraries that only the build script knows (pkg-config), in link order.
    pub links: Vec<Link>,
    /// What C says about the item's named types.
    pub layouts: Vec<Layout>,
    /// Where C has the fields of a struct.
    pub offsets: Vec<Offset>,
    /// How large the opaque fields of a struct are.
    pub sizes: Vec<Size>,
    /// Where C has the bitfields of a struct.
    pub bitfields: Vec<Bitfield>,
    /// The values of constants in C.
    pub constants: Vec<Constant>,
    /// The lengths that C passes to closures, where they are no `size_t` behind their pointers.
    pub lengths: Vec<Length>,
    /// Which of the named types close themselves, as another import of the package says.
    pub owners: Vec<Owner>,
}

/// A contradiction between declaration and header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which part of the item: an address of [`node`](crate::node).
    pub node: String,
    /// What is wrong and what to write instead; may have several lines.
    pub message: String,
}

/// A library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// `dylib`, `static`, `framework`.
    pub kind: String,
    /// The name as in `#[link(name = ..)]`.
    pub name: String,
}

/// Size and alignment of a named type in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// [`Named::rust`](crate::Named::rust).
    pub ty: String,
    /// Bytes.
    pub size: u64,
    /// Bytes; 0 of a member without a name, which C cannot be asked about: it is aligned as its struct is.
    pub align: u64,
    /// What Rust calls the built-in type that it is, if it is one: `c_ulong`.
    pub basic: String,
}

/// Where a field is in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offset {
    /// The field, as nodes know it.
    pub field: String,
    /// Bytes from the beginning of the struct.
    pub bytes: u64,
}

/// How large a field is in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// The field, as nodes know it.
    pub field: String,
    /// Bytes.
    pub bytes: u64,
}

/// Where a bitfield is in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitfield {
    /// The field that stores it, as nodes know it.
    pub field: String,
    /// Its name.
    pub name: String,
    /// The first of its bits, from the beginning of the struct: on a little-endian target counted from the lowest bit
    /// of each byte, and its least significant one; on a big-endian target from the highest, and its most significant.
    pub bit: u64,
}

/// The value of a constant, or of an enumerator, in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// As nodes know it.
    pub name: String,
    /// An integer in decimal; a floating point number as the decimal value of its bits as a `double`; the bytes of a
    /// string in hexadecimal.
    pub value: String,
}

/// Of which type a length is that C passes to a closure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Length {
    /// The closure, as nodes know its type.
    pub param: String,
    /// Its place among what C passes: its pointer is beside it.
    pub slot: usize,
    /// What Rust calls the type: `c_int`.
    pub ty: String,
}

/// Why a record or an index cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Written by another version of the build script.
    Version(String),
    /// Not a line that this format has.
    Line(usize, String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Version(found) => write!(
                f,
                "written in format {found:?}, expected {:?}: `cgocall` and `cgocall-cshim` must have the same version",
                header()
            ),
            Error::Line(number, line) => write!(f, "line {number} is damaged: {line:?}"),
        }
    }
}

impl std::error::Error for Error {}

impl Index {
    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![
            vec!["package", &self.package, &self.version],
            vec!["manifest_dir", &self.manifest_dir],
        ];
        lines.extend(self.roots.iter().map(|root| vec!["root", root.as_str()]));
        write(&lines)
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// When it is not an index of this version.
    pub fn parse(text: &str) -> Result<Index, Error> {
        let mut index = Index::default();
        read(text, |line| {
            match line {
                [key, package, version] if key == "package" => {
                    index.package.clone_from(package);
                    index.version.clone_from(version);
                }
                [key, dir] if key == "manifest_dir" => index.manifest_dir.clone_from(dir),
                [key, root] if key == "root" => index.roots.push(root.clone()),
                _ => return None,
            }
            Some(())
        })?;
        Ok(index)
    }
}

impl Record {
    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let layouts: Vec<(String, String)> = self
            .layouts
            .iter()
            .map(|layout| (layout.size.to_string(), layout.align.to_string()))
            .collect();
        let mut lines = Vec::new();
        for finding in &self.findings {
            lines.push(vec!["finding", &finding.node, &finding.message]);
        }
        for link in &self.links {
            lines.push(vec!["link", &link.kind, &link.name]);
        }
        for (layout, (size, align)) in self.layouts.iter().zip(&layouts) {
            lines.push(vec!["layout", &layout.ty, size, align, &layout.basic]);
        }
        let offsets: Vec<String> = self
            .offsets
            .iter()
            .map(|offset| offset.bytes.to_string())
            .collect();
        for (offset, bytes) in self.offsets.iter().zip(&offsets) {
            lines.push(vec!["offset", &offset.field, bytes]);
        }
        let sizes: Vec<String> = self
            .sizes
            .iter()
            .map(|size| size.bytes.to_string())
            .collect();
        for (size, bytes) in self.sizes.iter().zip(&sizes) {
            lines.push(vec!["size", &size.field, bytes]);
        }
        let bits: Vec<String> = self
            .bitfields
            .iter()
            .map(|found| found.bit.to_string())
            .collect();
        for (found, bit) in self.bitfields.iter().zip(&bits) {
            lines.push(vec!["bitfield", &found.field, &found.name, bit]);
        }
        for constant in &self.constants {
            lines.push(vec!["constant", &constant.name, &constant.value]);
        }
        let slots: Vec<String> = self
            .lengths
            .iter()
            .map(|length| length.slot.to_string())
            .collect();
        for (length, slot) in self.lengths.iter().zip(&slots) {
            lines.push(vec!["length", &length.param, slot, &length.ty]);
        }
        for owner in &self.owners {
            lines.push(vec!["owner", &owner.rust, &owner.c]);
        }
        write(&lines)
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// When it is not a record of this version.
    pub fn parse(text: &str) -> Result<Record, Error> {
        let mut record = Record::default();
        read(text, |line| {
            match line {
                [key, node, message] if key == "finding" => record.findings.push(Finding {
                    node: node.clone(),
                    message: message.clone(),
                }),
                [key, kind, name] if key == "link" => record.links.push(Link {
                    kind: kind.clone(),
                    name: name.clone(),
                }),
                [key, ty, size, align, basic] if key == "layout" => record.layouts.push(Layout {
                    basic: basic.clone(),
                    ty: ty.clone(),
                    size: size.parse().ok()?,
                    align: align.parse().ok()?,
                }),
                [key, field, bytes] if key == "offset" => record.offsets.push(Offset {
                    field: field.clone(),
                    bytes: bytes.parse().ok()?,
                }),
                [key, field, bytes] if key == "size" => record.sizes.push(Size {
                    field: field.clone(),
                    bytes: bytes.parse().ok()?,
                }),
                [key, field, name, bit] if key == "bitfield" => record.bitfields.push(Bitfield {
                    field: field.clone(),
                    name: name.clone(),
                    bit: bit.parse().ok()?,
                }),
                [key, param, slot, ty] if key == "length" => record.lengths.push(Length {
                    param: param.clone(),
                    slot: slot.parse().ok()?,
                    ty: ty.clone(),
                }),
                [key, rust, c] if key == "owner" => record.owners.push(Owner {
                    rust: rust.clone(),
                    c: c.clone(),
                }),
                [key, name, value] if key == "constant" => record.constants.push(Constant {
                    name: name.clone(),
                    value: value.clone(),
                }),
                _ => return None,
            }
            Some(())
        })?;
        Ok(record)
    }
}

fn header() -> String {
    format!("cgocall {VERSION}")
}

fn write(lines: &[Vec<&str>]) -> String {
    let mut text = header() + "\n";
    for line in lines {
        let fields: Vec<String> = line.iter().map(|field| escape(field)).collect();
        text += &fields.join("\t");
        text.push('\n');
    }
    text
}

fn read(text: &str, mut take: impl FnMut(&[String]) -> Option<()>) -> Result<(), Error> {
    let mut lines = text.lines().enumerate();
    let first = lines.next().map_or("", |(_, line)| line);
    if first != header() {
        return Err(Error::Version(first.to_owned()));
    }
    for (number, line) in lines {
        let fields: Option<Vec<String>> = line.split('\t').map(unescape).collect();
        fields
            .and_then(|fields| take(&fields))
            .ok_or_else(|| Error::Line(number + 1, line.to_owned()))?;
    }
    Ok(())
}

fn escape(field: &str) -> String {
    field
        .replace('\\', r"\\")
        .replace('\t', r"\t")
        .replace('\n', r"\n")
        .replace('\r', r"\r")
}

fn unescape(field: &str) -> Option<String> {
    let mut out = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_is_read_back() {
        let record = Record {
            findings: vec![Finding {
                node: "crc32/param/1/type".to_owned(),
                message: "`len` is\n\t`uInt`\r\nin C:\\zlib.h".to_owned(),
            }],
            links: vec![Link {
                kind: "dylib".to_owned(),
                name: "z".to_owned(),
            }],
            layouts: vec![Layout {
                ty: "ffi::Stat".to_owned(),
                size: 144,
                align: 8,
                basic: String::new(),
            }],
            offsets: vec![Offset {
                field: "next_in".to_owned(),
                bytes: 0,
            }],
            sizes: vec![Size {
                field: "wide".to_owned(),
                bytes: 16,
            }],
            bitfields: vec![Bitfield {
                field: "flags".to_owned(),
                name: "ready".to_owned(),
                bit: 33,
            }],
            constants: vec![Constant {
                name: "Z_DATA_ERROR".to_owned(),
                value: "-3".to_owned(),
            }],
            lengths: vec![Length {
                param: "XML_Parse/param/3/type".to_owned(),
                slot: 2,
                ty: "c_int".to_owned(),
            }],
            owners: vec![Owner {
                rust: "ffi::Db".to_owned(),
                c: "sqlite3".to_owned(),
            }],
        };
        assert_eq!(Record::parse(&record.to_text()), Ok(record.clone()));
        let text = record.to_text();
        assert_eq!(text.lines().count(), 10, "a line for each thing: {text}");
        let index = Index {
            package: "my-zip".to_owned(),
            version: "1.2.3".to_owned(),
            manifest_dir: r"C:\new\tab".to_owned(),
            roots: vec!["src/main.rs".to_owned(), String::new()],
        };
        assert_eq!(Index::parse(&index.to_text()), Ok(index));
    }

    #[test]
    fn another_version_and_damage_are_noticed() {
        let record = Record::default().to_text();
        assert_eq!(
            Record::parse(&record.replace(&header(), "cgocall 0")),
            Err(Error::Version("cgocall 0".to_owned()))
        );
        assert_eq!(Record::parse(""), Err(Error::Version(String::new())));
        for line in ["finding\tf", "layout\tT\tbig\t8", "link\ta\\x\tb", "what"] {
            assert_eq!(
                Record::parse(&format!("{record}{line}\n")),
                Err(Error::Line(2, line.to_owned()))
            );
        }
    }
}
