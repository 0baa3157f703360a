//! The README, followed word by word in an empty folder. `docs/first-minutes.md` has what that was like:
//! `CGOCALL_GOLDEN=write` does it with nothing compiled beforehand, and writes the page's transcript.

use cgocall_book::page::{Page, repository};
use cgocall_book::walk::{Done, Walk};
use std::path::Path;
use std::{env, fs};

const PAGE: &str = "docs/first-minutes.md";

#[test]
fn the_readme_does_what_it_says() {
    let root = tempfile::tempdir().expect("a folder");
    let is_to_write = env::var_os("CGOCALL_GOLDEN").is_some_and(|mode| mode == "write");
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walks");
    let empty = tempfile::tempdir().expect("a folder");
    let target = if is_to_write { empty.path() } else { &shared };
    let command = Path::new(env!("CARGO_BIN_EXE_book_command"));
    let walk = Walk::new("README.md", root.path(), target, command).go();
    let done = walk.unwrap_or_else(|wrong| panic!("{wrong}"));
    let transcript = transcript(&done);
    let page = Page::read(PAGE);
    let blocks = page.blocks();
    let [block] = &blocks[..] else {
        panic!("{PAGE} has one transcript");
    };
    if is_to_write {
        let mut lines = page.lines.clone();
        lines.splice(block.line..block.line + block.lines.len(), transcript);
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(repository().join(PAGE), text).expect("the page");
        return;
    }
    let without_times = |lines: &[String]| -> Vec<String> {
        lines
            .iter()
            .map(|line| time_of(line).0.to_owned())
            .collect()
    };
    assert_eq!(without_times(&block.lines), without_times(&transcript));
    let times: Vec<f64> = block
        .lines
        .iter()
        .filter_map(|line| time_of(line).1)
        .collect();
    let commands = done.iter().filter(|done| matches!(done, Done::Command(..)));
    assert_eq!(times.len(), commands.count());
}

/// A line for each thing that was done, with the time behind commands.
fn transcript(done: &[Done]) -> Vec<String> {
    let mut lines = Vec::new();
    for done in done {
        match done {
            Done::File(path) => lines.push(format!("(pasted: {path})")),
            Done::Command(command, printed, time) => {
                let seconds = format!("{:.1} s", time.as_secs_f64());
                lines.push(format!("{:<60}{seconds:>8}", format!("$ {command}")));
                lines.extend(printed.lines().map(str::to_owned));
            }
        }
    }
    // Which zlib there is does not matter.
    let version = |line: String| match line.split_once(", says zlib ") {
        Some((sum, _)) if !line.contains('!') => format!("{sum}, says zlib 1.x"),
        _ => line,
    };
    lines.into_iter().map(version).collect()
}

/// A line of the transcript, and the time at its end.
fn time_of(line: &str) -> (&str, Option<f64>) {
    let parsed = line.strip_suffix(" s").and_then(|line| {
        let (command, time) = line.rsplit_once(' ')?;
        Some((command.trim_end(), time.parse().ok()?))
    });
    match parsed {
        Some((command, time)) if line.starts_with("$ ") => (command, Some(time)),
        _ => (line, None),
    }
}
