//! What happens, as it is noted down where it happens.

use crate::g::Suspend;
use crate::site::Site;
use std::panic::Location;

/// Something that has happened on a thread.
pub(super) struct Event {
    /// When, by [`super::clock`].
    pub(super) at: u64,
    /// The goroutine's number. 0: a thread has done it that runs none.
    pub(super) g: usize,
    pub(super) what: What,
}

pub(super) enum What {
    /// It has a name.
    Named(Box<str>),
    /// The thread runs it from now on.
    Runs {
        spawned_at: &'static Location<'static>,
    },
    /// It has given the thread back.
    Stops(Suspend),
    /// It was parked and is not any more, because of that goroutine.
    Woken {
        by: usize,
    },
    Begins(Frame),
    Ends(Frame),
    /// An M has lost its P, in that C function or in Rust.
    Retaken {
        tid: i32,
        site: Option<&'static Site>,
    },
}

/// What a line of execution goes into, and comes back from.
#[derive(Clone, Copy)]
pub(super) enum Frame {
    /// A C function.
    Call(&'static Site),
    /// The same, while another thread runs it.
    Offload(&'static Site),
    /// The same on that thread, for a goroutine.
    Serve(&'static Site, usize),
    /// An export, or a closure, by what it is called.
    Callback(&'static str),
}

impl Frame {
    pub(super) fn name(self) -> &'static str {
        match self {
            Frame::Call(site) | Frame::Offload(site) | Frame::Serve(site, _) => site.name(),
            Frame::Callback(name) => name,
        }
    }

    /// The colour that it has, and what it can be searched for by.
    pub(super) fn category(self) -> &'static str {
        match self {
            Frame::Call(_) | Frame::Serve(..) => "c",
            Frame::Offload(_) => "offload",
            Frame::Callback(_) => "callback",
        }
    }

    /// Whether it is the same function.
    pub(super) fn is(self, other: Frame) -> bool {
        match (self, other) {
            (Frame::Call(a), Frame::Call(b))
            | (Frame::Offload(a), Frame::Offload(b))
            | (Frame::Serve(a, _), Frame::Serve(b, _)) => std::ptr::eq(a, b),
            (Frame::Callback(a), Frame::Callback(b)) => a == b,
            _ => false,
        }
    }
}
