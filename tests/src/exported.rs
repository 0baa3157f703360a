//! Exports with types that C has not, and the C that calls them by the header that is made of them.

use std::ffi::{CStr, c_int};
use std::fmt;
use std::num::ParseIntError;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use cgocall::{cgo_export, cgo_import};

#[cgo_import(include = "c/exported.h", source = "c/exported.c")]
unsafe extern "C" {
    /// Each is 0, or the line that is wrong.
    pub safe fn exported_texts() -> c_int;
    /// What C owns.
    pub safe fn exported_owned() -> c_int;
    /// Numbers, or none.
    pub safe fn exported_options() -> c_int;
    /// Several at once.
    pub safe fn exported_results() -> c_int;
    /// What C has no name for.
    pub safe fn exported_boxes() -> c_int;
    /// What may fail.
    pub safe fn exported_failures() -> c_int;
    /// Passes bytes that are not UTF-8.
    pub safe fn exported_bad_utf8() -> usize;
    /// Passes NULL and a length.
    pub safe fn exported_null_text() -> usize;
    /// Passes a length that nothing has.
    pub safe fn exported_endless_text() -> usize;
    /// Gives back a string with other bytes in it.
    pub safe fn exported_spoilt_string() -> usize;
    /// Gives back what another library has made.
    pub safe fn exported_forged_string() -> usize;
    /// How often that library has freed something.
    pub safe fn exported_released() -> usize;
    /// Gives back an array that is longer than it was, of something else, or nowhere.
    pub safe fn exported_altered(how: c_int) -> usize;
    /// Gives back nothing.
    pub safe fn exported_empty_vec() -> usize;
    /// What a type's functions do.
    pub safe fn exported_methods() -> c_int;
    /// Calls a method of nothing.
    pub safe fn exported_null_self() -> usize;
    /// Gives nothing away.
    pub safe fn exported_null_other() -> usize;
    /// Calls what panics.
    pub safe fn exported_panic() -> c_int;
    /// Calls what panics, and gives back what it has.
    pub safe fn exported_panic_and_give_back() -> c_int;
    /// Frees an array whose destructors panic.
    pub safe fn exported_free_panics() -> c_int;
    /// Fails of what it is told.
    pub safe fn exported_fail(text: &CStr) -> c_int;
    /// The thread's last error.
    pub fn exported_why() -> *const std::ffi::c_char;
}

/// The thread's last error.
#[must_use]
pub fn why() -> Option<String> {
    // SAFETY: it is null, or a text that stays until an export fails on this thread.
    let why = unsafe { exported_why() };
    if why.is_null() {
        return None;
    }
    // SAFETY: as above.
    let why = unsafe { CStr::from_ptr(why) };
    Some(why.to_string_lossy().into_owned())
}

/// A point that C knows.
#[cgo_export]
#[repr(C)]
pub struct ExportedPoint {
    /// From left to right.
    pub x: c_int,
    /// From below.
    pub y: c_int,
}

/// A type that C has pointers to.
pub struct ExportedTree(c_int);

/// Counts those that are gone.
#[cgo_export]
#[repr(C)]
pub struct ExportedDrops {
    /// One byte.
    pub byte: u8,
}

static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl Drop for ExportedDrops {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, SeqCst);
    }
}

/// Does not go quietly.
#[cgo_export]
#[repr(C)]
pub struct ExportedLoud {
    /// One byte.
    pub byte: u8,
}

impl Drop for ExportedLoud {
    fn drop(&mut self) {
        assert_ne!(self.byte, 7, "dropped");
    }
}

#[cgo_export]
fn tests_loud() -> Vec<ExportedLoud> {
    [1, 7].map(|byte| ExportedLoud { byte }).into()
}

/// No `=` in it.
#[derive(Debug)]
pub struct NoEquals(String);

impl fmt::Display for NoEquals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no = in {}", self.0)
    }
}

#[cgo_export]
fn tests_greet(name: &str, title: Option<&str>) -> String {
    match title {
        Some(title) => format!("hello, {title} {name}"),
        None => format!("hello, {name}"),
    }
}

#[cgo_export]
fn tests_version() -> &'static str {
    "1.0"
}

#[cgo_export]
fn tests_suffix(some: bool) -> Option<&'static str> {
    some.then_some("s")
}

#[cgo_export]
fn tests_length(text: &str) -> usize {
    text.len()
}

#[cgo_export]
fn tests_numbers(count: u32) -> Vec<u32> {
    (0..count).collect()
}

#[cgo_export]
fn tests_sum(numbers: Vec<u32>) -> u64 {
    numbers.into_iter().map(u64::from).sum()
}

#[cgo_export]
fn tests_points() -> Vec<ExportedPoint> {
    vec![ExportedPoint { x: 1, y: 2 }, ExportedPoint { x: 3, y: 4 }]
}

#[cgo_export]
fn tests_shout(text: Option<String>) -> Option<String> {
    text.map(|text| text.to_uppercase() + "!")
}

#[cgo_export]
fn tests_droppers() -> Vec<ExportedDrops> {
    vec![ExportedDrops { byte: 0 }, ExportedDrops { byte: 1 }]
}

#[cgo_export]
fn tests_dropped() -> usize {
    DROPPED.load(SeqCst)
}

#[cgo_export]
fn tests_half(number: Option<c_int>) -> Option<f64> {
    number.map(|number| f64::from(number) / 2.0)
}

#[cgo_export]
fn tests_divide(a: c_int, by: c_int) -> (c_int, c_int) {
    (a / by, a % by)
}

#[cgo_export]
fn tests_both(count: u32) -> (Vec<u32>, Option<u32>, String) {
    (
        tests_numbers(count),
        Some(count),
        "x".repeat(count as usize),
    )
}

#[cgo_export]
fn tests_tree(height: c_int) -> Option<Box<ExportedTree>> {
    (height > 0).then(|| Box::new(ExportedTree(height)))
}

#[cgo_export]
fn tests_tree_height(tree: &ExportedTree) -> c_int {
    tree.0
}

#[cgo_export]
fn tests_tree_free(tree: Option<Box<ExportedTree>>) {
    drop(tree);
}

#[cgo_export]
fn tests_parse(text: &str) -> Result<c_int, ParseIntError> {
    assert_ne!(text, "panic", "as told");
    text.parse()
}

#[cgo_export]
fn tests_odd(number: c_int) -> Result<(), String> {
    match number % 2 {
        0 => Err(format!("{number}\0 is even")),
        _ => Ok(()),
    }
}

#[cgo_export]
fn tests_split(text: &str) -> Result<(String, String), NoEquals> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| NoEquals(text.to_owned()))?;
    Ok((key.to_owned(), value.to_owned()))
}

#[cgo_export]
fn tests_plant(height: &str) -> Result<Box<ExportedTree>, ParseIntError> {
    height.parse().map(|height| Box::new(ExportedTree(height)))
}

/// Counts for C.
pub struct ExportedCounter {
    value: c_int,
    name: String,
}

static COUNTERS: AtomicUsize = AtomicUsize::new(0);

impl Drop for ExportedCounter {
    fn drop(&mut self) {
        COUNTERS.fetch_sub(1, SeqCst);
    }
}

/// How many counters there are.
#[must_use]
pub fn exported_counted() -> usize {
    COUNTERS.load(SeqCst)
}

/// How many droppers are gone.
#[must_use]
pub fn exported_drops() -> usize {
    DROPPED.load(SeqCst)
}

#[cgo_export]
fn tests_counters() -> usize {
    COUNTERS.load(SeqCst)
}

/// What is Rust's own does not come from C.
#[cgo_export]
fn tests_sum_of_counters(count: c_int) -> c_int {
    let counters = (0..count).map(ExportedCounter::new);
    counters.map(|counter| counter.range().len() as c_int).sum()
}

#[cgo_export]
impl ExportedCounter {
    /// One that begins at `start`.
    #[must_use]
    pub fn new(start: c_int) -> Self {
        COUNTERS.fetch_add(1, SeqCst);
        ExportedCounter {
            value: start,
            name: format!("counter {start}"),
        }
    }

    /// One that begins at what `text` says.
    ///
    /// # Errors
    /// Where that is no number.
    pub fn parse(text: &str) -> Result<ExportedCounter, ParseIntError> {
        text.parse().map(Self::new)
    }

    /// Adds `n`.
    pub fn add(&mut self, n: c_int) -> c_int {
        self.value += n;
        self.value
    }

    /// How far it is.
    #[must_use]
    pub fn value(&self) -> c_int {
        self.value
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds another.
    pub fn merge(&mut self, other: Self) {
        self.value += other.value;
    }

    /// Whether it is not as far as `other`.
    #[must_use]
    pub fn is_less(&self, other: &ExportedCounter) -> bool {
        self.value < other.value
    }

    /// One that is half as far, if there is one.
    #[must_use]
    pub fn half(&self) -> Option<Self> {
        (self.value % 2 == 0).then(|| Self::new(self.value / 2))
    }

    /// How far it came.
    #[must_use]
    pub fn end(self) -> c_int {
        self.value
    }

    /// Not for C.
    #[cgo(skip)]
    #[must_use]
    pub fn range(&self) -> std::ops::Range<c_int> {
        0..self.value
    }

    #[cfg(any())]
    pub fn never(&self) -> NoSuchType {}
}

/// What another block gives out is freed by the same function.
#[cgo_export]
impl ExportedCounter {
    /// How far it came, one that is there from now on, and one that is half as far.
    #[must_use]
    pub fn parts(self) -> (c_int, Self, Option<Self>) {
        (self.value, Self::new(self.value + 1), self.half())
    }

    /// Two that are half as far.
    ///
    /// # Errors
    /// Where there is no half.
    pub fn halves(&self) -> Result<(Self, Self), NoEquals> {
        let half = || self.half().ok_or_else(|| NoEquals(self.name.clone()));
        Ok((half()?, half()?))
    }
}
