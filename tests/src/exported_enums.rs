//! Exports with enums and `bool`, and the C that passes what is none.

use std::ffi::c_int;

use cgocall::{cgo_export, cgo_import};

/// What C passes wrongly, by number: each is its function's name.
#[cgo_import(include = "c/exported_enums.h", source = "c/exported_enums.c")]
unsafe extern "C" {
    /// By value.
    pub safe fn enums_value(order: c_int) -> c_int;
    /// Behind a pointer.
    pub safe fn enums_reference(order: c_int) -> c_int;
    /// Behind one that may be written.
    pub safe fn enums_mut(order: c_int) -> c_int;
    /// Behind one that may be null, which is what 0 stands for.
    pub safe fn enums_option(order: c_int) -> c_int;
    /// As the second of three.
    pub safe fn enums_slice(order: c_int) -> c_int;
    /// In what an export has given.
    pub safe fn enums_vec(order: c_int) -> c_int;
    /// The same of structs with a destructor.
    pub safe fn enums_drops_vec(order: c_int) -> c_int;
    /// In a struct, in an array in it.
    pub safe fn enums_struct(order: c_int, flag: c_int) -> c_int;
    /// The same behind a pointer.
    pub safe fn enums_struct_behind(order: c_int, flag: c_int) -> c_int;
    /// The same in an array.
    pub safe fn enums_structs(order: c_int, flag: c_int) -> c_int;
    /// Eight bytes.
    pub safe fn enums_wide(wide: i64) -> c_int;
    /// The type of an import.
    pub safe fn enums_imported(shade: c_int, f: extern "C" fn(&Shade) -> c_int) -> c_int;
    /// A struct of an import.
    pub safe fn enums_imported_struct(shade: c_int, f: extern "C" fn(Shaded) -> c_int) -> c_int;
    /// One after another.
    pub safe fn enums_flags(flag: c_int) -> c_int;
    /// One, or none.
    pub safe fn enums_maybe(flag: c_int) -> c_int;
    /// In what an export has given.
    pub safe fn enums_flag_vec(flag: c_int) -> c_int;
    /// Of a method.
    pub safe fn enums_method(order: c_int) -> c_int;
    /// Of a method of what C knows nothing of.
    pub safe fn enums_unsafe(order: c_int) -> c_int;
    /// How many structs with a destructor were dropped.
    pub safe fn enums_dropped() -> c_int;

    /// Lends bytes, the second of which is `flag`.
    #[cgo(len = 3)]
    pub safe fn enums_lend_flags(flag: c_int) -> &'static [bool];
    /// Lends shades, the second of which is `shade`.
    #[cgo(len = 3)]
    pub safe fn enums_lend_shades(shade: c_int) -> Option<&'static [Shade]>;
    /// Lends one, or none for 0.
    pub safe fn enums_lend_shade(shade: c_int) -> Option<&'static Shade>;
    /// Gives bytes, the second of which is `flag`.
    #[cgo(len = 3, free = enums_free)]
    pub safe fn enums_give_flags(flag: c_int) -> Vec<bool>;
    /// Gives shades, the second of which is `shade`.
    #[cgo(len = 3, free = enums_free)]
    pub safe fn enums_give_shades(shade: c_int) -> Vec<Shade>;
    /// How many arrays are given and not freed.
    pub safe fn enums_given() -> c_int;
    fn enums_free(given: *mut std::ffi::c_void);
}

/// One of C's.
#[cgo_import(include = "c/exported_enums.h")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cgo(c = "enum shade")]
pub enum Shade {
    /// Like snow.
    #[cgo(c = "LIGHT")]
    Light = 1,
    /// Like coal.
    #[cgo(c = "DARK")]
    Dark = 9,
}

/// A struct of C's with one.
#[cgo_import(include = "c/exported_enums.h")]
#[repr(C)]
#[derive(Clone, Copy)]
#[cgo(c = "struct shaded")]
pub struct Shaded {
    /// What it is called.
    pub name: *const std::ffi::c_char,
    /// It.
    pub shade: Shade,
}

/// How things are put in order.
#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumsOrder {
    /// The first one.
    Up = 2,
    /// Never there.
    #[cfg(any())]
    Sideways,
    /// The last one.
    Down,
}

/// Eight bytes of which two values are known.
#[cgo_export]
#[repr(i64)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumsWide {
    /// The least of all.
    Least = -9_223_372_036_854_775_808,
    /// Nothing much.
    Zero = 0,
}

/// Orders, and whether they count.
#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumsBoth {
    /// Anything.
    pub number: u8,
    /// Two of them.
    pub orders: [EnumsOrder; 2],
    /// Whether they count.
    pub counts: bool,
}

/// As a field of another.
#[cgo_export]
#[repr(C)]
pub struct EnumsDrops {
    /// What is in it.
    pub both: EnumsBoth,
}

static DROPPED: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(0);

impl Drop for EnumsDrops {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
}

fn number(order: EnumsOrder) -> c_int {
    match order {
        EnumsOrder::Up => 2,
        EnumsOrder::Down => 3,
    }
}

#[cgo_export]
fn tests_enums_value(order: EnumsOrder) -> c_int {
    number(order)
}

#[cgo_export]
fn tests_enums_reference(order: &EnumsOrder) -> c_int {
    number(*order)
}

#[cgo_export]
fn tests_enums_mut(order: &mut EnumsOrder) -> c_int {
    std::mem::replace(order, EnumsOrder::Up) as c_int
}

#[cgo_export]
fn tests_enums_option(order: Option<&EnumsOrder>) -> c_int {
    order.copied().map_or(0, number)
}

#[cgo_export]
fn tests_enums_slice(orders: &[EnumsOrder]) -> c_int {
    orders.iter().copied().map(number).sum()
}

#[cgo_export]
fn tests_enums_give() -> Vec<EnumsOrder> {
    vec![EnumsOrder::Up; 3]
}

#[cgo_export]
fn tests_enums_vec(orders: Option<Vec<EnumsOrder>>) -> c_int {
    tests_enums_slice(&orders.unwrap_or_default())
}

#[cgo_export]
fn tests_enums_give_drops() -> Vec<EnumsDrops> {
    let both = EnumsBoth {
        number: 0,
        orders: [EnumsOrder::Up; 2],
        counts: true,
    };
    (0..3).map(|_| EnumsDrops { both }).collect()
}

#[cgo_export]
fn tests_enums_take_drops(all: Vec<EnumsDrops>) -> c_int {
    all.iter()
        .map(|drops| tests_enums_slice(&drops.both.orders))
        .sum()
}

#[cgo_export]
fn tests_enums_struct(both: EnumsDrops) -> c_int {
    tests_enums_slice(&both.both.orders) + c_int::from(both.both.counts)
}

#[cgo_export]
fn tests_enums_struct_behind(both: &EnumsDrops) -> c_int {
    tests_enums_slice(&both.both.orders) + c_int::from(both.both.counts)
}

#[cgo_export]
fn tests_enums_structs(both: &mut [EnumsBoth]) -> c_int {
    both.iter()
        .map(|both| tests_enums_slice(&both.orders) + c_int::from(both.counts))
        .sum()
}

#[cgo_export]
fn tests_enums_wide(wide: EnumsWide) -> c_int {
    c_int::from(wide == EnumsWide::Zero)
}

/// A callback.
#[cgo_export(private)]
pub fn tests_enums_imported(shade: &Shade) -> c_int {
    *shade as c_int
}

/// A callback.
#[cgo_export(private)]
pub fn tests_enums_imported_struct(shaded: Shaded) -> c_int {
    shaded.shade as c_int
}

#[cgo_export]
fn tests_enums_flags(flags: &[bool]) -> c_int {
    flags.iter().copied().map(c_int::from).sum()
}

#[cgo_export]
fn tests_enums_maybe(flag: Option<bool>) -> c_int {
    flag.map_or(-1, c_int::from)
}

#[cgo_export]
fn tests_enums_give_flags() -> Vec<bool> {
    vec![true; 3]
}

#[cgo_export]
fn tests_enums_flag_vec(flags: Vec<bool>) -> c_int {
    tests_enums_flags(&flags)
}

#[cgo_export]
fn tests_enums_dropped() -> c_int {
    DROPPED.load(std::sync::atomic::Ordering::SeqCst)
}

/// # Safety
/// C answers for it, but what is known is looked at.
#[cgo_export]
unsafe fn tests_enums_unsafe(order: EnumsOrder) -> c_int {
    number(order)
}

/// What an order is good for.
pub struct EnumsSorter(EnumsOrder);

#[cgo_export]
impl EnumsSorter {
    /// One that puts things in this order.
    #[must_use]
    pub fn new(order: EnumsOrder) -> EnumsSorter {
        EnumsSorter(order)
    }

    /// Changes it.
    pub fn change(&mut self, order: &EnumsOrder) -> c_int {
        self.0 = *order;
        number(self.0)
    }
}
