//! What is drawn: the runtime in two lines, the threads that do something, and the C functions.

use super::answer::{Answer, Doing, Site, Thread};
use std::cmp::Reverse;
use std::fmt::Write;
use std::time::Duration;

/// What functions are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum By {
    #[default]
    Holds,
    Calls,
    Name,
}

/// A function, and what it has done since the view before.
struct Line<'a> {
    site: &'a Site,
    calls: f64,
    offloads: f64,
    overruns: f64,
}

pub(super) fn view(
    pid: u32,
    before: &Answer,
    now: &Answer,
    between: Duration,
    by: By,
    (columns, rows): (usize, usize),
) -> String {
    let mut text = String::new();
    // Writing to a text does not fail.
    let _ = write(&mut text, pid, before, now, between, by, rows);
    let cut = |line: &str| line.chars().take(columns).collect::<String>();
    let lines: Vec<_> = text.lines().take(rows).map(cut).collect();
    lines.join("\n")
}

fn write(
    text: &mut String,
    pid: u32,
    before: &Answer,
    now: &Answer,
    between: Duration,
    by: By,
    rows: usize,
) -> std::fmt::Result {
    let figure = |name| now.figure(name);
    writeln!(
        text,
        "process {pid}, {} s: procs {} ({} idle), threads {}, helpers {}, C's own {}",
        now.since / 1000,
        figure("procs"),
        figure("idle"),
        figure("threads"),
        figure("helpers"),
        figure("attached"),
    )?;
    writeln!(
        text,
        "goroutines {}, {} parked; blocking calls in line {}; stalls {}",
        figure("goroutines"),
        figure("parked"),
        figure("waiting"),
        figure("stalls"),
    )?;
    let mut busy: Vec<&Thread> = now.threads.iter().collect();
    busy.retain(|thread| thread.doing != Doing::Idle);
    busy.sort_by_key(|thread| (Reverse(thread.time), thread.tid));
    // The functions get as much room.
    let room = rows.saturating_sub(6) / 2;
    writeln!(text)?;
    writeln!(
        text,
        "{:>8} {:<16} {:>9} P {:<24} BY",
        "THREAD", "NAME", "FOR", "IN"
    )?;
    for thread in busy.iter().take(room) {
        let what = match &thread.doing {
            Doing::C(function) => function,
            _ => "(Rust)",
        };
        writeln!(
            text,
            "{:>8} {:<16} {:>9} {} {:<24} {}",
            thread.tid,
            thread.name,
            time(thread.time),
            if thread.has_p { 'P' } else { '-' },
            what,
            thread.g.as_deref().unwrap_or(""),
        )?;
    }
    let idle = now.threads.len() - busy.len();
    match busy.len().saturating_sub(room) {
        0 => writeln!(text, "{idle:>8} idle")?,
        more => writeln!(text, "{more:>8} more, {idle} idle")?,
    }
    writeln!(text)?;
    writeln!(
        text,
        "{:<24} {:>7} {:>9} {:>9} {:>8} {:>7} {:>12}  IMPORTED AT",
        "C FUNCTION", "HOLDS", "CALLS/S", "HELPED/S", "LOST P/S", "STALLS", "CALLS",
    )?;
    for line in lines(before, now, between, by) {
        let site = line.site;
        writeln!(
            text,
            "{:<24} {:>7.2} {:>9.0} {:>9.0} {:>8.0} {:>7} {:>12}  {}",
            site.function,
            site.holds,
            line.calls,
            line.offloads,
            line.overruns,
            site.stalls,
            site.calls,
            site.place,
        )?;
    }
    Ok(())
}

fn lines<'a>(before: &Answer, now: &'a Answer, between: Duration, by: By) -> Vec<Line<'a>> {
    let seconds = between.as_secs_f64().max(f64::MIN_POSITIVE);
    let line = |site: &'a Site| {
        let was = before.site(site);
        let rate =
            |of: fn(&Site) -> u64| of(site).saturating_sub(was.map_or(0, of)) as f64 / seconds;
        Line {
            site,
            calls: rate(|site| site.calls),
            offloads: rate(|site| site.offloads),
            overruns: rate(|site| site.overruns),
        }
    };
    let mut lines: Vec<_> = now.sites.iter().map(line).collect();
    lines.sort_by(|a, b| a.site.function.cmp(&b.site.function));
    match by {
        By::Name => {}
        By::Calls => lines.sort_by(|a, b| b.calls.total_cmp(&a.calls)),
        By::Holds => lines.sort_by(|a, b| {
            let holds = b.site.holds.total_cmp(&a.site.holds);
            holds.then(b.calls.total_cmp(&a.calls))
        }),
    }
    lines
}

/// Milliseconds, for people.
fn time(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..100_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{} min", ms / 60_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(function: &str, holds: f64, calls: u64) -> Site {
        Site {
            function: function.to_owned(),
            place: "src/main.rs:9".to_owned(),
            holds,
            calls,
            offloads: 0,
            overruns: 0,
            stalls: 0,
        }
    }

    fn answer(sites: Vec<Site>) -> Answer {
        let thread = |tid, doing, time| Thread {
            tid,
            name: "cgocall-m".to_owned(),
            doing,
            time,
            has_p: tid == 2,
            g: Some("goroutine 7".to_owned()),
        };
        Answer {
            since: 61_000,
            figures: vec![("procs".to_owned(), 2), ("goroutines".to_owned(), 5)],
            threads: vec![
                thread(1, Doing::Idle, 9),
                thread(2, Doing::Rust, 10),
                thread(3, Doing::C("usleep".to_owned()), 12_345),
            ],
            sites,
        }
    }

    #[test]
    fn who_has_held_a_thread_longest_comes_first_and_calls_are_counted_by_the_second() {
        let before = answer(vec![site("usleep", 0.0, 10), site("abs", 0.0, 100)]);
        let now = answer(vec![
            site("usleep", 1.5, 12),
            site("abs", 0.0, 1100),
            site("new", 0.0, 4),
        ]);
        let show = |by| view(42, &before, &now, Duration::from_secs(2), by, (100, 40));
        let text = show(By::Holds);
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("process 42, 61 s: procs 2"), "{text}");
        assert!(
            lines[4].contains("12.3 s - usleep") && lines[4].ends_with("goroutine 7"),
            "{text}"
        );
        assert!(
            lines[5].contains("10 ms P (Rust)") && lines[6].contains("1 idle"),
            "{text}"
        );
        let functions = |text: &str| -> Vec<String> {
            let after = text
                .lines()
                .skip_while(|line| !line.starts_with("C FUNCTION"))
                .skip(1);
            after
                .map(|line| {
                    line.split_whitespace()
                        .take(3)
                        .collect::<Vec<_>>()
                        .join(" ")
                })
                .collect()
        };
        assert_eq!(
            functions(&text),
            ["usleep 1.50 1", "abs 0.00 500", "new 0.00 2"]
        );
        assert_eq!(
            functions(&show(By::Name)),
            ["abs 0.00 500", "new 0.00 2", "usleep 1.50 1"]
        );
        assert_eq!(functions(&show(By::Calls))[0], "abs 0.00 500");
    }

    #[test]
    fn nothing_is_wider_or_longer_than_the_terminal() {
        let sites = (0..100)
            .map(|n| site(&format!("function_{n}"), 0.0, n))
            .collect();
        let now = answer(sites);
        let text = view(1, &now, &now, Duration::from_secs(1), By::Holds, (30, 12));
        assert_eq!(text.lines().count(), 12);
        assert!(text.lines().all(|line| line.chars().count() <= 30));
    }
}
