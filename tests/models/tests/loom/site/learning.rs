//! What a site learns, from calls of several threads that end at the same time.

use super::*;
use crate::model::Model;

const MODEL: Model = Model {
    procs: 1,
    membarrier: true,
    preemptions: 4,
};

const LONG: Duration = Duration::from_millis(1);

fn known() -> &'static Site {
    let site: &'static Site = crate::sync::leak(Box::new(Site::new("f")));
    site.count();
    site
}

/// A SHORT site goes the fast way, and another does not, but can become SHORT.
fn is_sound(site: &Site) {
    assert_eq!(site.fast().is_some(), site.is_short(), "neither SHORT nor LONG");
    let relapses = site.relapses.load(Relaxed);
    if site.is_short() {
        assert_eq!(site.fast(), Some(site.counter.load(Relaxed) as usize));
    } else {
        assert!(
            -site.way.load(Relaxed) <= threshold(relapses),
            "out of reach"
        );
    }
    assert!(relapses <= 1, "one era, one relapse");
}

/// Two short calls, one of which is enough.
#[test]
pub(crate) fn two_short_calls() {
    MODEL.check(|| {
        let site = known();
        site.took(Duration::ZERO);
        let other = loom::thread::spawn(|| site.took(Duration::ZERO));
        site.took(Duration::ZERO);
        other.join().unwrap();
        is_sound(site);
        assert!(site.is_short());
    });
}

/// A site is SHORT for one, while it takes long for another.
#[test]
pub(crate) fn a_short_call_and_a_long_one() {
    MODEL.check(|| {
        let site = known();
        site.took(Duration::ZERO);
        let other = loom::thread::spawn(|| site.took(LONG));
        site.took(Duration::ZERO);
        other.join().unwrap();
        is_sound(site);
    });
}

/// Calls of an earlier time, when it was SHORT, overrun while it becomes SHORT again.
#[test]
pub(crate) fn overruns_and_a_short_call() {
    MODEL.check(|| {
        let site = known();
        site.took(Duration::ZERO);
        let other = loom::thread::spawn(|| {
            site.overran();
            site.overran();
        });
        site.took(Duration::ZERO);
        other.join().unwrap();
        is_sound(site);
    });
}

/// Two threads' calls overrun.
#[test]
pub(crate) fn two_overruns() {
    MODEL.check(|| {
        let site = known();
        site.took(Duration::ZERO);
        site.took(Duration::ZERO);
        let overrun = || {
            site.count();
            site.overran();
        };
        let other = loom::thread::spawn(overrun);
        overrun();
        other.join().unwrap();
        is_sound(site);
    });
}
