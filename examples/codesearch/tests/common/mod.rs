//! A corpus, an index, and the program.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A folder of its own for each test: `src` to index, and the index beside it.
pub struct Bench {
    folder: TempDir,
    /// The program, where every user can run it.
    program: PathBuf,
}

impl Bench {
    pub fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_codesearch"));
        Bench { folder, program }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        // As the program prints it.
        fs::canonicalize(self.folder.path()).unwrap().join(name)
    }

    pub fn src(&self) -> PathBuf {
        self.path("src")
    }

    pub fn db(&self) -> PathBuf {
        self.path("index.db")
    }

    /// Writes a file of the corpus.
    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.src().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes `count` old files of a few kilobytes that all hold the identifier `everywhere`.
    pub fn put_many(&self, count: usize) {
        for file in 0..count {
            let mut text = format!("// file_{file}\nfn everywhere() {{}}\n");
            for line in 0..200 {
                text += &format!("let value{line}_{file} = compute_{line}(anyInput{line});\n");
            }
            let name = format!("d{}/f{file}.rs", file % 10);
            self.put(&name, text);
            age(&self.src().join(name), 1000);
        }
    }

    /// The program with arguments, to be run on this index.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--db").arg(self.db()).args(args);
        command.env("NO_COLOR", "").stdin(Stdio::null());
        command
    }

    /// Runs `codesearch index` on the corpus, which must work, and returns what it printed.
    pub fn index(&self) -> String {
        succeeded(self.command(&["index"]).arg(self.src()))
    }

    /// The files that have a word, as codesearch finds them.
    pub fn files(&self, word: &str) -> BTreeSet<PathBuf> {
        lines(&succeeded(&mut self.command(&["query", "-l", "--", word])))
    }

    /// The files that have a word, as grep finds them.
    pub fn grep(&self, word: &str) -> BTreeSet<PathBuf> {
        let mut grep = Command::new("grep");
        grep.args(["-rlwI", "--", word]).arg(self.src());
        let output = grep.env("LC_ALL", "C.UTF-8").output().unwrap();
        lines(&String::from_utf8(output.stdout).unwrap())
    }

    /// Makes what follows run as a user who has to obey permissions, as root need not.
    pub fn obey_permissions(&mut self) {
        if is_root() {
            let everyone = fs::Permissions::from_mode(0o755);
            fs::set_permissions(self.folder.path(), everyone.clone()).unwrap();
            let program = self.path("codesearch");
            // By a program of its own: what other tests start meanwhile would have it open for writing too, and a program that
            // somebody writes to does not run.
            succeeded(Command::new("cp").arg(&self.program).arg(&program));
            fs::set_permissions(&program, everyone).unwrap();
            self.program = program;
        }
    }

    /// As [`Bench::command`], as that user.
    pub fn obedient(&self, args: &[&str]) -> Command {
        let mut command = self.command(args);
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

/// As if the file had been written long ago, so that its time can be relied on.
pub fn age(path: &Path, seconds: u64) {
    let time = SystemTime::now() - Duration::from_secs(seconds);
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

pub const NOBODY: u32 = 65534;

pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0)
}

pub fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs a command that must work, and returns what it printed.
pub fn succeeded(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that must fail with exit code 1, and returns the one sentence that it says.
pub fn failed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{command:?}: {output:?}");
    assert!(output.stdout.is_empty(), "{command:?}: {output:?}");
    sentence(&output)
}

pub fn sentence(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    let said: Vec<_> = said
        .lines()
        .filter(|line| !line.starts_with("committed"))
        .collect();
    let [sentence] = said[..] else {
        panic!("not one sentence: {said:?}");
    };
    sentence.strip_prefix("codesearch: ").unwrap().to_owned()
}

fn lines(text: &str) -> BTreeSet<PathBuf> {
    let paths: Vec<_> = text.lines().map(PathBuf::from).collect();
    let set: BTreeSet<_> = paths.iter().cloned().collect();
    assert_eq!(set.len(), paths.len(), "a file is printed once");
    set
}
