//! `CGOCALL_TRACE=stacks`: how deep the stacks of the goroutines of each place were used.

use std::process::{Command, Output};

const PAGE: usize = 4096;

fn run(procs: usize, set: &[(&str, &str)]) -> (String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_depths"))
        .env("CGOCALL_PROCS", procs.to_string())
        .envs(set.iter().copied())
        .output()
        .expect("the scenario starts");
    let (out, said) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    assert!(status.success(), "{status}\n{out}\n{said}");
    (out.into_owned(), said.into_owned())
}

/// How deep the goroutines of one kind went, as they say.
fn depths(out: &str, kind: &str) -> Vec<usize> {
    let lines = out.lines().filter_map(|line| line.strip_prefix(kind));
    lines.map(|depth| depth.trim().parse().unwrap()).collect()
}

/// What the last report says of one kind.
struct Line<'a>(&'a str);

impl<'a> Line<'a> {
    fn of(said: &'a str, kind: &str) -> Line<'a> {
        let line = said.lines().rfind(|line| line.contains(kind));
        Line(line.unwrap_or_else(|| panic!("no {kind} in {said}")))
    }

    /// Of the goroutines that are spawned where the scenario has this text.
    fn of_goroutines(said: &'a str, text: &str) -> Line<'a> {
        let mut lines = include_str!("../src/bin/depths.rs").lines();
        let line = lines
            .position(|line| line.contains(text))
            .expect("it is there")
            + 1;
        Line::of(said, &format!(": go at tests/src/bin/depths.rs:{line}:"))
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        let mut words = self.0.split(' ');
        words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    fn number(&self, name: &str) -> usize {
        let text = self
            .text(name)
            .unwrap_or_else(|| panic!("no {name} in {}", self.0));
        let (digits, factor) = match text.as_bytes()[text.len() - 1] {
            b'K' => (&text[..text.len() - 1], 1 << 10),
            b'M' => (&text[..text.len() - 1], 1 << 20),
            _ => (text, 1),
        };
        digits.parse::<usize>().unwrap() * factor
    }

    /// What the mark and the suggestion say, where the deepest is known.
    fn is_as_deep_as(&self, depths: &[usize]) {
        let (used, deepest) = (self.number("used"), *depths.iter().max().unwrap());
        assert!(
            (deepest..deepest + 2 * PAGE).contains(&used),
            "{deepest}: {}",
            self.0
        );
        let enough = self.number("enough");
        assert!(
            enough >= 2 * used && enough <= (2 * used + PAGE).max(32 << 10),
            "{}",
            self.0
        );
    }
}

#[test]
fn the_deepest_of_each_place_is_known_within_two_pages() {
    for procs in [1, 2, 16] {
        let (out, said) = run(procs, &[("CGOCALL_TRACE", "stacks")]);
        let build = if cfg!(debug_assertions) {
            "without"
        } else {
            "with"
        };
        assert!(
            said.contains(&format!("in a build {build} optimisation")),
            "{said}"
        );
        let usual = if cfg!(debug_assertions) {
            "960K"
        } else {
            "192K"
        };
        for (kind, text) in [
            ("deep", "go(move || depth(levels"),
            // On a stack that a deep one had.
            ("shallow", "go(|| depth(0"),
        ] {
            let (line, depths) = (Line::of_goroutines(&said, text), depths(&out, kind));
            line.is_as_deep_as(&depths);
            assert_eq!(
                (line.text("size"), line.text("own_size")),
                (Some(usual), None)
            );
            assert_eq!(line.number("ended") + line.number("live"), depths.len());
        }
        let own = Line::of_goroutines(&said, "depth(200");
        own.is_as_deep_as(&depths(&out, "own"));
        assert_eq!((own.text("size"), own.text("own_size")), (None, Some("3M")));
    }
}

#[test]
fn c_is_told_of_and_who_is_not_over() {
    for procs in [1, 2] {
        let (_, said) = run(procs, &[("CGOCALL_TRACE", "stacks"), ("EXIT", "1")]);
        assert_eq!(said.matches("used at least so deep").count(), 1, "{said}");
        let live = Line::of_goroutines(&said, "depth(10");
        assert_eq!(
            (live.number("ended"), live.number("live")),
            (0, 3),
            "{}",
            live.0
        );
        // In whole pages, with what waits below.
        let least = 11 * PAGE;
        assert!(
            (least..least + 5 * PAGE).contains(&live.number("used")),
            "{}",
            live.0
        );

        for kind in ["C on goroutines' threads:", "C beside parked callbacks:"] {
            let line = Line::of(&said, kind);
            let used = line.number("used");
            assert!((6 << 20..8 << 20).contains(&used), "{}", line.0);
            assert!(line.number("enough") >= 2 * used, "{}", line.0);
        }
        let helper = Line::of(&said, "C of `blocking` calls:");
        assert_eq!(helper.text("size"), Some("8M"));
        assert!(
            (1..1 << 20).contains(&helper.number("used")),
            "{}",
            helper.0
        );
    }
}

#[test]
fn without_the_trace_nothing_is_said() {
    assert_eq!(run(2, &[]).1, "");
}

#[test]
fn reports_come_from_time_to_time_beside_those_of_the_scheduler() {
    let (_, said) = run(2, &[("CGOCALL_TRACE", "sched=1ms,stacks=1ms")]);
    assert!(said.contains("cgocall: sched "), "{said}");
    assert!(said.matches("used at least so deep").count() > 1, "{said}");
}
