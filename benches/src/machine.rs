//! What a run was measured on.

use std::fs;
use std::process::Command;

pub fn describe() -> Vec<(String, String)> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let facts = [
        ("processor", cpu(cores)),
        ("memory", memory()),
        ("system", kernel()),
        ("rustc", output("rustc", &["--version"])),
        ("C compiler", output("cc", &["--version"])),
        ("Go", Some(crate::peers::go::VERSION.to_owned())),
        ("day", output("date", &["--utc", "+%Y-%m-%d"])),
    ];
    let known = facts.into_iter();
    known
        .filter_map(|(what, fact)| Some((what.to_owned(), fact?)))
        .collect()
}

fn cpu(cores: usize) -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    let (_, name) = line.split_once(':')?;
    let arch = std::env::consts::ARCH;
    Some(format!("{}, {cores} cores, {arch}", name.trim()))
}

fn memory() -> Option<String> {
    let info = fs::read_to_string("/proc/meminfo").ok()?;
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(format!("{} GiB", kib.div_ceil(1 << 20)))
}

fn kernel() -> Option<String> {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").ok()?;
    Some(format!("Linux {}", release.trim()))
}

/// Its first line.
fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}
