//! `#[cgo(native_stack)]`: C finds itself on its thread's own stack, whatever else is parked there.

use cgocall::{JoinHandle, Wait, go, yield_now};
use cgocall_tests::{
    Flag, call_back_reentrant, exclusive, happens_on_thread_stack, mates, on_thread_stack,
    on_thread_stack_reentrant, procs, runs_on_thread_stack, step, thread_id, with_frame,
};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

/// Parked in a callback on the native stack of the thread that this is called on, until it is told to go on.
struct Tenant {
    leave: async_channel::Sender<()>,
    left: Arc<Flag>,
    goroutine: JoinHandle<()>,
}

impl Tenant {
    /// With one P a goroutine starts on its spawner's thread, mostly.
    fn moves_in() -> Tenant {
        loop {
            let (leave, rx) = async_channel::bounded(1);
            let (tx, moved_in) = async_channel::bounded(1);
            let left = Arc::new(Flag::default());
            let leaves = Arc::clone(&left);
            let goroutine = go(move || {
                let thread = thread_id();
                let result = call_back_reentrant(1, |n| {
                    tx.try_send(thread).unwrap();
                    rx.recv().wait().unwrap();
                    leaves.raise();
                    n + 1
                });
                assert_eq!(result, 2);
            });
            let tenant = Tenant {
                leave,
                left,
                goroutine,
            };
            if moved_in.recv().wait().unwrap() == thread_id() && happens_on_thread_stack() == 0 {
                return tenant;
            }
            tenant.leaves();
        }
    }

    fn may_leave(&self) {
        self.leave.try_send(()).unwrap();
    }

    fn leaves(self) {
        self.may_leave();
        self.goroutine.join().unwrap();
    }
}

/// On a thread of the runtime's: what others of its thread leave on the main thread is elsewhere.
fn main() {
    go(run).join().unwrap_or_else(|panic| resume_unwind(panic));
}

fn run() {
    assert_eq!(happens_on_thread_stack(), 1, "C runs there by itself");
    if procs() == 1 {
        for _ in 0..100 {
            step("a call until the stack is free");
            waits_until_the_stack_is_free();
            step("many calls at once, until the stack is free");
            many_wait_for_one_tenant();
            step("a call from a callback whose C frames are elsewhere");
            from_a_callback_whose_frames_are_elsewhere();
            step("calls inside each other");
            inside_each_other();
            step("a panic through it");
            panics_pass_through();
            step("a tenant who needs the C side to leave");
            behind_a_strict_owner();
        }
    }
    step("all sorts at once");
    all_at_once();
}

fn waits_until_the_stack_is_free() {
    let tenant = Tenant::moves_in();
    let tells = tenant.leave.clone();
    go(move || tells.try_send(()).unwrap());
    assert!(!tenant.left.is_raised());
    assert_eq!(runs_on_thread_stack(), 1);
    assert!(tenant.left.is_raised());
    tenant.goroutine.join().unwrap();
}

/// Each that gets the stack parks there, so that the others wait once more.
fn many_wait_for_one_tenant() {
    let tenant = Tenant::moves_in();
    let waiting = mates(20, |n| {
        let result = on_thread_stack_reentrant(n, |n| {
            yield_now();
            n + 1
        });
        assert_eq!(result, n + 1);
    });
    for _ in 0..10 {
        yield_now();
    }
    tenant.leaves();
    for goroutine in waiting {
        goroutine.join().unwrap();
    }
}

fn from_a_callback_whose_frames_are_elsewhere() {
    let tenant = Tenant::moves_in();
    let result = call_back_reentrant(1, |n| {
        assert_eq!(happens_on_thread_stack(), 0);
        tenant.may_leave();
        let result = on_thread_stack(n, |n| {
            assert!(tenant.left.is_raised());
            yield_now();
            assert_eq!(
                happens_on_thread_stack(),
                1,
                "it goes on where its caller is"
            );
            n + 1
        });
        assert_eq!(happens_on_thread_stack(), 0, "back below the callback's");
        result + 1
    });
    assert_eq!(result, 3);
    tenant.goroutine.join().unwrap();
}

/// No call starts where the frames of another are, on either stack.
fn inside_each_other() {
    let tenant = Tenant::moves_in();
    let result = call_back_reentrant(1, |n| {
        tenant.may_leave();
        on_thread_stack_reentrant(n, |n| {
            with_frame(n, |n| {
                on_thread_stack(n + 1, |n| {
                    assert_eq!(runs_on_thread_stack(), 1);
                    yield_now();
                    with_frame(n, |n| {
                        yield_now();
                        assert_eq!(runs_on_thread_stack(), 1);
                        n + 1
                    })
                })
            })
        })
    });
    assert_eq!(result, 3);
    tenant.goroutine.join().unwrap();
    assert_eq!(happens_on_thread_stack(), 1);
}

fn panics_pass_through() {
    let tenant = Tenant::moves_in();
    let result = call_back_reentrant(1, |n| {
        tenant.may_leave();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            on_thread_stack(n, |n| {
                yield_now();
                on_thread_stack(n, |n| resume_unwind(Box::new(n + 1)))
            })
        }));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&2_i64));
        assert_eq!(happens_on_thread_stack(), 0);
        assert_eq!(runs_on_thread_stack(), 1);
        n + 1
    });
    assert_eq!(result, 2);
    tenant.goroutine.join().unwrap();
    assert_eq!(happens_on_thread_stack(), 1);
}

/// A callback that owns the C side is parked when the tenant wants to leave.
fn behind_a_strict_owner() {
    let tenant = Tenant::moves_in();
    let (tx, rx) = async_channel::bounded::<()>(1);
    let owner = go(move || exclusive(1, |n| rx.recv().wait().map_or(-1, |()| n)));
    let waits = go(runs_on_thread_stack);
    let waits_too = go(|| on_thread_stack(2, |n| n));
    for _ in 0..10 {
        yield_now();
    }
    tenant.may_leave();
    for _ in 0..10 {
        yield_now();
    }
    tx.try_send(()).unwrap();
    assert_eq!(owner.join().unwrap(), 1);
    assert_eq!(waits.join().unwrap(), 1);
    assert_eq!(waits_too.join().unwrap(), 2);
    tenant.goroutine.join().unwrap();
}

fn all_at_once() {
    let yields = |n| {
        (0..n % 4).for_each(|_| yield_now());
        n
    };
    let goroutines = mates(200, move |i| {
        for round in 0..20 {
            let n = i + round;
            let result = match n % 5 {
                0 => call_back_reentrant(n, |n| {
                    yields(n);
                    with_frame(n, |n| call_back_reentrant(n, yields))
                }),
                1 => exclusive(n, yields),
                2 => on_thread_stack(n, |n| on_thread_stack_reentrant(yields(n), yields)),
                3 => on_thread_stack_reentrant(n, |n| call_back_reentrant(yields(n), yields)),
                _ => call_back_reentrant(n, |n| on_thread_stack(yields(n), yields)),
            };
            assert_eq!(result, n);
            assert_eq!(runs_on_thread_stack(), 1);
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}
