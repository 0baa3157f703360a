//! sysmon looks at the goroutine that an M without a P runs (`Sched::look_at`), while the M goes on.

use crate::go::spawn;
use crate::m::M;
use crate::model::{Model, Watched};
use crate::sched::{regain_p, sched};
use crate::{sync, thread};

const ONE_P: Model = Model {
    procs: 1,
    membarrier: true,
    preemptions: 3,
};

/// As in `Sysmon::retake`, and then `Stalls::look`.
fn take_and_look(m: &'static M, goroutine: &Watched) {
    let stay = m.hold.stay();
    if stay.is_rt() {
        return;
    }
    if let Some(p) = m.hold.take(stay, || m.granted()) {
        sched().handoffp(p.expect("an M whose P is taken had one"));
    }
    sched().look_at(m, stay, |_| goroutine.write());
}

/// Its turn ends, and with it the goroutine, perhaps after a C call.
fn a_turn_ends(calls: bool) {
    ONE_P.check(move || {
        let goroutine: &Watched = sync::leak(Box::new(Watched::new()));
        let (g, _handle) = spawn(|| ());
        let m = M::new();
        sched().count_m();
        m.enter((), || {
            sched().acquire_p(m);
            thread::current().set_g(Some(g.as_ptr()));
            m.hold.leave_rt();
            let sysmon = loom::thread::spawn(move || take_and_look(m, goroutine));
            if calls {
                let entered = m.hold.entersyscall();
                if !(m.hold.exitsyscall(entered) || m.hold.settle()) {
                    regain_p(m);
                }
            }
            // As in `execute`.
            if !(m.hold.enter_rt() || m.hold.settle()) {
                sched().acquire_p(m);
            }
            thread::current().set_g(None);
            goroutine.write();
            sysmon.join().unwrap();
        });
    });
}

#[test]
pub(crate) fn a_goroutine_ends() {
    a_turn_ends(false);
}

#[test]
pub(crate) fn a_goroutine_ends_after_a_call() {
    a_turn_ends(true);
}
