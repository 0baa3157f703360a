//! Reads the debug information of an object file: DWARF 3 to 5, in ELF or Mach-O, before any linker has seen it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use gimli::{AttributeValue, EndianSlice, Reader as _, RunTimeEndian, constants as dw};
use object::{Object as _, ObjectSection as _};

use crate::debug_info::{Aggregate, Class, DebugInfo, Enumeration, Id, Member, Qualifier, Type};
use crate::diagnostics::Location;

/// Why an object file says nothing.
#[derive(Debug)]
pub(crate) struct Unreadable(String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the compiler's debug information cannot be read: {}",
            self.0
        )
    }
}

impl From<gimli::Error> for Unreadable {
    fn from(error: gimli::Error) -> Unreadable {
        Unreadable(error.to_string())
    }
}

impl From<object::Error> for Unreadable {
    fn from(error: object::Error) -> Unreadable {
        Unreadable(error.to_string())
    }
}

/// The types in a relocatable object file.
pub(crate) fn read(object: &[u8]) -> Result<DebugInfo, Unreadable> {
    let file = object::File::parse(object)?;
    let endian = match file.is_little_endian() {
        true => RunTimeEndian::Little,
        false => RunTimeEndian::Big,
    };
    let load = |id: gimli::SectionId| -> Result<Section<'_>, Unreadable> {
        let Some(section) = file.section_by_name(id.name()) else {
            return Ok(Section::default());
        };
        Ok(Section {
            data: Cow::Borrowed(section.data()?),
            relocations: Relocations(section.relocation_map()?),
        })
    };
    let sections = gimli::DwarfSections::load(load)?;
    let dwarf = sections.borrow(|section| {
        gimli::RelocateReader::new(
            EndianSlice::new(&section.data, endian),
            &section.relocations,
        )
    });
    let mut info = DebugInfo::default();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let unit = dwarf.unit(header)?;
        let mut unit = Unit::gather(&dwarf, &unit, file.is_little_endian())?;
        unit.variables(&mut info)?;
    }
    if !info.is_finite() {
        return Err(Unreadable("a struct inside of itself".to_owned()));
    }
    Ok(info)
}

/// A section, and what a linker would still change in it.
#[derive(Default)]
struct Section<'a> {
    data: Cow<'a, [u8]>,
    relocations: Relocations,
}

#[derive(Debug, Default)]
struct Relocations(object::read::RelocationMap);

impl gimli::Relocate for &Relocations {
    fn relocate_address(&self, offset: usize, value: u64) -> gimli::Result<u64> {
        Ok(self.0.relocate(offset as u64, value))
    }

    fn relocate_offset(&self, offset: usize, value: usize) -> gimli::Result<usize> {
        <usize as gimli::ReaderOffset>::from_u64(self.0.relocate(offset as u64, value as u64))
    }
}

type Reader<'a> = gimli::RelocateReader<EndianSlice<'a, RunTimeEndian>, &'a Relocations>;

/// What is taken of a debugging information entry.
struct Die {
    tag: gimli::DwTag,
    name: Option<String>,
    /// The place of its type's entry; of none, the type is `void`.
    ty: Option<usize>,
    at: Option<Location>,
    numbers: HashMap<gimli::DwAt, i128>,
    flags: Vec<gimli::DwAt>,
    children: Vec<usize>,
}

const NUMBERS: [gimli::DwAt; 11] = [
    dw::DW_AT_alignment,
    dw::DW_AT_byte_size,
    dw::DW_AT_encoding,
    dw::DW_AT_data_member_location,
    dw::DW_AT_bit_size,
    dw::DW_AT_bit_offset,
    dw::DW_AT_data_bit_offset,
    dw::DW_AT_const_value,
    dw::DW_AT_count,
    dw::DW_AT_upper_bound,
    dw::DW_AT_lower_bound,
];
/// Those of them that places in structs are computed from.
const SIZES: [gimli::DwAt; 6] = [
    dw::DW_AT_alignment,
    dw::DW_AT_byte_size,
    dw::DW_AT_data_member_location,
    dw::DW_AT_bit_size,
    dw::DW_AT_bit_offset,
    dw::DW_AT_data_bit_offset,
];
/// Sums of a few, counted in bits, are still numbers.
const MOST_BYTES: i128 = 1 << 56;
/// More than a compiler lets a name or a path have. Many entries may have one text.
const LONGEST: usize = 4096;
const FLAGS: [gimli::DwAt; 3] = [
    dw::DW_AT_declaration,
    dw::DW_AT_prototyped,
    dw::DW_AT_GNU_vector,
];

impl Die {
    fn read<'a>(
        dwarf: &gimli::Dwarf<Reader<'a>>,
        unit: &gimli::Unit<Reader<'a>>,
        entry: &gimli::DebuggingInformationEntry<Reader<'a>>,
    ) -> Result<Die, Unreadable> {
        let name = match entry.attr_value(dw::DW_AT_name) {
            Some(value) => Some(text(dwarf, unit, value)?),
            None => None,
        };
        let ty = match entry.attr_value(dw::DW_AT_type) {
            Some(AttributeValue::UnitRef(place)) => Some(place.0),
            None => None,
            Some(_) => return Err(Unreadable("a type in another unit".to_owned())),
        };
        let numbers = NUMBERS
            .iter()
            .filter_map(|name| Some((*name, number(entry.attr(*name)?)?)));
        let numbers: HashMap<gimli::DwAt, i128> = numbers.collect();
        let mut sizes = SIZES.iter().filter_map(|name| numbers.get(name));
        if sizes.any(|size| *size > MOST_BYTES) {
            return Err(Unreadable("a size that no memory has".to_owned()));
        }
        let flags = FLAGS
            .iter()
            .filter(|name| matches!(entry.attr_value(**name), Some(AttributeValue::Flag(true))));
        let line = entry
            .attr(dw::DW_AT_decl_line)
            .and_then(|line| line.udata_value());
        let line = line.and_then(|line| line.try_into().ok());
        let at = match line {
            Some(line) => file(dwarf, unit, entry)?.map(|file| Location { file, line }),
            None => None,
        };
        let place = entry.attr_value(dw::DW_AT_data_member_location);
        if matches!(
            place,
            Some(AttributeValue::Block(_) | AttributeValue::Exprloc(_))
        ) {
            return Err(Unreadable("a member whose place is computed".to_owned()));
        }
        Ok(Die {
            tag: entry.tag(),
            name,
            ty,
            at,
            numbers,
            flags: flags.copied().collect(),
            children: Vec::new(),
        })
    }

    fn number(&self, attr: gimli::DwAt) -> Option<i128> {
        self.numbers.get(&attr).copied()
    }

    /// One that C does not have below zero.
    fn count(&self, attr: gimli::DwAt) -> Option<u64> {
        self.number(attr)?.try_into().ok()
    }

    fn has(&self, flag: gimli::DwAt) -> bool {
        self.flags.contains(&flag)
    }
}

/// The entries of a unit, by their places, and the types made of them.
struct Unit {
    dies: HashMap<usize, Die>,
    root: Vec<usize>,
    little: bool,
    known: HashMap<usize, Id>,
    without_members: Vec<(usize, Id)>,
    /// How deep in a type this is.
    depth: usize,
}

/// Deeper than any type that a person has written.
pub(crate) const DEEPEST: usize = 200;

impl Unit {
    fn gather<'a>(
        dwarf: &gimli::Dwarf<Reader<'a>>,
        unit: &gimli::Unit<Reader<'a>>,
        little: bool,
    ) -> Result<Unit, Unreadable> {
        let mut gathered = Unit {
            dies: HashMap::new(),
            root: Vec::new(),
            little,
            known: HashMap::new(),
            without_members: Vec::new(),
            depth: 0,
        };
        // The places of the entries that the current one is in.
        let mut path: Vec<usize> = Vec::new();
        let mut entries = unit.entries();
        while let Some(entry) = entries.next_dfs()? {
            path.truncate(usize::try_from(entry.depth()).unwrap_or(0));
            let place = entry.offset().0;
            match path.last().and_then(|parent| gathered.dies.get_mut(parent)) {
                Some(parent) => parent.children.push(place),
                None => gathered.root.push(place),
            }
            path.push(place);
            gathered.dies.insert(place, Die::read(dwarf, unit, entry)?);
        }
        Ok(gathered)
    }

    /// Notes what each global variable points to.
    fn variables(&mut self, info: &mut DebugInfo) -> Result<(), Unreadable> {
        let in_units = self.root.iter().flat_map(|unit| &self.dies[unit].children);
        let variables: Vec<(String, usize)> = in_units
            .filter_map(|place| {
                let die = &self.dies[place];
                (die.tag == dw::DW_TAG_variable).then_some(())?;
                Some((die.name.clone()?, die.ty?))
            })
            .collect();
        for (name, ty) in variables {
            let ty = self.ty(Some(ty), info)?;
            if let Type::Pointer(pointee) = info.get(ty) {
                let pointee = *pointee;
                info.note(name, pointee);
            }
        }
        let in_units = self.root.iter().flat_map(|unit| &self.dies[unit].children);
        let enums = in_units.filter(|place| self.dies[place].tag == dw::DW_TAG_enumeration_type);
        for place in enums.copied().collect::<Vec<_>>() {
            let id = self.ty(Some(place), info)?;
            info.note_enum(id);
        }
        while let Some((place, id)) = self.without_members.pop() {
            let members = self.members(place, info)?;
            info.set_members(id, members);
        }
        Ok(())
    }

    /// The type whose entry is at `place`.
    fn ty(&mut self, place: Option<usize>, info: &mut DebugInfo) -> Result<Id, Unreadable> {
        let Some(place) = place else {
            return Ok(info.add(Type::Void));
        };
        if let Some(known) = self.known.get(&place) {
            return Ok(*known);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unreadable("a type without an end".to_owned()));
        }
        let die = self.dies.get(&place);
        let die = die.ok_or_else(|| Unreadable("a type that is not there".to_owned()))?;
        let id = match die.tag {
            dw::DW_TAG_structure_type | dw::DW_TAG_union_type => self.aggregate(place, info),
            _ => {
                let ty = self.layer(place, info)?;
                info.add(ty)
            }
        };
        self.known.insert(place, id);
        self.depth -= 1;
        Ok(id)
    }

    fn layer(&mut self, place: usize, info: &mut DebugInfo) -> Result<Type, Unreadable> {
        let die = &self.dies[&place];
        let (name, target, at) = (die.name.clone(), die.ty, die.at.clone());
        Ok(match die.tag {
            dw::DW_TAG_base_type => Type::Base {
                name: name.unwrap_or_default(),
                bytes: die.count(dw::DW_AT_byte_size).unwrap_or(0),
                class: class(die),
            },
            dw::DW_TAG_unspecified_type => other(name.unwrap_or_default()),
            dw::DW_TAG_pointer_type => Type::Pointer(self.ty(target, info)?),
            dw::DW_TAG_const_type => Type::Qualified(Qualifier::Const, self.ty(target, info)?),
            dw::DW_TAG_volatile_type => {
                Type::Qualified(Qualifier::Volatile, self.ty(target, info)?)
            }
            dw::DW_TAG_restrict_type => {
                Type::Qualified(Qualifier::Restrict, self.ty(target, info)?)
            }
            dw::DW_TAG_atomic_type => Type::Qualified(Qualifier::Atomic, self.ty(target, info)?),
            dw::DW_TAG_typedef => Type::Typedef {
                name: name.unwrap_or_default(),
                target: self.ty(target, info)?,
                at,
            },
            dw::DW_TAG_enumeration_type => self.enumeration(place, info)?,
            dw::DW_TAG_array_type if die.has(dw::DW_AT_GNU_vector) => {
                let array = self.array(place, info)?;
                let array = info.add(array);
                Type::Other {
                    name: name.unwrap_or_else(|| "a vector".to_owned()),
                    bytes: info.bytes(array, 8),
                }
            }
            dw::DW_TAG_array_type => self.array(place, info)?,
            dw::DW_TAG_subroutine_type => self.function(place, info)?,
            tag => other(name.unwrap_or_else(|| tag.to_string())),
        })
    }

    fn children(&self, place: usize, tag: gimli::DwTag) -> Vec<usize> {
        let children = self.dies[&place].children.iter();
        children
            .filter(|child| self.dies[child].tag == tag)
            .copied()
            .collect()
    }

    /// Its members come later: they may contain it, behind a pointer.
    fn aggregate(&mut self, place: usize, info: &mut DebugInfo) -> Id {
        let die = &self.dies[&place];
        let declared = die.has(dw::DW_AT_declaration);
        let id = info.add(Type::Aggregate(Aggregate {
            is_union: die.tag == dw::DW_TAG_union_type,
            tag: die.name.clone(),
            bytes: die.count(dw::DW_AT_byte_size).filter(|_| !declared),
            align: die.count(dw::DW_AT_alignment),
            members: Vec::new(),
            at: die.at.clone(),
        }));
        self.without_members.push((place, id));
        id
    }

    fn members(&mut self, place: usize, info: &mut DebugInfo) -> Result<Vec<Member>, Unreadable> {
        let mut members = Vec::new();
        for child in self.children(place, dw::DW_TAG_member) {
            let ty = self.ty(self.dies[&child].ty, info)?;
            let die = &self.dies[&child];
            members.push(Member {
                name: die.name.clone().filter(|name| !name.is_empty()),
                ty,
                bit_offset: self.bit_offset(die, ty, info),
                bits: die.count(dw::DW_AT_bit_size),
                at: die.at.clone(),
            });
        }
        Ok(members)
    }

    /// Since DWARF 4 bitfields are counted from the beginning of the struct; before, from the other end of a unit of
    /// their type.
    fn bit_offset(&self, die: &Die, ty: Id, info: &DebugInfo) -> u64 {
        if let Some(offset) = die.count(dw::DW_AT_data_bit_offset) {
            return offset;
        }
        let start = die
            .count(dw::DW_AT_data_member_location)
            .unwrap_or(0)
            .saturating_mul(8);
        let (Some(from_end), Some(bits)) = (
            die.count(dw::DW_AT_bit_offset),
            die.count(dw::DW_AT_bit_size),
        ) else {
            return start;
        };
        if !self.little {
            return start.saturating_add(from_end);
        }
        let unit = die
            .count(dw::DW_AT_byte_size)
            .or_else(|| info.bytes(ty, 8))
            .unwrap_or(0);
        start
            .saturating_add(unit.saturating_mul(8))
            .saturating_sub(from_end)
            .saturating_sub(bits)
    }

    fn enumeration(&mut self, place: usize, info: &mut DebugInfo) -> Result<Type, Unreadable> {
        let integer = match self.dies[&place].ty {
            Some(ty) => Some(self.ty(Some(ty), info)?),
            None => None,
        };
        let die = &self.dies[&place];
        let values = self.children(place, dw::DW_TAG_enumerator);
        let values = values.into_iter().filter_map(|child| {
            let die = &self.dies[&child];
            Some((die.name.clone()?, die.number(dw::DW_AT_const_value)?))
        });
        Ok(Type::Enum(Enumeration {
            tag: die.name.clone(),
            bytes: die.count(dw::DW_AT_byte_size).unwrap_or(0),
            integer,
            values: values.collect(),
            at: die.at.clone(),
        }))
    }

    /// `int a[2][3]` is one entry with two dimensions, the outer one first.
    fn array(&mut self, place: usize, info: &mut DebugInfo) -> Result<Type, Unreadable> {
        let mut elem = self.ty(self.dies[&place].ty, info)?;
        let dimensions = self.children(place, dw::DW_TAG_subrange_type);
        if dimensions.len() > DEEPEST {
            return Err(Unreadable("an array without an end".to_owned()));
        }
        let mut dimensions: Vec<Option<u64>> = dimensions
            .into_iter()
            .map(|child| {
                let die = &self.dies[&child];
                let bound = || die.count(dw::DW_AT_upper_bound)?.checked_add(1);
                die.count(dw::DW_AT_count).or_else(bound)
            })
            .collect();
        let outer = if dimensions.is_empty() {
            None
        } else {
            dimensions.remove(0)
        };
        for len in dimensions.into_iter().rev() {
            elem = info.add(Type::Array { elem, len });
        }
        Ok(Type::Array { elem, len: outer })
    }

    fn function(&mut self, place: usize, info: &mut DebugInfo) -> Result<Type, Unreadable> {
        let params = self.children(place, dw::DW_TAG_formal_parameter);
        let params: Result<Vec<Id>, Unreadable> = params
            .into_iter()
            .map(|child| self.ty(self.dies[&child].ty, info))
            .collect();
        Ok(Type::Function {
            params: params?,
            result: self.ty(self.dies[&place].ty, info)?,
            variadic: !self
                .children(place, dw::DW_TAG_unspecified_parameters)
                .is_empty(),
            prototyped: self.dies[&place].has(dw::DW_AT_prototyped),
        })
    }
}

fn other(name: String) -> Type {
    Type::Other { name, bytes: None }
}

fn text<'a>(
    dwarf: &gimli::Dwarf<Reader<'a>>,
    unit: &gimli::Unit<Reader<'a>>,
    value: AttributeValue<Reader<'a>>,
) -> Result<String, Unreadable> {
    let text = dwarf.attr_string(unit, value)?;
    if text.len() > LONGEST {
        return Err(Unreadable("a name without an end".to_owned()));
    }
    Ok(text.to_string_lossy()?.into_owned())
}

/// The file that an entry was declared in, as the compiler names it.
fn file<'a>(
    dwarf: &gimli::Dwarf<Reader<'a>>,
    unit: &gimli::Unit<Reader<'a>>,
    entry: &gimli::DebuggingInformationEntry<Reader<'a>>,
) -> Result<Option<String>, Unreadable> {
    let number = match entry.attr_value(dw::DW_AT_decl_file) {
        Some(AttributeValue::FileIndex(number)) => number,
        _ => return Ok(None),
    };
    let Some(lines) = &unit.line_program else {
        return Ok(None);
    };
    let Some(file) = lines.header().file(number) else {
        return Ok(None);
    };
    let name = text(dwarf, unit, file.path_name())?;
    // The first directory is where the compiler runs: such a name is relative already.
    let (Some(directory), false) = (file.directory(lines.header()), file.directory_index() == 0)
    else {
        return Ok(Some(name));
    };
    let path = Path::new(&text(dwarf, unit, directory)?).join(name);
    Ok(Some(path.display().to_string()))
}

fn class(die: &Die) -> Class {
    let name = die.name.as_deref();
    match die
        .count(dw::DW_AT_encoding)
        .and_then(|code| u8::try_from(code).ok())
        .map(gimli::DwAte)
    {
        Some(dw::DW_ATE_boolean) => Class::Bool,
        Some(dw::DW_ATE_float) => Class::Float,
        Some(dw::DW_ATE_complex_float) => Class::Complex,
        Some(dw::DW_ATE_signed_char | dw::DW_ATE_unsigned_char) if name == Some("char") => {
            Class::Char
        }
        Some(dw::DW_ATE_signed | dw::DW_ATE_signed_char) => Class::Signed,
        _ => Class::Unsigned,
    }
}

/// A constant, whose form does not always say whether it may be negative.
fn number<R: gimli::Reader>(attr: &gimli::Attribute<R>) -> Option<i128> {
    match attr.raw_value() {
        AttributeValue::Sdata(value) => Some(value.into()),
        AttributeValue::Udata(value) => Some(value.into()),
        _ => attr
            .udata_value()
            .map(i128::from)
            .or_else(|| attr.sdata_value().map(i128::from)),
    }
}

#[cfg(test)]
mod tests;
