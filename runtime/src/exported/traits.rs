//! Objects that C implements: what `#[cgo_export] trait` makes a struct of, and an export takes as `dyn Trait`.
//!
//! C passes a pointer to its struct of functions. That is copied when it arrives, and looked at: so nothing that C does to
//! the struct later changes what Rust calls, and no function is called that is not there.
//!
//! # Who drops
//!
//! ```text
//! &dyn, &mut dyn   nobody: the copy stands in the export's own frame
//! Box<dyn>         the box; or, where the export did not come to take it, `Untaken`, when C gets its result
//! ```
//!
//! So C's `drop` is called once for each object that it has given away, whatever has panicked.

use crate::cgocall::cgocall;
use crate::site::Site;
use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;

/// The destructor of such an object: `void (*)(void *)`.
pub type Destructor = Option<unsafe extern "C" fn(*mut c_void)>;

/// C's struct for a trait, as the macro makes it.
///
/// # Safety
/// It is `#[repr(C)]`, and its members are C's: a `void *`, and function pointers in an `Option`.
pub unsafe trait Functions: Copy + 'static {
    /// The name of the trait.
    const NAME: &'static str;
    /// What each function gets first.
    fn user_data(&self) -> *mut c_void;
    /// What C wants to be called in the end.
    fn destructor(&self) -> Destructor;
    /// A method that has to be there and is not.
    fn missing(&self) -> Option<&'static str>;
    /// Where that is called.
    fn site() -> &'static Site;
}

/// A trait that C implements: of `dyn Trait`.
///
/// # Safety
/// `C` is C's struct for that trait.
#[diagnostic::on_unimplemented(
    message = "C knows nothing of `{Self}`",
    label = "is no trait that C can implement",
    note = "write `#[cgo_export]` on the trait"
)]
pub unsafe trait Implemented {
    /// C's struct for it.
    type C: Functions;
    /// The object behind `&dyn Trait`.
    fn shared(object: &CObject<Self::C>) -> &Self;
    /// The object behind `&mut dyn Trait`.
    fn exclusive(object: &mut CObject<Self::C>) -> &mut Self;
}

/// Of an object that Rust may keep.
///
/// # Safety
/// C's functions may be called on any thread, for as long as it is there.
#[diagnostic::on_unimplemented(
    message = "C lends `{Self}` for the call alone",
    label = "cannot be kept: any thread may drop it",
    note = "declare it as `trait ..: Send`, which C must then bear, or take `&mut dyn ..`"
)]
pub unsafe trait Kept: Implemented {
    /// The object in its box.
    fn boxed(object: Box<CObject<Self::C>>) -> Box<Self>;
}

/// An object that C implements.
#[repr(transparent)]
pub struct CObject<C: Functions>(C);

impl<C: Functions> CObject<C> {
    /// C's functions.
    #[inline]
    #[must_use]
    pub fn functions(object: &CObject<C>) -> &C {
        // No method: a method of the trait may be called so.
        &object.0
    }
}

impl<C: Functions> fmt::Debug for CObject<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:p})", C::NAME, self.0.user_data())
    }
}

/// What C's destructor is called with.
#[repr(C)]
struct Frame {
    drop: unsafe extern "C" fn(*mut c_void),
    user_data: *mut c_void,
}

unsafe extern "C" fn stub(frame: *mut c_void) {
    // SAFETY: `cgocall` passes on the pointer to the frame below; that C's destructor is one, C has said.
    unsafe {
        let Frame { drop, user_data } = frame.cast::<Frame>().read();
        drop(user_data);
    }
}

impl<C: Functions> Drop for CObject<C> {
    fn drop(&mut self) {
        let Some(drop) = self.0.destructor() else {
            return;
        };
        let user_data = self.0.user_data();
        let mut frame = Frame { drop, user_data };
        // SAFETY: the stub expects this frame, which outlives the call.
        unsafe { cgocall(C::site(), stub, (&raw mut frame).cast()) };
    }
}

/// An object that is C's.
#[derive(Debug)]
pub struct Borrowed<T: Implemented + ?Sized>(ManuallyDrop<CObject<T::C>>);

impl<T: Implemented + ?Sized> Borrowed<T> {
    /// The object.
    #[inline]
    #[must_use]
    pub fn shared(&self) -> &T {
        T::shared(&self.0)
    }

    /// The object, for who alone has it.
    #[inline]
    #[must_use]
    pub fn exclusive(&mut self) -> &mut T {
        T::exclusive(&mut self.0)
    }
}

/// How an object that is lent is reached: here if its trait is [`Implemented`], else in [`AnyObject`]. Then
/// [`is_implemented`] has said what is wrong, once.
#[derive(Debug)]
pub struct Objects<T: ?Sized>(PhantomData<T>);

impl<T: Implemented + ?Sized> Objects<T> {
    /// See [`borrow`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    #[must_use]
    pub unsafe fn borrow(object: *const c_void, function: &str, argument: &str) -> Borrowed<T> {
        // SAFETY: the caller's promise.
        unsafe { borrow::<T>(object, function, argument) }
    }

    /// See [`borrow_nullable`].
    ///
    /// # Safety
    /// As there.
    #[inline]
    #[must_use]
    pub unsafe fn borrow_nullable(
        object: *const c_void,
        function: &str,
        argument: &str,
    ) -> Option<Borrowed<T>> {
        // SAFETY: the caller's promise.
        unsafe { borrow_nullable::<T>(object, function, argument) }
    }
}

/// Of traits that C does not implement.
pub trait AnyObject {
    /// `dyn Trait`.
    type Of: ?Sized;

    /// Never called.
    ///
    /// # Safety
    /// None.
    #[must_use]
    unsafe fn borrow(_: *const c_void, _: &str, _: &str) -> NoObject<Self::Of> {
        NoObject(PhantomData)
    }

    /// Never called.
    ///
    /// # Safety
    /// None.
    #[must_use]
    unsafe fn borrow_nullable(_: *const c_void, _: &str, _: &str) -> Option<NoObject<Self::Of>> {
        None
    }
}

impl<T: ?Sized> AnyObject for Objects<T> {
    type Of = T;
}

/// What there is in a program that does not compile.
#[derive(Debug)]
pub struct NoObject<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> NoObject<T> {
    /// None.
    #[must_use]
    pub fn shared(&self) -> &T {
        unreachable!("rustc has refused this trait")
    }

    /// None.
    #[must_use]
    pub fn exclusive(&mut self) -> &mut T {
        unreachable!("rustc has refused this trait")
    }
}

/// Checked for each trait of an export's objects.
#[inline]
pub const fn is_implemented<T: Implemented + ?Sized>() {}

/// The object that C has lent.
///
/// # Safety
/// There is a `T::C` at `object`, unless that is null; and C bears it that its functions are called as the header says, for
/// as long as the result is there.
///
/// # Panics
/// Where it is null, or a function is not there.
#[inline]
#[must_use]
unsafe fn borrow<T: Implemented + ?Sized>(
    object: *const c_void,
    function: &str,
    argument: &str,
) -> Borrowed<T> {
    // SAFETY: the caller's promise.
    let object = unsafe { copied(object, function, argument) };
    Borrowed(ManuallyDrop::new(CObject(object)))
}

/// The same, where null is `None`.
///
/// # Safety
/// As [`borrow`].
///
/// # Panics
/// Where a function is not there.
#[inline]
#[must_use]
unsafe fn borrow_nullable<T: Implemented + ?Sized>(
    object: *const c_void,
    function: &str,
    argument: &str,
) -> Option<Borrowed<T>> {
    // SAFETY: the caller's promise.
    (!object.is_null()).then(|| unsafe { borrow::<T>(object, function, argument) })
}

/// The object that C has given away with `object`, which is null from now on: so that nobody else drops it.
///
/// # Safety
/// As `borrow`; on any thread, for as long as the result is there.
///
/// # Panics
/// As `borrow`: then it is C's still.
#[inline]
#[must_use]
pub unsafe fn take_object<T: Kept + ?Sized>(
    object: &mut *const c_void,
    function: &str,
    argument: &str,
) -> Box<T> {
    // SAFETY: the caller's promise.
    let taken = unsafe { copied(*object, function, argument) };
    let taken = Box::new(CObject(taken));
    *object = std::ptr::null();
    T::boxed(taken)
}

/// The same, where null is `None`.
///
/// # Safety
/// As [`take_object`].
///
/// # Panics
/// Where a function is not there.
#[inline]
#[must_use]
pub unsafe fn take_nullable_object<T: Kept + ?Sized>(
    object: &mut *const c_void,
    function: &str,
    argument: &str,
) -> Option<Box<T>> {
    // SAFETY: the caller's promise.
    (!object.is_null()).then(|| unsafe { take_object::<T>(object, function, argument) })
}

/// Drops what C has given away and Rust did not take: another argument was refused, or nothing ran as a callback of the
/// same C call had panicked. It stands where C called, beside the frame.
#[derive(Debug)]
pub struct Untaken<C: Functions>(*const *const c_void, PhantomData<C>);

/// Of the object that is in the frame at `place`.
///
/// # Safety
/// The place outlives the result. As long as what is there is not null, it is what C has passed, and C's code may be called
/// where that is dropped.
#[inline]
#[must_use]
pub unsafe fn untaken<T: Implemented + ?Sized>(place: *const *const c_void) -> Untaken<T::C> {
    Untaken(place, PhantomData)
}

impl<C: Functions> Drop for Untaken<C> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: whoever has made it says that it is there.
        let object = unsafe { self.0.read() }.cast::<C>();
        if object.is_null() || !object.is_aligned() {
            return;
        }
        // SAFETY: what C has passed is there until its call returns, and nobody has taken it; this is C's stack.
        unsafe {
            let object = object.read();
            if let Some(drop) = object.destructor() {
                drop(object.user_data());
            }
        }
    }
}

/// # Safety
/// As [`borrow`].
#[inline]
unsafe fn copied<C: Functions>(object: *const c_void, function: &str, argument: &str) -> C {
    let object = object.cast::<C>();
    if object.is_null() {
        refuse_null(function, argument);
    }
    if !object.is_aligned() {
        refuse_address(object.addr(), align_of::<C>(), function, argument);
    }
    // SAFETY: the caller's promise.
    let object = unsafe { object.read() };
    if let Some(missing) = object.missing() {
        refuse_missing(C::NAME, missing, function, argument);
    }
    object
}

#[cold]
fn refuse_null(function: &str, argument: &str) -> ! {
    panic!("`{argument}` of `{function}` is NULL");
}

#[cold]
fn refuse_address(address: usize, align: usize, function: &str, argument: &str) -> ! {
    panic!("`{argument}` of `{function}` is {address:#x}, which is not aligned to {align} bytes");
}

#[cold]
fn refuse_missing(name: &str, missing: &str, function: &str, argument: &str) -> ! {
    panic!(
        "`{argument}` of `{function}` has NULL for `{missing}`, which every `{name}` must have: have C set it, or give the \
         method of the trait a body"
    );
}
