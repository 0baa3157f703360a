//! An answer: lines of words with tabs between them, the last one empty.
//!
//! ```text
//! cgocall   1             the form of what follows
//! since     MS            how long the runtime has run
//! NAME      NUMBER        each figure of `metrics`
//! thread    TID NAME DOING MS P FUNCTION GOROUTINE
//! site      FUNCTION PLACE HOLDS CALLS OFFLOADS OVERRUNS STALLS NANOSECONDS
//! ```
//!
//! DOING is `C`, `Rust` or `idle`; P is `P` or `-`; FUNCTION and GOROUTINE are `-` where there is none. HOLDS is how many
//! threads it has held on average since the answer before. The rest are what there was in all.

use super::sample::{Doing, Sampler};
use crate::metrics::metrics;
use crate::{kernel, site};
use std::fmt::Write;
use std::sync::OnceLock;
use std::time::Instant;

/// Of the form. Who asks knows which he reads.
const FORM: u32 = 1;

/// When the runtime began, if this is asked then.
pub(super) fn began() -> Instant {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    *BEGAN.get_or_init(Instant::now)
}

/// A name, in one word.
fn word(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(clean).collect()
}

pub(super) fn answer(sampler: &mut Sampler) -> String {
    sampler.look();
    let (now, mut text) = (Instant::now(), String::new());
    // Writing to a text does not fail.
    let _ = write(&mut text, sampler, now);
    text
}

fn write(text: &mut String, sampler: &mut Sampler, now: Instant) -> std::fmt::Result {
    writeln!(text, "cgocall\t{FORM}")?;
    writeln!(text, "since\t{}", now.duration_since(began()).as_millis())?;
    for figure in metrics().to_string().split(' ') {
        writeln!(text, "{}", figure.replacen('=', "\t", 1))?;
    }
    for seen in &sampler.threads {
        let (doing, function) = match seen.doing {
            Doing::C(site) => ("C", site.name()),
            Doing::Rust => ("Rust", "-"),
            Doing::Idle => ("idle", "-"),
        };
        writeln!(
            text,
            "thread\t{}\t{}\t{doing}\t{}\t{}\t{}\t{}",
            seen.tid,
            word(&kernel::name(seen.tid).unwrap_or_default()),
            now.saturating_duration_since(seen.since).as_millis(),
            if seen.has_p { "P" } else { "-" },
            word(function),
            word(seen.g.as_deref().unwrap_or("-")),
        )?;
    }
    let holds = sampler.take_holds();
    for site in site::all() {
        let (done, place) = (site.metrics(), site.imported_at());
        writeln!(
            text,
            "site\t{}\t{}:{}\t{:.3}\t{}\t{}\t{}\t{}\t{}",
            word(done.name),
            word(place.file()),
            place.line(),
            holds.get(&std::ptr::from_ref(site)).copied().unwrap_or(0.0),
            done.calls,
            done.offloads,
            done.overruns,
            done.stalls,
            done.time.as_nanos(),
        )?;
    }
    writeln!(text)
}
