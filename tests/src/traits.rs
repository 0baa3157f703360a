//! Traits that C implements, and the C that does.

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;

use cgocall::{Errno, cgo_export, cgo_import};

#[cgo_import(include = "sys/wait.h")]
/// An enum of C's.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, nonstandard_style, reason = "C's names")]
pub enum idtype_t {
    P_ALL,
    P_PID,
    P_PGID,
    P_PIDFD,
}

#[cgo_import(include = "c/traits.h", source = "c/traits.c")]
unsafe extern "C" {
    /// Each is 0, or the line that is wrong.
    pub safe fn traits_borrowed() -> c_int;
    /// Numbers, texts and arrays, both ways.
    pub safe fn traits_values() -> c_int;
    /// What C gives away.
    pub safe fn traits_owned() -> c_int;
    /// On a thread of C's.
    pub safe fn traits_on_a_thread() -> c_int;
    /// Lends one without a function that has to be there.
    pub safe fn traits_lends_without_write() -> c_int;
    /// Lends none.
    pub safe fn traits_lends_null() -> c_int;
    /// Lends one that is not where a struct may be.
    pub safe fn traits_lends_unaligned() -> c_int;
    /// Gives one away without a function that has to be there.
    pub safe fn traits_gives_without_put() -> c_int;
    /// Gives one away to who panics.
    pub safe fn traits_gives_to_who_panics() -> c_int;
    /// Gives one away beside a text that is none.
    pub safe fn traits_gives_beside_bad_text() -> c_int;
    /// Gives two away where a callback has panicked.
    pub safe fn traits_gives_after_a_panic() -> c_int;
    /// Lends one that returns no `idtype_t`.
    pub safe fn traits_lends_bad_which() -> c_int;
    /// Lends one that returns no `bool`.
    pub safe fn traits_lends_bad_bool() -> c_int;
    /// Lends one that calls what panics.
    pub safe fn traits_lends_one_that_panics() -> c_int;
    /// Makes a thing of a kind, which need not be one.
    pub safe fn traits_makes(how: c_int, kind: c_int) -> c_int;
    /// Passes NULL for a function.
    pub safe fn traits_passes_no_function() -> c_int;
    /// How often C's destructor has been called since it was asked last.
    pub safe fn traits_drops() -> c_int;
    /// Gives one away, and keeps count of what it gets.
    pub safe fn traits_give() -> c_int;
    /// How many bytes it has got.
    pub safe fn traits_got() -> c_int;
    /// Whether it has been called on another thread than the one that calls this.
    pub safe fn traits_was_elsewhere() -> bool;
}

/// Where lines go: C has it for one call.
#[cgo_export]
pub trait TestsLog {
    /// Writes a line.
    fn write(&mut self, text: &str);
    /// What it is called.
    fn count(&self) -> c_int;
    /// How many lines there were before.
    fn before(&self) -> c_int {
        self.count() - 1
    }
    /// Writes two lines.
    fn twice(&mut self, mut text: &str) -> c_int {
        self.write(text);
        text = "again";
        self.write(text);
        self.count()
    }
    /// Not for C.
    #[cgo(skip)]
    fn shout(&mut self, text: &str)
    where
        Self: Sized,
    {
        self.write(&text.to_uppercase());
    }
}

/// An error of C's.
#[derive(Debug, PartialEq, Eq)]
pub struct TestsStatus(pub c_int);

impl From<c_int> for TestsStatus {
    fn from(code: c_int) -> TestsStatus {
        TestsStatus(code)
    }
}

/// A pair that C knows.
#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestsPair {
    /// One.
    pub a: c_int,
    /// Other.
    pub b: c_int,
}

/// All kinds of values.
#[cgo_export]
pub trait TestsValues {
    /// A number.
    fn add(&self, a: c_int, b: f64) -> f64;
    /// Yes or no.
    fn is_even(&self, number: u64) -> bool;
    /// An enum, both ways.
    fn other(&self, which: idtype_t) -> idtype_t;
    /// Sums and doubles.
    fn double(&mut self, from: &[c_int], to: &mut [c_int]) -> usize;
    /// What C owns.
    fn own(&mut self, text: String, numbers: Vec<u32>, maybe: Option<u32>, nothing: Option<&str>);
    /// By reference and by value.
    fn pair(&self, by: TestsPair, at: &mut TestsPair, none: Option<&TestsPair>) -> TestsPair;
    /// Characters up to a NUL.
    fn length(&self, text: &CStr) -> usize;
    /// A status.
    fn fail(&self, code: c_int) -> Result<(), TestsStatus>;
    /// A number, or why not.
    fn root(&self, of: c_int) -> Result<c_int, Errno>;
    /// A pointer.
    ///
    /// # Safety
    /// None: C returns it.
    unsafe fn same(&self, pointer: *mut c_void) -> *mut c_void;
}

/// A number, of which C has more.
#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestsKind {
    /// One.
    First = 1,
    /// Another.
    Second,
}

/// What has all kinds of parts that may be wrong.
#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct TestsThing {
    /// A number.
    pub kind: TestsKind,
    /// Some.
    pub flags: [bool; 2],
    /// Never null.
    pub next: unsafe extern "C" fn(c_int) -> c_int,
}

/// What makes it.
#[cgo_export]
pub trait TestsMaker {
    /// By value.
    fn make(&self, kind: c_int) -> TestsThing;
    /// Where it is.
    fn change(&self, thing: &mut TestsThing, kind: c_int) -> Result<(), Errno>;
    /// Beside others.
    fn change_last(&self, things: &mut [TestsThing], kind: c_int);
}

unsafe extern "C" fn same(n: c_int) -> c_int {
    n
}

#[cgo_export]
fn tests_make(maker: &dyn TestsMaker, how: c_int, kind: c_int) -> c_int {
    let before = TestsThing {
        kind: TestsKind::Second,
        flags: [false; 2],
        next: same,
    };
    let mut things = [before; 3];
    let made = catch_unwind(AssertUnwindSafe(|| match how {
        0 => things[2] = maker.make(kind),
        1 => maker.change(&mut things[2], kind).unwrap(),
        _ => maker.change_last(&mut things, kind),
    }));
    let [first, _, TestsThing { kind, next, .. }] = things;
    assert_eq!(first.kind, TestsKind::Second);
    if let Err(panic) = made {
        // Whatever is there, is one.
        assert!([TestsKind::First, TestsKind::Second].contains(&kind));
        assert_ne!(next as usize, 0);
        resume_unwind(panic);
    }
    // SAFETY: there is nothing that it asks for.
    kind as c_int * 10 + unsafe { next(1) }
}

#[cgo_export]
fn tests_call(function: extern "C" fn(c_int) -> c_int, n: c_int) -> c_int {
    function(n)
}

/// Where bytes go, for good.
#[cgo_export]
pub trait TestsSink: Send {
    /// Takes them.
    fn put(&mut self, bytes: &[u8]) -> c_int;
    /// Takes its time.
    #[cgo(blocking)]
    fn wait(&mut self, micros: c_uint) -> c_int;
}

/// May be asked by several.
#[cgo_export]
pub trait TestsCounter: Send + Sync {
    /// One more.
    fn next(&self) -> c_uint;
}

static SINK: Mutex<Option<Box<dyn TestsSink>>> = Mutex::new(None);

/// What C has given.
#[must_use]
pub fn sink() -> Option<Box<dyn TestsSink>> {
    SINK.lock().unwrap().take()
}

#[cgo_export]
fn tests_log(log: &mut dyn TestsLog) -> c_int {
    log.write("one");
    log.write("");
    log.before() * 100 + log.twice("x")
}

#[cgo_export]
fn tests_log_count(log: Option<&dyn TestsLog>) -> c_int {
    log.map_or(-1, TestsLog::count)
}

#[cgo_export]
fn tests_log_if_any(log: Option<&mut dyn TestsLog>) -> bool {
    let is_some = log.is_some();
    log.into_iter().for_each(|log| log.write("if any"));
    is_some
}

#[cgo_export]
fn tests_values(values: &mut dyn TestsValues) -> c_int {
    assert_eq!(values.add(1, 0.5), 1.5);
    assert!(values.is_even(u64::MAX - 1));
    assert_eq!(values.other(idtype_t::P_ALL), idtype_t::P_PID);
    let mut to = [0; 3];
    assert_eq!(values.double(&[1, 2, 3], &mut to), 3);
    assert_eq!(to, [2, 4, 6]);
    assert_eq!(values.double(&[], &mut []), 0);
    values.own("owned".to_owned(), vec![1, 2, 3], Some(7), None);
    let (by, mut at) = (TestsPair { a: 1, b: 2 }, TestsPair { a: 0, b: 0 });
    let sum = values.pair(by, &mut at, None);
    assert_eq!((sum, at), (TestsPair { a: 2, b: 4 }, by));
    assert_eq!(values.length(c"four"), 4);
    assert_eq!(values.fail(0), Ok(()));
    assert_eq!(values.fail(9), Err(TestsStatus(9)));
    assert_eq!(values.root(49), Ok(7));
    let error = values.root(-1).unwrap_err();
    let place = (&raw mut at).cast();
    // SAFETY: it is only returned.
    assert_eq!(unsafe { values.same(place) }, place);
    error.0
}

#[cgo_export]
fn tests_which(values: &dyn TestsValues) -> c_int {
    c_int::from(values.other(idtype_t::P_ALL) == idtype_t::P_PID)
}

#[cgo_export]
fn tests_even(values: &dyn TestsValues) -> c_int {
    c_int::from(values.is_even(2))
}

#[cgo_export]
fn tests_keep(sink: Option<Box<dyn TestsSink>>) {
    let before = std::mem::replace(&mut *SINK.lock().unwrap(), sink);
    drop(before);
}

#[cgo_export]
fn tests_use(mut sink: Box<dyn TestsSink>) -> c_int {
    sink.put(b"used")
}

#[cgo_export]
fn tests_use_and_panic(mut sink: Box<dyn TestsSink>) -> c_int {
    panic!("after {} bytes", sink.put(b"used"))
}

#[cgo_export]
fn tests_beside(text: &str, sink: Box<dyn TestsSink>, also: Option<Box<dyn TestsSink>>) -> usize {
    drop((sink, also));
    text.len()
}

#[cgo_export]
fn tests_panic() -> c_int {
    panic!("as told")
}

#[cgo_export]
fn tests_count(counter: Box<dyn TestsCounter>) -> c_uint {
    let counter = &*counter;
    std::thread::scope(|scope| {
        let both =
            [(); 2].map(|()| scope.spawn(|| (0..100).for_each(|_| assert!(counter.next() > 0))));
        both.into_iter().for_each(|one| one.join().unwrap());
    });
    counter.next()
}
