//! Rust values that C holds as integers.

mod slots;

use crate::sync::is_asymmetric;
use slots::{Cells, Entered, Refused, Slots, TurnedAway};
use std::any::{TypeId, type_name};
use std::cell::{Cell, UnsafeCell};
use std::ffi::c_void;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::Deref;
use std::ptr::{self, NonNull};
use std::{error, fmt};

/// Of all types: a number is good for one of them, or for none.
static SLOTS: Slots<Value> = Slots::new();

thread_local! {
    /// The thread's, when it has some.
    static CELLS: OwnCells = const { OwnCells(Cell::new(None)) };
}

struct OwnCells(Cell<Option<&'static Cells>>);

impl Drop for OwnCells {
    fn drop(&mut self) {
        if let Some(cells) = self.0.get() {
            cells.give_back();
        }
    }
}

/// Those of the calling thread, where they are of use. Never inlined: of which thread it is, nobody may remember.
#[inline(never)]
fn own_cells() -> Option<&'static Cells> {
    if !is_asymmetric() {
        return None;
    }
    let cells = CELLS.try_with(|own| {
        own.0.get().unwrap_or_else(|| {
            let cells = SLOTS.cells();
            own.0.set(Some(cells));
            cells
        })
    });
    cells.ok()
}

/// A Rust value as an integer that C can hold, in a `uintptr_t` or a `void *`, for as long as it likes.
///
/// The value lives until [`remove`](Handle::remove) or [`take`](Handle::take). C may give back any integer: what is zero,
/// forged, of another type, or was removed before is refused with a [`HandleError`] that says so, and no memory is ever
/// touched for it. Unlike a pointer to a `Box`, then, a handle can be wrong without anything bad happening.
///
/// Looking one up takes some nanoseconds, on any thread, and no lock; removing one, a microsecond. There can be as many as
/// memory holds (on 32-bit targets, about a million).
///
/// ```
/// use cgocall::{Handle, HandleError, cgo_export};
/// use std::sync::Mutex;
///
/// type Rows = Mutex<Vec<i64>>;
///
/// #[cgo_export(private)]
/// fn on_row(user_data: Handle<Rows>, row: i64) { // a `void *` to C
///     // Whatever C has passed: the value, or an error that says what is wrong.
///     let rows = user_data.get().expect("the handle that C was given");
///     rows.lock().unwrap().push(row);
/// }
///
/// let rows = Handle::new(Rows::default());
/// on_row::C(rows, 7); // as C calls it, who was given both
/// assert_eq!(*rows.get()?.lock().unwrap(), [7]);
///
/// let all = rows.take()?.expect("nobody uses it");
/// assert_eq!(all.into_inner().unwrap(), [7]);
/// let stale = rows.get().unwrap_err();
/// assert!(stale.to_string().contains("was removed"));
/// # Ok::<(), HandleError>(())
/// ```
///
/// The name and the idea are Go's `runtime/cgo.Handle`, where a stale handle panics; that a number is never good twice,
/// and knows its type, is the way of generational arenas such as `slotmap`.
#[repr(transparent)]
pub struct Handle<T> {
    number: usize,
    value: PhantomData<fn() -> T>,
}

/// The value of a [`Handle`], in use.
///
/// It stays meanwhile, even if the handle is removed: then the last of these drops it. It may be kept across park points,
/// and sent to other threads.
pub struct HandleRef<T: 'static> {
    entered: Entered<Value>,
    value: NonNull<T>,
}

/// Why a [`Handle`] has no value.
///
/// Its text says what was wrong with which number, and is for a person; so is its `Debug` form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HandleError {
    number: usize,
    wanted: &'static str,
    why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Refused(Refused),
    OfType(&'static str),
}

/// What a slot has: a value that tells its type, so that whoever looks at one looks at the other. With its slot's state it
/// is as wide as a line of a cache.
#[repr(C)]
struct Value {
    kind: Kind,
    place: Place,
}

/// Where the `T` is: here, or in a box that is here. A shared `T` may change itself.
type Place = UnsafeCell<MaybeUninit<[u64; 6]>>;

// SAFETY: `Handle::new` asks for `T: Send + Sync`.
unsafe impl Send for Value {}
// SAFETY: as above.
unsafe impl Sync for Value {}

/// Which type a value has.
#[derive(Clone, Copy)]
struct Kind(&'static About);

struct About {
    id: fn() -> TypeId,
    name: fn() -> &'static str,
    drop: unsafe fn(Value),
}

impl Kind {
    /// Not inlined: so it is at one address for each type, as a rule.
    #[inline(never)]
    fn of<T: 'static>() -> Kind {
        Kind(&About {
            id: TypeId::of::<T>,
            name: type_name::<T>,
            drop: Value::drop::<T>,
        })
    }

    /// What has the same address has the same `id`; what has another may have it too.
    #[inline]
    fn is<T: 'static>(self) -> bool {
        ptr::eq(self.0, Kind::of::<T>().0) || (self.0.id)() == TypeId::of::<T>()
    }
}

impl Value {
    fn new<T: 'static>(value: T) -> Value {
        let place = Place::new(MaybeUninit::uninit());
        let at = place.get();
        if is_small::<T>() {
            // SAFETY: it is as wide and as aligned as that.
            unsafe { at.cast::<T>().write(value) };
        } else {
            // SAFETY: as above, of a pointer.
            unsafe { at.cast::<Box<T>>().write(Box::new(value)) };
        }
        let kind = Kind::of::<T>();
        Value { kind, place }
    }

    /// # Safety
    /// It was made of a `T`.
    #[inline]
    unsafe fn pointer<T>(&self) -> NonNull<T> {
        let at = self.place.get();
        // SAFETY: it is not null; and where it is a box, `new` has put that there.
        unsafe {
            if is_small::<T>() {
                NonNull::new_unchecked(at.cast())
            } else {
                at.cast::<NonNull<T>>().read()
            }
        }
    }

    /// # Safety
    /// It was made of a `T`.
    unsafe fn into_inner<T>(self) -> T {
        let at = self.place.get();
        if is_small::<T>() {
            // SAFETY: `new` has put it there, and it is moved out once.
            unsafe { at.cast::<T>().read() }
        } else {
            // SAFETY: as above, of the box.
            *unsafe { at.cast::<Box<T>>().read() }
        }
    }

    /// Drops what has left the slots, and so is nobody else's.
    #[cold]
    fn drop_orphan(self) {
        // SAFETY: it is of that kind.
        unsafe { (self.kind.0.drop)(self) };
    }

    /// # Safety
    /// It was made of a `T`.
    unsafe fn drop<T>(self) {
        // SAFETY: the caller's.
        drop(unsafe { self.into_inner::<T>() });
    }
}

/// Whether a `T` has room beside its kind.
const fn is_small<T>() -> bool {
    size_of::<T>() <= size_of::<Place>() && align_of::<T>() <= align_of::<Place>()
}

impl<T: Send + Sync + 'static> Handle<T> {
    /// A new handle. It is there until [`remove`](Handle::remove).
    ///
    /// # Panics
    ///
    /// If there are too many: about a million on a 32-bit target, more than memory holds on others.
    #[must_use = "without its handle the value is there for ever"]
    pub fn new(value: T) -> Handle<T> {
        match SLOTS.insert(Value::new(value)) {
            Ok(number) => Handle::from_raw(number),
            Err(value) => {
                value.drop_orphan();
                panic!("there are too many handles; remove those that C has done with");
            }
        }
    }

    /// The value. It stays until what is returned is dropped.
    ///
    /// # Errors
    ///
    /// If it was removed, is of another type, or if the number never was a handle.
    #[inline]
    pub fn get(self) -> Result<HandleRef<T>, HandleError> {
        let entered = match SLOTS.enter(self.number, own_cells()) {
            Ok(entered) => entered,
            Err(away) => return Err(self.turned_away(away)),
        };
        let kind = entered.value().kind;
        if kind.is::<T>() {
            // SAFETY: so it is.
            let value = unsafe { entered.value().pointer() };
            return Ok(HandleRef { entered, value });
        }
        let last = SLOTS.leave(&entered);
        last.into_iter().for_each(Value::drop_orphan);
        Err(self.error(Why::OfType((kind.0.name)())))
    }

    /// Removes the handle, for good: from now on it is refused. The value is dropped, here or by the last
    /// [`HandleRef`] that there is of it.
    ///
    /// # Errors
    ///
    /// As [`get`](Handle::get). Nothing is removed then.
    pub fn remove(self) -> Result<(), HandleError> {
        let value = self.get()?;
        match SLOTS.retire(&value.entered) {
            true => Ok(()),
            false => Err(self.error(Why::Refused(Refused::Retired))),
        }
    }

    /// Removes the handle, and gives its value back, unless there is a [`HandleRef`] of it: then it is `None`, and the last
    /// of these drops the value, as with `Arc::into_inner`.
    ///
    /// # Errors
    ///
    /// As [`get`](Handle::get). Nothing is removed then.
    pub fn take(self) -> Result<Option<T>, HandleError> {
        let value = ManuallyDrop::new(self.get()?);
        let is_removed = SLOTS.retire(&value.entered);
        let last = SLOTS.leave(&value.entered);
        // SAFETY: `get` says that it is a `T`.
        let last = last.map(|value| unsafe { value.into_inner::<T>() });
        match is_removed {
            true => Ok(last),
            false => Err(self.error(Why::Refused(Refused::Retired))),
        }
    }
}

impl<T> Handle<T> {
    /// The handle that C has given back as an integer. Any will do: [`get`](Handle::get) tells whether it is one.
    #[inline]
    #[must_use]
    pub const fn from_raw(number: usize) -> Handle<T> {
        Handle {
            number,
            value: PhantomData,
        }
    }

    /// The same as a pointer: the user pointer of a callback.
    #[inline]
    #[must_use]
    pub fn from_ptr(pointer: *mut c_void) -> Handle<T> {
        Handle::from_raw(pointer.addr())
    }

    /// For C, as a `uintptr_t`. Never 0.
    #[inline]
    #[must_use]
    pub const fn as_raw(self) -> usize {
        self.number
    }

    /// For C, as a `void *`, which points nowhere and which nobody may look behind.
    #[inline]
    #[must_use]
    pub const fn as_ptr(self) -> *mut c_void {
        ptr::without_provenance_mut(self.number)
    }

    #[cold]
    fn turned_away(self, away: TurnedAway<Value>) -> HandleError {
        let (why, orphan) = SLOTS.turn_away(self.number, away);
        orphan.into_iter().for_each(Value::drop_orphan);
        self.error(Why::Refused(why))
    }

    #[cold]
    fn error(self, why: Why) -> HandleError {
        HandleError {
            number: self.number,
            wanted: type_name::<T>(),
            why,
        }
    }
}

impl<T> Deref for HandleRef<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: it is a `T` that stays until this one has left, and it is only ever lent shared.
        unsafe { self.value.as_ref() }
    }
}

impl<T> Drop for HandleRef<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(value) = SLOTS.leave(&self.entered) {
            value.drop_orphan();
        }
    }
}

// SAFETY: whoever has it may look at the value, and may be the one who drops it.
unsafe impl<T: Send + Sync> Send for HandleRef<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for HandleRef<T> {}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Handle<T> {
        *self
    }
}

impl<T> Copy for Handle<T> {}

impl<T> PartialEq for Handle<T> {
    fn eq(&self, other: &Handle<T>) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Handle<T> {}

impl<T> Hash for Handle<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl<T> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle<{}>({:#x})", type_name::<T>(), self.number)
    }
}

impl<T: fmt::Debug> fmt::Debug for HandleRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl HandleError {
    /// The same of what is a `wanted` to whom it is told.
    #[cold]
    pub(crate) fn of(self, wanted: &'static str) -> HandleError {
        let why = match self.why {
            // Of another closure: what is around it is nobody's business.
            Why::OfType(name) if name.starts_with("cgocall::closure::") => {
                Why::OfType("Callback of another type")
            }
            why => why,
        };
        HandleError {
            wanted,
            why,
            ..self
        }
    }
}

impl fmt::Display for HandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HandleError {
            number,
            wanted,
            why,
        } = self;
        match why {
            Why::Refused(_) if *number == 0 => write!(
                f,
                "0 is no handle of a `{wanted}`; C was given none, or has not passed it on"
            ),
            Why::Refused(Refused::Unknown) => write!(
                f,
                "{number:#x} is no handle of a `{wanted}`, and never was one; C has passed something else, or a part \
                 of it: a handle is as wide as a pointer"
            ),
            Why::Refused(Refused::Retired) => write!(
                f,
                "the handle {number:#x} of a `{wanted}` was removed before; have C forget it first"
            ),
            Why::OfType(name) => write!(
                f,
                "the handle {number:#x} is of a `{name}`, and a `{wanted}` was wanted"
            ),
        }
    }
}

impl fmt::Debug for HandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl error::Error for HandleError {}
