//! A page, done step by step as it says, in an empty folder.
//!
//! What a reader has and this machine need not have is put in its place: `cargo add cgocall` takes the crates of this
//! repository, `cgocall` is the command as it is here, and all packages share a target directory, which saves minutes.

use crate::page::{Block, Page, Step, repository};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What the reader's shell has besides.
const SHELL: &str = r#"
cargo() {
    if [ "${1-}" = add ]; then
        shift
        local one arguments=()
        for one; do
            case $one in
                -q) ;;
                cgocall) arguments+=(--path "$BOOK_REPOSITORY/runtime") ;;
                cgocall-cshim) arguments+=(--path "$BOOK_REPOSITORY/cshim") ;;
                *) arguments+=("$one") ;;
            esac
        done
        set -- add --quiet "${arguments[@]}"
    fi
    [ -f Cargo.toml ] && [ ! -f Cargo.lock ] && cp "$BOOK_REPOSITORY/Cargo.lock" .
    [ -f Cargo.toml ] && [ ! -L target ] && ln -s "$CARGO_TARGET_DIR" target
    command cargo "$@"
}
cgocall() { "$BOOK_COMMAND" "$@"; }
"#;

/// A walk along a page.
pub struct Walk {
    page: Page,
    /// Empty when the walk begins.
    root: PathBuf,
    /// Where all packages are built.
    target: PathBuf,
    /// The command `cgocall`.
    command: PathBuf,
    folders: usize,
    now: PathBuf,
    /// What is not as the page says, for the reader of the test.
    wrong: String,
    /// Lines of the page, from and to, with what should be there.
    mended: Vec<(usize, usize, Vec<String>)>,
    done: Vec<Done>,
}

/// What has been done.
pub enum Done {
    /// This file was written.
    File(String),
    /// This command has printed that, and has taken so long.
    Command(String, String, Duration),
}

impl Walk {
    /// Along the page at `path`, below the folder `root`; `target` is for cargo.
    ///
    /// # Panics
    /// If there is no such page.
    #[must_use]
    pub fn new(path: &str, root: &Path, target: &Path, command: &Path) -> Walk {
        let mut walk = Walk {
            page: Page::read(path),
            root: root.canonicalize().expect("the folder is there"),
            target: target.to_path_buf(),
            command: command.to_path_buf(),
            folders: 0,
            now: PathBuf::new(),
            wrong: String::new(),
            mended: Vec::new(),
            done: Vec::new(),
        };
        walk.new_folder();
        walk
    }

    /// Goes all the way, and says what is not as the page has it. `CGOCALL_GOLDEN=write` writes into the page what was
    /// printed.
    ///
    /// # Errors
    /// What is wrong.
    pub fn go(mut self) -> Result<Vec<Done>, String> {
        for step in self.page.steps() {
            match step {
                Step::NewFolder => self.new_folder(),
                Step::Block(block) => self.block(&block),
            }
        }
        if !self.mended.is_empty()
            && std::env::var_os("CGOCALL_GOLDEN").is_some_and(|v| v == "write")
        {
            self.write();
        }
        if self.wrong.is_empty() {
            Ok(self.done)
        } else {
            Err(self.wrong)
        }
    }

    fn new_folder(&mut self) {
        self.folders += 1;
        self.now = self.root.join(self.folders.to_string());
        fs::create_dir(&self.now).expect("a new folder");
    }

    fn block(&mut self, block: &Block) {
        if let Some(reason) = block.says("not run:") {
            if reason.is_empty() {
                self.complain(block.line, "says no reason");
            }
        } else if let Some(path) = block.says("file ") {
            self.file(path, &block.text());
        } else if let Some(path) = block.says("append ") {
            let before = fs::read_to_string(self.now.join(path)).unwrap_or_default();
            self.file(path, &format!("{before}\n{}", block.text()));
        } else if let Some(path) = block.says("from ") {
            if let Err(line) = excerpt(block, &repository().join(path)) {
                self.complain(block.line, &format!("`{line}` is not so in {path}"));
            }
        } else if block.language == "console" {
            match block.says("needs ") {
                Some(needed) if !self.run(needed).0 => {
                    let path = &self.page.path;
                    eprintln!("{path}:{}: skipped, since `{needed}` fails", block.line);
                }
                _ => self.console(block),
            }
        } else if !["rust", "text", ""].contains(&&*block.language) {
            let language = &block.language;
            self.complain(
                block.line,
                &format!("nobody looks at this block of `{language}`"),
            );
        }
    }

    fn complain(&mut self, line: usize, what: &str) {
        let path = &self.page.path;
        writeln!(self.wrong, "{path}:{line}: {what}").expect("a string");
    }

    fn file(&mut self, path: &str, text: &str) {
        self.done.push(Done::File(path.to_owned()));
        let path = self.now.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Commands, each with what it prints.
    fn console(&mut self, block: &Block) {
        let mut lines = block.lines.iter().enumerate().peekable();
        while let Some((at, line)) = lines.next() {
            let number = block.line + at + 1;
            let Some(command) = line.strip_prefix("$ ") else {
                return self.complain(number, "does not begin with `$ `");
            };
            let mut command = command.to_owned();
            while command.ends_with('\\')
                && let Some((_, more)) = lines.next()
            {
                command.push('\n');
                command.push_str(more);
            }
            let from = lines.peek().map_or(block.lines.len(), |(at, _)| *at);
            let mut wanted = Vec::new();
            while let Some((_, line)) = lines.next_if(|(_, line)| !line.starts_with("$ ")) {
                wanted.push(line.clone());
            }
            let is_last = lines.peek().is_none();
            let begin = Instant::now();
            let (success, printed) = self.run(&command);
            let done = Done::Command(command.clone(), printed.clone(), begin.elapsed());
            self.done.push(done);
            if success == (is_last && block.says("fails").is_some()) {
                let how = if success { "succeeds" } else { "fails" };
                self.complain(number, &format!("`{command}` {how}:\n{printed}"));
                continue;
            }
            let printed: Vec<String> = printed
                .lines()
                .map(|line| line.trim_end().to_owned())
                .collect();
            if !fits(&wanted, &printed) {
                let text = printed.join("\n");
                self.complain(number, &format!("`{command}` prints:\n{text}"));
                let first = block.line + from;
                self.mended.push((first, first + wanted.len(), printed));
            }
        }
    }

    /// One command, in the shell; what it prints on both streams.
    fn run(&mut self, command: &str) -> (bool, String) {
        let place = self.root.join("now");
        let script = format!(
            "{SHELL}\nexec 2>&1\n{command}\nstatus=$?\npwd -P > \"$BOOK_NOW\"\nexit $status\n"
        );
        // What does not end is no part of a book.
        let mut bash = Command::new("timeout");
        bash.args(["300", "bash", "-c"])
            .arg(script)
            .current_dir(&self.now);
        // A reader's cargo has not been called by cargo.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO_") && name != "CARGO_HOME"
                || name.starts_with("RUST") && name != "RUSTUP_HOME" && name != "RUSTUP_TOOLCHAIN"
            {
                bash.env_remove(name);
            }
        }
        let output = bash
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_COLOR", "never")
            .env("BOOK_REPOSITORY", repository())
            .env("BOOK_COMMAND", &self.command)
            .env("BOOK_NOW", &place)
            .env_remove("OUT_DIR")
            .env_remove("CGOCALL_GOLDEN")
            .output()
            .expect("bash starts");
        if let Ok(now) = fs::read_to_string(&place) {
            self.now = PathBuf::from(now.trim_end());
        }
        let printed = String::from_utf8_lossy(&output.stdout);
        let printed = printed.replace(self.now.to_str().expect("UTF-8"), "");
        let printed = printed.replace(repository().to_str().expect("UTF-8"), "[..]");
        (output.status.success(), printed)
    }

    /// Puts what was printed into the page.
    fn write(&self) {
        let mut lines = self.page.lines.clone();
        for (from, to, printed) in self.mended.iter().rev() {
            lines.splice(from..to, printed.iter().cloned());
        }
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(repository().join(&self.page.path), text).expect("the page");
    }
}

/// Whether the block's lines are the file's, in their order, and one behind the other but where `// ..` stands; else the
/// first that is not.
fn excerpt(block: &Block, file: &Path) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut from = 0;
    let parts = block
        .lines
        .split(|line| ["// ..", "/* .. */", "# .."].contains(&line.trim()));
    for part in parts {
        let part: Vec<&str> = part.iter().map(|line| line.trim_end()).collect();
        let Some(first) = part.iter().find(|line| !line.is_empty()) else {
            continue;
        };
        let trimmed: Vec<&str> = part.iter().map(|line| line.trim_start()).collect();
        let rest = lines.get(from..).unwrap_or_default();
        let at = rest.windows(part.len()).position(|window| {
            window
                .iter()
                .map(|line| line.trim_start())
                .eq(trimmed.iter().copied())
        });
        match at {
            Some(at) => from += at + part.len(),
            None => return Err((*first).to_owned()),
        }
    }
    Ok(())
}

/// Whether that is printed which the page says.
fn fits(wanted: &[String], printed: &[String]) -> bool {
    match wanted.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line.trim() == ".." => {
            (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| line_fits(line, first) && fits(rest, others)),
    }
}

fn line_fits(wanted: &str, printed: &str) -> bool {
    match wanted.split_once("[..]") {
        None => wanted == printed,
        Some((before, after)) => printed.strip_prefix(before).is_some_and(|rest| {
            let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            ends.into_iter().any(|at| line_fits(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{fits, line_fits};

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_is_printed_fits_or_does_not() {
        assert!(line_fits("took [..] ms", "took 12 ms") && !line_fits("took [..] ms", "took 12 s"));
        assert!(fits(&lines("a\n..\nd"), &lines("a\nb\nc\nd")));
        assert!(fits(&lines("a\n..\nd"), &lines("a\nd")));
        assert!(!fits(&lines("a\n..\nd"), &lines("a\nd\ne")));
        assert!(!fits(&lines(""), &lines("a")));
    }
}
