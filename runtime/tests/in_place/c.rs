//! The C side: a heap that says when something is freed twice or never, and functions that keep what they are given.

use std::ffi::{c_char, c_int, c_long, c_void};
use std::ptr::{null, null_mut};
use std::sync::Mutex;

/// What was given away and not freed, of this thread's test: each has a thread of its own.
pub(crate) fn pieces() -> usize {
    PIECES.with_borrow(Vec::len)
}

thread_local! {
    static PIECES: std::cell::RefCell<Vec<usize>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// A copy of these bytes, for `toy_free`.
pub(crate) fn piece(bytes: &[u8]) -> *mut c_void {
    // SAFETY: there is room for the bytes.
    let piece = unsafe {
        let piece = libc::malloc(bytes.len().max(1));
        assert!(!piece.is_null());
        piece
            .cast::<u8>()
            .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        piece
    };
    PIECES.with_borrow_mut(|pieces| pieces.push(piece.addr()));
    piece
}

/// # Safety
/// It is a piece, or null, and nobody uses it any more.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_free(piece: *mut c_void) {
    if piece.is_null() {
        return;
    }
    PIECES.with_borrow_mut(|pieces| {
        let at = pieces.iter().position(|at| *at == piece.addr());
        pieces.swap_remove(at.expect("a piece that was not freed before"));
    });
    // SAFETY: `piece` has allocated it.
    unsafe { libc::free(piece) };
}

/// The length of a text, or -1 for null.
///
/// # Safety
/// It ends with a NUL.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_length(text: *const c_char) -> c_long {
    match text.is_null() {
        true => -1,
        // SAFETY: the caller's.
        false => unsafe { libc::strlen(text) }.try_into().unwrap(),
    }
}

/// For 0 null, for 1 "text", for 2 what is no UTF-8.
#[unsafe(no_mangle)]
extern "C" fn toy_text(which: c_int) -> *const c_char {
    match which {
        0 => null(),
        1 => c"text".as_ptr(),
        _ => c"a\xff".as_ptr(),
    }
}

/// A copy of that.
#[unsafe(no_mangle)]
extern "C" fn toy_copy(which: c_int) -> *mut c_char {
    match which {
        0 => null_mut(),
        1 => piece(b"text\0").cast(),
        _ => piece(b"a\xff\0").cast(),
    }
}

/// Calls `f`, and returns a copy of "late".
///
/// # Safety
/// `f` may be called with `data`.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_late(
    f: unsafe extern "C" fn(*mut c_void),
    data: *mut c_void,
) -> *mut c_char {
    // SAFETY: the caller's.
    unsafe { f(data) };
    piece(b"late\0").cast()
}

/// Numbers, as many, or null for 0; a length that nothing has for less.
#[unsafe(no_mangle)]
extern "C" fn toy_numbers(count: c_int) -> *mut u32 {
    if count == 0 {
        return null_mut();
    }
    let numbers: Vec<u8> = (0..count.unsigned_abs())
        .flat_map(u32::to_ne_bytes)
        .collect();
    piece(&numbers).cast()
}

/// Calls `f` so often.
///
/// # Safety
/// `f` may be called with `data`.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_each(
    n: c_int,
    f: Option<unsafe extern "C" fn(*mut c_void, c_int) -> c_int>,
    data: *mut c_void,
) -> c_int {
    let Some(f) = f else { return -1 };
    // SAFETY: the caller's.
    (0..n).map(|i| unsafe { f(data, i) }).sum()
}

type Listener = Option<unsafe extern "C" fn(*mut c_void, c_int) -> c_int>;
type Destructor = Option<unsafe extern "C" fn(*mut c_void)>;

/// What was kept, by number. As of C, it is nobody's until somebody takes it out.
#[derive(Clone, Copy)]
struct Slot {
    listener: Listener,
    data: *mut c_void,
    drop: Destructor,
}

// SAFETY: C hands on whatever it is given, on any thread; who gives it has promised that it may.
unsafe impl Send for Slot {}

static SLOTS: [Mutex<Slot>; 16] = [const {
    Mutex::new(Slot {
        listener: None,
        data: null_mut(),
        drop: None,
    })
}; 16];

fn slot(at: c_int) -> &'static Mutex<Slot> {
    &SLOTS[usize::try_from(at).unwrap()]
}

#[unsafe(no_mangle)]
extern "C" fn toy_keep(at: c_int, listener: Listener, data: *mut c_void, drop: Destructor) {
    let kept = Slot {
        listener,
        data,
        drop,
    };
    *slot(at).lock().unwrap() = kept;
}

#[unsafe(no_mangle)]
extern "C" fn toy_listen(at: c_int, listener: Listener, data: *mut c_void) {
    toy_keep(at, listener, data, None);
}

#[unsafe(no_mangle)]
extern "C" fn toy_tell(at: c_int, n: c_int) -> c_int {
    let Slot { listener, data, .. } = *slot(at).lock().unwrap();
    // SAFETY: whoever has kept it there has promised that.
    listener.map_or(-1, |listener| unsafe { listener(data, n) })
}

#[unsafe(no_mangle)]
extern "C" fn toy_forget(at: c_int) {
    let Slot { data, drop, .. } = *slot(at).lock().unwrap();
    slot(at).lock().unwrap().listener = None;
    if let Some(drop) = drop {
        // SAFETY: as above.
        unsafe { drop(data) };
    }
}

/// Something that C gives away: null for less than 0.
#[unsafe(no_mangle)]
extern "C" fn toy_open(value: c_int) -> *mut c_void {
    match value {
        ..0 => null_mut(),
        _ => piece(&value.to_ne_bytes()),
    }
}

/// The same through a pointer; 1 if it fails, though something may be there.
///
/// # Safety
/// `out` may be written.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_open_at(value: c_int, fails: c_int, out: *mut *mut c_void) -> c_int {
    // SAFETY: the caller's.
    unsafe { out.write(toy_open(value)) };
    fails
}

/// # Safety
/// It is from `toy_open`.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_value(thing: *const c_void) -> c_int {
    match thing.is_null() {
        true => -1,
        // SAFETY: the caller's.
        false => unsafe { thing.cast::<c_int>().read_unaligned() },
    }
}

/// Calls `f`, as C would call it.
///
/// # Safety
/// `f` may be called with `data`.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_run(f: unsafe extern "C" fn(*mut c_void), data: *mut c_void) {
    // SAFETY: the caller's.
    unsafe { f(data) };
}

mod run {
    use std::ffi::c_void;

    #[cgocall::cgo_import]
    unsafe extern "C" {
        pub(super) fn toy_run(f: unsafe extern "C" fn(*mut c_void), data: *mut c_void);
    }
}

/// Does `f` in C: what exports that it calls panic with comes back here.
pub(crate) fn in_c<R>(f: impl FnOnce() -> R) -> R {
    struct Frame<F, R>(Option<F>, Option<R>);
    unsafe extern "C" fn run<F: FnOnce() -> R, R>(frame: *mut c_void) {
        // SAFETY: `in_c` has passed its frame, and does not look at it meanwhile.
        let Frame(f, result) = unsafe { &mut *frame.cast::<Frame<F, R>>() };
        *result = f.take().map(|f| f());
    }
    fn runs<F: FnOnce() -> R, R>(_: &Frame<F, R>) -> unsafe extern "C" fn(*mut c_void) {
        run::<F, R>
    }
    let mut frame = Frame(Some(f), None);
    // SAFETY: it is there until the call returns.
    unsafe { run::toy_run(runs(&frame), (&raw mut frame).cast()) };
    frame.1.expect("it was done")
}
