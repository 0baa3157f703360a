//! In the place of `spans` without the feature `tracing`: nobody is told of calls.

use crate::cstate::CState;
use crate::g::G;
use crate::site::Site;

pub(crate) struct CallSpan;

#[inline(always)]
pub(crate) fn offloaded(_: &G, _: &'static Site) -> CallSpan {
    CallSpan
}

#[inline(always)]
pub(crate) fn in_place(_: &CState, _: Option<&G>, _: &'static Site) -> CallSpan {
    CallSpan
}

#[inline(always)]
pub(crate) fn none(_: &CState) -> CallSpan {
    CallSpan
}

impl CallSpan {
    #[inline(always)]
    pub(crate) fn around<R>(&self, _: &CState, call: impl FnOnce() -> R) -> R {
        call()
    }
}

pub(crate) struct Left;

#[inline(always)]
pub(crate) fn leave(_: &G) -> Left {
    Left
}
