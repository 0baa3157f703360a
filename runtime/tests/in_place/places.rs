//! What C writes where it was told to, and what of that is no value.

use crate::c::in_c;
use crate::panic_of;
use cgocall::__private::Look;
use cgocall::{cgo_export, cgo_import};
use std::ffi::{c_int, c_void};
use std::mem::{MaybeUninit, offset_of, transmute};

/// Of two numbers.
#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToyOrder {
    /// One.
    Up = 2,
    /// The other.
    Down = 5,
}

/// What has all kinds of parts that may be wrong, and padding.
#[cgo_export]
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ToyThing {
    /// Before the padding.
    pub flags: [bool; 3],
    /// Behind it.
    pub orders: [ToyOrder; 2],
    /// Not looked at.
    pub number: u64,
    /// Never null.
    pub next: unsafe extern "C" fn(c_int) -> c_int,
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "toy_put")]
    safe fn put(number: c_int, #[cgo(out)] at: c_int) -> c_int;
    #[cgo(c = "toy_put")]
    safe fn put_if_it_fits(number: c_int, at: &mut MaybeUninit<c_int>) -> c_int;
    #[cgo(c = "toy_fill")]
    safe fn fill(#[cgo(filled)] bytes: &mut [u8]);
    #[cgo(c = "toy_fill")]
    safe fn fill_uninit(#[cgo(filled)] bytes: &mut [MaybeUninit<u8>]);
}

/// # Safety
/// `at` may be written.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_put(number: c_int, at: *mut c_int) -> c_int {
    if number >= 0 {
        // SAFETY: the caller's.
        unsafe { at.write(number) };
    }
    c_int::from(number < 0)
}

/// # Safety
/// There is so much room.
#[unsafe(no_mangle)]
unsafe extern "C" fn toy_fill(to: *mut u8, room: *mut usize) {
    // SAFETY: the caller's.
    unsafe {
        let some = (*room).min(3);
        to.copy_from_nonoverlapping(b"abc".as_ptr(), some);
        room.write(some);
    }
}

#[test]
fn what_c_puts_there_is_a_result_and_zero_if_it_puts_nothing() {
    assert_eq!((put(7), put(-1)), ((0, 7), (1, 0)));
    let mut place = MaybeUninit::uninit();
    assert_eq!(put_if_it_fits(8, &mut place), 0);
    // SAFETY: C has written it.
    assert_eq!(unsafe { place.assume_init() }, 8);
    let (mut bytes, mut room) = ([0; 5], [MaybeUninit::uninit(); 2]);
    assert_eq!((fill(&mut bytes), &bytes), (3, b"abc\0\0"));
    assert_eq!(fill_uninit(&mut room), 2);
    // SAFETY: so many were filled.
    assert_eq!(room.map(|byte| unsafe { byte.assume_init() }), *b"ab");
}

extern "C" fn same(n: c_int) -> c_int {
    n
}

fn thing() -> ToyThing {
    ToyThing {
        flags: [true, false, true],
        orders: [ToyOrder::Up, ToyOrder::Down],
        number: 9,
        next: same,
    }
}

/// The bytes at `at` are these; what is between the fields stays as it is, which may be nothing.
fn with<const N: usize>(at: usize, bytes: [u8; N]) -> MaybeUninit<ToyThing> {
    let mut spoilt = MaybeUninit::new(thing());
    // SAFETY: it lies within.
    unsafe {
        spoilt
            .as_mut_ptr()
            .cast::<[u8; N]>()
            .byte_add(at)
            .write_unaligned(bytes)
    };
    spoilt
}

#[cgo_export]
fn toy_first(thing: &ToyThing) -> c_int {
    thing.orders[0] as c_int
}

#[cgo_export]
fn toy_all(things: &[ToyThing]) -> usize {
    things.iter().filter(|thing| thing.flags[0]).count()
}

#[cgo_export]
fn toy_take(thing: ToyThing, order: ToyOrder) -> bool {
    thing.orders.contains(&order)
}

#[test]
fn what_is_no_value_is_refused_wherever_it_is_in_a_struct() {
    let orders = offset_of!(ToyThing, orders);
    let next = offset_of!(ToyThing, next);
    let good = with(0, [0]);
    // SAFETY: they are there, and whether they are values is what is looked at.
    let first = |thing: &MaybeUninit<ToyThing>| {
        // SAFETY: they are there; whether they are values is what is looked at.
        in_c(|| unsafe {
            let first: extern "C" fn(&ToyThing) -> c_int = toy_first::C;
            let first: extern "C" fn(&MaybeUninit<ToyThing>) -> c_int = transmute(first);
            first(thing)
        })
    };
    let take = |thing: MaybeUninit<ToyThing>, order: u32| {
        // SAFETY: they are there; whether they are values is what is looked at.
        in_c(|| unsafe {
            let take: extern "C" fn(ToyThing, ToyOrder) -> bool = toy_take::C;
            let take: extern "C" fn(MaybeUninit<ToyThing>, MaybeUninit<ToyOrder>) -> bool =
                transmute(take);
            take(thing, transmute::<u32, MaybeUninit<ToyOrder>>(order))
        })
    };
    assert_eq!(first(&good), 2);
    assert!(take(good, 5) && take(good, 2));
    assert!(panic_of(|| take(good, 3)).contains("passed 3 for `order`"));
    let wrong = [
        (with(1, [2]), "passed 2"),
        (with(orders + 4, 3_u32.to_ne_bytes()), "passed 3"),
        (with(next, 0_usize.to_ne_bytes()), "passed 0"),
    ];
    for (wrong, says) in &wrong {
        let said = panic_of(|| first(wrong));
        assert!(said.contains(says), "{said}");
        let said = panic_of(|| take(*wrong, 2));
        assert!(said.contains(says), "{said}");
    }
    let [(flag, _), (order, _), _] = wrong;
    let things = [good, good, flag];
    // SAFETY: they are there; whether they are values is what is looked at.
    let all = |count| in_c(|| unsafe { toy_all::C(things.as_ptr().cast(), count) });
    assert_eq!(all(2), 0);
    assert!(panic_of(|| all(3)).contains("passed 2"));
    // What was wrong does not stay behind a reference that C has written to.
    let mut places = [good, order];
    // SAFETY: they are there, for this alone.
    let written = unsafe { Look::<ToyThing>::place(places.as_mut_ptr().cast(), 2) };
    assert!(panic_of(|| written.look("f", "things")).contains("wrote 3 to `things`"));
    // SAFETY: now it is a value.
    let mended = unsafe { places[1].assume_init() };
    assert_eq!((mended.orders, mended.number), ([ToyOrder::Up; 2], 9));
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "toy_run")]
    fn run(f: unsafe extern "C" fn(*mut c_void), data: *mut c_void);
}

#[test]
fn a_plain_pointer_goes_to_c_and_back() {
    unsafe extern "C" fn add(number: *mut c_void) {
        // SAFETY: the test's, which waits.
        unsafe { *number.cast::<c_int>() += 1 };
    }
    let mut number = 6;
    // SAFETY: it is there until the call returns.
    unsafe { run(add, (&raw mut number).cast()) };
    assert_eq!(number, 7);
}
