//! The C side of a thread: whose C frames may be on it, and which stack a C call starts on.
//!
//! C code that has called back expects that nothing else happens in C on its thread until the callback returns: it may
//! hold a recursive mutex, be halfway through a parser's table, have an `errno` to look at. When such a callback parks,
//! other goroutines of the thread run meanwhile. So by default the C side stays with the goroutine whose callback
//! parked, the *owner*. Its mates go on in Rust; their own C calls wait, in order, until the owner's C frames are gone.
//!
//! An import declared `#[cgo(parks)]` promises that its C code does not mind. A goroutine all of whose live C calls are
//! of that kind owns nothing while it is parked, and nobody waits for it. Its frames stay where they are, though: if
//! that is the thread's native stack, the C calls of others start on system stacks of their own meanwhile.
//!
//! All of this is asked only when goroutines take turns: what it comes to for the one that runs next is worked out by
//! the scheduler, as [`CState::open`](crate::cstate::CState), and a call looks at that alone.
//!
//! A thread that is the program's, in `main` or `Builder::run`, goes on when that returns, whatever is parked below. So
//! there the native stack is `main`'s, and the other goroutines of the thread are *guests*: their C calls start on one
//! system stack that they share as mates share the native one elsewhere. What is declared `native_stack` runs on the
//! native one there too, and `main` does not return before it is gone.
//!
//! Ownership is handed from its holder to the first in line, never dropped and raced for: who returns from C and calls
//! C again comes after those who wait.

use crate::cancel::{self, Why};
use crate::cwait::{Wait, Watch};
use crate::g::{G, GRef};
use crate::segment::Segment;
use crate::site::Site;
use crate::spawn_error::SpawnError;
use crate::stack::{self, Spares, SystemStack};
use crate::thread;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::process::abort;
use std::ptr::NonNull;

pub(crate) struct CSide {
    /// The thread's own stack, from where the scheduler left it.
    native: Cell<Segment>,
    /// The goroutine that C belongs to: parked with C frames that tolerate no others, or the first of those who waited.
    owner: Cell<Option<NonNull<G>>>,
    /// The goroutine whose C frames were on the native stack when it parked, until they are gone.
    tenant: Cell<Option<NonNull<G>>>,
    /// Whether goroutines that start now are guests.
    is_lent: Cell<bool>,
    /// Where their C calls start.
    guests: RefCell<Option<SystemStack>>,
    /// The guest whose C frames were there when it parked, until they are gone.
    guest_tenant: Cell<Option<NonNull<G>>>,
    /// Those who wait to own it. Each is parked, and stays alive until it has.
    line: RefCell<VecDeque<Waiting>>,
    /// Those who wait for the native stack.
    hopefuls: RefCell<Vec<Waiting>>,
    /// Those who were cancelled, and must not unwind while it is somebody's.
    cancelled: RefCell<BTreeMap<NonNull<G>, GRef>>,
    /// How often another goroutine has become the owner, or could.
    turns: Cell<u64>,
    /// Who waits, for sysmon.
    pub(crate) watch: Watch,
    /// System stacks for C calls that cannot start on the native one.
    spare: Spares,
}

/// A goroutine that waits, and for which C function.
struct Waiting {
    g: GRef,
    function: &'static Site,
}

impl Waiting {
    fn new(g: &G, function: &'static Site) -> Waiting {
        let g = GRef::new(g);
        Waiting { g, function }
    }
}

impl CSide {
    pub(crate) fn new() -> CSide {
        CSide {
            native: Cell::new(Segment { base: 0, limit: 0 }),
            owner: Cell::new(None),
            tenant: Cell::new(None),
            is_lent: Cell::new(false),
            guests: RefCell::new(None),
            guest_tenant: Cell::new(None),
            line: RefCell::new(VecDeque::new()),
            hopefuls: RefCell::new(Vec::new()),
            cancelled: RefCell::new(BTreeMap::new()),
            turns: Cell::new(0),
            watch: Watch::new(),
            spare: stack::spares(),
        }
    }

    /// Its thread ends.
    pub(crate) fn clear(&self) {
        self.is_lent.set(false);
        drop(self.guests.take());
        self.spare.clear();
    }

    pub(crate) fn set_native(&self, native: Segment) {
        self.native.set(native);
    }

    /// The thread goes on without the runtime when the goroutines that have started until now are done.
    /// The others' C calls start on `stack`.
    pub(crate) fn lend(&self, stack: SystemStack) {
        self.guests.replace(Some(stack));
        self.is_lent.set(true);
    }

    /// Whether nobody's C frames are on the native stack, but for those of who runs now.
    pub(crate) fn is_vacant(&self) -> bool {
        self.tenant.get().is_none()
    }

    /// A goroutine without C frames is new, or comes from elsewhere: where do its C calls start?
    #[inline]
    pub(crate) fn taken_in(&self, g: &G) {
        g.c.is_guest.set(self.is_lent.get());
        g.c.set_segment(self.place(g));
    }

    /// Where the goroutine's C calls start.
    #[inline]
    fn place(&self, g: &G) -> Segment {
        if !g.c.is_guest.get() {
            return self.native.get();
        }
        let guests = self.guests.borrow();
        Segment::of(guests.as_ref().expect("lent with a stack for guests"))
    }

    /// Who has C frames where those of the goroutine start.
    #[inline]
    fn tenant_of(&self, g: &G) -> &Cell<Option<NonNull<G>>> {
        if g.c.is_guest.get() {
            &self.guest_tenant
        } else {
            &self.tenant
        }
    }

    /// A goroutine is about to run: may it start C calls, and go back into its own C frames?
    #[inline]
    pub(crate) fn resuming(&self, g: &G) {
        let place = is_free_for(self.tenant_of(g), g) || g.c.has_stack();
        g.c.open.set(place && is_free_for(&self.owner, g));
    }

    /// A goroutine has given the thread back: what do its C frames keep from the others?
    #[inline]
    pub(crate) fn suspended(&self, g: &G) {
        if !g.c.call.get().is_null() {
            self.keep_for(g);
        }
    }

    #[cold]
    fn keep_for(&self, g: &G) {
        let on_system_stack = g.c.sites().any(|site| !site.is_bare());
        if on_system_stack && !g.c.has_stack() {
            let tenant = self.tenant_of(g);
            debug_assert!(is_free_for(tenant, g));
            tenant.set(Some(NonNull::from(g)));
        }
        if is_strict(g) && self.owner.get().is_none() {
            self.set_owner(Some(NonNull::from(g)));
            thread::current_m().count_held();
        }
        self.leave_word();
        g.c.attention.set(true);
    }

    /// Whether C belongs to a goroutine that is parked, or about to be let in: goroutines that start now would wait.
    pub(crate) fn is_held(&self) -> bool {
        self.owner.get().is_some()
    }

    fn set_owner(&self, owner: Option<NonNull<G>>) {
        self.owner.set(owner);
        self.turns.set(self.turns.get() + 1);
        if owner.is_none() {
            let cancelled = self.cancelled.take();
            cancelled.into_values().for_each(|g| g.wake());
        }
    }

    /// Who waits, or for whom, may have changed: leaves word for sysmon.
    fn leave_word(&self) {
        let (line, hopefuls) = (self.line.borrow(), self.hopefuls.borrow());
        let (holder, first) = match line.front() {
            Some(first) => (&self.owner, Some(first)),
            None => (&self.tenant, hopefuls.first()),
        };
        let is_for_the_stack = line.is_empty();
        let wait = first.zip(holder.get()).map(|(first, holder)| {
            // SAFETY: who holds something is unfinished, so the scheduler's reference keeps it alive; this is its home.
            let mut calls = unsafe { holder.as_ref() }.c.sites();
            Wait {
                turn: self.turns.get(),
                owner: holder,
                // None: it was let in, and has not called yet, or not been called back.
                call: calls.find(|site| is_for_the_stack && !site.is_bare() || site.is_strict()),
                first: first.g.as_ptr(),
                function: first.function,
                is_for_the_stack,
            }
        });
        // SAFETY: each time that one comes to the head, or ceases to hold something, word is left before it runs on.
        unsafe { self.watch.leave(wait) };
    }

    fn owned_by(&self, g: &G) -> bool {
        self.owner.get() == Some(NonNull::from(g))
    }

    /// Waits until the C side is nobody's but `g`'s, which wants to go on in `function`.
    fn acquire(&self, g: &G, function: &'static Site) {
        if is_free_for(&self.owner, g) {
            return;
        }
        if std::thread::panicking() {
            // It must not park, since the thread's count of panics would be seen by the others.
            if self.push_in(g, function) {
                return;
            }
            // The owner cannot go on while this one blocks their thread.
            eprintln!(
                "cgocall: a goroutine that unwinds calls `{}`, while another goroutine of its thread is parked \
                 in a callback and has the thread's C side: neither can go on. Declare the C function that called back \
                 `#[cgo(parks)]`, or do not park in its callback",
                function.name()
            );
            abort();
        }
        self.line.borrow_mut().push_back(Waiting::new(g, function));
        self.leave_word();
        while !self.owned_by(g) {
            park_here(g, function);
        }
    }

    /// Makes `g` the owner in place of one that has been let in but has not come yet, who is first in line again.
    fn push_in(&self, g: &G, function: &'static Site) -> bool {
        let owner = self.owner.get().expect("somebody is in the way");
        // SAFETY: an owner is unfinished, so the scheduler's reference keeps it alive; this is its home.
        let owner = unsafe { owner.as_ref() };
        if is_strict(owner) {
            return false;
        }
        // What it is to call is not known any more; it does not wait for long.
        self.line
            .borrow_mut()
            .push_front(Waiting::new(owner, function));
        self.set_owner(Some(NonNull::from(g)));
        self.leave_word();
        true
    }

    /// The tenant's C frames are gone from the native stack.
    fn vacate(&self) {
        self.tenant.set(None);
        let hopefuls = self.hopefuls.take();
        self.turns.set(self.turns.get() + 1);
        self.leave_word();
        hopefuls.into_iter().for_each(|hopeful| hopeful.g.wake());
    }

    /// Makes the first in line the owner, in place of the one that has it.
    fn hand_on(&self) {
        let next = self.line.borrow_mut().pop_front();
        self.set_owner(next.as_ref().map(|next| next.g.as_ptr()));
        self.leave_word();
        if let Some(next) = next {
            next.g.wake();
        }
    }
}

/// Parks, and goes on on this thread. It wants to go on in `function`.
fn park_here(g: &G, function: &'static Site) {
    if g.is_cancelled() {
        cancel::stays(g, Why::InLine(function));
    }
    g.pins.set(g.pins.get() + 1);
    g.park();
    g.pins.set(g.pins.get() - 1);
}

fn is_free_for(holder: &Cell<Option<NonNull<G>>>, g: &G) -> bool {
    holder.get().is_none_or(|holder| holder == NonNull::from(g))
}

/// Whether a live C call of the goroutine minds other C calls of its thread.
fn is_strict(g: &G) -> bool {
    g.c.sites().any(Site::is_strict)
}

/// Whether the running goroutine, which has no C frames, may call C without waiting for others, as it must while it
/// unwinds. If not, it is woken when it might.
pub(crate) fn lets_unwind(g: &G) -> bool {
    let cside = &thread::current_m().cside;
    let may = is_free_for(&cside.owner, g);
    if !may {
        let mut cancelled = cside.cancelled.borrow_mut();
        cancelled
            .entry(NonNull::from(g))
            .or_insert_with(|| GRef::new(g));
    }
    may
}

/// A goroutine whose way into C is not open, or which needs the native stack, wants to call C: waits for its turn, and
/// gives it a place.
#[cold]
pub(crate) fn enter(g: &G, site: &'static Site) {
    let cside = &thread::current_m().cside;
    let may_wait = site.needs_native_stack() && !std::thread::panicking();
    loop {
        while may_wait && !is_free_for(&cside.tenant, g) {
            if let Some(call) = g.c.sites().find(|site| site.is_strict()) {
                abort_in_a_circle(call, site);
            }
            // In line anew each time: who moves out calls all of them, and only the first finds the stack free.
            cside.hopefuls.borrow_mut().push(Waiting::new(g, site));
            cside.leave_word();
            park_here(g, site);
        }
        cside.acquire(g, site);
        if !may_wait || is_free_for(&cside.tenant, g) {
            break;
        }
        // Somebody has moved in meanwhile, and may need the C side to move out.
        if cside.owned_by(g) {
            cside.hand_on();
        }
    }
    if !is_free_for(cside.tenant_of(g), g) && !g.c.has_stack() {
        match thread::current_m().in_rt(|| cside.spare.take()) {
            Ok(stack) => g.c.move_to(stack),
            Err(error) => return no_stack(cside, g, site, &error),
        }
    }
    if cside.owned_by(g) && !site.is_strict() && !is_strict(g) {
        cside.hand_on();
    }
    thread::current_m().count_held();
    cside.resuming(g);
    g.c.attention.set(true);
}

/// There is no room for the stack that a call needs: it is not made, and its caller panics.
#[cold]
fn no_stack(cside: &CSide, g: &G, site: &Site, error: &SpawnError) {
    if cside.owned_by(g) && !is_strict(g) {
        cside.hand_on();
    }
    thread::current_m().count_held();
    cside.resuming(g);
    let what = format!(
        "`{}` cannot be called while a callback is parked on the thread's own stack: {error}",
        site.name()
    );
    if std::thread::panicking() {
        eprintln!("cgocall: a goroutine that unwinds cannot go on: {what}");
        abort();
    }
    panic!("{what}");
}

/// The tenant must go back into C to leave, which the callback of `call` keeps it from until it is over.
#[cold]
fn abort_in_a_circle(call: &Site, site: &Site) -> ! {
    let (call, site) = (call.name(), site.name());
    eprintln!(
        "cgocall: a callback of `{call}` calls `{site}`, which is declared `native_stack`, while another goroutine is \
         parked in a callback on the thread's native stack: it waits for `{call}` to return before it goes on in C, so \
         neither can go on. Declare `{call}` `#[cgo(native_stack)]` as well, so that it has that stack already, or \
         `#[cgo(parks)]`"
    );
    abort()
}

/// Makes a call on the native stack, which is free, also where the goroutine's C calls have another one.
pub(crate) fn on_native_stack(g: &G, call: impl FnOnce()) {
    /// Also when a callback's panic goes on.
    struct Back<'a> {
        cside: &'a CSide,
        g: &'a G,
        base: usize,
        system: Segment,
    }
    impl Drop for Back<'_> {
        fn drop(&mut self) {
            if self.g.c.call.get().is_null() {
                // `leave` may have given back what it was on.
                self.g.c.set_segment(self.cside.place(self.g));
            } else {
                self.g.c.set_segment(self.system);
                self.g.c.base.set(self.base);
            }
            self.cside.vacate();
            self.cside.resuming(self.g);
        }
    }
    let cside = &thread::current_m().cside;
    // If there is a tenant, it is this goroutine, whose calls go on below its frames there; or this one unwinds, and
    // could not wait.
    let is_there = !g.c.has_stack() && !g.c.is_guest.get();
    if is_there || cside.tenant.get().is_some() {
        return call();
    }
    let _back = Back {
        cside,
        g,
        base: g.c.base.get(),
        system: g.c.system(),
    };
    cside.tenant.set(Some(NonNull::from(g)));
    g.c.set_segment(cside.native.get());
    call();
}

/// A goroutine whose way into C is not open wants to return from a callback into its own C frames: waits for its turn.
#[cold]
pub(crate) fn reenter(g: &G) {
    let cside = &thread::current_m().cside;
    let call = g.c.sites().next().expect("it goes back into a C call");
    cside.acquire(g, call);
    if cside.owned_by(g) && !is_strict(g) {
        cside.hand_on();
    }
    thread::current_m().count_held();
    cside.resuming(g);
    g.c.attention.set(true);
}

/// A C call has returned that was special: gives up what only it needed.
#[cold]
pub(crate) fn leave(g: &G) {
    let cside = &thread::current_m().cside;
    if g.c.call.get().is_null() {
        if let Some(stack) = g.c.move_back(cside.place(g)) {
            thread::current_m().in_rt(|| cside.spare.give(stack));
        }
        if cside.guest_tenant.get() == Some(NonNull::from(g)) {
            cside.guest_tenant.set(None);
        }
        if cside.tenant.get() == Some(NonNull::from(g)) {
            cside.vacate();
        }
    }
    if cside.owned_by(g) && !is_strict(g) {
        cside.hand_on();
    }
    thread::current_m().count_held();
    cside.resuming(g);
    g.c.attention
        .set(!g.c.call.get().is_null() || cside.owned_by(g));
}
